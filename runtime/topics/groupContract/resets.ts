/** Groups that are sent elsewhere. */
import { StaleLease, type Delivery, type Lease } from "../groups.ts";
import { LogError } from "../storage.ts";
import { type GroupKit } from "./groupKit.ts";
import { failed, settle, until, valuesOf } from "./testMember.ts";

export function testResets(kit: GroupKit): void {
  const { check, join, appendMany, partitionOf, untilGiven } = kit;

  check("goes on where a reset says", ["reset"], async () => {
    await appendMany("single", 0, 6);
    await appendMany("users", 0, 40);
    const first = await join({ topics: ["single", "users"], handle: settle });
    await untilGiven(first, 46);
    await first.leave();
    const usersBefore = await partitionOf("users", 3);
    await kit.log.groups.reset("g", "single", new Map([[0, 2]]));
    await kit.log.groups.reset("g", "users", new Map([[5, 0]]));
    expect(await partitionOf("single")).toMatchObject({ committed: 2, lag: 4 });
    expect(await partitionOf("users", 3)).toEqual(usersBefore);
    const second = await join({ topics: ["single", "users"] });
    expect(valuesOf(await second.take(await second.lease("single"), 4))).toEqual([2, 3, 4, 5]);
    const events = await kit.log.read("users", { partition: 5, limit: 100 });
    const again = await second.take(await second.lease("users", 5), events.length);
    expect(again.map(({ event }) => event)).toEqual(events);
    await second.leave();
    await kit.log.groups.reset("g", "single", new Map([[0, 5]]));
    const third = await join();
    expect(valuesOf(await third.take(await third.lease("single"), 1))).toEqual([5]);
  });

  check(
    "a reset forgets what was settled above, and how often events failed",
    ["gaps", "reset"],
    async () => {
      await appendMany("single", 0, 5);
      const first = await join();
      const lease = await first.lease("single");
      const given = await first.take(lease, 5);
      lease.fail(given[0] as Delivery, failed(2));
      for (const offset of [1, 3, 4]) settle(given[offset] as Delivery, lease);
      await lease.flush();
      await first.leave();
      await kit.log.groups.reset("g", "single", new Map([[0, 0]]));
      const second = await join();
      const again = await second.take(await second.lease("single"), 5);
      expect(valuesOf(again)).toEqual([0, 1, 2, 3, 4]);
      expect(again.map(({ attempts }) => attempts)).toEqual([0, 0, 0, 0, 0]);
    },
  );

  check("a reset moves members at work back and forth", ["liveReset"], async () => {
    await appendMany("single", 0, 6);
    const member = await join({
      handle: async (delivery, lease) => {
        settle(delivery, lease);
        await lease.flush().catch((error: unknown) => {
          if (!(error instanceof StaleLease)) throw error;
        });
      },
    });
    await untilGiven(member, 6);
    await kit.log.groups.reset("g", "single", new Map([[0, 4]]));
    await untilGiven(member, 8);
    expect(member.values()).toEqual([0, 1, 2, 3, 4, 5, 4, 5]);
    await until(async () => (await partitionOf("single")).lag === 0, "the end");
  });

  check("a reset forgets the dead letters of what is delivered again", ["reset"], async () => {
    await appendMany("single", 0, 4);
    const bury = (delivery: Delivery, lease: Lease): void =>
      lease.settle(delivery, { records: [], failure: failed(1) });
    const member = await join({ handle: bury });
    await until(async () => (await kit.letters()).length === 4, "dead letters");
    await member.leave();
    await kit.log.groups.reset("g", "single", new Map([[0, 2]]));
    const offsets = (await kit.letters()).map(({ event }) => event.offset);
    expect(offsets).toEqual([0, 1]);
    await kit.log.groups.reset("g", "single", new Map([[0, 100]]));
    expect(await partitionOf("single")).toMatchObject({ committed: 4, lag: 0 });
  });

  check("who does not exist can't be reset or handled", [], async () => {
    await expect(kit.log.groups.reset("nobody", "single", new Map([[0, 0]]))).rejects.toThrow(
      new LogError("there is no group 'nobody'"),
    );
    await expect(join({ topics: ["user"] })).rejects.toThrow("there is no topic 'user'");
  });
}
