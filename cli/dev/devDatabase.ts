/** The database of the development server: the same across reloads, until the settings name another one. */
import type { ProjectConfig } from "../config.ts";
import { UserError } from "../errors.ts";
import { limitsOf } from "../limits.ts";
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

/** For what a call does when its time is over. */
const SPARE_MS = 1000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export class DevDatabase {
  private readonly options: DevDatabaseOptions;
  private opened: ProjectDatabase | undefined = undefined;
  /** How long a call could take by the settings of the database that is open. */
  private callMs = 0;
  /** Those of the settings before, which requests may still use, with what closes them later. */
  private readonly former = new Map<ProjectDatabase, NodeJS.Timeout>();

  constructor(options: DevDatabaseOptions) {
    this.options = options;
  }

  /** `undefined` as long as no settings could be used. */
  get current(): ProjectDatabase | undefined {
    return this.opened;
  }

  /**
   * Follows the settings. Requests that are in progress keep the database that they began with.
   *
   * @returns Whether it stays the same.
   */
  follow(config: ProjectConfig): boolean {
    const before = this.opened;
    if (before === undefined) this.callMs = longestCallMs(config);
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
    if (before !== undefined) this.retire(before, config);
    return false;
  }

  async close(): Promise<void> {
    for (const timer of this.former.values()) clearTimeout(timer);
    const all = [...this.former.keys(), ...(this.opened === undefined ? [] : [this.opened])];
    this.former.clear();
    await Promise.all(all.map((database) => database.close()));
  }

  /** Closes it when whatever began before now has ended. */
  private retire(database: ProjectDatabase, config: ProjectConfig): void {
    // The timeouts may have changed with the rest.
    const timeoutMs = Math.max(longestCallMs(config), this.callMs);
    this.callMs = longestCallMs(config);
    const timer = setTimeout(
      () => {
        this.former.delete(database);
        void database.close();
      },
      Math.min(timeoutMs + SPARE_MS, LONGEST_TIMER_MS),
    );
    timer.unref();
    this.former.set(database, timer);
  }
}

/** Of a function, by a request or with an event. */
function longestCallMs(config: ProjectConfig): number {
  const ofEvents = [...config.events.values()].flatMap(({ timeout, APPEND }) => [
    timeout ?? 0,
    ...APPEND.map((handler) => handler.timeout ?? 0),
  ]);
  return Math.max(limitsOf(config).timeoutMs, ...ofEvents);
}
