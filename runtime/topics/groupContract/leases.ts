/** Who has which partition; what becomes of leases that somebody else has. */
import { StaleLease, type Delivery, type Lease } from "../groups.ts";
import { range, sorted, type GroupKit } from "./groupKit.ts";
import type { TestMember } from "./testMember.ts";
import { delay, settle, until, valuesOf } from "./testMember.ts";

export function testLeases(kit: GroupKit): void {
  const { check, join, append, appendMany, appendFenced, stored, partitionOf, untilGiven } = kit;

  check(
    "members share the partitions evenly, and skip nothing as they come and go",
    [],
    async () => {
      /** Which partitions something runs of just now. */
      const running = new Set<number>();
      let overlaps = 0;
      const handled: number[] = [];
      const handle = async (delivery: Delivery, lease: Lease): Promise<void> => {
        const { partition, value } = delivery.event;
        if (running.has(partition)) overlaps++;
        running.add(partition);
        await delay(10);
        running.delete(partition);
        handled.push(JSON.parse(value) as number);
        settle(delivery, lease);
      };
      const untilShared = async (...sharing: readonly TestMember[]): Promise<void> => {
        const owned = () =>
          sharing.flatMap(({ leases }) => [...leases].map(({ partition }) => partition));
        const isEven = () => {
          const counts = sharing.map(({ leases }) => leases.size);
          return owned().length === 8 && Math.max(...counts) - Math.min(...counts) <= 1;
        };
        await until(isEven, `an even share of ${String(sharing.length)}`, kit.rebalanceMs);
        expect(sorted(owned())).toEqual(range(0, 8));
        const before = handled.length;
        await until(() => handled.length >= before + 20, "more events");
      };
      let appended = 0;
      const isOver = { now: false };
      // Something runs of most partitions at most times.
      const writing = (async () => {
        for (; !isOver.now; appended += 20) {
          await appendMany("users", appended, appended + 20);
          await delay(40);
        }
      })();
      try {
        const first = await join({ topics: ["users"], handle });
        await untilShared(first);
        const before = [...first.leases];
        const second = await join({ topics: ["users"], handle });
        await untilShared(first, second);
        if (kit.has("keptLeases"))
          expect(before).toEqual(expect.arrayContaining([...first.leases]));
        const third = await join({ topics: ["users"], handle });
        await untilShared(first, second, third);
        await first.leave();
        await untilShared(second, third);
        await third.leave();
        await untilShared(second);
      } finally {
        isOver.now = true;
        await writing;
      }
      await until(() => new Set(handled).size === appended, "all events");
      expect(sorted([...new Set(handled)])).toEqual(range(0, appended));
      if (kit.has("exactHandover")) {
        expect(overlaps).toBe(0);
        expect(handled).toHaveLength(appended);
      }
    },
  );

  check("gives a partition away when nothing of it runs any more", [], async () => {
    await appendMany("single", 0, 2);
    const happened: string[] = [];
    let release: () => void = () => undefined;
    const isRevoked = new Promise<void>((resolve) => {
      release = resolve;
    });
    const first = await join({
      handle: async (delivery, lease) => {
        await isRevoked;
        await delay(300);
        happened.push(`first handled ${delivery.event.value}`);
        settle(delivery, lease);
      },
      onRevoke: release,
    });
    await untilGiven(first, 1);
    await join({
      handle: (delivery, lease) => {
        happened.push(`second begins ${delivery.event.value}`);
        settle(delivery, lease);
      },
    });
    await first.leave();
    await until(() => happened.includes("second begins 1"), "the other event", kit.rebalanceMs * 2);
    expect(happened[0]).toBe("first handled 0");
    // What first settled may come too late for the cluster, whose members just join; then it is delivered once more.
    const news = happened.filter((line) => kit.has("exactHandover") || line !== "second begins 0");
    expect(news).toEqual(["first handled 0", "second begins 1"]);
  });

  /** Whatever is told under a lease that somebody else has by now, or the same member under a new one. */
  const expectStale = async (lease: Lease, given: readonly Delivery[]): Promise<void> => {
    for (const delivery of given) settle(delivery, lease);
    await expect(lease.flush()).rejects.toThrow(StaleLease);
    await until(() => !lease.isHeld, "the end of the lease");
    expect(await lease.next(10)).toEqual([]);
  };

  check("a lease that was lost by a reset is refused everything", ["liveReset"], async () => {
    await appendMany("single", 0, 4);
    const member = await join();
    const lease = await member.lease("single");
    const given = await member.take(lease, 4);
    settle(given[0] as Delivery, lease);
    settle(given[1] as Delivery, lease);
    await lease.flush();
    await kit.log.groups.reset("g", "single", new Map([[0, 1]]));
    await expectStale(lease, given);
    await until(() => !member.leases.has(lease), "the word that it is lost");
    const next = await member.lease("single");
    expect(valuesOf(await member.take(next, 3))).toEqual([1, 2, 3]);
    expect(await partitionOf("single")).toMatchObject({ committed: 1, lag: 3 });
    if (lease.fence !== undefined && next.fence !== undefined) {
      expect(next.fence.epoch).toBeGreaterThan(lease.fence.epoch);
    }
  });

  check("a partition is taken from who does not give it back", [], async () => {
    await appendMany("users", 0, 40);
    let release: () => void = () => undefined;
    const never = new Promise<void>((resolve) => {
      release = resolve;
    });
    const first = await join({ topics: ["users"], onRevoke: () => never });
    await until(() => first.leases.size === 8, "all leases");
    const given = new Map<Lease, readonly Delivery[]>();
    for (const lease of first.leases) given.set(lease, await first.take(lease, 1));
    const second = await join({ topics: ["users"], handle: settle });
    await until(
      () => first.lost.length >= 4 && first.leases.size === 4 && second.leases.size === 4,
      "an even share",
    );
    for (const lease of first.lost) await expectStale(lease, given.get(lease) ?? []);
    const taken = [...second.leases].map(({ partition }) => partition);
    const events = (await kit.log.read("users", { limit: 100 })).filter((event) =>
      taken.includes(event.partition),
    );
    await untilGiven(second, events.length);
    expect(sorted(second.values())).toEqual(
      sorted(events.map(({ value }) => JSON.parse(value) as unknown)),
    );
    release();
  });

  check("appends on behalf of a lease are stored while it is held", ["fences"], async () => {
    await appendMany("single", 0, 1);
    const first = await join();
    const lease = await first.lease("single");
    expect(lease.fence).toMatchObject({ group: "g", topic: "single", partition: 0 });
    await appendFenced(lease.fence, 1);
    await first.leave();
    const second = await join();
    const next = await second.lease("single");
    const outcomes = await Promise.allSettled([
      append("users", ["k", 2]),
      appendFenced(lease.fence, 3, "once"),
      appendFenced(next.fence, 4),
      appendFenced(lease.fence, 5),
      append("users", ["k", 6]),
    ]);
    const stale = { status: "rejected", reason: new StaleLease() };
    const isStored = { status: "fulfilled", value: undefined };
    expect(outcomes).toEqual([isStored, stale, isStored, stale, isStored]);
    expect(sorted(await stored("users"))).toEqual([1, 2, 4, 6]);
    // What was refused has not used its idempotency key.
    await appendFenced(next.fence, 8, "once");
    expect(sorted(await stored("users"))).toEqual([1, 2, 4, 6, 8]);
  });

  check(
    "appends on behalf of a lease are refused after a reset",
    ["fences", "liveReset"],
    async () => {
      const member = await join();
      const lease = await member.lease("single");
      await kit.log.groups.reset("g", "single", new Map([[0, 0]]));
      await expect(appendFenced(lease.fence, 1)).rejects.toThrow(StaleLease);
      expect(await stored("users")).toEqual([]);
      await until(() => !lease.isHeld, "the end of the lease");
      await appendFenced((await member.lease("single")).fence, 2);
      expect(await stored("users")).toEqual([2]);
    },
  );
}
