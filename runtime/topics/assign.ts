/**
 * Which member of a group gets which partition. Every member works it out for itself from the same list and so comes to
 * the same result: evenly, and with as few changes as that takes.
 */

export interface AssignableMember {
  readonly id: string;
  /** Which topics it handles. */
  readonly topics: readonly number[];
}

export interface AssignablePartition {
  readonly topicId: number;
  readonly partition: number;
  /** Who has it; a member that is gone counts as nobody. */
  readonly member: string | undefined;
}

/** @returns By index of the partition; `undefined` where no member handles the topic. */
export function assign(
  members: readonly AssignableMember[],
  partitions: readonly AssignablePartition[],
): readonly (string | undefined)[] {
  /** By member, the partitions it is to have, by their index. */
  const shares = new Map(inOrder(members).map(({ id }) => [id, new Set<number>()]));
  const countOf = (id: string): number => shares.get(id)?.size ?? 0;
  const eligible = eligibleByTopic(members);
  const owners = partitions.map(({ topicId, member }, index) => {
    const isKept = member !== undefined && eligible(topicId).includes(member);
    if (isKept) shares.get(member)?.add(index);
    return isKept ? member : undefined;
  });
  /** The one with the fewest; of several the first. */
  const least = (topicId: number): string | undefined =>
    eligible(topicId).reduce<string | undefined>(
      (best, id) => (best === undefined || countOf(id) < countOf(best) ? id : best),
      undefined,
    );
  const give = (index: number, to: string): void => {
    const from = owners[index];
    if (from !== undefined) shares.get(from)?.delete(index);
    owners[index] = to;
    shares.get(to)?.add(index);
  };
  partitions.forEach(({ topicId }, index) => {
    const taker = owners[index] === undefined ? least(topicId) : undefined;
    if (taker !== undefined) give(index, taker);
  });
  /** Gives one of a share to somebody who has at least two less. */
  const giveOne = (share: ReadonlySet<number>): boolean => {
    for (const index of share) {
      const taker = least((partitions[index] as AssignablePartition).topicId);
      if (taker === undefined || countOf(taker) > share.size - 2) continue;
      give(index, taker);
      return true;
    }
    return false;
  };
  // Who has most gives first, so that nothing moves twice. Each move brings two counts closer to each other, so this ends.
  for (let isMoving = true; isMoving;) {
    isMoving = false;
    for (let size = Math.max(0, ...members.map(({ id }) => countOf(id))); size > 1; size--) {
      for (const share of shares.values()) {
        if (share.size === size && giveOne(share)) isMoving = true;
      }
    }
  }
  return owners;
}

function eligibleByTopic(
  members: readonly AssignableMember[],
): (topicId: number) => readonly string[] {
  const byTopic = new Map<number, string[]>();
  for (const { id, topics } of inOrder(members)) {
    for (const topic of topics) {
      const list = byTopic.get(topic);
      if (list === undefined) byTopic.set(topic, [id]);
      else list.push(id);
    }
  }
  return (topicId) => byTopic.get(topicId) ?? [];
}

/** All are to come to the same result. */
function inOrder(members: readonly AssignableMember[]): readonly AssignableMember[] {
  return [...members].sort((left, right) => (left.id < right.id ? -1 : 1));
}
