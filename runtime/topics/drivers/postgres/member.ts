/**
 * A process that takes part in a group.
 *
 * Every second, and when it is woken up, it says that it is alive and looks who else is; who gets which partition each
 * works out for itself (assign.ts). It gives back what others are to have, and claims what is free. A claim goes through
 * only if nobody else was faster. A member that says nothing for `TTL_MS` has lost its leases to whoever claims
 * them; it begins nothing more once that time is over by its own clock.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { Pool, type ClientConfig, type QueryResultRow } from "pg";
import { assign } from "../../assign.ts";
import type { JoinOptions, Membership } from "../../groups.ts";
import { endsWithin } from "../endsWithin.ts";
import { Fetcher } from "./fetcher.ts";
import { PostgresLease, type Attempt } from "./lease.ts";
import { columns, toEvent, toRanges, type EventRow, type LeaseName } from "./rows.ts";
import { ProgressWriter } from "./progressWriter.ts";
import { isConnectionFailure, messageOf } from "./retry.ts";
import type { WakeUp, WakeUps } from "./wakeUps.ts";

/** How long a silent member keeps its leases: a crash is noticed after this and one more beat. */
const TTL_MS = 3000;
const BEAT_MS = 1000;
/** What is in progress has so long to end when a partition is to go to another member, who waits for it, */
const REVOKE_MS = 2000;
/** and so long when this one leaves. */
const LEAVE_MS = 10_000;
const RETRY_MS = 250;
const MAX_CONNECTIONS = 3;
/** A server that says nothing for so long is gone: the network may never tell. */
const MAX_SILENCE_MS = 10_000;

export interface MemberSurroundings {
  readonly connection: ClientConfig;
  readonly wakeUps: WakeUps;
  readonly group: string;
  readonly groupId: number;
  /** Names by id, of the topics that are handled. */
  readonly topics: ReadonlyMap<number, string>;
}

interface GroupView {
  readonly members: readonly { readonly id: string; readonly topics: readonly number[] }[];
  readonly leases: readonly SeenLease[] | null;
  readonly hasRedriven: boolean;
}

interface SeenLease extends LeaseName {
  /** Whoever holds it now. */
  readonly member: string | null;
}

interface LeaseRow extends QueryResultRow {
  readonly topic_id: number;
  readonly partition: number;
  readonly committed: string;
  readonly settled: readonly string[];
  readonly begun_to: string;
  readonly epoch: string;
}

export class PostgresMember implements Membership {
  private readonly id = randomUUID();
  private readonly surroundings: MemberSurroundings;
  private readonly options: JoinOptions;
  private readonly pool: Pool;
  private readonly leases = new Map<string, PostgresLease>();
  private readonly givingBack = new Map<PostgresLease, Promise<void>>();
  private readonly writer: ProgressWriter;
  private readonly fetcher: Fetcher;
  private readonly stopListening: () => Promise<void>;
  private readonly unsubscribe: () => void;
  private readonly beating: Promise<void>;
  private isLeaving = false;
  private hasEnded = false;
  private hasProblem = false;
  private isBeatDue = true;
  private wakeBeat: () => void = () => undefined;

  constructor(surroundings: MemberSurroundings, options: JoinOptions) {
    this.surroundings = surroundings;
    this.options = options;
    // Of its own, so that heartbeats never wait for what functions read.
    this.pool = new Pool({
      query_timeout: MAX_SILENCE_MS,
      connectionTimeoutMillis: MAX_SILENCE_MS,
      ...surroundings.connection,
      max: MAX_CONNECTIONS,
    });
    this.pool.on("error", () => undefined);
    this.writer = new ProgressWriter(surroundings.groupId, this.runForSure, (lease) => {
      this.lose(lease);
    });
    this.fetcher = new Fetcher(surroundings.groupId, this.leases, this.runForSure, (lease) => {
      this.lose(lease);
    });
    this.unsubscribe = surroundings.wakeUps.subscribe(this.wake);
    this.stopListening = surroundings.wakeUps.listen(surroundings.connection);
    this.beating = this.beatUntilEnd();
  }

  async leave(): Promise<void> {
    if (this.isLeaving) return;
    this.isLeaving = true;
    const leases = [...this.leases.values(), ...this.givingBack.keys()];
    await Promise.all(leases.map((lease) => this.giveBack(lease)));
    this.hasEnded = true;
    this.wakeBeat();
    await this.beating;
    await this.query("DELETE FROM member WHERE group_id = $1 AND id = $2", [
      this.surroundings.groupId,
      this.id,
    ]).catch(() => undefined);
    this.tellGroup();
    this.unsubscribe();
    await this.fetcher.end();
    await this.stopListening();
    await this.pool.end();
  }

  // Heartbeats

