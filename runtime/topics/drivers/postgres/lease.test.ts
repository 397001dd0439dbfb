/** A lease by itself: what the database would do is done by the test. */
import type { Delivery } from "../../groups.ts";
import type { StoredEvent } from "../../storage.ts";
import { PostgresLease, type LeaseStart, type TakenChanges } from "./lease.ts";

function openLease(start: Partial<LeaseStart> = {}): PostgresLease {
  return new PostgresLease(
    {
      group: "g",
      groupId: 1,
      topic: "t",
      topicId: 1,
      partition: 0,
      epoch: 1,
      committed: 0,
      settled: [],
      begunTo: 0,
      attempts: new Map(),
      heldUntilMs: Infinity,
      ...start,
    },
    { onChange: () => undefined, onWant: () => undefined },
  );
}

function event(offset: number): StoredEvent {
  const key = `key ${String(offset)}`;
  return { topic: "t", partition: 0, offset, key, value: "1", headers: {}, timestampMs: 0 };
}

const letter = (offset: number) => ({
  id: `letter ${String(offset)}`,
  handler: "first",
  event: event(offset),
});

const offsetsOf = (deliveries: readonly Delivery[]): readonly number[] =>
  deliveries.map((delivery) => delivery.event.offset);

test("what is fetched while a dead letter is delivered is not lost", async () => {
  const lease = openLease({ committed: 10 });
  const first = lease.next(2);
  lease.redrive(letter(3));
  expect(offsetsOf(await first)).toEqual([3]);
  // It was asked for before, and nobody wants it any more.
  lease.fetched([event(10), event(11)]);
  const second = lease.next(1);
  expect(lease.wanted).toBe(1);
  const asked = Array.from({ length: 2 }, (_, index) => event(lease.nextOffset + index));
  lease.fetched(asked);
  expect(offsetsOf(await second)).toEqual([10]);
  const third = lease.next(5);
  lease.fetched([event(lease.nextOffset)]);
  expect(offsetsOf(await third)).toEqual([11]);
});

test("a dead letter goes on with the function that failed last", async () => {
  const lease = openLease({ attempts: new Map([[3, { handler: "second", attempts: 2 }]]) });
  const next = lease.next(1);
  lease.redrive(letter(3));
  expect(await next).toMatchObject([{ handler: "second", attempts: 2, deadLetter: "letter 3" }]);
});

test("a dead letter that is delivered again settles nothing but itself", async () => {
  // As after a reset: the event itself is to be handled from the first function on.
  const lease = openLease({ committed: 0 });
  const next = lease.next(1);
  lease.redrive(letter(3));
  const [delivery] = await next;
  lease.settle(delivery as Delivery, { records: [], failure: undefined });
  expect(lease.takeChanges()).toMatchObject({ committed: 0, settled: [] });
});

test("a dead letter is not delivered again before it is stored what became of it", async () => {
  const lease = openLease({ committed: 10 });
  const next = lease.next(1);
  lease.redrive(letter(3));
  const [delivery] = await next;
  lease.settle(delivery as Delivery, { records: [], failure: undefined });
  const again = lease.next(1);
  lease.redrive(letter(3));
  lease.fetched([event(10)]);
  expect(offsetsOf(await again)).toEqual([10]);
  lease.stored((lease.takeChanges() as TakenChanges).changes);
  // Somebody asked for it once more.
  const later = lease.next(1);
  lease.redrive(letter(3));
  expect(offsetsOf(await later)).toEqual([3]);
});
