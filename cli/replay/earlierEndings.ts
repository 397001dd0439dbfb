/**
 * How a function ended when a consumer group handled the events. A group keeps what functions returned and appended; of
 * one that did neither it keeps nothing, so that has to be told from events which the function never saw.
 */
import type {
  HandlingRecord,
  LogStorage,
  StoredEvent,
  Trigger,
} from "../../runtime/topics/index.ts";
import { UserError } from "../errors.ts";
import { findGroup } from "../topics/findGroup.ts";
import { NOTHING, type Ending } from "./outcome.ts";

export interface EarlierOptions {
  readonly log: LogStorage;
  readonly group: string;
  readonly topic: string;
  readonly handler: string;
  /** Of the topic, as the settings are now; `undefined` when there is none. */
  readonly trigger: Trigger | undefined;
}

/** Of the events of a page, which are of one partition and in the order of their offsets. */
export type EarlierEndings = (
  page: readonly StoredEvent[],
) => Promise<readonly (Ending | undefined)[]>;

/** @throws LogError, UserError when the group does not read the topic */
export async function openEarlierEndings(options: EarlierOptions): Promise<EarlierEndings> {
  const { log, group, topic, handler, trigger } = options;
  // A log that keeps no records says so before anything else is looked for.
  await log.groups.records({ group, topic, partition: 0, from: 0, to: 0 });
  const committed = await committedOffsets(options);
  const letters = await deadLetters(options);
  const names = trigger?.handlers.map(({ run }) => run) ?? [];
  const place = names.indexOf(handler);
  /** Partitions in which the group has begun, as far as is known. */
  const begun = new Set<number>();

  const endingOf = (event: StoredEvent, records: readonly HandlingRecord[]): Ending | undefined => {
    if (records.length > 0) begun.add(event.partition);
    const record = records.find((each) => each.handler === handler);
    if (record !== undefined) return { kind: "done", handled: record };
    const letter = letters.get(placeOf(event.partition, event.offset));
    if (letter?.handler === handler) return letter.ending;
    // Those behind the function that failed were not called.
    const isCalled =
      letter === undefined
        ? isSettled(event) && !isOthers(records)
        : place >= 0 && names.indexOf(letter.handler) > place;
    return isCalled ? NOTHING : undefined;
  };
  const isSettled = ({ partition, offset }: StoredEvent): boolean =>
    offset < (committed.get(partition) ?? 0) &&
    // The group did not begin with the first event, and where it did is not kept.
    (trigger?.from !== "latest" || begun.has(partition));
  /** Whether the group does not call the function, or called others when it handled an event. */
  const isOthers = (records: readonly HandlingRecord[]): boolean =>
    place < 0 || (records.length > 0 && !records.some((each) => names.includes(each.handler)));

  return async (page) => {
    const byOffset = new Map<number, HandlingRecord[]>();
    for (const { partition, from, to } of spansOf(page)) {
      for (const record of await log.groups.records({ group, topic, partition, from, to })) {
        const others = byOffset.get(record.offset);
        if (others === undefined) byOffset.set(record.offset, [record]);
        else others.push(record);
      }
    }
    return page.map((event) => endingOf(event, byOffset.get(event.offset) ?? []));
  };
}

/** By partition, as of now. */
async function committedOffsets({
  log,
  group,
  topic,
}: EarlierOptions): Promise<ReadonlyMap<number, number>> {
  const { partitions } = await findGroup(log, group);
  const own = partitions.filter((each) => each.topic === topic);
  if (own.length === 0) {
    const topics = [...new Set(partitions.map((each) => each.topic))];
    throw new UserError(
      `group '${group}' does not read the topic '${topic}'`,
      topics.length === 0 ? "it reads none" : `it reads ${topics.join(", ")}`,
    );
  }
  return new Map(own.map(({ partition, committed }) => [partition, committed]));
}

interface EarlierLetter {
  readonly handler: string;
  readonly ending: Ending;
}

/** More than there are, and no more than any log can take for a limit. */
const ALL = 2 ** 31 - 1;

/** By place. */
async function deadLetters({
  log,
  group,
  topic,
}: EarlierOptions): Promise<ReadonlyMap<string, EarlierLetter>> {
  const letters = await log.groups.deadLetters({ group, topic, limit: ALL });
  return new Map(
    letters.map(({ event, handler, error, traceback }) => [
      placeOf(event.partition, event.offset),
      { handler, ending: { kind: "failed", error, traceback } },
    ]),
  );
}

function placeOf(partition: number, offset: number): string {
  return `${String(partition)}:${String(offset)}`;
}

interface Span {
  readonly partition: number;
  readonly from: number;
  to: number;
}

/** So many offsets lie between two events of a span at most: what is there is read for nothing. */
const MAX_GAP = 4;
/** Records may be large. */
const MAX_SPAN = 200;

function spansOf(page: readonly StoredEvent[]): readonly Span[] {
  const spans: Span[] = [];
  for (const { partition, offset } of page) {
    const last = spans.at(-1);
    if (last !== undefined && offset - last.to <= MAX_GAP && offset - last.from < MAX_SPAN) {
      last.to = offset + 1;
    } else {
      spans.push({ partition, from: offset, to: offset + 1 });
    }
  }
  return spans;
}
