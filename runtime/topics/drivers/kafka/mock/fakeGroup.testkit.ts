/** A consumer group as Kafka's coordinator keeps it. */
import { randomUUID } from "node:crypto";
import {
  KafkaError,
  type Assignment,
  type CommittedOffset,
  type DescribedMember,
  type GroupMemberId,
  type JoinedGroup,
  type JoinRequest,
} from "../client.ts";

/** Members that come at once are to be of one generation. */
const GATHER_MS = 20;
const WATCH_MS = 20;

interface Member {
  readonly id: string;
  request: JoinRequest;
  seenMs: number;
  assignment: Assignment;
  /** While it waits for the others. */
  joining: ((joined: JoinedGroup) => void) | undefined;
  syncing: ((assignment: Assignment) => void)[];
  fail: (error: KafkaError) => void;
}

export class FakeGroup {
  readonly name: string;
  readonly offsets = new Map<string, CommittedOffset>();
  private readonly members = new Map<string, Member>();
  private state: "empty" | "joining" | "syncing" | "stable" = "empty";
  private generation = 0;
  private deadline: NodeJS.Timeout | undefined = undefined;
  private readonly watch: NodeJS.Timeout;

  constructor(name: string) {
    this.name = name;
    this.watch = setInterval(() => {
      for (const member of [...this.members.values()]) {
        const isSilent = performance.now() - member.seenMs > member.request.sessionTimeoutMs;
        if (member.joining === undefined && isSilent) this.remove(member.id);
      }
    }, WATCH_MS);
  }

  get isKnown(): boolean {
    return this.members.size > 0 || this.offsets.size > 0;
  }

  close(): void {
    clearInterval(this.watch);
    clearTimeout(this.deadline);
  }

  join(request: JoinRequest): Promise<JoinedGroup> {
    if (request.id !== "" && !this.members.has(request.id)) throw stale();
    const id = request.id === "" ? randomUUID() : request.id;
    return new Promise((resolve, reject) => {
      const seenMs = performance.now();
      const before = this.members.get(id);
      this.members.set(id, {
        id,
        request,
        seenMs,
        assignment: before?.assignment ?? new Map<string, number[]>(),
        joining: resolve,
        syncing: [],
        fail: reject,
      });
      this.gather(request.rebalanceTimeoutMs);
    });
  }

  sync(
    { id, generation }: GroupMemberId,
    assignments: ReadonlyMap<string, Assignment>,
  ): Promise<Assignment> {
    const member = this.find(id, generation);
    if (this.state === "joining") throw rebalancing();
    member.seenMs = performance.now();
    if (assignments.size > 0) {
      this.state = "stable";
      for (const each of this.members.values()) {
        each.assignment = assignments.get(each.id) ?? new Map<string, number[]>();
        for (const resolve of each.syncing.splice(0)) resolve(each.assignment);
      }
    }
    if (this.state === "stable") return Promise.resolve(member.assignment);
    return new Promise((resolve, reject) => {
      member.syncing.push(resolve);
      member.fail = reject;
    });
  }

  heartbeat({ id, generation }: GroupMemberId): Promise<void> {
    const member = this.find(id, generation);
    member.seenMs = performance.now();
    if (this.state === "joining") throw rebalancing();
    return Promise.resolve();
  }

  leave({ id }: GroupMemberId): Promise<void> {
    if (!this.members.has(id)) throw stale();
    this.remove(id);
    return Promise.resolve();
  }

  commit(member: GroupMemberId | undefined, offsets: readonly CommittedOffset[]): Promise<void> {
    if (member !== undefined) {
      this.find(member.id, member.generation);
      if (this.state === "syncing") throw rebalancing();
    } else if (this.members.size > 0) throw stale();
    for (const offset of offsets)
      this.offsets.set(`${offset.topic}/${String(offset.partition)}`, offset);
    return Promise.resolve();
  }

  describe(): readonly DescribedMember[] {
    return [...this.members.values()].map(({ id, request, assignment }) => ({
      id,
      topics: request.topics,
      userData: request.userData,
      partitions: assignment,
    }));
  }

  private find(id: string, generation: number): Member {
    const member = this.members.get(id);
    if (member === undefined || generation !== this.generation) throw stale();
    return member;
  }

  private remove(id: string): void {
    const member = this.members.get(id);
    this.members.delete(id);
    member?.fail(stale());
    if (this.members.size === 0) {
      clearTimeout(this.deadline);
      this.state = "empty";
    } else this.gather(member?.request.rebalanceTimeoutMs ?? 0);
  }

  private gather(timeoutMs: number): void {
    const isNew = this.state !== "joining";
    this.state = "joining";
    for (const member of this.members.values()) {
      if (member.syncing.splice(0).length > 0) member.fail(rebalancing());
    }
    const isComplete = [...this.members.values()].every(({ joining }) => joining !== undefined);
    if (!isNew && !isComplete) return;
    clearTimeout(this.deadline);
    this.deadline = setTimeout(() => this.complete(), isComplete ? GATHER_MS : timeoutMs);
  }

  /** Those that didn't come are out. */
  private complete(): void {
    for (const member of [...this.members.values()]) {
      if (member.joining === undefined) this.members.delete(member.id);
    }
    this.generation++;
    this.state = this.members.size === 0 ? "empty" : "syncing";
    const list = this.describe().map(({ id, topics, userData }) => ({ id, topics, userData }));
    [...this.members.values()].forEach((member, index) => {
      const { id, joining } = member;
      member.joining = undefined;
      member.seenMs = performance.now();
      joining?.({
        group: this.name,
        id,
        generation: this.generation,
        members: index === 0 ? list : undefined,
      });
    });
  }
}

function stale(): KafkaError {
  return new KafkaError("stale", "the coordinator is not aware of this member");
}

function rebalancing(): KafkaError {
  return new KafkaError("rebalance", "the group is rebalancing");
}
