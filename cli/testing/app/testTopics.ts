/** The topics of a project for one test file: a log of its own, and triggers that run when they are told to. */
import { setTimeout as delay } from "node:timers/promises";
import type { LuaState } from "../../../runtime/index.ts";
import type { TestTopics, TriggerRun } from "../../../runtime/testing/index.ts";
import {
  checkTopic,
  LogError,
  type DeadLetter,
  type DispatchEvent,
  type LogStorage,
  type StoredEvent,
  type Trigger,
} from "../../../runtime/topics/index.ts";
import type { ProjectConfig } from "../../config.ts";
import { consumerGroupOf } from "../../consumerGroup.ts";
import { ProjectLog } from "../../projectLog.ts";
import type { ScheduleConfig } from "../../scheduleConfig.ts";
import { tickHeaders } from "../../schedules.ts";
import { suggest } from "../../suggestion.ts";
import { startTriggers, triggersOf } from "../../triggers.ts";
import { RecordedLog } from "./recordedLog.ts";

/** After so many calls there is probably no end of it. */
const MAX_CALLS = 10_000;
/** How often it is looked whether all is handled; each time later, up to the second one. */
const FIRST_LOOK_MS = 1;
const MAX_LOOK_MS = 50;
const MAX_LETTERS = 100_000;

export interface TestTopicsOptions {
  /** Absolute path. */
  readonly root: string;
  readonly config: ProjectConfig;
  readonly environment: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onNotice: (message: string) => void;
  /** That of the test, once it is made. */
  readonly state: () => LuaState;
}

interface OpenLog {
  readonly projectLog: ProjectLog;
  readonly recorded: Promise<RecordedLog>;
}

export class ProjectTestTopics implements TestTopics {
  private readonly options: TestTopicsOptions;
  private readonly triggers: readonly Trigger[];
  private readonly group: string;
  private opened: OpenLog | undefined = undefined;

  /** @throws UserError when the settings say nothing that a test can use */
  constructor(options: TestTopicsOptions) {
    this.options = options;
    const { config } = options;
    this.triggers = triggersOf(config).map(atOnce);
    this.group = consumerGroupOf(config);
    if (config.topics.length > 0) this.newLog();
  }

  /** What the module `topics` uses. @throws LogError */
  async open(): Promise<LogStorage> {
    return (await this.log()).storage;
  }

  async events(topic: string): Promise<readonly StoredEvent[]> {
    const log = await this.log();
    checkTopic(log.storage, topic);
    return await log.events(topic);
  }

  async deadLetters(topic: string | undefined): Promise<readonly DeadLetter[]> {
    const { storage } = await this.log();
    if (topic !== undefined) checkTopic(storage, topic);
    return await storage.groups.deadLetters({ group: this.group, topic, limit: MAX_LETTERS });
  }

  async runTriggers(): Promise<TriggerRun> {
    if (this.triggers.length === 0) return { handled: 0, failed: 0, deadLetters: [] };
    const before = new Set((await this.deadLetters(undefined)).map(({ id }) => id));
    const counts = await new Run(this.triggers, this.group).run(
      await this.open(),
      this.options.state,
    );
    const letters = await this.deadLetters(undefined);
    return { ...counts, deadLetters: letters.filter(({ id }) => !before.has(id)) };
  }

  async runSchedules(key: string, topic: string | undefined): Promise<number> {
    const { config, now } = this.options;
    const isMeant = (schedule: ScheduleConfig): boolean =>
      schedule.key === key && (topic === undefined || schedule.topic === topic);
    const meant = config.schedules.filter(isMeant);
    if (meant.length === 0) {
      const keys = [...new Set(config.schedules.map((schedule) => schedule.key))];
      const where = topic === undefined ? "" : ` and the topic '${topic}'`;
      const hint =
        keys.length === 0
          ? "a project names its schedules in config/application.yml"
          : suggest(key, keys, "keys");
      throw new LogError(`no schedule has the key '${key}'${where}`, hint);
    }
    const { storage } = await this.log();
    const headers = tickHeaders(new Date(now()).toISOString());
    for (const { topic: name, value } of meant) {
      await storage.append(name, [{ key, value }], { headers });
    }
    return meant.length;
  }

  async clear(): Promise<void> {
    await this.close();
  }

  async close(): Promise<void> {
    const { opened } = this;
    this.opened = undefined;
    await opened?.recorded.catch(() => undefined);
    await opened?.projectLog.close();
  }

  private async log(): Promise<RecordedLog> {
    if (this.options.config.topics.length === 0) {
      throw new LogError(
        "there are no topics",
        "a project names its topics in config/application.yml",
      );
    }
    if (this.opened === undefined) {
      const projectLog = this.newLog();
      const recorded = projectLog.open().then((log) => new RecordedLog(log));
      this.opened = { projectLog, recorded };
    }
    return await this.opened.recorded;
  }

  private newLog(): ProjectLog {
    const { root, config, environment, now, onNotice } = this.options;
    return new ProjectLog({ root, config, environment, now, onNotice, isTemporary: true });
  }
}

/** Failed attempts are repeated at once; all events count, for the file began without any. */
function atOnce(trigger: Trigger): Trigger {
  const backoff = { firstMs: 0, factor: 1, maxMs: 0 };
  const handlers = trigger.handlers.map((handler) => ({ ...handler, backoff }));
  return { ...trigger, from: "earliest", handlers };
}

/** One time in which triggers run. */
class Run {
  private readonly triggers: readonly Trigger[];
  private readonly group: string;
  private handled = 0;
  private failed = 0;
  private problem: Error | undefined = undefined;

  constructor(triggers: readonly Trigger[], group: string) {
    this.triggers = triggers;
    this.group = group;
  }

  /** Resolves when nothing is left to handle. @throws LogError */
  async run(log: LogStorage, state: () => LuaState): Promise<Omit<TriggerRun, "deadLetters">> {
    const { triggers, group } = this;
    const dispatcher = await startTriggers({
      triggers,
      log,
      group,
      state,
      onEvent: (event) => {
        this.take(event);
      },
      onSpan: undefined,
      neverPauses: true,
    });
    try {
      await this.untilDone(log);
    } finally {
      await dispatcher.stop();
    }
    const { handled, failed } = this;
    return { handled, failed };
  }

  private async untilDone(log: LogStorage): Promise<void> {
    for (let pauseMs = FIRST_LOOK_MS; ; pauseMs = Math.min(MAX_LOOK_MS, pauseMs * 1.5)) {
      if (this.problem !== undefined) throw this.problem;
      const calls = this.handled + this.failed;
      if (calls > MAX_CALLS) {
        throw new LogError(
          `${String(calls)} calls, and events are left`,
          "does a function append to the topic whose events it handles?",
        );
      }
      const description = await log.groups.describe(this.group);
      const topics = new Set(this.triggers.map(({ topic }) => topic));
      const open = description?.partitions.filter(({ topic, lag }) => topics.has(topic) && lag > 0);
      if (open?.length === 0) return;
      await delay(pauseMs);
    }
  }

  private take(event: DispatchEvent): void {
    switch (event.type) {
      case "handled":
        this.handled++;
        break;
      case "failed":
      case "dead":
        this.failed++;
        break;
      case "paused":
        this.problem ??= new LogError(
          `the events of topic '${event.topic}' can't be handled: ${event.error}`,
        );
        break;
      case "problem":
        this.problem ??= event.error;
        break;
      case "bug":
        this.problem ??=
          event.thrown instanceof Error ? event.thrown : new Error(String(event.thrown));
        break;
      case "resumed":
        break;
    }
  }
}
