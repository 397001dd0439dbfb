/** Events that were given up. */
import type { GroupKit } from "./groupKit.ts";
import { failed, HANDLED, until, type TestMember } from "./testMember.ts";

export function testDeadLetters(kit: GroupKit): void {
  const { check, join, append, appendMany, partitionOf, letters, untilGiven } = kit;

  /** Makes dead letters of events 0, 1, ... of "single" and of one of "users". */
  const makeLetters = async (count: number): Promise<TestMember> => {
    await appendMany("single", 0, count);
    await append("users", ["lonely", "u"]);
    const member = await join({
      topics: ["single", "users"],
      handle: async (delivery, lease) => {
        if (delivery.deadLetter === undefined) {
          lease.fail(delivery, failed(2));
          lease.settle(delivery, { records: [], failure: failed(3) });
        } else {
          lease.settle(delivery, HANDLED);
        }
        await lease.flush();
      },
    });
    await until(async () => (await letters()).length === count + 1, "dead letters");
    return member;
  };

  check("keeps dead letters", [], async () => {
    const beforeMs = Date.now();
    await makeLetters(3);
    const all = await letters({ topic: "single" });
    const events = await kit.log.read("single", { limit: 10 });
    expect(all).toEqual(
      events.map((event) => ({
        id: expect.any(String) as string,
        group: "g",
        event,
        ...failed(3),
        timestampMs: expect.any(Number) as number,
        isRedriven: false,
      })),
    );
    for (const { timestampMs } of all) {
      expect(timestampMs).toBeGreaterThan(beforeMs - 60_000);
      expect(timestampMs).toBeLessThan(Date.now() + 60_000);
    }
    expect(new Set((await letters()).map(({ id }) => id)).size).toBe(4);
    const found = async (filter: object) =>
      (await letters(filter)).map(({ event }) => JSON.parse(event.value) as unknown);
    expect(await found({ topic: "users" })).toEqual(["u"]);
    expect(await found({ key: "key 1" })).toEqual([1]);
    expect(await found({ topic: "users", key: "key 1" })).toEqual([]);
    expect(await found({ ids: [all[2]?.id, all[0]?.id, "none"] })).toEqual([0, 2]);
    expect(await found({ topic: "single", limit: 2 })).toEqual([0, 1]);
    expect(await found({ group: "h" })).toEqual([]);
    // They are settled all the same.
    expect(await partitionOf("single")).toMatchObject({ committed: 3, lag: 0 });
    if (kit.has("list")) {
      expect(await kit.log.groups.list()).toMatchObject([{ name: "g", deadLetters: 4, lag: 0 }]);
    }
  });

  check("drops dead letters", ["redrive"], async () => {
    await makeLetters(3);
    const ids = (await letters({ topic: "single" })).map(({ id }) => id);
    expect(await kit.log.groups.drop([ids[0] as string, ids[2] as string, "none"])).toBe(2);
    expect(await kit.log.groups.drop(["none"])).toBe(0);
    expect((await letters({ topic: "single" })).map(({ id }) => id)).toEqual([ids[1]]);
    expect(await kit.log.groups.redrive([ids[0] as string, "none"])).toBe(0);
  });

  check("delivers dead letters again to whoever has the partition", ["redrive"], async () => {
    const member = await makeLetters(3);
    const [first, second] = await letters({ topic: "single" });
    expect(await kit.log.groups.redrive([second?.id ?? "", "none"])).toBe(1);
    await until(async () => (await letters({ topic: "single" })).length === 2, "its end");
    expect(member.deliveries.at(-1)).toMatchObject({
      event: second?.event,
      deadLetter: second?.id,
      handler: "app.second",
      attempts: 0,
    });
    await member.leave();

    // Nobody is there.
    expect(await kit.log.groups.redrive([first?.id ?? ""])).toBe(1);
    expect(await letters({ ids: [first?.id ?? ""] })).toMatchObject([{ isRedriven: true }]);
    const later = await join({
      handle: async (delivery, lease) => {
        lease.settle(delivery, { records: [], failure: failed(7, "app.third") });
        await lease.flush();
      },
    });
    // In vain: it is a dead letter as before.
    const isAgain = async () => (await letters({ ids: [first?.id ?? ""] }))[0]?.attempts === 7;
    await until(isAgain, "its failure");
    expect(await letters({ ids: [first?.id ?? ""] })).toMatchObject([
      { event: first?.event, ...failed(7, "app.third"), isRedriven: false },
    ]);
    expect(later.values()).toEqual([0]);
    expect(await kit.log.groups.redrive([first?.id ?? ""])).toBe(1);
    await untilGiven(later, 2);
    expect(later.deliveries[1]).toMatchObject({ deadLetter: first?.id, handler: "app.third" });
    expect(await partitionOf("single")).toMatchObject({ committed: 3, lag: 0 });
  });
}
