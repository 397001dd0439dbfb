/** The triggers of a project: its settings as the dispatcher takes them, and the dispatcher, running. */
import { hostname } from "node:os";
import type { LuaState, TakeSpan } from "../runtime/index.ts";
import {
  DEFAULT_TRIGGER,
  LogError,
  startDispatcher,
  type Backoff,
  type DispatchEvent,
  type Dispatcher,
  type LogStorage,
  type Trigger,
} from "../runtime/topics/index.ts";
import { createHandle } from "../runtime/triggers/index.ts";
import type { ProjectConfig, TriggerConfig } from "./config.ts";
import { UserError } from "./errors.ts";

/** Topics without functions have none. */
export function triggersOf({ events }: ProjectConfig): readonly Trigger[] {
  return [...events].flatMap(([topic, config]) =>
    config.APPEND.length === 0 ? [] : [toTrigger(topic, config)],
  );
}

function toTrigger(topic: string, config: TriggerConfig): Trigger {
  return {
    topic,
    from: config.from ?? DEFAULT_TRIGGER.from,
    concurrency: config.concurrency ?? DEFAULT_TRIGGER.concurrency,
    handlers: config.APPEND.map(({ run, attempts, backoff, timeout }) => ({
      run,
      attempts: attempts ?? config.attempts ?? DEFAULT_TRIGGER.attempts,
      backoff: toBackoff(config.backoff, backoff),
      timeoutMs: timeout ?? config.timeout,
    })),
  };
}

/** What the function says, else the topic. */
function toBackoff(topic: TriggerConfig["backoff"], own: TriggerConfig["backoff"]): Backoff {
  const { firstMs, factor, maxMs } = DEFAULT_TRIGGER.backoff;
  const first = own?.first ?? topic?.first ?? firstMs;
  return {
    firstMs: first,
    factor: own?.factor ?? topic?.factor ?? factor,
    maxMs: Math.max(own?.max ?? topic?.max ?? maxMs, first),
  };
}

export interface TriggerOptions {
  readonly triggers: readonly Trigger[];
  readonly log: LogStorage;
  readonly group: string;
  /** The newest of the project. */
  readonly state: () => LuaState;
  readonly onEvent: (event: DispatchEvent) => void;
  /** Called at the end of each span of an event. */
  readonly onSpan: TakeSpan | undefined;
  /** Failures are always those of events: for tests. */
  readonly neverPauses?: boolean;
}

/** @throws UserError when the log can't be reached */
export async function startTriggers(options: TriggerOptions): Promise<Dispatcher> {
  try {
    return await startDispatcher({
      ...options,
      member: `${hostname()} ${String(process.pid)}`,
      handle: createHandle(options.state, options.onSpan),
    });
  } catch (thrown) {
    if (thrown instanceof LogError) throw new UserError(thrown.message, thrown.hint);
    throw thrown;
  }
}
