/** One group: who takes part, and who has which partition. */
import { assign } from "../../assign.ts";
import type {
  Fence,
  GroupDescription,
  GroupSummary,
  JoinOptions,
  Membership,
  StartPosition,
} from "../../groups.ts";
import type { StoredEvent } from "../../storage.ts";
import { endsWithin } from "../endsWithin.ts";
import type { DeadLetters } from "./deadLetters.ts";
import { HandledPartition } from "./handledPartition.ts";
import { MemoryLease } from "./memoryLease.ts";

/** How long a member may finish what it does with a partition that is to go to another. */
const REVOKE_MS = 2000;

interface Member {
  readonly id: string;
  readonly options: JoinOptions;
}

interface Holding {
  readonly lease: MemoryLease;
  readonly member: Member;
  /** Under way when the partition is to go to another. */
  revocation: Promise<void> | undefined;
}

export class MemoryGroup {
  private readonly name: string;
  private readonly letters: DeadLetters;
  /** By id, in the order in which they came. */
  private readonly members = new Map<string, Member>();
  private lastMember = 0;
  /** By topic, then by number. */
  private partitions: readonly HandledPartition[] = [];
  private readonly holdings = new Map<HandledPartition, Holding>();

  constructor(name: string, letters: DeadLetters) {
    this.name = name;
    this.letters = letters;
  }

  /** @param events By partition. */
  addTopic(topic: string, events: readonly (readonly StoredEvent[])[], start: StartPosition): void {
    events.forEach((stored, partition) => {
      if (this.find(topic, partition) !== undefined) return;
      this.add(topic, partition, stored, start === "latest" ? stored.length : 0);
    });
  }

  join(options: JoinOptions): Membership {
    const member = { id: String(++this.lastMember), options };
    this.members.set(member.id, member);
    this.rebalance();
    return { leave: () => this.leave(member) };
  }

  reset(topic: string, partition: number, events: readonly StoredEvent[], offset: number): void {
    const handled = this.find(topic, partition) ?? this.add(topic, partition, events, offset);
    this.lose(handled);
    handled.reset(offset);
    this.rebalance();
  }

  /** There may be new events of a topic. */
  wake(topic: string): void {
    for (const { lease } of this.holdings.values()) if (lease.topic === topic) lease.wake();
  }

  redeliver(id: string, { topic, partition }: StoredEvent): void {
    this.leaseOf(topic, partition)?.redeliver(id);
  }

  holds({ topic, partition, epoch }: Fence): boolean {
    return this.leaseOf(topic, partition)?.fence.epoch === epoch;
  }

  find(topic: string, partition: number): HandledPartition | undefined {
    return this.partitions.find(({ of }) => of.topic === topic && of.partition === partition);
  }

  summarize(): GroupSummary {
    return {
      name: this.name,
      members: this.members.size,
      topics: [...new Set(this.partitions.map(({ of }) => of.topic))],
      lag: this.partitions.reduce((sum, { lag }) => sum + lag, 0),
      deadLetters: this.letters.list({ group: this.name, limit: Infinity }).length,
    };
  }

  describe(): GroupDescription {
    return {
      name: this.name,
      members: [...this.members.values()].map(({ options }) => options.member),
      partitions: this.partitions.map((handled) => ({
        topic: handled.of.topic,
        partition: handled.of.partition,
        committed: handled.committed,
        end: handled.of.events.length,
        lag: handled.lag,
        member: this.holdings.get(handled)?.member.options.member,
      })),
    };
  }

  close(): void {
    this.members.clear();
    for (const handled of this.partitions) this.lose(handled);
  }

  private add(
    topic: string,
    partition: number,
    events: readonly StoredEvent[],
    committed: number,
  ): HandledPartition {
    const of = { group: this.name, topic, partition, events };
    const added = new HandledPartition(of, this.letters, committed);
    this.partitions = [...this.partitions, added].sort(
      ({ of: left }, { of: right }) =>
        Number(left.topic > right.topic) - Number(left.topic < right.topic) ||
        left.partition - right.partition,
    );
    return added;
  }

  private leaseOf(topic: string, partition: number): MemoryLease | undefined {
    const handled = this.find(topic, partition);
    return handled === undefined ? undefined : this.holdings.get(handled)?.lease;
  }

  private async leave(member: Member): Promise<void> {
    this.members.delete(member.id);
    this.rebalance();
    const own = [...this.holdings.values()].filter((holding) => holding.member === member);
    for (const { revocation } of own) await revocation;
  }

  /** Gives what is nobody's, and begins to take what is to go to another. */
  private rebalance(): void {
    const takers = this.assign();
    this.partitions.forEach((handled, index) => {
      const holding = this.holdings.get(handled);
      const taker = takers[index];
      if (holding !== undefined) {
        if (holding.member !== taker) holding.revocation ??= this.revoke(handled, holding);
      } else if (taker !== undefined) {
        const lease = new MemoryLease(handled);
        this.holdings.set(handled, { lease, member: taker, revocation: undefined });
        taker.options.onLease(lease);
      }
    });
  }

  /** Whose each partition is to be. */
  private assign(): readonly (Member | undefined)[] {
    const topics = [...new Set(this.partitions.map(({ of }) => of.topic))];
    const owners = assign(
      [...this.members.values()].map(({ id, options }) => ({
        id,
        topics: [...options.topics.keys()].map((topic) => topics.indexOf(topic)),
      })),
      this.partitions.map((handled) => {
        const { topic, partition } = handled.of;
        const holding = this.holdings.get(handled);
        // What is being revoked gets another lease in any case.
        const member = holding?.revocation === undefined ? holding?.member.id : undefined;
        return { topicId: topics.indexOf(topic), partition, member };
      }),
    );
    return owners.map((id) => (id === undefined ? undefined : this.members.get(id)));
  }

  private async revoke(handled: HandledPartition, { lease, member }: Holding): Promise<void> {
    lease.close();
    const isDone = await endsWithin(REVOKE_MS, member.options.onRevoke(lease));
    // A reset may have been faster.
    if (!lease.isHeld) return;
    if (isDone) this.release(handled, lease);
    else this.lose(handled);
    this.rebalance();
  }

  private release(handled: HandledPartition, lease: MemoryLease): void {
    this.holdings.delete(handled);
    lease.end();
  }

  /** Takes a partition from whoever has it, without asking. */
  private lose(handled: HandledPartition): void {
    const holding = this.holdings.get(handled);
    if (holding === undefined) return;
    this.release(handled, holding.lease);
    holding.member.options.onLost(holding.lease);
  }
}
