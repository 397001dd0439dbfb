/** Makes leases: finds out where a group goes on, and stores what becomes a dead letter. */
import { setTimeout as delay } from "node:timers/promises";
import { StaleLease, type StartPosition } from "../../groups.ts";
import { LogError } from "../../storage.ts";
import type { KafkaAppender } from "./appender.ts";
import type { CommittedOffset, KafkaClient, KafkaRecord } from "./client.ts";
import { KafkaLease, type LeaseSurroundings, type LetterToStore } from "./lease.ts";
import { readId, readLetter, toLetter, toMark } from "./letterRecords.ts";
import type { KafkaMember, Place } from "./member.ts";
import type { KafkaReader } from "./reader.ts";
import { Redriven } from "./redriven.ts";
import { retrying } from "./retry.ts";
import { decodeState, type SavedState } from "./savedState.ts";
import { keyOf } from "./share.ts";
import type { KafkaTopic } from "./topicSetup.ts";

export interface LeaseOpenerOptions {
  readonly group: string;
  readonly client: KafkaClient;
  readonly reader: KafkaReader;
  readonly appender: KafkaAppender;
  /** By Kafka's name. */
  readonly topics: ReadonlyMap<string, KafkaTopic>;
  /** How many partitions the topics of dead letters have, by Kafka's name. */
  readonly letterPartitions: ReadonlyMap<string, number>;
  /** Where the group begins with a partition that it never handled, by `keyOf`; else at its start. */
  readonly starts: ReadonlyMap<string, number>;
}

const RETRY_MS = 500;

export class LeaseOpener {
  private readonly options: LeaseOpenerOptions;

  constructor(options: LeaseOpenerOptions) {
    this.options = options;
  }

  /** As many as there are places, in their order. @throws KafkaError, LogError */
  readonly open = async (
    places: readonly Place[],
    member: KafkaMember,
  ): Promise<readonly KafkaLease[]> => {
    const states = await this.load(places);
    const letterEnds = await this.letterEnds(places);
    return places.map((place, index) => {
      const { topic: stored, partition } = place;
      const topic = this.options.topics.get(stored) as KafkaTopic;
      const state = states[index] as SavedState;
      const surroundings = this.surroundings(topic, member);
      const end = letterEnds.get(topic.letters)?.[this.letterPartition(topic, partition)];
      return new KafkaLease(
        { name: topic.name, stored, partition },
        state,
        surroundings,
        end === undefined
          ? undefined
          : (onReady) => this.follow(topic, partition, { state, end, onReady, member }),
      );
    });
  };

  private async load(places: readonly Place[]): Promise<readonly SavedState[]> {
    const { client, reader, group, starts } = this.options;
    const asked = new Map<string, number[]>();
    for (const { topic, partition } of places) {
      asked.set(topic, [...(asked.get(topic) ?? []), partition]);
    }
    const committed = new Map(
      (await retrying(() => client.committed(group, asked))).map(
        (each): [string, CommittedOffset] => [keyOf(each.topic, each.partition), each],
      ),
    );
    const ranges = new Map<string, Awaited<ReturnType<KafkaReader["ranges"]>>>();
    return Promise.all(
      places.map(async ({ topic, partition }) => {
        const key = keyOf(topic, partition);
        const found = committed.get(key);
        if (found !== undefined) return decodeState(found.offset, found.metadata);
        let start = starts.get(key);
        if (start === undefined) {
          const range = ranges.get(topic) ?? (await reader.ranges(topic));
          ranges.set(topic, range);
          start = range[partition]?.start ?? 0;
        }
        return decodeState(start, "");
      }),
    );
  }

  private async letterEnds(
    places: readonly Place[],
  ): Promise<ReadonlyMap<string, readonly (number | undefined)[]>> {
    const { topics, client, letterPartitions } = this.options;
    const ends = new Map<string, readonly (number | undefined)[]>();
    for (const stored of new Set(places.map(({ topic }) => topic))) {
      const letters = topics.get(stored)?.letters ?? "";
      if (!letterPartitions.has(letters)) continue;
      ends.set(letters, await retrying(() => client.listOffsets(letters, "end")));
    }
    return ends;
  }

  private surroundings(topic: KafkaTopic, member: KafkaMember): LeaseSurroundings {
    return {
      isMember: () => member.isMember,
      onChange: member.changed,
      onWant: member.wakeFetcher,
      storeLetter: (lease, letter) => this.store(topic, member, lease, letter),
    };
  }

  private follow(
    topic: KafkaTopic,
    eventPartition: number,
    at: { state: SavedState; end: number; onReady: () => void; member: KafkaMember },
  ): Redriven {
    const { reader, group } = this.options;
    return new Redriven({
      group,
      name: topic.name,
      topic: topic.letters,
      partition: this.letterPartition(topic, eventPartition),
      eventPartition,
      from: at.state.lettersFrom ?? 0,
      end: at.end,
      attempts: at.state.letterAttempts,
      onReady: at.onReady,
      onProblem: at.member.report,
      load: async (place) => {
        const { partition, offset } = place;
        const range = { from: offset, to: offset + 1, limit: 1 };
        const [record] = await reader.read(topic.letters, partition, range);
        return record && readLetter(place, record);
      },
    });
  }

  private async store(
    topic: KafkaTopic,
    member: KafkaMember,
    lease: KafkaLease,
    letter: LetterToStore,
  ): Promise<void> {
    const partition = this.letterPartition(topic, letter.event.partition);
    let record = this.toRecord(lease, letter);
    while (record !== undefined) {
      if (!lease.isHeld) throw new StaleLease();
      try {
        await this.options.appender.appendRecords(topic.letters, partition, [record]);
        return;
      } catch (error) {
        if (!(error instanceof LogError)) throw error;
        // The event is nearly as large as Kafka allows. It is still in its topic.
        const isTooLarge = error.message.startsWith("an event is too large");
        if (isTooLarge && record.value !== null) record = { ...record, value: null };
        else {
          member.report(error);
          await delay(RETRY_MS);
        }
      }
    }
  }

  /** `undefined` when there is nothing to tell: the letter is no longer there. */
  private toRecord(
    lease: KafkaLease,
    { event, failure, known }: LetterToStore,
  ): KafkaRecord | undefined {
    const place = known === undefined ? undefined : readId(known);
    if (place === undefined) {
      return failure && toLetter(this.options.group, event, failure);
    }
    const letter = lease.redriven?.letter(place.offset);
    return letter && toMark(failure === undefined ? "settled" : "failed", letter, place, failure);
  }

  private letterPartition({ letters }: KafkaTopic, partition: number): number {
    return partition % (this.options.letterPartitions.get(letters) ?? 1);
  }
}

/** Where a group begins with partitions that it never handled, by `keyOf`: of topics of which it wants only what is new. */
export async function findStarts(
  client: KafkaClient,
  group: string,
  topics: readonly KafkaTopic[],
  positions: ReadonlyMap<string, StartPosition>,
): Promise<ReadonlyMap<string, number>> {
  const starts = new Map<string, number>();
  for (const { name, stored, partitions } of topics) {
    if (positions.get(name) !== "latest") continue;
    const all = Array.from({ length: partitions }, (_, partition) => partition);
    const committed = await retrying(() => client.committed(group, new Map([[stored, all]])));
    const handled = new Set(committed.map(({ partition }) => partition));
    const ends = await retrying(() => client.listOffsets(stored, "end"));
    for (const partition of all) {
      if (!handled.has(partition)) starts.set(keyOf(stored, partition), ends[partition] ?? 0);
    }
  }
  return starts;
}
