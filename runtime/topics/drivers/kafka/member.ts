/**
 * A process that takes part in a group, by Kafka's own protocol for that: it joins, is told its partitions, and says
 * that it is alive. When members come or go all are asked to join again; until then, and meanwhile, each goes on with what
 * it has. What is to go to another one it first brings to an end, then it joins without it (share.ts).
 *
 * The group has connections of its own: a broker answers the requests of one connection one after the other, and may
 * let a member wait for the others, or a fetch for events.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { JoinOptions, Membership } from "../../groups.ts";
import {
  isKind,
  KafkaError,
  type Assignment,
  type GroupMemberId,
  type KafkaClient,
} from "./client.ts";
import { Committer } from "./committer.ts";
import { Fetcher } from "./fetcher.ts";
import type { KafkaLease } from "./lease.ts";
import { BackOff, toLogError } from "./retry.ts";
import { keyOf, share, type MemberData } from "./share.ts";

export interface MemberTimes {
  /** A member that says nothing for so long has lost its leases. */
  readonly sessionMs: number;
  readonly heartbeatMs: number;
  /** The others are waited for so long; less than a session, so that leases outlast it. */
  readonly rebalanceMs: number;
  /** What is in progress has so long to end when a partition is given back. */
  readonly revokeMs: number;
  /** A fetch waits so long for events. */
  readonly fetchMs: number;
}

/** A crash is noticed after a session, and shared out after another heartbeat and a rebalance. */
export const TIMES: MemberTimes = {
  sessionMs: 6000,
  heartbeatMs: 1000,
  rebalanceMs: 6000,
  revokeMs: 2000,
  fetchMs: 300,
};

export interface MemberSurroundings {
  /** That of the log. */
  readonly client: KafkaClient;
  /** With connections of the member's own. */
  readonly line: KafkaClient;
  readonly times: MemberTimes;
  /** Of the topics that are handled, Kafka's names. */
  readonly topics: readonly string[];
  /** Makes leases of partitions that this member has from now on. */
  readonly openLeases: (
    places: readonly Place[],
    member: KafkaMember,
  ) => Promise<readonly KafkaLease[]>;
}

export interface Place {
  /** Kafka's name. */
  readonly topic: string;
  readonly partition: number;
}

interface Holding extends Place {
  /** `undefined` until it is known where to go on. */
  lease: KafkaLease | undefined;
  /** Under way when it is to go to another member. */
  revocation: Promise<void> | undefined;
}

const WATCH_MS = 200;

export class KafkaMember implements Membership {
  readonly options: JoinOptions;
  private readonly surroundings: MemberSurroundings;
  private readonly fetcher: Fetcher;
  private readonly committer: Committer;
  private readonly holdings = new Map<string, Holding>();
  private readonly watch: NodeJS.Timeout;
  private readonly running: Promise<void>;
  private assigned: ReadonlySet<string> = new Set();
  /** `undefined` before it has joined, and when it was taken for gone. */
  private current: GroupMemberId | undefined = undefined;
  /** As which the last commit was sent. */
  private committedAs: GroupMemberId | undefined = undefined;
  private heldUntilMs = 0;
  private isJoining = false;
  private isRejoinDue = false;
  private isLeaving = false;
  private hasEnded = false;
  private hasProblem = false;
  private wake: () => void = () => undefined;

  constructor(options: JoinOptions, surroundings: MemberSurroundings) {
    this.options = options;
    this.surroundings = surroundings;
    const { line, times } = surroundings;
    this.fetcher = new Fetcher({
      client: line,
      maxWaitMs: times.fetchMs,
      onProblem: this.report,
    });
    this.committer = new Committer({
      commit: async (offsets) => {
        this.committedAs = this.current;
        // As nobody it would be a commit from outside.
        if (this.current === undefined) throw new KafkaError("stale", "not a member");
        await surroundings.client.commit(options.group, this.current, offsets);
      },
      onStale: this.onStale,
      onProblem: this.report,
    });
    this.watch = setInterval(this.loseExpired, WATCH_MS);
    this.running = this.run();
  }

  get isMember(): boolean {
    return performance.now() < this.heldUntilMs;
  }

