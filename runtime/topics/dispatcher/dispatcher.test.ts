/** How events are handled when all is well, and when functions fail. */
import { delay, until } from "../groupContract/testMember.ts";
import { randomFrom } from "../random.testkit.ts";
import {
  DispatchKit,
  DONE,
  FAILED,
  Gate,
  labelOf,
  settleDown,
  triggerFor,
} from "./dispatcher.testkit.ts";
import type { HandlerCall } from "./trigger.ts";

let kit: DispatchKit;

beforeEach(() => {
  kit = new DispatchKit();
});

afterEach(async () => {
  await kit.close();
});

test.each([1, 2, 3])(
  "the events of a key one after the other, those of others meanwhile, seed %d",
  async (seed) => {
    const random = randomFrom(seed);
    const keys = Array.from({ length: 300 }, () => `k${String(random(25))}_`);
    const running = new Set<string>();
    let most = 0;
    let overlaps = 0;
    const handled = new Map<string, number[]>();
    await kit.append("many", ...keys.slice(0, 100));
    await kit.start(
      async ({ event: { key, value } }) => {
        if (running.has(key)) overlaps++;
        running.add(key);
        most = Math.max(most, running.size);
        for (let turns = random(4); turns > 0; turns--) await settleDown();
        running.delete(key);
        if (random(10) === 0) return FAILED;
        handled.set(key, [...(handled.get(key) ?? []), Number(value)]);
        return DONE;
      },
      { triggers: [triggerFor("many", ["f"], { concurrency: 7, attempts: 100 })] },
    );
    await kit.untilCalled(50);
    const counts = new Map<string, number>();
    for (const key of keys.slice(0, 100)) counts.set(key, (counts.get(key) ?? 0) + 1);
    for (const key of keys.slice(100)) {
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      await kit.log.append("many", [{ key, value: String(count) }]);
    }
    await kit.untilSettled();
    expect(overlaps).toBe(0);
    expect(most).toBe(7);
    for (const [key, count] of counts) {
      expect(handled.get(key)).toEqual(Array.from({ length: count }, (_, index) => index + 1));
    }
    expect(await kit.letters()).toEqual([]);
  },
);

test("tells what it hands over and what became of it", async () => {
  await kit.append("single", "a");
  const result = '{"x":1}';
  const appends = [{ topic: "other", events: [{ key: "k", value: "2" }] }];
  await kit.start(() => Promise.resolve({ kind: "done", handled: { result, appends } }), {
    triggers: [triggerFor("single", ["f", "g"])],
  });
  await kit.untilSettled();
  const [event] = await kit.log.read("single", { limit: 1 });
  const [first] = kit.calls as [HandlerCall];
  expect(first).toEqual({
    handler: triggerFor("single").handlers[0],
    event,
    attempt: 1,
    fence: { group: "g", topic: "single", partition: 0, epoch: 1 },
  });
  expect(kit.events).toEqual(
    ["f", "g"].map((handler) => ({
      type: "handled",
      event,
      handler,
      attempt: 1,
      durationMs: expect.any(Number) as number,
    })),
  );
  const filter = { group: "g", topic: "single", partition: 0, from: 0, to: 10, handler: "g" };
  expect(await kit.log.groups.records(filter)).toEqual([
    { handler: "g", offset: 0, result, appends },
  ]);
});

test("each topic has its own functions; a topic that is not handled is left alone", async () => {
  await kit.append("single", "a");
  await kit.append("other", "b");
  await kit.append("many", "c");
  await kit.start(() => Promise.resolve(DONE), {
    triggers: [triggerFor("single", ["f"]), triggerFor("other", ["g"])],
  });
  await kit.untilSettled();
  expect([...kit.labels].sort()).toEqual(["f a1", "g b1"]);
});

test("begins behind the latest event when it is to", async () => {
  await kit.append("single", "a");
  await kit.start(() => Promise.resolve(DONE), {
    triggers: [triggerFor("single", ["f"], { from: "latest" })],
  });
  await kit.append("single", "b");
  await kit.untilSettled();
  expect(kit.labels).toEqual(["f b1"]);
});

