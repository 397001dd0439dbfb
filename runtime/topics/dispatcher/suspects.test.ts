/** Events of which a process may have died. */
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
import type { Delivery } from "../groups.ts";
import type { Dispatcher } from "./index.ts";
import type { Handle, Trigger } from "./trigger.ts";

let kit: DispatchKit;
let groups: TestGroups;
let lease: TestLease;

beforeEach(() => {
  kit = new DispatchKit();
  groups = new TestGroups();
  lease = new TestLease("single");
});

afterEach(async () => {
  await kit.close();
});

async function start(
  handle: Handle,
  triggers: readonly Trigger[] = [triggerFor("single")],
): Promise<Dispatcher> {
  const dispatcher = await kit.start(handle, { triggers, log: groups.log });
  groups.give(lease);
  return dispatcher;
}

/** One that was being handled when a process died, and is known to. */
const suspectAt = (offset: number, delivery: Partial<Delivery> = {}): Delivery =>
  deliveryOf(eventAt(offset), { isSuspect: true, handler: "f", ...delivery });

test("those that were only fetched are noted, and handled beside each other", async () => {
  const gate = new Gate();
  await start(async () => {
    await gate.opened;
    return DONE;
  });
  lease.deliver(
    suspectAt(0, { handler: undefined }),
    suspectAt(1, { handler: undefined }),
    suspectAt(2, { handler: undefined }),
  );
  await kit.untilCalled(3);
  expect(lease.told).toEqual(["begin 0 f #0", "begin 1 f #0", "begin 2 f #0"]);
  gate.open();
  await until(() => lease.told.length === 6, "the end");
  expect(kit.calls.map(({ attempt }) => attempt)).toEqual([1, 1, 1]);
});

test("it is stored that they are begun before they are", async () => {
  const gate = new Gate();
  lease.stored = gate.opened;
  await start(() => Promise.resolve(DONE));
  lease.deliver(suspectAt(0, { attempts: 2 }));
  await until(() => lease.told.length > 0, "the beginning");
  await settleDown();
  expect(kit.calls).toEqual([]);
  gate.open();
  await until(() => lease.told.length > 1, "the end");
  expect(kit.labels).toEqual(["f k01 #3"]);
  expect(lease.told).toEqual(["begin 0 f #3", "settle 0"]);
});

test("one at a time over all topics; others go on beside them", async () => {
  const gates = new Map(["f k01", "f k11", "g k01"].map((label) => [label, new Gate()]));
  const second = new TestLease("other");
  await start(
    async ({ handler, event }) => {
      await gates.get(`${handler.run} ${event.key}${event.value}`)?.opened;
      return DONE;
    },
    [triggerFor("single"), triggerFor("other", ["g"])],
  );
  groups.give(second);
  const inOther = (offset: number): Delivery["event"] => eventAt(offset, { topic: "other" });
  lease.deliver(suspectAt(0), suspectAt(1), deliveryOf(eventAt(2)));
  second.deliver(deliveryOf(inOther(0), { isSuspect: true, handler: "g" }), deliveryOf(inOther(1)));
  await until(() => second.told.includes("settle 1"), "what is not suspect");
  await until(() => lease.told.includes("settle 2"), "what is not suspect");
  expect([...kit.labels].sort()).toEqual(["f k01", "f k21", "g k11"]);
  gates.get("f k01")?.open();
  await until(() => kit.calls.length === 4, "the next");
  await settleDown();
  expect(kit.labels[3]).toBe("f k11");
  gates.get("g k01")?.open();
  await settleDown();
  expect(kit.calls).toHaveLength(4);
  gates.get("f k11")?.open();
  await until(() => second.told.includes("settle 0"), "the last");
});

test("those that were begun too often are dead letters, and are not begun again", async () => {
  await start(() => Promise.resolve(DONE), [triggerFor("single", ["f"], { attempts: 3 })]);
  lease.deliver(suspectAt(0, { attempts: 3, handler: "f" }), suspectAt(1, { attempts: 2 }));
  await until(() => lease.told.includes("settle 1"), "the other");
  expect(lease.told).toEqual(["bury 0 f #3", "begin 1 f #3", "settle 1"]);
  expect(kit.labels).toEqual(["f k11 #3"]);
  expect(kit.told("dead")).toMatchObject([
    {
      event: eventAt(0),
      attempt: 3,
      error: "the process ended while this event was being handled",
    },
  ]);
});

test("each function is begun, with the attempts of its own", async () => {
  let failures = 1;
  await start(
    ({ handler }) => Promise.resolve(handler.run === "g" && failures-- > 0 ? FAILED : DONE),
    [triggerFor("single", ["f", "g"])],
  );
  lease.deliver(suspectAt(0, { attempts: 1, handler: "f" }));
  await until(() => lease.told.includes("settle 0"), "the end");
  expect(lease.told).toEqual([
    "begin 0 f #2",
    "begin 0 g #1",
    "fail 0 g #1",
    "begin 0 g #2",
    "settle 0",
  ]);
});

test("an attempt that does not count is taken back", async () => {
  let isThere = false;
  const dispatcher = await start(() => Promise.resolve(isThere ? DONE : UNAVAILABLE));
  lease.deliver(suspectAt(0, { attempts: 1 }));
  await kit.untilTold("paused");
  await settleDown();
  expect(lease.told).toEqual(["begin 0 f #2", "fail 0 f #1"]);
  isThere = true;
  dispatcher.retryNow();
  await until(() => lease.told.includes("settle 0"), "the end");
  expect(lease.told.slice(2)).toEqual(["begin 0 f #2", "settle 0"]);
});

test("are not begun when that could not be stored", async () => {
  lease.stored = Promise.reject(new Error("the lease was lost"));
  lease.stored.catch(() => undefined);
  await start(() => Promise.resolve(DONE));
  lease.deliver(suspectAt(0));
  await until(() => lease.told.length >= 2, "another try");
  lease.stored = Promise.resolve();
  await until(() => lease.told.includes("settle 0"), "the end");
  expect(kit.labels).toEqual(["f k01"]);
});

test("those that wait for their turn are not begun when their partition goes to another", async () => {
  const gate = new Gate();
  const second = new TestLease("other");
  await start(async () => {
    await gate.opened;
    return DONE;
  }, [triggerFor("single"), triggerFor("other", ["g"])]);
  groups.give(second);
  lease.deliver(suspectAt(0));
  second.deliver(deliveryOf(eventAt(0, { topic: "other" }), { isSuspect: true, handler: "g" }));
  await kit.untilCalled(1);
  const revoked = groups.revoke(second);
  gate.open();
  await revoked;
  await until(() => lease.told.includes("settle 0"), "the first");
  await settleDown();
  expect(second.told).toEqual([]);
  expect(kit.labels).toEqual(["f k01"]);
});
