/** What `spacer test` gives a test file: the project whose file it is, to be asked like a server. */
import type { InvocationLimits } from "../core/invocation.ts";
import type { LuaState } from "../core/state.ts";
import type { DeadLetter } from "../topics/groups.ts";
import type { StoredEvent } from "../topics/storage.ts";
import type { TestClock } from "./testClock.ts";
import type { TestRandom } from "./testRandom.ts";

/** A header: name and value, in bytes. */
export type TestHeader = readonly [name: string, value: string];

/** All texts are byte strings. */
export interface TestRequest {
  readonly method: string;
  /** Path and query, of characters that a URL can have. */
  readonly target: string;
  readonly headers: readonly TestHeader[];
  readonly body: string | undefined;
  /** Whether it carries the internal token. */
  readonly isInternal: boolean;
}

/** A reply whose head has come. */
export interface TestResponse {
  readonly status: number;
  /** As they were sent, in order. */
  readonly headers: readonly TestHeader[];
  /** What comes next of the body, in bytes; `undefined` at its end. @throws Error when the connection was cut */
  next(): Promise<string | undefined>;
  /** Goes away, as a client does that wants no more. */
  close(): void;
}

export interface TriggerRun {
  /** How many calls of functions went well, */
  readonly handled: number;
  /** and how many failed. */
  readonly failed: number;
  /** Events that became dead letters. */
  readonly deadLetters: readonly DeadLetter[];
}

export interface TestTopics {
  /** All events of a topic, in the order in which they were appended. @throws LogError */
  events(topic: string): Promise<readonly StoredEvent[]>;
  /** @param topic Of all when `undefined`. @throws LogError */
  deadLetters(topic: string | undefined): Promise<readonly DeadLetter[]>;
  /**
   * Handles all events that were not handled so far, and those that are appended meanwhile.
   *
   * @throws LogError when a function is missing, or there is no end of it
   */
  runTriggers(): Promise<TriggerRun>;
  /**
   * Appends now what the schedules of a key append when it is time.
   *
   * @param topic Of any when `undefined`.
   * @returns How many schedules there are.
   * @throws LogError when there is none
   */
  runSchedules(key: string, topic: string | undefined): Promise<number>;
  /** Begins anew, with nothing in any topic. @throws LogError */
  clear(): Promise<void>;
}

export interface TestApp {
  readonly clock: TestClock;
  readonly random: TestRandom;
  /** Of each call of a function. */
  readonly limits: InvocationLimits;
  readonly topics: TestTopics;
  /** Sends a request to the project's gateway. @throws Error when there is none, or no reply */
  send(request: TestRequest): Promise<TestResponse>;
}

const apps = new WeakMap<LuaState, TestApp>();

export function provideTestApp(state: LuaState, app: TestApp): void {
  apps.set(state, app);
}

/** `undefined` in programs that are no tests. */
export function testAppOf(state: LuaState): TestApp | undefined {
  return apps.get(state);
}
