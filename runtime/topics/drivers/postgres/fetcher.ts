/** Fetches events for the leases of a member: for all that want some, by one query at a time. */
import type { StoredEvent } from "../../storage.ts";
import type { PostgresLease } from "./lease.ts";
import type { RunForSure } from "./progressWriter.ts";
import { columns, toEvent, type EventRow } from "./rows.ts";

interface FetchedRow extends EventRow {
  /** Which of the partitions that were asked for, from 1. */
  readonly number: number;
}

const FETCH =
  "SELECT * FROM fetch_events($1, $2::int[], $3::int[], $4::bigint[], $5::bigint[], $6::int[])";

export class Fetcher {
  private readonly groupId: number;
  private readonly leases: ReadonlyMap<string, PostgresLease>;
  private readonly run: RunForSure;
  private readonly onStale: (lease: PostgresLease) => void;
  private fetching: Promise<void> | undefined = undefined;
  private hasEnded = false;

  constructor(
    groupId: number,
    leases: ReadonlyMap<string, PostgresLease>,
    run: RunForSure,
    onStale: (lease: PostgresLease) => void,
  ) {
    this.groupId = groupId;
    this.leases = leases;
    this.run = run;
    this.onStale = onStale;
  }

  /** There may be new events. */
  hint(isAbout: (lease: PostgresLease) => boolean): void {
    for (const lease of this.leases.values()) if (isAbout(lease)) lease.hints++;
    this.fetchMore();
  }

  /** A lease wants some. */
  fetchMore(): void {
    if (!this.hasEnded) this.fetching ??= this.fetchWhileWanted();
  }

  /** Resolves when nothing is on its way. */
  async end(): Promise<void> {
    this.hasEnded = true;
    await this.fetching;
  }

  private async fetchWhileWanted(): Promise<void> {
    // Other leases may be about to want something, too.
    await Promise.resolve();
    while (!this.hasEnded) {
      const wanting = [...this.leases.values()].filter(({ wanted, hints }) => wanted * hints > 0);
      if (wanting.length === 0) break;
      await this.fetch(wanting);
    }
    this.fetching = undefined;
  }

  private async fetch(leases: readonly PostgresLease[]): Promise<void> {
    const hints = leases.map((lease) => lease.hints);
    const limits = leases.map((lease) => lease.wanted);
    const offsets = leases.map((lease) => lease.nextOffset);
    const rows = await this.run(FETCH, [this.groupId, ...columns(leases), offsets, limits]);
    const events = leases.map((): StoredEvent[] => []);
    for (const row of (rows ?? []) as readonly FetchedRow[]) {
      const lease = leases[row.number - 1] as PostgresLease;
      if (row.offset === null) this.onStale(lease);
      else events[row.number - 1]?.push(toEvent(lease, row));
    }
    leases.forEach((lease, index) => {
      const own = events[index] ?? [];
      const hasAll = lease.fetched(own) && own.length < (limits[index] ?? 0);
      // Nothing was stored since it was asked for: what is stored later is told by a new hint.
      if (hasAll && lease.hints === hints[index]) lease.hints = 0;
    });
  }
}
