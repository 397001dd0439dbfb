/**
 * What is in force besides the Lua files: settings, environment variables, and what they lead to, the log and the database. What is
 * wrong is told, and leaves what was before.
 */
import type { ProjectConfig } from "../config.ts";
import { parseEnvFile, withEnvFile } from "../envFile.ts";
import { UserError } from "../errors.ts";
import type { ProjectContext } from "../project.ts";
import { ProjectLog } from "../projectLog.ts";
import { DevDatabase } from "./devDatabase.ts";
import type { Emit } from "./events.ts";
import { hasSameState, isRight, settingsFrom } from "./settings.ts";

export interface CurrentSettingsOptions {
  /** Absolute path. */
  readonly root: string;
  readonly config: ProjectConfig;
  readonly context: Pick<ProjectContext, "env">;
  readonly emit: Emit;
  readonly onBroken: (error: UserError, consequence: string) => void;
}

export class CurrentSettings {
  readonly database: DevDatabase;
  private readonly options: CurrentSettingsOptions;
  private configInForce: ProjectConfig;
  private variables: ProjectContext["env"];
  private openLog: ProjectLog | undefined = undefined;

  constructor(options: CurrentSettingsOptions) {
    const { root, config, context, onBroken } = options;
    this.options = options;
    this.configInForce = config;
    this.variables = withEnvFile(root, context.env, "development");
    this.database = new DevDatabase({
      root,
      env: () => this.variables,
      onNotice: (message) => {
        this.notice(message);
      },
      onBroken,
    });
  }

  get config(): ProjectConfig {
    return this.configInForce;
  }

  /** The environment, with what the file sets. */
  get env(): ProjectContext["env"] {
    return this.variables;
  }

  /** `undefined` when there are no topics. */
  get log(): ProjectLog | undefined {
    return this.openLog;
  }

  /** Whether a content of the settings file can be what somebody wanted to save. */
  isRight(content: string): boolean {
    return isRight(() => settingsFrom(content, this.options.root, this.variables));
  }

  /** For a fresh state: what the settings lead to is there. */
  prepare(): void {
    this.openLog ??= this.logFor(this.configInForce);
    this.database.follow(this.configInForce);
  }

  /** @param content Of the file of variables, in bytes. @returns Whether there are others. */
  takeVariables(content: string | undefined): boolean {
    const { env } = this.options.context;
    try {
      this.variables = content === undefined ? env : { ...parseEnvFile(content), ...env };
      return true;
    } catch (thrown) {
      if (!(thrown instanceof UserError)) throw thrown;
      this.options.onBroken(thrown, "the variables stay as they were");
      return false;
    }
  }

  /**
   * @param content Of the settings file, in bytes.
   * @returns Whether the state that is served is right for the new ones; `undefined` when there are none.
   */
  takeSettings(content: string | undefined): { readonly isSameState: boolean } | undefined {
    const { root, onBroken } = this.options;
    const before = this.configInForce;
    try {
      this.configInForce = settingsFrom(content, root, this.variables);
    } catch (thrown) {
      if (!(thrown instanceof UserError)) throw thrown;
      onBroken(thrown, "the settings stay as they were");
      return undefined;
    }
    const { config } = this;
    if (config.gateway.port !== before.gateway.port) {
      this.notice("the new port counts when spacer dev is started again");
    }
    const log = this.logFor(config);
    const isSameLog = log === this.openLog;
    const isSameDatabase = this.database.follow(config);
    this.openLog = log;
    return { isSameState: isSameDatabase && isSameLog && hasSameState(config, before) };
  }

  /** The log that is open, or another one when the settings say so. */
  private logFor(config: ProjectConfig): ProjectLog | undefined {
    if (config.topics.length === 0) return undefined;
    if (this.openLog?.fits(config) === true) return this.openLog;
    const { root, onBroken } = this.options;
    const onNotice = (message: string): void => {
      this.notice(message);
    };
    try {
      return new ProjectLog({ root, config, environment: "development", onNotice });
    } catch (thrown) {
      if (!(thrown instanceof UserError)) throw thrown;
      onBroken(thrown, "the topics stay as they were");
      return this.openLog;
    }
  }

  private notice(message: string): void {
    this.options.emit({ type: "notice", message });
  }
}
