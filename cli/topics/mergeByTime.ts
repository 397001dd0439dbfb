/** The events of several partitions as one sequence, in the order of their times. */
import type { StoredEvent } from "../../runtime/topics/index.ts";

/** @param sources Of each partition, its events in pages; with `direction` -1 the last ones first. */
export async function* mergeByTime(
  sources: readonly AsyncIterable<readonly StoredEvent[]>[],
  direction: 1 | -1 = 1,
): AsyncGenerator<StoredEvent> {
  const cursors = sources.map((pages) => new Cursor(pages));
  await Promise.all(cursors.map((cursor) => cursor.advance()));
  for (;;) {
    let first: Cursor | undefined;
    for (const cursor of cursors) {
      if (cursor.event === undefined) continue;
      if (first?.event === undefined || direction * compare(cursor.event, first.event) < 0) {
        first = cursor;
      }
    }
    if (first?.event === undefined) return;
    yield first.event;
    await first.advance();
  }
}

class Cursor {
  /** `undefined` at the end. */
  event: StoredEvent | undefined = undefined;
  private readonly pages: AsyncIterator<readonly StoredEvent[]>;
  private page: readonly StoredEvent[] = [];
  private index = 0;

  constructor(pages: AsyncIterable<readonly StoredEvent[]>) {
    this.pages = pages[Symbol.asyncIterator]();
  }

  async advance(): Promise<void> {
    this.index++;
    if (this.index >= this.page.length) {
      const next = await this.pages.next();
      this.page = next.done === true ? [] : next.value;
      this.index = 0;
    }
    this.event = this.page[this.index];
  }
}

/** Events of one partition are never compared with each other: their times don't fall. */
function compare(left: StoredEvent, right: StoredEvent): number {
  return left.timestampMs - right.timestampMs || left.partition - right.partition;
}