  private async beatUntilEnd(): Promise<void> {
    while (!this.hasEnded) {
      this.takeDue();
      const isWell = await this.beat().then(() => true, this.report);
      // Events of others may have been missed.
      this.fetcher.hint(() => true);
      if (!this.takeDue()) await this.untilNextBeat(isWell ? BEAT_MS : RETRY_MS);
    }
  }

  /** Whether it was woken up since this was asked last. */
  private takeDue(): boolean {
    const isDue = this.isBeatDue;
    this.isBeatDue = false;
    return isDue;
  }

  private async untilNextBeat(delayMs: number): Promise<void> {
    if (this.hasEnded) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, delayMs);
      this.wakeBeat = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private async beat(): Promise<void> {
    const { groupId, topics } = this.surroundings;
    const sentMs = performance.now();
    const rows = await this.query<{ view: GroupView }>(
      "SELECT heartbeat($1, $2, $3, $4, $5::interval) AS view",
      [groupId, this.id, this.options.member, [...topics.keys()], `${String(TTL_MS)} ms`],
    );
    const view = rows[0]?.view as GroupView;
    const seen = view.leases ?? [];
    const free = this.compare(view, seen, sentMs + TTL_MS);
    if (free.length > 0 && !this.isLeaving) await this.claim(free);
    if (view.hasRedriven && !this.isLeaving) await this.loadRedriven();
    if (this.hasProblem) {
      this.hasProblem = false;
      this.options.onProblem(undefined);
    }
  }

  /** Finds out what became of its leases. Returns what it is to claim. */
  private compare(
    { members }: GroupView,
    seen: readonly SeenLease[],
    heldUntilMs: number,
  ): readonly SeenLease[] {
    const owners = assign(
      members,
      seen.map(({ topicId, partition, member }) => ({
        topicId,
        partition,
        member: member ?? undefined,
      })),
    );
    const free: SeenLease[] = [];
    seen.forEach((row, index) => {
      const lease = this.leases.get(keyOf(row.topicId, row.partition));
      const isMine = row.member === this.id;
      if (lease !== undefined && isMine && row.epoch === lease.epoch) {
        lease.heldUntilMs = heldUntilMs;
        if (owners[index] !== this.id && !this.isLeaving) void this.giveBack(lease);
        return;
      }
      if (lease !== undefined) this.lose(lease);
      // Its claim was answered, but nobody heard it.
      if (isMine) void this.release([row]).catch(this.report);
      else if (row.member === null && owners[index] === this.id) free.push(row);
    });
    return free;
  }

  private async claim(free: readonly SeenLease[]): Promise<void> {
    const { groupId } = this.surroundings;
    const sentMs = performance.now();
    const rows = await this.query<LeaseRow>(
      "SELECT * FROM claim_leases($1, $2, $3::interval, $4::int[], $5::int[], $6::bigint[])",
      [groupId, this.id, `${String(TTL_MS)} ms`, ...columns(free)],
    );
    if (rows.length === 0) return;
    const attempts = await this.loadAttempts(rows);
    if (this.isLeaving) await this.release(rows.map(toLeaseName));
    else for (const row of rows) this.take(row, attempts, sentMs + TTL_MS);
  }

  private take(
    row: LeaseRow,
    attempts: ReadonlyMap<string, ReadonlyMap<number, Attempt>>,
    heldUntilMs: number,
  ): void {
    const { group, groupId, topics } = this.surroundings;
    const { topic_id: topicId, partition } = row;
    const key = keyOf(topicId, partition);
    const lease: PostgresLease = new PostgresLease(
      {
        group,
        groupId,
        topic: topics.get(topicId) ?? "",
        topicId,
        partition,
        epoch: Number(row.epoch),
        committed: Number(row.committed),
        settled: toRanges(row.settled),
        begunTo: Number(row.begun_to),
        attempts: attempts.get(key) ?? new Map<number, Attempt>(),
        heldUntilMs,
      },
      {
        onChange: () => {
          this.writer.changed(lease);
        },
        onWant: () => {
          this.fetcher.fetchMore();
        },
      },
    );
    this.leases.set(key, lease);
    this.options.onLease(lease);
  }

  private async loadAttempts(
    leases: readonly LeaseRow[],
  ): Promise<ReadonlyMap<string, ReadonlyMap<number, Attempt>>> {
    const rows = await this.query<{
      topic_id: number;
      partition: number;
      offset: string;
      handler: string;
      attempts: number;
    }>(
      `SELECT topic_id, partition, "offset", handler, attempts
       FROM attempt JOIN unnest($2::int[], $3::int[]) AS given (topic, part)
         ON topic_id = topic AND partition = part
       WHERE group_id = $1`,
      [
        this.surroundings.groupId,
        leases.map((lease) => lease.topic_id),
        leases.map(({ partition }) => partition),
      ],
    );
    const found = new Map<string, Map<number, Attempt>>();
    for (const { topic_id: topicId, partition, offset, handler, attempts } of rows) {
      const key = keyOf(topicId, partition);
      const ofLease = found.get(key) ?? new Map<number, Attempt>();
      ofLease.set(Number(offset), { handler, attempts });
      found.set(key, ofLease);
    }
    return found;
  }

