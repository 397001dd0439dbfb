/** What becomes of events when a dispatcher stops, or a partition goes to another member. */
import { until } from "../groupContract/testMember.ts";
import {
  DispatchKit,
  DONE,
  FAILED,
  Gate,
  settleDown,
  triggerFor,
  UNAVAILABLE,
} from "./dispatcher.testkit.ts";
import { deliveryOf, eventAt, TestGroups, TestLease } from "./testLease.testkit.ts";
import type { HandlerOutcome } from "./trigger.ts";

let kit: DispatchKit;
let gate: Gate;

beforeEach(() => {
  kit = new DispatchKit();
  gate = new Gate();
});

afterEach(async () => {
  gate.open();
  await kit.close();
});

/** Handles an event when the gate is open. */
const whenOpen = (outcome: HandlerOutcome) => async (): Promise<HandlerOutcome> => {
  await gate.opened;
  return outcome;
};

test("waits for what is in progress, and begins nothing", async () => {
  await kit.append("single", "a", "b", "c", "a");
  const dispatcher = await kit.start(whenOpen(DONE), {
    triggers: [triggerFor("single", ["f"], { concurrency: 2 })],
  });
  await kit.untilCalled(2);
  let hasStopped = false;
  const stopping = dispatcher.stop().then(() => {
    hasStopped = true;
  });
  await kit.append("single", "d");
  await settleDown();
  expect(hasStopped).toBe(false);
  gate.open();
  await stopping;
  await settleDown();
  expect(kit.labels).toEqual(["f a1", "f b1"]);
  expect(await kit.log.groups.list()).toMatchObject([{ members: 0, lag: 3 }]);
  // Whoever comes next takes the rest.
  await kit.start(() => Promise.resolve(DONE));
  await kit.untilSettled();
  expect(kit.labels.slice(2)).toEqual(["f c1", "f a2", "f d1"]);
});

test("does not wait for the next attempt of what failed", async () => {
  await kit.append("single", "a");
  const backoff = { firstMs: 60_000, factor: 1, maxMs: 60_000 };
  const dispatcher = await kit.start(() => Promise.resolve(FAILED), {
    triggers: [triggerFor("single", ["f"], { backoff })],
  });
  await kit.untilTold("failed");
  await dispatcher.stop();
});

test("stops while its topic pauses", async () => {
  await kit.append("single", "a");
  const dispatcher = await kit.start(() => Promise.resolve(UNAVAILABLE));
  await kit.untilTold("paused");
  await dispatcher.stop();
  dispatcher.retryNow();
  await settleDown();
  expect(kit.calls).toHaveLength(1);
});

test.each([
  ["what was done", DONE],
  ["a failure", FAILED],
])("%s under a lease that was lost counts for nothing", async (_what, outcome) => {
  await kit.append("single", "a", "a");
  await kit.start(
    async ({ fence }) => {
      if (fence?.epoch !== 1) return DONE;
      await gate.opened;
      return outcome;
    },
    { triggers: [triggerFor("single", ["f"], { attempts: 1 })] },
  );
  await kit.untilCalled(1);
  await kit.log.groups.reset("g", "single", new Map([[0, 0]]));
  gate.open();
  await kit.untilSettled();
  await settleDown();
  expect(kit.labels).toEqual(["f a1", "f a1", "f a2"]);
  expect(kit.calls.map(({ fence }) => fence?.epoch)).toEqual([1, 2, 2]);
  expect([...kit.told("failed"), ...kit.told("dead")]).toEqual([]);
  expect(await kit.letters()).toEqual([]);
});

describe("leases in the hands of the test", () => {
  let groups: TestGroups;
  let lease: TestLease;

  beforeEach(() => {
    groups = new TestGroups();
    lease = new TestLease("single");
  });

  test("nothing is begun while a lease may be somebody else's", async () => {
    await kit.start(() => Promise.resolve(DONE), { log: groups.log });
    groups.give(lease);
    lease.isHeld = false;
    lease.deliver(deliveryOf(eventAt(0)));
    await settleDown();
    expect(kit.calls).toEqual([]);
    lease.isHeld = true;
    await until(() => lease.told.includes("settle 0"), "the event");
  });

  test("a partition is given away when nothing of it runs; others go on", async () => {
    const other = new TestLease("single");
    await kit.start(
      async ({ event }) => {
        if (event.key === "slow") await gate.opened;
        return DONE;
      },
      { log: groups.log },
    );
    groups.give(lease);
    groups.give(other);
    lease.deliver(deliveryOf(eventAt(0, { key: "slow" })), deliveryOf(eventAt(1, { key: "slow" })));
    await kit.untilCalled(1);
    let isGiven = false;
    const revoked = groups.revoke(lease).then(() => {
      isGiven = true;
    });
    other.deliver(deliveryOf(eventAt(5)));
    await until(() => other.told.includes("settle 5"), "the other partition");
    expect(isGiven).toBe(false);
    gate.open();
    await revoked;
    await settleDown();
    expect(lease.told).toEqual(["settle 0"]);
    expect(kit.labels).toEqual(["f slow1", "f k51"]);
  });

  test("a place between two functions is kept for the next owner", async () => {
    await kit.start(whenOpen(DONE), {
      log: groups.log,
      triggers: [triggerFor("single", ["f", "g"])],
    });
    groups.give(lease);
    lease.deliver(deliveryOf(eventAt(0)));
    await kit.untilCalled(1);
    const revoked = groups.revoke(lease);
    gate.open();
    await revoked;
    expect(lease.told).toEqual(["fail 0 g #0"]);
  });

  test("what ends after everything has stopped begins no pause", async () => {
    const dispatcher = await kit.start(whenOpen(UNAVAILABLE), { log: groups.log });
    groups.give(lease);
    lease.deliver(deliveryOf(eventAt(0)));
    await kit.untilCalled(1);
    groups.lose(lease);
    await dispatcher.stop();
    gate.open();
    await settleDown();
    expect(kit.events).toEqual([]);
  });
});
