import type { Delivery } from "../groups.ts";
import { delay, until } from "../groupContract/testMember.ts";
import { settleDown } from "./dispatcher.testkit.ts";
import { PartitionLanes, type Lane } from "./lanes.ts";
import { deliveryOf, eventAt, TestLease } from "./testLease.testkit.ts";

let lease: TestLease;
let lanes: PartitionLanes;
/** In the order in which they became so. */
let ready: Lane[];
let reading: Promise<void>;

beforeEach(() => {
  lease = new TestLease("single");
  ready = [];
  lanes = new PartitionLanes(lease, {
    toWork: (delivery: Delivery) => {
      const place = { index: 0, attempts: 0 };
      return { delivery, records: [], ...place, known: place };
    },
    onReady: (lane) => ready.push(lane),
  });
  reading = lanes.readAll();
});

afterEach(async () => {
  await lanes.stop();
  lease.deliver();
  await reading;
});

/** As many as were asked for, each with a key of its own unless something else is said. */
async function deliverAll(
  from: number,
  event: Parameters<typeof eventAt>[1] = {},
): Promise<number> {
  const count = lease.asked ?? 0;
  lease.deliver(
    ...Array.from({ length: count }, (_, index) => deliveryOf(eventAt(from + index, event))),
  );
  await settleDown();
  return count;
}

/** Reads until nothing is asked for any more. Returns the offset behind the last. */
async function fill(from = 0, event: Parameters<typeof eventAt>[1] = {}): Promise<number> {
  let next = from;
  while (lease.asked !== undefined) next += await deliverAll(next, event);
  return next;
}

async function settleFirst(count: number): Promise<void> {
  for (const lane of ready.splice(0, count)) lanes.settled(lane);
  await settleDown();
}

test("events of a key are one lane, of which the first comes forward", async () => {
  const events = ["a", "b", "a", "a"].map((key, offset) => eventAt(offset, { key }));
  lease.deliver(...events.map((event) => deliveryOf(event)));
  await settleDown();
  expect(ready.map(({ key }) => key)).toEqual(["a", "b"]);
  const [first] = ready;
  lanes.settled(first as Lane);
  expect(ready.map(({ key, queue }) => `${key}${String(queue[0]?.delivery.event.offset)}`)).toEqual(
    ["a2", "b1", "a2"],
  );
  lanes.settled(first as Lane);
  lanes.settled(first as Lane);
  expect(ready).toHaveLength(4);
  // It is forgotten with its last event.
  lease.deliver(deliveryOf(eventAt(4, { key: "a" })));
  await settleDown();
  expect(ready.at(-1)).not.toBe(first);
});

test("a lane that is to wait is ready after that time", async () => {
  lease.deliver(deliveryOf(eventAt(0)));
  await settleDown();
  const [lane] = ready.splice(0);
  lanes.later(lane as Lane, 20);
  await until(() => ready.length > 0, "the lane");
  expect(ready).toEqual([lane]);
});

test("so many wait at most, and reading goes on when there is room again", async () => {
  expect(await fill()).toBe(500);
  await settleFirst(124);
  expect(lease.asked).toBeUndefined();
  await settleFirst(1);
  expect(lease.asked).toBe(125);
  expect(await fill(500)).toBe(625);
});

test("large events wait in smaller numbers", async () => {
  const value = "x".repeat(100_000);
  await deliverAll(0, { value });
  const end = await fill(50, { value });
  expect(end).toBe(80);
  // Reading goes on although some are still there, say because they wait for their next attempt.
  await settleFirst(30);
  expect(lease.asked).toBe(30);
});

test("an event beyond all bounds goes alone", async () => {
  const value = "x".repeat(10_000_000);
  lease.deliver(deliveryOf(eventAt(0, { value })));
  await settleDown();
  expect(lease.asked).toBeUndefined();
  await settleFirst(1);
  expect(lease.asked).toBe(1);
  lease.deliver(deliveryOf(eventAt(1, { value: "1" })));
  await settleDown();
  await settleFirst(1);
  expect(lease.asked).toBe(1);
});

test("what is read does not go far beyond the first that is not settled", async () => {
  let next = await deliverAll(0);
  ready.shift();
  await settleFirst(ready.length);
  while (lease.asked !== undefined) {
    next += await deliverAll(next);
    await settleFirst(ready.length);
  }
  expect(next).toBeGreaterThan(5000);
  expect(next).toBeLessThanOrEqual(5500);
});

test("a dead letter that waits for its next attempt holds up nothing", async () => {
  lease.deliver(deliveryOf(eventAt(3), { deadLetter: "7", isSuspect: true }));
  await settleDown();
  ready.shift();
  let next = 10_000;
  for (let turn = 0; turn < 50; turn++) {
    expect(lease.asked).toBeGreaterThan(0);
    next += await deliverAll(next);
    await settleFirst(ready.length);
  }
});

test("stops when what runs has ended, and nothing comes forward any more", async () => {
  lease.deliver(deliveryOf(eventAt(0)), deliveryOf(eventAt(1)));
  await settleDown();
  const [first, second] = ready.splice(0) as [Lane, Lane];
  lanes.later(second, 1);
  lanes.began();
  let hasStopped = false;
  const stopping = lanes.stop().then(() => {
    hasStopped = true;
  });
  await settleDown();
  expect([hasStopped, lanes.isGoing]).toEqual([false, false]);
  lanes.later(first, 0);
  lanes.ended();
  await stopping;
  // A timer that were still there would come before this one.
  await delay(2);
  expect(ready).toEqual([]);
});

test("stops though it waits for room", async () => {
  await fill();
  await lanes.stop();
  await reading;
  expect(lease.asked).toBeUndefined();
});

test("is not going when its lease is not held", () => {
  expect(lanes.isGoing).toBe(true);
  lease.isHeld = false;
  expect(lanes.isGoing).toBe(false);
});
