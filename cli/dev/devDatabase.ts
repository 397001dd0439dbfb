/** The database of the development server: the same across reloads, until the settings name another one. */
import type { ProjectConfig } from "../config.ts";
import { UserError } from "../errors.ts";
import type { ProjectContext } from "../project.ts";
import { ProjectDatabase } from "../projectDatabase.ts";

export interface DevDatabaseOptions {
  /** Absolute path. */
  readonly root: string;
  /** The environment, with what the file `.env` sets now. */
  readonly env: () => ProjectContext["env"];
  readonly onNotice: (message: string) => void;
  /** The settings can't be used; those before stay in force, if there were any. */
  readonly onBroken: (error: UserError, consequence: string) => void;
}

export class DevDatabase {
  private readonly options: DevDatabaseOptions;
  private opened: ProjectDatabase | undefined = undefined;

  constructor(options: DevDatabaseOptions) {
    this.options = options;
  }

  /** `undefined` as long as no settings could be used. */
  get current(): ProjectDatabase | undefined {
    return this.opened;
  }

  /**
   * Follows the settings. Functions that still use another database lose it.
   *
   * @returns Whether it stays the same.
   */
  follow(config: ProjectConfig): boolean {
    const before = this.opened;
    if (before?.fits(config) === true) return true;
    const { root, env, onNotice, onBroken } = this.options;
    try {
      const environment = "development";
      this.opened = new ProjectDatabase({ root, config, environment, env: env(), onNotice });
    } catch (thrown) {
      if (!(thrown instanceof UserError)) throw thrown;
      onBroken(thrown, "the database stays as it was");
      return true;
    }
    void before?.close();
    return false;
  }

  async close(): Promise<void> {
    await this.opened?.close();
  }
}
