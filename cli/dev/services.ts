/**
 * Keeps the topic services of the development server in step with its settings. Changes wait for one another; requests
 * do not wait for them.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { LuaState } from "../../runtime/index.ts";
import { LogError } from "../../runtime/topics/index.ts";
import type { CommandContext } from "../command.ts";
import type { ProjectConfig } from "../config.ts";
import { UserError } from "../errors.ts";
import type { ProjectLog } from "../projectLog.ts";
import type { GatewayHooks } from "../serving.ts";
import { isSameService, startTopicServices, type TopicServices } from "../topicServices.ts";
import type { Emit } from "./events.ts";

/** How long to wait when the log can't be reached. */
const RETRY_MS = 3000;

interface Wanted {
  readonly config: ProjectConfig;
  readonly log: ProjectLog | undefined;
}

export class DevServices {
  private readonly hooks: GatewayHooks;
  private readonly emit: Emit;
  private readonly env: () => CommandContext["env"];
  private readonly state: () => LuaState;
  private wanted: Wanted | undefined = undefined;
  private running: TopicServices | undefined = undefined;
  private change: Promise<void> = Promise.resolve();
  private stop = new AbortController();

  /** @param env The newest of the project, as its state. */
  constructor(
    hooks: GatewayHooks,
    emit: Emit,
    env: () => CommandContext["env"],
    state: () => LuaState,
  ) {
    this.hooks = hooks;
    this.emit = emit;
    this.env = env;
    this.state = state;
  }

  /** The project was loaded anew. A log that is no longer used is closed. */
  update(config: ProjectConfig, log: ProjectLog | undefined): void {
    const before = this.wanted;
    if (before !== undefined && before.log === log && isSameService(before.config, config)) {
      this.running?.retryNow();
      return;
    }
    this.replace({ config, log });
  }

  async close(): Promise<void> {
    this.replace(undefined);
    await this.change;
  }

  private replace(wanted: Wanted | undefined): void {
    const before = this.wanted;
    this.wanted = wanted;
    this.stop.abort();
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.change = this.change
      .then(async () => {
        await this.running?.close();
        this.running = undefined;
        if (before?.log !== wanted?.log) await before?.log?.close();
        if (wanted?.log !== undefined) await this.start(wanted.config, wanted.log, signal);
      })
      .catch((thrown: unknown) => {
        this.emit({ type: "bug", thrown });
      });
  }

  /** Tries until it succeeds, or is told to stop. */
  private async start(config: ProjectConfig, log: ProjectLog, signal: AbortSignal): Promise<void> {
    let told = "";
    while (!signal.aborted) {
      try {
        this.running = await startTopicServices({
          config,
          log: await log.open(),
          group: undefined,
          state: this.state,
          onEvent: (event) => {
            this.emit({ type: "topic", event });
          },
          env: this.env(),
          hooks: this.hooks,
          onNotice: (message) => {
            this.emit({ type: "notice", message });
          },
          isDevelopment: true,
        });
        const { appendUrl } = this.running;
        if (appendUrl !== undefined) {
          this.emit({ type: "notice", message: `other programs append to topics on ${appendUrl}` });
        }
        return;
      } catch (thrown) {
        const message = textOf(thrown);
        if (message !== told) this.emit({ type: "notice", message });
        told = message;
      }
      await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** @throws what the user can't mend */
function textOf(thrown: unknown): string {
  if (thrown instanceof LogError) return thrown.text;
  if (!(thrown instanceof UserError)) throw thrown;
  return thrown.hint === undefined ? thrown.message : `${thrown.message} (${thrown.hint})`;
}
