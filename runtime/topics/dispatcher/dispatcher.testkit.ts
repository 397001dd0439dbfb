/** Dispatchers whose functions a test plays, on a log in memory. */
import { MemoryLog } from "../drivers/memory/memoryLog.ts";
import { until } from "../groupContract/testMember.ts";
import type { DeadLetter } from "../groups.ts";
import type { LogStorage } from "../storage.ts";
import { startDispatcher, type Dispatcher } from "./index.ts";
import {
  DEFAULT_TRIGGER,
  type DispatchEvent,
  type Handle,
  type HandlerCall,
  type HandlerOutcome,
  type Trigger,
  type TriggerHandler,
} from "./trigger.ts";

export const DONE: HandlerOutcome = { kind: "done", handled: { result: undefined, appends: [] } };

export const FAILED: HandlerOutcome = {
  kind: "failed",
  error: "app/f.lua:2: boom",
  traceback: "stack traceback:\n\tapp/f.lua:2: in function <app/f.lua:1>",
};

export const UNAVAILABLE: HandlerOutcome = { kind: "unavailable", error: "module 'f' not found" };

/** @param settings Of all its functions. */
export function triggerFor(
  topic: string,
  runs: readonly string[] = ["f"],
  settings: Partial<Trigger & TriggerHandler> = {},
): Trigger {
  const { from, concurrency, attempts } = { ...DEFAULT_TRIGGER, ...settings };
  const backoff = settings.backoff ?? { firstMs: 1, factor: 1, maxMs: 1 };
  const handlers = runs.map((run) => ({ run, attempts, backoff, timeoutMs: undefined }));
  return { topic, from, concurrency, handlers };
}

/** What was called: "f a1", with a key and its value; from the second attempt on "f a1 #2". */
export function labelOf({ handler, event, attempt }: HandlerCall): string {
  const tried = attempt === 1 ? "" : ` #${String(attempt)}`;
  return `${handler.run} ${event.key}${event.value}${tried}`;
}

export class DispatchKit {
  readonly log: MemoryLog = new MemoryLog([
    { name: "many", partitions: 4 },
    { name: "single", partitions: 1 },
    { name: "other", partitions: 1 },
  ]);
  /** Calls that have begun, in their order. */
  readonly calls: HandlerCall[] = [];
  /** What the dispatchers told. */
  readonly events: DispatchEvent[] = [];
  private readonly dispatchers: Dispatcher[] = [];

  /** Starts a dispatcher of group "g"; for the topic "single" and the function "f" unless something else is said. */
  async start(
    handle: Handle,
    {
      triggers = [triggerFor("single")],
      log = this.log,
    }: { triggers?: readonly Trigger[]; log?: LogStorage } = {},
  ): Promise<Dispatcher> {
    const dispatcher = await startDispatcher({
      log,
      group: "g",
      member: "test",
      triggers,
      handle: (call) => {
        this.calls.push(call);
        return handle(call);
      },
      onEvent: (event) => this.events.push(event),
    });
    this.dispatchers.push(dispatcher);
    return dispatcher;
  }

  /** Each key with the next number as its value, counted by key. */
  async append(topic: string, ...keys: readonly string[]): Promise<void> {
    const counts = new Map<string, number>();
    const events = keys.map((key) => {
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      return { key, value: String(count) };
    });
    await this.log.append(topic, events);
  }

  get labels(): readonly string[] {
    return this.calls.map(labelOf);
  }

  async untilCalled(count: number): Promise<void> {
    await until(() => this.calls.length >= count, `${String(count)} calls`);
  }

  /** Until all events of the group are settled. */
  async untilSettled(): Promise<void> {
    await until(async () => (await this.log.groups.list())[0]?.lag === 0, "all to be settled");
  }

  async untilTold(type: DispatchEvent["type"], count = 1): Promise<void> {
    await until(() => this.told(type).length >= count, `"${type}"`);
  }

  told<Type extends DispatchEvent["type"]>(
    type: Type,
  ): readonly Extract<DispatchEvent, { type: Type }>[] {
    return this.events.filter(
      (event): event is Extract<DispatchEvent, { type: Type }> => event.type === type,
    );
  }

  letters(): Promise<readonly DeadLetter[]> {
    return this.log.groups.deadLetters({ group: "g", limit: 100 });
  }

  async close(): Promise<void> {
    await Promise.all(this.dispatchers.map((dispatcher) => dispatcher.stop()));
    await this.log.close();
  }
}

/** Something to wait for, which the test lets through. */
export class Gate {
  private release: () => void = () => undefined;
  readonly opened = new Promise<void>((resolve) => {
    this.release = resolve;
  });

  open(): void {
    this.release();
  }
}

/** Lets whatever is ready run. */
export async function settleDown(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}
