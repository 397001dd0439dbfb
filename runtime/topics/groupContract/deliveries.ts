/** What members are given, and what the next owner of a partition knows of it. */
import type { Delivery } from "../groups.ts";
import { range, sorted, type GroupKit } from "./groupKit.ts";
import { failed, settle, valuesOf } from "./testMember.ts";

export function testDeliveries(kit: GroupKit): void {
  const { check, join, append, appendMany, partitionOf, untilGiven } = kit;

  check("each group gets each event, in the order of its partition", [], async () => {
    await appendMany("users", 0, 40);
    const first = await join({ group: "one", topics: ["users", "single"], handle: settle });
    await untilGiven(first, 40);
    await appendMany("users", 40, 60);
    await append("single", ["k", "other"]);
    await untilGiven(first, 61);
    const second = await join({ group: "two", topics: ["users"], handle: settle });
    await untilGiven(second, 60);
    for (const member of [first, second]) {
      expect(sorted(member.values("users"))).toEqual(range(0, 60));
      for (const partition of range(0, 8)) {
        const offsets = member.deliveries
          .filter(({ event }) => event.topic === "users" && event.partition === partition)
          .map(({ event }) => event.offset);
        expect(offsets).toEqual(sorted(offsets));
      }
    }
    expect(first.values("single")).toEqual(["other"]);
    const given = first.deliveries.find(({ event }) => event.topic === "single");
    expect(given).toEqual({
      event: (await kit.log.read("single", { limit: 1 }))[0],
      attempts: 0,
      handler: undefined,
      isSuspect: false,
      deadLetter: undefined,
    });
  });

  check("a new group begins at the earliest event, or behind the latest", [], async () => {
    await appendMany("single", 0, 3);
    const latest = await join({ start: "latest", handle: settle });
    await latest.lease("single");
    await appendMany("single", 3, 5);
    await untilGiven(latest, 2);
    expect(latest.values()).toEqual([3, 4]);
    await latest.leave();
    // It is no longer new.
    await appendMany("single", 5, 6);
    for (const start of ["earliest", "latest"] as const) {
      const again = await join({ start });
      expect(valuesOf(await again.take(await again.lease("single"), 1))).toEqual([5]);
      await again.leave();
    }
  });

  check("goes on behind what was settled", [], async () => {
    await appendMany("single", 0, 5);
    const first = await join();
    const lease = await first.lease("single");
    for (const delivery of (await first.take(lease, 4)).slice(0, 2)) settle(delivery, lease);
    await lease.flush();
    expect(await partitionOf("single")).toMatchObject({ committed: 2, end: 5, lag: 3 });
    await first.leave();
    const second = await join();
    const given = await second.take(await second.lease("single"), 3);
    expect(valuesOf(given)).toEqual([2, 3, 4]);
    // Nobody died of them.
    expect(given.map(({ isSuspect }) => isSuspect)).toEqual([false, false, false]);
  });

  check("remembers what was settled out of order", ["gaps"], async () => {
    await appendMany("single", 0, 8);
    const first = await join();
    const lease = await first.lease("single");
    const given = await first.take(lease, 7);
    for (const offset of [5, 1, 3, 0, 6]) settle(given[offset] as Delivery, lease);
    await lease.flush();
    expect(await partitionOf("single")).toMatchObject({ committed: 2, lag: 3 });
    await first.leave();
    const second = await join();
    const again = await second.lease("single");
    const rest = await second.take(again, 3);
    expect(valuesOf(rest)).toEqual([2, 4, 7]);
    settle(rest[0] as Delivery, again);
    await again.flush();
    expect(await partitionOf("single")).toMatchObject({ committed: 4, lag: 2 });
  });

  check("the next owner goes on counting attempts", ["attempts"], async () => {
    await appendMany("single", 0, 4);
    const first = await join();
    const lease = await first.lease("single");
    const given = await first.take(lease, 3);
    lease.fail(given[0] as Delivery, failed(1));
    lease.fail(given[0] as Delivery, failed(2));
    lease.fail(given[1] as Delivery, failed(3));
    settle(given[1] as Delivery, lease);
    await lease.begin(given[2] as Delivery, 1, "app.first");
    lease.fail(given[2] as Delivery, failed(1, "app.first"));
    await lease.flush();
    await first.leave();
    const second = await join();
    const again = await second.take(await second.lease("single"), 3);
    const told = again.map(({ event, attempts, handler }) => [event.offset, attempts, handler]);
    expect(told).toEqual([
      [0, 2, "app.second"],
      [2, 1, "app.first"],
      [3, 0, undefined],
    ]);
  });

  check("waits for events, but not beyond the end of the lease", [], async () => {
    const member = await join();
    const lease = await member.lease("single");
    const next = member.take(lease, 1);
    await appendMany("single", 0, 1);
    expect(valuesOf(await next)).toEqual([0]);
    const last = lease.next(10);
    await member.leave();
    expect(await last).toEqual([]);
    expect(lease.isHeld).toBe(false);
    expect(await lease.next(10)).toEqual([]);
  });

  check("gives so many at most, and each once", [], async () => {
    await appendMany("single", 0, 25);
    const member = await join();
    const lease = await member.lease("single");
    const values: unknown[] = [];
    while (values.length < 25) {
      const given = await lease.next(10);
      expect(given.length).toBeLessThanOrEqual(10);
      values.push(...valuesOf(given));
    }
    expect(values).toEqual(range(0, 25));
  });
}