test("what fails is tried again; nothing but its key waits for it", async () => {
  const gate = new Gate();
  await kit.append("single", "bad", "good", "bad", "good");
  await kit.start(
    async ({ event, attempt }) => {
      if (event.key === "good" || event.value === "2") return DONE;
      if (attempt === 3) await gate.opened;
      return attempt <= 3 ? FAILED : DONE;
    },
    { triggers: [triggerFor("single", ["f"], { concurrency: 2 })] },
  );
  await until(() => kit.labels.includes("f bad1 #3"), "the third attempt");
  await until(() => kit.labels.includes("f good2"), "the others");
  expect(kit.labels).not.toContain("f bad2");
  gate.open();
  await kit.untilSettled();
  expect(kit.labels.filter((label) => label.includes("bad"))).toEqual([
    "f bad1",
    "f bad1 #2",
    "f bad1 #3",
    "f bad1 #4",
    "f bad2",
  ]);
  expect(kit.told("failed")).toMatchObject([1, 2, 3].map((attempt) => ({ attempt })));
});

test("waits longer each time, at most so long, and not always the same time", async () => {
  await kit.append("single", "a");
  const backoff = { firstMs: 8, factor: 2, maxMs: 20 };
  await kit.start(({ attempt }) => Promise.resolve(attempt < 5 ? FAILED : DONE), {
    triggers: [triggerFor("single", ["f"], { backoff })],
  });
  await kit.untilSettled();
  const waits = kit.told("failed").map(({ retryMs }) => retryMs);
  [8, 16, 20, 20].forEach((longest, index) => {
    expect(waits[index]).toBeGreaterThanOrEqual(longest / 2);
    expect(waits[index]).toBeLessThanOrEqual(longest);
  });
  expect(new Set(waits).size).toBe(4);
});

test("after all attempts it is a dead letter, and its key moves on", async () => {
  await kit.append("single", "a", "a");
  await kit.start(({ event }) => Promise.resolve(event.value === "1" ? FAILED : DONE), {
    triggers: [triggerFor("single", ["f"], { attempts: 3 })],
  });
  await kit.untilSettled();
  expect(kit.labels).toEqual(["f a1", "f a1 #2", "f a1 #3", "f a2"]);
  const { kind: _kind, ...failure } = FAILED as Extract<typeof FAILED, { kind: "failed" }>;
  const [event] = await kit.log.read("single", { limit: 1 });
  expect(await kit.letters()).toMatchObject([{ event, handler: "f", attempts: 3, ...failure }]);
  expect(kit.told("dead")).toMatchObject([
    { event, handler: "f", attempt: 3, error: failure.error },
  ]);
  expect(kit.told("failed")).toHaveLength(2);
});

test("several functions are called in their order, and a retry goes on with the one that failed", async () => {
  await kit.append("single", "a", "a");
  let failures = 2;
  await kit.start(
    ({ handler }) => Promise.resolve(handler.run === "g" && failures-- > 0 ? FAILED : DONE),
    {
      triggers: [triggerFor("single", ["f", "g", "h"])],
    },
  );
  await kit.untilSettled();
  expect(kit.labels).toEqual([
    "f a1",
    "g a1",
    "g a1 #2",
    "g a1 #3",
    "h a1",
    "f a2",
    "g a2",
    "h a2",
  ]);
});

test("each function has its attempts; those behind one that gave up are not called", async () => {
  await kit.append("single", "a");
  await kit.start(
    ({ handler, attempt }) =>
      Promise.resolve(handler.run === "h" || attempt < 3 || handler.run === "g" ? FAILED : DONE),
    { triggers: [triggerFor("single", ["f", "g", "h"], { attempts: 3 })] },
  );
  await kit.untilSettled();
  expect(kit.labels).toEqual(["f a1", "f a1 #2", "f a1 #3", "g a1", "g a1 #2", "g a1 #3"]);
  expect(await kit.letters()).toMatchObject([{ handler: "g", attempts: 3 }]);
});

