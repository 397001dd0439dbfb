/**
 * Who gets what in a group: the member that leads it works it out for all (assign.ts). Each says what it has when it joins
 * (KIP-429); a partition that is to go from one member to another is nobody's at first: when the one has finished, it joins
 * again without it. So nothing is interrupted but what moves.
 */
import { assign } from "../../assign.ts";
import type { Assignment, JoinedMember } from "./client.ts";

/** What a member tells of itself. */
export interface MemberData {
  /** For people. */
  readonly member: string;
  /** Of the group, when the member joined it before; -1 when it is new. */
  readonly generation: number;
  /** Numbers of partitions, by topic. */
  readonly has: Readonly<Record<string, readonly number[]>>;
}

export function readMemberData(text: string): MemberData {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && "member" in value) {
      return { generation: -1, has: {}, ...(value as { member: string }) };
    }
  } catch {
    // Of another kind of client.
  }
  return { member: "?", generation: -1, has: {} };
}

/** @param counts How many partitions each topic has. */
export function share(
  members: readonly JoinedMember[],
  counts: ReadonlyMap<string, number>,
): ReadonlyMap<string, Assignment> {
  const topics = [...counts.keys()];
  const owners = ownersOf(members);
  const partitions = topics.flatMap((topic, topicId) =>
    Array.from({ length: counts.get(topic) ?? 0 }, (_, partition) => ({
      topicId,
      partition,
      member: owners.get(keyOf(topic, partition)),
    })),
  );
  const takers = assign(
    members.map(({ id, topics: own }) => ({
      id,
      topics: own.map((topic) => topics.indexOf(topic)).filter((topicId) => topicId >= 0),
    })),
    partitions,
  );
  const shares = new Map(members.map(({ id }) => [id, new Map<string, number[]>()]));
  partitions.forEach(({ topicId, partition, member }, index) => {
    const taker = takers[index];
    if (taker === undefined || (member !== undefined && member !== taker)) return;
    const own = shares.get(taker);
    const topic = topics[topicId] as string;
    own?.set(topic, [...(own.get(topic) ?? []), partition]);
  });
  return shares;
}

/** Of two that say so, the one that was there last: the other has missed that it was taken for gone. */
function ownersOf(members: readonly JoinedMember[]): ReadonlyMap<string, string> {
  const claims = members
    .map(({ id, userData }) => ({ id, ...readMemberData(userData) }))
    .sort((left, right) => left.generation - right.generation);
  const owners = new Map<string, string>();
  for (const { id, has } of claims) {
    for (const [topic, partitions] of Object.entries(has)) {
      for (const partition of partitions) owners.set(keyOf(topic, partition), id);
    }
  }
  return owners;
}

export function keyOf(topic: string, partition: number): string {
  return `${topic}/${String(partition)}`;
}
