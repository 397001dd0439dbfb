/** Stores what the leases of a member were told, all of them in one transaction at a time. */
import { StaleLease } from "../../groups.ts";
import type { PostgresLease, TakenChanges } from "./lease.ts";

/** Runs a query until it went through. Resolves to nothing when the member has ended meanwhile. */
export type RunForSure = (
  text: string,
  values: readonly unknown[],
) => Promise<readonly Readonly<Record<string, unknown>>[] | undefined>;

export class ProgressWriter {
  private readonly groupId: number;
  private readonly run: RunForSure;
  private readonly onStale: (lease: PostgresLease) => void;
  private readonly dirty = new Set<PostgresLease>();
  private writing: Promise<void> | undefined = undefined;

  constructor(groupId: number, run: RunForSure, onStale: (lease: PostgresLease) => void) {
    this.groupId = groupId;
    this.run = run;
    this.onStale = onStale;
  }

  /** A lease has something to store: with whatever others are told until this is through with its turn. */
  changed(lease: PostgresLease): void {
    this.dirty.add(lease);
    this.writing ??= this.write();
  }

  private async write(): Promise<void> {
    // Not in the middle of what is being told.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.dirty.size > 0) {
      const leases = [...this.dirty];
      this.dirty.clear();
      await this.writeOnce(leases);
    }
    this.writing = undefined;
  }

  private async writeOnce(leases: readonly PostgresLease[]): Promise<void> {
    const entries = leases.flatMap((lease) => {
      const taken = lease.takeChanges();
      return taken === undefined ? [] : [{ lease, ...taken }];
    });
    if (entries.length === 0) return;
    const rows = await this.run(SAVE, toValues(this.groupId, entries));
    const stale = new Set(rows?.[0]?.["stale"] as readonly number[] | undefined);
    entries.forEach(({ lease, changes, flushes }, index) => {
      if (rows === undefined || stale.has(index + 1)) {
        this.onStale(lease);
        for (const { reject } of flushes) reject(new StaleLease());
      } else {
        lease.stored(changes);
        for (const { resolve } of flushes) resolve();
      }
    });
  }
}

interface Entry extends TakenChanges {
  readonly lease: PostgresLease;
}

const SAVE = `SELECT save_progress(
  $1, $2::int[], $3::int[], $4::bigint[], $5::bigint[], $6::text[],
  $7::int[], $8::bigint[], $9::text[], $10::int[],
  $11::int[], $12::bigint[],
  $13::int[], $14::bigint[], $15::text[], $16::int[], $17::text[], $18::text[],
  $19::bigint[], $20::int[],
  $21::int[], $22::bigint[], $23::text[], $24::text[], $25::text[]
) AS stale`;

/** The arguments of `save_progress`. */
function toValues(groupId: number, entries: readonly Entry[]): readonly unknown[] {
  /** What leases have of one kind, each with the number of its lease. */
  const listed = <Item>(
    itemsOf: (entry: Entry) => Iterable<Item>,
  ): { number: number; item: Item }[] =>
    entries.flatMap((entry, index) =>
      Array.from(itemsOf(entry), (item) => ({ number: index + 1, item })),
    );
  const attempts = listed(({ changes }) => changes.attempts);
  const over = listed(({ changes }) => changes.over);
  const letters = listed(({ changes }) => changes.letters);
  const done = listed(({ changes }) => changes.doneLetters);
  const records = listed(({ changes }) =>
    [...changes.records].flatMap(([offset, all]) => all.map((record) => ({ offset, record }))),
  );
  return [
    groupId,
    entries.map(({ lease }) => lease.topicId),
    entries.map(({ lease }) => lease.partition),
    entries.map(({ lease }) => lease.epoch),
    entries.map(({ committed }) => committed),
    entries.map(({ settled }) => `{${settled.join(",")}}`),
    attempts.map(({ number }) => number),
    attempts.map(({ item: [offset] }) => offset),
    attempts.map(({ item: [, { handler }] }) => handler),
    attempts.map(({ item: [, attempt] }) => attempt.attempts),
    over.map(({ number }) => number),
    over.map(({ item }) => item),
    letters.map(({ number }) => number),
    letters.map(({ item: [offset] }) => offset),
    letters.map(({ item: [, { handler }] }) => handler),
    letters.map(({ item: [, failure] }) => failure.attempts),
    letters.map(({ item: [, { error }] }) => withoutNul(error)),
    letters.map(({ item: [, { traceback }] }) => traceback && withoutNul(traceback)),
    done.map(({ item }) => item),
    done.map(({ number }) => number),
    records.map(({ number }) => number),
    records.map(({ item: { offset } }) => offset),
    records.map(({ item: { record } }) => record.handler),
    records.map(({ item: { record } }) => record.result),
    records.map(({ item: { record } }) =>
      record.appends.length === 0 ? undefined : JSON.stringify(record.appends),
    ),
  ];
}

/** PostgreSQL's texts have no NUL; an error may have any. */
function withoutNul(text: string): string {
  return text.replaceAll("\0", "\\0");
}
