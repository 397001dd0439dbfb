import {
  DEFAULT_TRIGGER,
  LogError,
  MemoryLog,
  startDispatcher,
  type HandlerOutcome,
  type StartPosition,
  type Trigger,
} from "../../runtime/topics/index.ts";
import { waitFor } from "../context.testkit.ts";
import { openEarlierEndings } from "./earlierEndings.ts";

const TOPIC = "orders";

let log: MemoryLog;

beforeEach(() => {
  log = new MemoryLog([
    { name: TOPIC, partitions: 1 },
    { name: "other", partitions: 1 },
  ]);
});

const append = (...keys: readonly string[]): Promise<void> =>
  log.append(
    TOPIC,
    keys.map((key) => ({ key, value: "1" })),
  );

const triggerOf = (handlers: readonly string[], from: StartPosition = "earliest"): Trigger => ({
  topic: TOPIC,
  from,
  concurrency: DEFAULT_TRIGGER.concurrency,
  handlers: handlers.map((run) => ({
    run,
    attempts: 1,
    backoff: DEFAULT_TRIGGER.backoff,
    timeoutMs: undefined,
  })),
});

/** Handles what there is; functions return the key of an event, unless it says something else. */
async function handleAll(trigger: Trigger, from = 0): Promise<void> {
  const dispatcher = await startDispatcher({
    log,
    group: "g",
    member: "test",
    triggers: [trigger],
    handle: ({ event, handler }) => Promise.resolve(outcomeOf(event.key, handler.run)),
    onEvent: () => undefined,
  });
  const committed = async () => (await log.groups.describe("g"))?.partitions[0]?.committed ?? 0;
  const [{ end } = { end: 0 }] = await log.partitions(TOPIC);
  await waitFor(
    async () => (await committed()) === Math.max(from, end),
    () => "events are not handled",
  );
  await dispatcher.stop();
}

/** Of a key such as "first fails" or "silent". */
function outcomeOf(key: string, handler: string): HandlerOutcome {
  if (key === `${handler} fails`) return { kind: "failed", error: "no", traceback: "trace" };
  const result = key === "silent" ? undefined : JSON.stringify(`${handler} ${key}`);
  return { kind: "done", handled: { result, appends: [] } };
}

async function endings(trigger: Trigger | undefined, handler: string): Promise<readonly string[]> {
  const earlier = await openEarlierEndings({ log, group: "g", topic: TOPIC, handler, trigger });
  const found = await earlier(await log.read(TOPIC, { limit: 10_000 }));
  return found.map((ending) => {
    if (ending === undefined) return "unknown";
    return ending.kind === "failed"
      ? `failed: ${ending.error}`
      : (ending.handled.result ?? "nothing");
  });
}

test("what is kept, nothing for nothing, and unknown what was not handled", async () => {
  const trigger = triggerOf(["first"]);
  await append("a", "silent", "b");
  await handleAll(trigger);
  await append("c");
  expect(await endings(trigger, "first")).toEqual(['"first a"', "nothing", '"first b"', "unknown"]);
});

test("functions behind one that failed were not called", async () => {
  const trigger = triggerOf(["first", "second", "third"]);
  await append("second fails", "silent");
  await handleAll(trigger);
  expect(await endings(trigger, "first")).toEqual(['"first second fails"', "nothing"]);
  expect(await endings(trigger, "second")).toEqual(["failed: no", "nothing"]);
  expect(await endings(trigger, "third")).toEqual(["unknown", "nothing"]);
});

test("a function of another name did not handle them", async () => {
  await append("a", "silent");
  await handleAll(triggerOf(["old"]));
  expect(await endings(triggerOf(["old"]), "new")).toEqual(["unknown", "unknown"]);
  expect(await endings(undefined, "old")).toEqual(['"old a"', "unknown"]);
  // Nobody can tell what became of the second one.
  expect(await endings(triggerOf(["new"]), "new")).toEqual(["unknown", "nothing"]);
});

test("a group that began later did not handle those before", async () => {
  const trigger = triggerOf(["first"], "latest");
  await append("a", "b");
  await handleAll(trigger);
  await append("silent", "c", "silent");
  await handleAll(trigger);
  expect(await endings(trigger, "first")).toEqual([
    "unknown",
    "unknown",
    "unknown",
    '"first c"',
    "nothing",
  ]);
});

test("records are read for the events alone, however far they are from each other", async () => {
  const trigger = triggerOf(["first"]);
  await append(...Array.from({ length: 1000 }, (_, index) => (index % 100 === 0 ? "k" : "x")));
  await handleAll(trigger);
  const asked: number[] = [];
  const records = log.groups.records.bind(log.groups);
  jest.spyOn(log.groups, "records").mockImplementation((filter) => {
    asked.push(filter.to - filter.from);
    return records(filter);
  });
  const earlier = await openEarlierEndings({
    log,
    group: "g",
    topic: TOPIC,
    handler: "first",
    trigger,
  });
  asked.length = 0;
  expect(await earlier(await log.read(TOPIC, { key: "k", limit: 100 }))).toHaveLength(10);
  expect(asked).toEqual(Array.from({ length: 10 }, () => 1));
  asked.length = 0;
  await earlier(await log.read(TOPIC, { limit: 1000 }));
  expect(asked).toEqual([200, 200, 200, 200, 200]);
});

test("a group has to read the topic", async () => {
  await expect(endings(undefined, "first")).rejects.toThrow("there is no group 'g'");
  await handleAll(triggerOf(["first"]));
  const other = { log, group: "g", topic: "other", handler: "first", trigger: undefined };
  await expect(openEarlierEndings(other)).rejects.toThrow(
    "group 'g' does not read the topic 'other'",
  );
});

test("a log that keeps no records says so", async () => {
  jest.spyOn(log.groups, "records").mockRejectedValue(new LogError("nothing is kept"));
  await expect(endings(undefined, "first")).rejects.toThrow("nothing is kept");
});
