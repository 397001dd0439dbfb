import { assign, type AssignableMember, type AssignablePartition } from "./assign.ts";
import { randomFrom, shuffled } from "./random.testkit.ts";

type Owners = readonly (string | undefined)[];

const membersNamed = (...ids: readonly string[]): AssignableMember[] =>
  ids.map((id) => ({ id, topics: [1] }));

/** Of topic 1, by number, with whoever has them. */
const partitionsOf = (owners: Owners): AssignablePartition[] =>
  owners.map((member, partition) => ({ topicId: 1, partition, member }));

const free = (count: number): AssignablePartition[] =>
  partitionsOf(Array.from({ length: count }, () => undefined));

function countsOf(ids: readonly string[], owners: Owners): readonly number[] {
  return ids.map((id) => owners.filter((owner) => owner === id).length);
}

test("shares evenly, and gives nothing to nobody", () => {
  expect(assign(membersNamed("a", "b"), free(5))).toEqual(["a", "b", "a", "b", "a"]);
  expect(assign([], free(2))).toEqual([undefined, undefined]);
  expect(assign(membersNamed("a"), [])).toEqual([]);
});

test("who has a topic for itself gets less of the others", () => {
  const members = [
    { id: "a", topics: [1, 2] },
    { id: "b", topics: [1] },
  ];
  const partitions = [1, 1, 2, 2].map((topicId, partition) => ({
    topicId,
    partition,
    member: undefined,
  }));
  expect(assign(members, partitions)).toEqual(["b", "b", "a", "a"]);
});

test("what a member has that is gone, or no longer handles the topic, goes to the others", () => {
  expect(assign(membersNamed("a", "b"), partitionsOf(["a", "gone", "gone"]))).toEqual([
    "a",
    "b",
    "a",
  ]);
  const members = [
    { id: "a", topics: [2] },
    { id: "b", topics: [1] },
  ];
  expect(assign(members, partitionsOf(["a", "a", "b"]))).toEqual(["b", "b", "b"]);
});

describe.each([1, 2, 3, 4, 5, 6, 7, 8])("seed %d", (seed) => {
  test("members that handle the same have the same, up to one; few partitions move", () => {
    const random = randomFrom(seed);
    const count = 1 + random(40);
    let ids: readonly string[] = [];
    let owners: Owners = Array.from({ length: count }, () => undefined);
    for (let step = 0; step < 60; step++) {
      const isJoining = ids.length === 0 || random(2) === 0;
      const changed = isJoining ? `member ${String(step)}` : (ids[random(ids.length)] as string);
      ids = isJoining ? [...ids, changed] : ids.filter((id) => id !== changed);
      const before = owners;
      owners = assign(membersNamed(...ids), partitionsOf(before));
      if (ids.length === 0) {
        expect(owners).toEqual(before.map(() => undefined));
        continue;
      }
      expect(owners.every((owner) => owner !== undefined && ids.includes(owner))).toBe(true);
      const counts = countsOf(ids, owners);
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      // Only what comes to the new one, or was with the one that left, has moved.
      const moved = owners.flatMap((owner, index) =>
        owner === before[index] ? [] : [{ from: before[index], to: owner }],
      );
      for (const { from, to } of moved) {
        if (isJoining) expect(to).toBe(changed);
        else expect([changed, undefined]).toContain(from);
      }
      if (isJoining && !before.includes(undefined)) {
        expect(moved).toHaveLength(Math.floor(count / ids.length));
      }
    }
  });

  test("members that handle different topics get what they handle; no move would make it more even", () => {
    const random = randomFrom(seed);
    for (let round = 0; round < 40; round++) {
      const topics = Array.from({ length: 1 + random(4) }, (_, topicId) => topicId);
      const members = Array.from({ length: 1 + random(6) }, (_, index) => ({
        id: `member ${String(index)}`,
        topics: topics.filter(() => random(3) > 0),
      }));
      const known = [...members.map(({ id }) => id), "gone", undefined];
      const partitions = topics.flatMap((topicId) =>
        Array.from({ length: random(12) }, (_, partition) => {
          return { topicId, partition, member: known[random(known.length)] };
        }),
      );
      const owners = assign(members, partitions);
      const countOf = (id: string): number => owners.filter((owner) => owner === id).length;
      partitions.forEach(({ topicId }, index) => {
        const able = members.filter((each) => each.topics.includes(topicId)).map(({ id }) => id);
        const owner = owners[index];
        expect([undefined, ...able]).toContain(owner);
        expect(owner === undefined).toBe(able.length === 0);
        const least = Math.min(...able.map(countOf));
        if (owner !== undefined) expect(countOf(owner) - least).toBeLessThanOrEqual(1);
      });

      const again = partitions.map((each, index) => ({ ...each, member: owners[index] }));
      expect(assign(members, again)).toEqual(owners);
      const others = shuffled(members, random).map(({ id, topics: own }) => {
        return { id, topics: shuffled(own, random) };
      });
      expect(assign(others, partitions)).toEqual(owners);
    }
  });
});
