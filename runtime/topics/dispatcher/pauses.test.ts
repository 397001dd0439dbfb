/** Topics of which nothing can be handled for a while. */
import { until } from "../groupContract/testMember.ts";
import {
  DispatchKit,
  DONE,
  FAILED,
  settleDown,
  triggerFor,
  UNAVAILABLE,
} from "./dispatcher.testkit.ts";
import type { HandlerCall, HandlerOutcome } from "./trigger.ts";

let kit: DispatchKit;

beforeEach(() => {
  kit = new DispatchKit();
});

afterEach(async () => {
  await kit.close();
});

const keysFrom = (from: number, to: number): readonly string[] =>
  Array.from({ length: to - from }, (_, index) => `k${String(from + index)}_`);

describe("a function that is not there", () => {
  test("pauses its topic without spending attempts, until it is looked for again", async () => {
    let isMended = false;
    await kit.append("single", "a", "b", "a");
    await kit.append("other", "c");
    const dispatcher = await kit.start(
      ({ handler }) => Promise.resolve(isMended || handler.run === "g" ? DONE : UNAVAILABLE),
      {
        triggers: [
          triggerFor("single", ["f"], { attempts: 1, concurrency: 1 }),
          triggerFor("other", ["g"]),
        ],
      },
    );
    await kit.untilTold("paused");
    await kit.untilTold("handled");
    await settleDown();
    expect([...kit.labels].sort()).toEqual(["f a1", "g c1"]);
    dispatcher.retryNow();
    await kit.untilCalled(3);
    await settleDown();
    isMended = true;
    dispatcher.retryNow();
    await kit.untilSettled();
    expect(kit.calls.map(({ attempt }) => attempt)).toEqual(kit.calls.map(() => 1));
    // Two of them in vain.
    expect(kit.calls).toHaveLength(6);
    expect(await kit.letters()).toEqual([]);
    // The same problem is told once.
    const error = "module 'f' not found";
    expect(kit.told("paused")).toEqual([
      { type: "paused", topic: "single", why: "unavailable", error },
    ]);
    expect(kit.told("resumed")).toEqual([{ type: "resumed", topic: "single" }]);
  });

  test("is told of anew when something else is wrong with it", async () => {
    let error = "one";
    await kit.append("single", "a");
    const dispatcher = await kit.start(() => Promise.resolve({ kind: "unavailable", error }));
    await kit.untilTold("paused");
    error = "two";
    dispatcher.retryNow();
    await kit.untilTold("paused", 2);
    expect(kit.told("paused")).toMatchObject([{ error: "one" }, { error: "two" }]);
  });
});

describe("when most events fail", () => {
  let isWell: boolean;

  beforeEach(() => {
    isWell = false;
  });

  const handle = (): Promise<HandlerOutcome> => Promise.resolve(isWell ? DONE : FAILED);

  // Long enough for the breaker to be first, on a busy machine too: else attempts that follow are told as well.
  const settings = { backoff: { firstMs: 1000, factor: 1, maxMs: 1000 }, attempts: 3 };

  test("the topic pauses, makes no dead letters, and goes on when one succeeds", async () => {
    await kit.append("single", ...keysFrom(0, 40));
    const dispatcher = await kit.start(handle, {
      triggers: [triggerFor("single", ["f"], settings)],
    });
    await kit.untilTold("paused");
    expect(kit.told("paused")).toMatchObject([{ topic: "single", why: "failing" }]);
    // What was begun before may end a moment later.
    await settleDown();
    const before = kit.told("failed").length;
    // What was begun before, and no more.
    expect(before).toBeLessThanOrEqual(16);
    // One is tried, in vain, then the next.
    for (const tries of [1, 2, 3]) {
      dispatcher.retryNow();
      await kit.untilTold("failed", before + tries);
      await settleDown();
      expect(kit.told("failed")).toHaveLength(before + tries);
    }
    isWell = true;
    dispatcher.retryNow();
    await kit.untilSettled();
    expect(kit.told("resumed")).toEqual([{ type: "resumed", topic: "single" }]);
    expect(kit.told("paused")).toHaveLength(1);
    expect(kit.told("handled")).toHaveLength(40);
    expect(await kit.letters()).toEqual([]);
    // Most attempts were not counted.
    expect(Math.max(...kit.calls.map(({ attempt }) => attempt))).toBeLessThanOrEqual(2);
  });

  test("it goes on by itself", async () => {
    await kit.append("single", ...keysFrom(0, 20));
    await kit.start(handle, { triggers: [triggerFor("single", ["f"], settings)] });
    await kit.untilTold("paused");
    isWell = true;
    await kit.untilSettled();
    expect(await kit.letters()).toEqual([]);
  });

  test("other topics go on", async () => {
    await kit.append("single", ...keysFrom(0, 20));
    await kit.start(({ handler }) => Promise.resolve(handler.run === "g" ? DONE : FAILED), {
      triggers: [triggerFor("single", ["f"], settings), triggerFor("other", ["g"])],
    });
    await kit.untilTold("paused");
    await kit.append("other", ...keysFrom(0, 20));
    await kit.untilTold("handled", 20);
  });

  test("of several functions, too: the first of them has not handled the event", async () => {
    await kit.append("single", ...keysFrom(0, 40));
    const handleBoth = ({ handler }: HandlerCall): Promise<HandlerOutcome> =>
      Promise.resolve(isWell || handler.run === "f" ? DONE : FAILED);
    const dispatcher = await kit.start(handleBoth, {
      triggers: [triggerFor("single", ["f", "g"], settings)],
    });
    await kit.untilTold("paused");
    // It stays so although the first function succeeds with the one that is tried.
    const before = kit.told("failed").length;
    dispatcher.retryNow();
    await kit.untilTold("failed", before + 1);
    await settleDown();
    expect(kit.told("resumed")).toEqual([]);
    isWell = true;
    dispatcher.retryNow();
    await kit.untilSettled();
    expect(await kit.letters()).toEqual([]);
    // None was called again that had done its part.
    const calls = kit.labels.filter((label) => label.startsWith("f"));
    expect(calls).toHaveLength(40);
  });
});

test("a few events that always fail become dead letters beside those that succeed", async () => {
  await kit.append("single", ...keysFrom(0, 60));
  await kit.start(({ event }) => Promise.resolve(event.offset % 10 === 3 ? FAILED : DONE), {
    triggers: [triggerFor("single", ["f"], { attempts: 3 })],
  });
  await kit.untilSettled();
  await until(async () => (await kit.letters()).length === 6, "dead letters");
  expect(kit.told("paused")).toEqual([]);
});