  async leave(): Promise<void> {
    if (this.isLeaving) return this.running;
    this.isLeaving = true;
    await Promise.all([...this.holdings.values()].map((holding) => this.revoke(holding)));
    this.hasEnded = true;
    clearInterval(this.watch);
    const { client, line } = this.surroundings;
    // Not on the connection on which it may just wait for others.
    if (this.current !== undefined) await client.leaveGroup(this.current).catch(() => undefined);
    this.wake();
    await line.close();
    await Promise.all([this.running, this.fetcher.stop()]);
  }

  /** A lease has something to commit. */
  readonly changed = (lease: KafkaLease, isUrgent: boolean): void => {
    this.committer.changed(lease, isUrgent);
  };

  readonly wakeFetcher = (): void => {
    this.fetcher.wake();
  };

  readonly report = (error: unknown): void => {
    if (this.hasProblem || this.hasEnded) return;
    this.hasProblem = true;
    const problem = toLogError(error);
    this.options.onProblem(problem instanceof Error ? problem : new Error(String(problem)));
  };

  // The group

  private async run(): Promise<void> {
    const backOff = new BackOff();
    while (!this.hasEnded) {
      try {
        await this.join();
        backOff.reset();
        await this.beatUntilRejoin();
      } catch (error) {
        if (isKind(error, "stale")) this.forget();
        else if (!isKind(error, "rebalance")) {
          this.report(error);
          await backOff.wait();
        }
      }
    }
  }

  private async join(): Promise<void> {
    const { line, times, topics } = this.surroundings;
    const { group } = this.options;
    this.isJoining = true;
    this.isRejoinDue = false;
    try {
      let sentMs = performance.now();
      const { members, ...joined } = await line.joinGroup({
        group,
        id: this.current?.id ?? "",
        topics,
        userData: JSON.stringify(this.describe()),
        sessionTimeoutMs: times.sessionMs,
        rebalanceTimeoutMs: times.rebalanceMs,
      });
      this.current = joined;
      this.hold(sentMs);
      const shares = new Map<string, Assignment>();
      if (members !== undefined) {
        const known = new Set(members.flatMap((member) => member.topics));
        const counts = await line.countPartitions([...known].sort());
        for (const [id, own] of share(members, counts)) shares.set(id, own);
      }
      sentMs = performance.now();
      const assignment = await line.syncGroup(joined, shares);
      this.hold(sentMs);
      this.apply(assignment);
    } finally {
      this.isJoining = false;
    }
    this.well();
  }

  /** What the leader is told. */
  private describe(): MemberData {
    const has: Record<string, number[]> = {};
    for (const { topic, partition } of this.holdings.values()) (has[topic] ??= []).push(partition);
    return { member: this.options.member, generation: this.current?.generation ?? -1, has };
  }

  private async beatUntilRejoin(): Promise<void> {
    for (;;) {
      if (!this.isRejoinDue) await this.pause(this.surroundings.times.heartbeatMs);
      if (this.isRejoinDue || this.hasEnded || this.current === undefined) return;
      const sentMs = performance.now();
      try {
        await this.surroundings.line.heartbeat(this.current);
        this.hold(sentMs);
        this.well();
      } catch (error) {
        // It is known all the same.
        if (isKind(error, "rebalance")) this.hold(sentMs);
        if (!isKind(error, "again") || !this.isMember) throw error;
        this.report(error);
      }
    }
  }

  /** Can be woken up. */
  private async pause(delayMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, delayMs);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** The cluster has heard of it, at that time at the earliest. */
  private hold(sentMs: number): void {
    this.heldUntilMs = Math.max(this.heldUntilMs, sentMs + this.surroundings.times.sessionMs);
  }

  private rejoin(): void {
    this.isRejoinDue = true;
    this.wake();
  }

  /** It was taken for gone: it joins as a new one. */
  private forget(): void {
    this.current = undefined;
    this.heldUntilMs = 0;
    this.loseAll();
    this.rejoin();
  }

  private readonly onStale = (): boolean => {
    // It has joined anew since, or is about to.
    if (this.committedAs !== this.current || this.isJoining) return true;
    this.forget();
    return false;
  };