  private async loadRedriven(): Promise<void> {
    const rows = await this.query<
      EventRow & { id: string; topic_id: number; partition: number; handler: string }
    >(
      `SELECT id, dead_letter.topic_id, dead_letter.partition, handler, event."offset",
         (extract(epoch FROM event.created_at) * 1000)::bigint AS created_ms, key, value::text AS value, headers
       FROM dead_letter JOIN event USING (topic_id, partition, "offset")
       WHERE group_id = $1 AND is_redriven AND id <> ALL ($3::bigint[]) AND (topic_id, partition) IN (
         SELECT topic_id, partition FROM lease WHERE group_id = $1 AND member = $2
       ) ORDER BY id LIMIT 1000`,
      [
        this.surroundings.groupId,
        this.id,
        [...this.leases.values()].flatMap(({ redrivenIds }) => [...redrivenIds]),
      ],
    );
    for (const row of rows) {
      const lease = this.leases.get(keyOf(row.topic_id, row.partition));
      const { id, handler } = row;
      if (lease !== undefined) lease.redrive({ id, handler, event: toEvent(lease, row) });
    }
  }

  // Giving back

  private giveBack(lease: PostgresLease): Promise<void> {
    let givingBack = this.givingBack.get(lease);
    if (givingBack === undefined) {
      givingBack = this.endAndRelease(lease).finally(() => this.givingBack.delete(lease));
      this.givingBack.set(lease, givingBack);
    }
    return givingBack;
  }

  /** Ends a lease when nothing of it runs any more, or when that takes too long. */
  private async endAndRelease(lease: PostgresLease): Promise<void> {
    lease.stopFetching();
    const patienceMs = this.isLeaving ? LEAVE_MS : REVOKE_MS;
    const hasStopped = await endsWithin(patienceMs, this.options.onRevoke(lease));
    const isStored = hasStopped && lease.isHeld && (await endsWithin(REVOKE_MS, lease.flush()));
    if (isStored) this.end(lease);
    else this.lose(lease);
    await this.release([lease]).catch(() => undefined);
    this.tellGroup();
  }

  private lose(lease: PostgresLease): void {
    if (this.end(lease)) this.options.onLost(lease);
  }

  private end(lease: PostgresLease): boolean {
    const key = keyOf(lease.topicId, lease.partition);
    if (this.leases.get(key) !== lease) return false;
    this.leases.delete(key);
    lease.lose();
    return true;
  }

  private async release(leases: readonly LeaseName[]): Promise<void> {
    await this.query("SELECT release_leases($1, $2::int[], $3::int[], $4::bigint[])", [
      this.surroundings.groupId,
      ...columns(leases),
    ]);
  }

  private tellGroup(): void {
    this.surroundings.wakeUps.tell({ topics: [], groups: [this.surroundings.groupId] });
  }

  private readonly wake = ({ topics, groups }: WakeUp): void => {
    if (groups.includes(this.surroundings.groupId)) {
      this.isBeatDue = true;
      this.wakeBeat();
    }
    this.fetcher.hint((lease) => topics.includes(lease.topicId));
  };

  // Queries

  private async query<Row extends QueryResultRow>(
    text: string,
    values: readonly unknown[],
  ): Promise<readonly Row[]> {
    return (await this.pool.query<Row>(text, [...values])).rows;
  }

  /** `undefined` when the member has ended before it went through. */
  private readonly runForSure = async (
    text: string,
    values: readonly unknown[],
  ): Promise<readonly QueryResultRow[] | undefined> => {
    while (!this.hasEnded) {
      try {
        return await this.query(text, values);
      } catch (error) {
        this.report(error);
        await delay(isConnectionFailure(error) ? RETRY_MS : BEAT_MS);
      }
    }
    return undefined;
  };

  private readonly report = (error: unknown): false => {
    if (this.hasProblem) return false;
    this.hasProblem = true;
    this.options.onProblem(error instanceof Error ? error : new Error(messageOf(error)));
    return false;
  };
}

function toLeaseName({ topic_id: topicId, partition, epoch }: LeaseRow): LeaseName {
  return { topicId, partition, epoch: Number(epoch) };
}

function keyOf(topicId: number, partition: number): string {
  return `${String(topicId)}/${String(partition)}`;
}