describe("another member that takes over", () => {
  const triggers = [
    triggerFor("single", ["f", "g"], { backoff: { firstMs: 60_000, factor: 1, maxMs: 60_000 } }),
  ];

  test("goes on with the function that failed, and goes on counting", async () => {
    await kit.append("single", "a");
    const first = await kit.start(
      ({ handler }) => Promise.resolve(handler.run === "f" ? DONE : FAILED),
      { triggers },
    );
    await kit.untilTold("failed");
    await first.stop();
    await kit.start(() => Promise.resolve(DONE), { triggers });
    await kit.untilSettled();
    expect(kit.labels).toEqual(["f a1", "g a1", "g a1 #2"]);
  });

  test("does not call what was done when the other stopped between two functions", async () => {
    await kit.append("single", "a");
    const gate = new Gate();
    const first = await kit.start(
      async () => {
        await gate.opened;
        return DONE;
      },
      { triggers },
    );
    await kit.untilCalled(1);
    const stopped = first.stop();
    gate.open();
    await stopped;
    expect(kit.labels).toEqual(["f a1"]);
    await kit.start(() => Promise.resolve(DONE), { triggers });
    await kit.untilSettled();
    expect(kit.labels).toEqual(["f a1", "g a1"]);
  });

  test("does not call what was done when a later function was not there", async () => {
    await kit.append("single", "a");
    const first = await kit.start(
      ({ handler }) =>
        Promise.resolve(handler.run === "f" ? DONE : { kind: "unavailable", error: "no g" }),
      { triggers },
    );
    await kit.untilTold("paused");
    await first.stop();
    await kit.start(() => Promise.resolve(DONE), { triggers });
    await kit.untilSettled();
    expect(kit.labels).toEqual(["f a1", "g a1", "g a1"]);
  });

  test("begins with the first function when the one that failed is no longer called", async () => {
    await kit.append("single", "a");
    const first = await kit.start(
      ({ handler }) => Promise.resolve(handler.run === "f" ? DONE : FAILED),
      { triggers },
    );
    await kit.untilTold("failed");
    await first.stop();
    await kit.start(() => Promise.resolve(DONE), { triggers: [triggerFor("single", ["f", "h"])] });
    await kit.untilSettled();
    expect(kit.labels).toEqual(["f a1", "g a1", "f a1", "h a1"]);
  });
});

test("members share the work; each event is handled once", async () => {
  const keys = Array.from({ length: 80 }, (_, index) => `k${String(index)}_`);
  const handle = async (): Promise<typeof DONE> => {
    await delay(1);
    return DONE;
  };
  const triggers = [triggerFor("many")];
  await kit.append("many", ...keys.slice(0, 40));
  const first = await kit.start(handle, { triggers });
  await kit.start(handle, { triggers });
  await kit.append("many", ...keys.slice(40));
  await kit.untilCalled(60);
  await first.stop();
  await kit.untilSettled();
  expect([...kit.labels].sort()).toEqual(keys.map((key) => `f ${key}1`).sort());
});

describe("dead letters that are to be handled again", () => {
  const triggers = [triggerFor("single", ["f", "g"], { attempts: 2 })];

  const failing = (isFailing: (label: string) => boolean) => (call: HandlerCall) =>
    Promise.resolve(isFailing(labelOf(call)) ? FAILED : DONE);

  test("begin with the function that failed, and are forgotten when they are handled", async () => {
    await kit.append("single", "a", "a");
    let isMended = false;
    await kit.start(
      failing((label) => !isMended && label.startsWith("g a1")),
      { triggers },
    );
    await kit.untilSettled();
    isMended = true;
    const [letter] = await kit.letters();
    await kit.log.groups.redrive([letter?.id ?? ""]);
    await until(async () => (await kit.letters()).length === 0, "its end");
    expect(kit.labels).toEqual(["f a1", "g a1", "g a1 #2", "f a2", "g a2", "g a1"]);
  });

  test("are dead letters again when they fail as often", async () => {
    await kit.append("single", "a");
    await kit.start(
      failing((label) => label.startsWith("g")),
      { triggers },
    );
    await kit.untilSettled();
    const [letter] = await kit.letters();
    await kit.log.groups.redrive([letter?.id ?? ""]);
    await kit.untilTold("dead", 2);
    expect(kit.labels).toEqual(["f a1", "g a1", "g a1 #2", "g a1", "g a1 #2"]);
    expect(await kit.letters()).toMatchObject([{ id: letter?.id, attempts: 2, isRedriven: false }]);
  });
});

test("a bug of ours is told, and the event is not settled", async () => {
  await kit.append("single", "a", "b");
  const bug = new Error("bug");
  await kit.start(({ event }) => (event.key === "a" ? Promise.reject(bug) : Promise.resolve(DONE)));
  await kit.untilTold("bug");
  await kit.untilTold("handled");
  expect(kit.told("bug")).toEqual([{ type: "bug", thrown: bug }]);
  expect(await kit.log.groups.list()).toMatchObject([{ lag: 1, deadLetters: 0 }]);
});