  private readonly loseExpired = (): void => {
    if (this.holdings.size === 0 || this.isMember) return;
    this.loseAll();
    this.rejoin();
  };

  private loseAll(): void {
    this.assigned = new Set();
    for (const holding of [...this.holdings.values()]) this.drop(holding, true);
  }

  private well(): void {
    if (!this.hasProblem) return;
    this.hasProblem = false;
    this.options.onProblem(undefined);
  }

  // Partitions

  private apply(assignment: Assignment): void {
    const places = [...assignment].flatMap(([topic, partitions]) =>
      partitions.map((partition): Place => ({ topic, partition })),
    );
    this.assigned = new Set(places.map(({ topic, partition }) => keyOf(topic, partition)));
    for (const [key, holding] of this.holdings) {
      if (!this.assigned.has(key)) void this.revoke(holding);
    }
    this.take(places.filter(({ topic, partition }) => !this.holdings.has(keyOf(topic, partition))));
  }

  private take(places: readonly Place[]): void {
    if (this.isLeaving || places.length === 0) return;
    const holdings = places.map(({ topic, partition }): Holding => ({
      topic,
      partition,
      lease: undefined,
      revocation: undefined,
    }));
    for (const holding of holdings) {
      this.holdings.set(keyOf(holding.topic, holding.partition), holding);
    }
    void this.open(holdings);
  }

  private async open(holdings: readonly Holding[]): Promise<void> {
    const backOff = new BackOff();
    for (;;) {
      const wanted = holdings.filter((holding) => this.isWanted(holding));
      if (wanted.length === 0) return;
      try {
        const leases = await this.surroundings.openLeases(wanted, this);
        leases.forEach((lease, index) => this.begin(wanted[index] as Holding, lease));
        return;
      } catch (error) {
        this.report(error);
        await backOff.wait();
      }
    }
  }

  private isWanted(holding: Holding): boolean {
    const { topic, partition, revocation } = holding;
    return revocation === undefined && this.holdings.get(keyOf(topic, partition)) === holding;
  }

  private begin(holding: Holding, lease: KafkaLease): void {
    if (!this.isWanted(holding)) return;
    holding.lease = lease;
    this.fetcher.add(lease.source);
    if (lease.redriven !== undefined) this.fetcher.add(lease.redriven);
    this.committer.changed(lease, true);
    this.options.onLease(lease);
  }

  private revoke(holding: Holding): Promise<void> {
    holding.revocation ??= this.giveBack(holding);
    return holding.revocation;
  }

  /** Ends a lease when nothing of it runs any more, or when that takes too long. */
  private async giveBack(holding: Holding): Promise<void> {
    const { lease } = holding;
    const isDone = lease === undefined || (await this.bringToEnd(lease));
    // It may have been lost meanwhile.
    if (this.holdings.get(keyOf(holding.topic, holding.partition)) !== holding) return;
    this.drop(holding, !isDone);
    if (this.isLeaving) return;
    if (this.assigned.has(keyOf(holding.topic, holding.partition))) this.take([holding]);
    else if (![...this.holdings.values()].some(({ revocation }) => revocation !== undefined)) {
      this.rejoin();
    }
  }

  /** @returns Whether it was in time. */
  private async bringToEnd(lease: KafkaLease): Promise<boolean> {
    lease.stopDelivering();
    const work = this.options
      .onRevoke(lease)
      .then(() => lease.release())
      .then(
        () => true,
        () => false,
      );
    const givenUp = new AbortController();
    const timeout = delay(this.surroundings.times.revokeMs, false, { signal: givenUp.signal });
    const isDone = await Promise.race([work, timeout.catch(() => false)]);
    givenUp.abort();
    return isDone;
  }

  private drop(holding: Holding, isLost: boolean): void {
    const { lease } = holding;
    this.holdings.delete(keyOf(holding.topic, holding.partition));
    if (lease === undefined) return;
    this.fetcher.delete(lease.source);
    if (lease.redriven !== undefined) this.fetcher.delete(lease.redriven);
    lease.lose();
    if (isLost) this.options.onLost(lease);
  }
}
