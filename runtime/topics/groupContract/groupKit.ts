/** What the tests of groups share: a log for each, its members, and short words for what they do with them. */
import type { DeadLetter, DeadLetterFilter, Fence, GroupPartition } from "../groups.ts";
import type { LogStorage } from "../storage.ts";
import { TestMember, until, type TestMemberOptions } from "./testMember.ts";

/** What a log may be unable to do. */
export type GroupFeature =
  /** It keeps what is settled above the committed offset, */
  | "gaps"
  /** how often events failed, */
  | "attempts"
  /** and what functions did. */
  | "records"
  /** It refuses what is appended on behalf of a lease that is no longer held, */
  | "fences"
  /** delivers dead letters again, and drops them, */
  | "redrive"
  /** resets groups, */
  | "reset"
  /** also those that have members, */
  | "liveReset"
  /** and tells what groups there are, and who takes part. */
  | "list"
  /** Members are not interrupted in the partitions they keep when others come and go, */
  | "keptLeases"
  /** and when a partition is given to another, nothing that was settled is delivered once more. */
  | "exactHandover";

export interface GroupContract {
  readonly without?: readonly GroupFeature[];
  /** How soon partitions are shared evenly when members come and go. */
  readonly rebalanceMs?: number;
}

export interface GroupKit {
  /** That of the test. */
  readonly log: LogStorage;
  readonly rebalanceMs: number;
  readonly has: (feature: GroupFeature) => boolean;
  /** A test, skipped when the log lacks what it needs. */
  readonly check: (name: string, needs: readonly GroupFeature[], run: () => Promise<void>) => void;
  /** Joins group "g" for the topic "single", unless something else is said. Leaves when the test ends. */
  readonly join: (options?: Partial<TestMemberOptions>) => Promise<TestMember>;
  readonly append: (
    topic: string,
    ...entries: readonly (readonly [key: string, value: unknown])[]
  ) => Promise<void>;
  /** Numbers from `from` on, each with a key of its own. */
  readonly appendMany: (topic: string, from: number, to: number) => Promise<void>;
  /** To the topic "users". */
  readonly appendFenced: (
    fence: Fence | undefined,
    value: number,
    idempotencyKey?: string,
  ) => Promise<void>;
  readonly stored: (topic: string) => Promise<readonly unknown[]>;
  /** How far group "g" has come. */
  readonly partitionOf: (topic: string, partition?: number) => Promise<GroupPartition>;
  /** Of group "g". */
  readonly letters: (filter?: Partial<DeadLetterFilter>) => Promise<readonly DeadLetter[]>;
  /** Until a member was given so many events. */
  readonly untilGiven: (member: TestMember, count: number) => Promise<void>;
}

const TEST_TIMEOUT_MS = 120_000;

export function createGroupKit(
  open: () => Promise<LogStorage>,
  { without = [], rebalanceMs = 5000 }: GroupContract,
): GroupKit {
  let log: LogStorage;
  let members: TestMember[] = [];

  beforeEach(async () => {
    log = await open();
    members = [];
  }, TEST_TIMEOUT_MS);

  afterEach(async () => {
    await Promise.all(members.map((member) => member.leave()));
    await log.close();
  }, TEST_TIMEOUT_MS);

  const has = (feature: GroupFeature): boolean => !without.includes(feature);

  const append: GroupKit["append"] = (topic, ...entries) =>
    log.append(
      topic,
      entries.map(([key, value]) => ({ key, value: JSON.stringify(value) })),
    );

  return {
    get log() {
      return log;
    },
    rebalanceMs,
    has,
    check: (name, needs, run) => {
      const missing = needs.filter((feature) => !has(feature));
      if (missing.length === 0) test(name, run, TEST_TIMEOUT_MS);
      else test.skip(`${name} (this log is without: ${missing.join(", ")})`, run);
    },
    join: (options) => {
      const member = new TestMember({ group: "g", topics: ["single"], ...options });
      members.push(member);
      return member.join(log);
    },
    append,
    appendMany: (topic, from, to) =>
      append(topic, ...range(from, to).map((value) => [`key ${String(value)}`, value] as const)),
    appendFenced: (fence, value, idempotencyKey) =>
      log.append("users", [{ key: "k", value: String(value) }], { fence, idempotencyKey }),
    stored: async (topic) =>
      (await log.read(topic, { limit: 10_000 })).map(({ value }) => JSON.parse(value) as unknown),
    partitionOf: async (topic, partition = 0) => {
      const partitions = (await log.groups.describe("g"))?.partitions ?? [];
      const found = partitions.find((each) => each.topic === topic && each.partition === partition);
      if (found === undefined) throw new Error(`the group does not know ${topic}`);
      return found;
    },
    letters: (filter) => log.groups.deadLetters({ group: "g", limit: 100, ...filter }),
    untilGiven: (member, count) =>
      until(() => member.deliveries.length >= count, `${String(count)} deliveries`),
  };
}

export function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

/** By what they are as numbers. */
export function sorted<Value>(values: readonly Value[]): Value[] {
  return [...values].sort((left, right) => Number(left) - Number(right));
}
