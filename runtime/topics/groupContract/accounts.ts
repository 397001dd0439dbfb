/** What groups tell about themselves, and what they keep of functions. */
import type { Delivery } from "../groups.ts";
import { range, type GroupKit } from "./groupKit.ts";
import { failed, settle, until } from "./testMember.ts";

export function testAccounts(kit: GroupKit): void {
  const { check, join, append, appendMany, partitionOf, untilGiven } = kit;

  check("tells what groups there are and how far they have come", ["list"], async () => {
    await appendMany("single", 0, 5);
    await append("users", ["k", 1]);
    expect(await kit.log.groups.list()).toEqual([]);
    expect(await kit.log.groups.describe("g")).toBeUndefined();
    const member = await join({ topics: ["users", "single"], name: "host 4711" });
    const lease = await member.lease("single");
    await until(() => member.leases.size === 9, "all leases");
    for (const delivery of await member.take(lease, 2)) settle(delivery, lease);
    await lease.flush();
    const summary = { name: "g", topics: ["single", "users"], lag: 4, deadLetters: 0 };
    expect(await kit.log.groups.list()).toEqual([{ ...summary, members: 1 }]);
    const single = { topic: "single", partition: 0, committed: 2, end: 5, lag: 3 };
    const description = await kit.log.groups.describe("g");
    expect(description).toMatchObject({ name: "g", members: ["host 4711"] });
    expect(description?.partitions).toHaveLength(9);
    expect(description?.partitions[0]).toEqual({ ...single, member: "host 4711" });
    const users = description?.partitions.slice(1) ?? [];
    expect(users.map(({ topic, partition }) => [topic, partition])).toEqual(
      range(0, 8).map((partition) => ["users", partition]),
    );
    expect(users.reduce((sum, { lag }) => sum + lag, 0)).toBe(1);

    const other = await join({ group: "f", name: "other", handle: settle });
    await untilGiven(other, 5);
    await until(async () => (await kit.log.groups.list())[0]?.lag === 0, "the other to be done");
    expect(await kit.log.groups.list()).toEqual([
      { name: "f", members: 1, topics: ["single"], lag: 0, deadLetters: 0 },
      { ...summary, members: 1 },
    ]);
    await member.leave();
    expect((await kit.log.groups.list())[1]).toEqual({ ...summary, members: 0 });
    expect((await kit.log.groups.describe("g"))?.members).toEqual([]);
    expect(await partitionOf("single")).toEqual({ ...single, member: undefined });
  });

  check("keeps what functions did", ["records"], async () => {
    await appendMany("single", 0, 4);
    const member = await join();
    const lease = await member.lease("single");
    const given = await member.take(lease, 4);
    const appends = [{ topic: "users", events: [{ key: "k'\u00fc", value: '{"a":[1]}' }] }];
    const first = { handler: "app.first", result: '"x"', appends: [] };
    const second = { handler: "app.second", result: undefined, appends };
    const record = (
      offset: number,
      ...records: readonly (typeof first | typeof second)[]
    ): void => {
      lease.settle(given[offset] as Delivery, { records, failure: undefined });
    };
    record(3, first);
    record(0, first, second);
    record(1);
    lease.settle(given[2] as Delivery, { records: [first], failure: failed(1) });
    await lease.flush();
    const found = (filter: object) =>
      kit.log.groups.records({
        group: "g",
        topic: "single",
        partition: 0,
        from: 0,
        to: 100,
        handler: "app.first",
        ...filter,
      });
    const firstAt = (offset: number) => ({ ...first, offset });
    expect(await found({})).toEqual([0, 2, 3].map(firstAt));
    expect(await found({ from: 1, to: 3 })).toEqual([firstAt(2)]);
    expect(await found({ handler: "app.second" })).toEqual([{ ...second, offset: 0 }]);
    expect(await found({ handler: undefined, to: 3 })).toEqual([
      firstAt(0),
      { ...second, offset: 0 },
      firstAt(2),
    ]);
    expect(await found({ handler: "app.third" })).toEqual([]);
    expect(await found({ group: "h" })).toEqual([]);
    expect(await found({ topic: "users" })).toEqual([]);
  });
}
