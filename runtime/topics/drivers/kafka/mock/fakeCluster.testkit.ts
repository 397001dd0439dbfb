/**
 * A cluster in the memory of the process, behind the port: with all requests that the mock of librdkafka lacks, as
 * fast as tests like it, and with failures on demand. What Kafka really does it only claims.
 */
import {
  KafkaError,
  type Fetched,
  type FetchPosition,
  type KafkaClient,
  type KafkaErrorKind,
  type NewTopic,
  type ProducedBatch,
  type StoredRecord,
} from "../client.ts";
import { FakeGroup } from "./fakeGroup.testkit.ts";

interface Partition {
  start: number;
  end: number;
  records: StoredRecord[];
  /** The next sequence, by producer. */
  readonly sequences: Map<number, number>;
}

type Request = Exclude<keyof KafkaClient, "close">;

const POLL_MS = 2;

export class FakeCluster {
  readonly topics = new Map<string, readonly Partition[]>();
  readonly created: NewTopic[] = [];
  readonly produced: ProducedBatch[] = [];
  private readonly groups = new Map<string, FakeGroup>();
  private readonly failures: { request: Request; kind: KafkaErrorKind; isDone: boolean }[] = [];
  private readonly silenced = new Set<KafkaClient>();
  private lastProducer = 0;

  /** The next request of a kind fails. @param isDone It had its effect all the same. */
  fail(request: Request, kind: KafkaErrorKind, isDone = false): void {
    this.failures.push({ request, kind, isDone });
  }

  /** Nothing that a client sends arrives any more. */
  silence(client: KafkaClient): void {
    this.silenced.add(client);
  }

  /** As compaction or retention do. */
  remove(topic: string, partition: number, from: number, to: number): void {
    const found = this.partition(topic, partition);
    found.records = found.records.filter(({ offset }) => offset < from || offset >= to);
    if (from === 0) found.start = to;
  }

  close(): void {
    for (const group of this.groups.values()) group.close();
  }

  connect(): KafkaClient {
    const answers = this.answers();
    let close: (error: KafkaError) => void = () => undefined;
    const isClosed = new Promise<never>((_resolve, reject) => {
      close = reject;
    });
    isClosed.catch(() => undefined);
    const client = Object.fromEntries(
      Object.entries(answers).map(([name, answer]) => [
        name,
        async (...given: unknown[]) => {
          if (this.silenced.has(client)) return isClosed;
          // As over a network: never at once.
          await new Promise((resolve) => setImmediate(resolve));
          const failure = this.takeFailure(name as Request);
          if (failure !== undefined && !failure.isDone)
            throw new KafkaError(failure.kind, "played");
          const result = await (answer as (...all: unknown[]) => unknown).apply(answers, given);
          if (failure !== undefined) throw new KafkaError(failure.kind, "played");
          return result;
        },
      ]),
    ) as unknown as KafkaClient;
    return Object.assign(client, {
      close: () => {
        close(new KafkaError("again", "closed"));
        return Promise.resolve();
      },
    });
  }

  private answers(): KafkaClient {
    return {
      countPartitions: (names) =>
        Promise.resolve(
          new Map(
            names.flatMap((name) => {
              const partitions = this.topics.get(name);
              return partitions === undefined ? [] : [[name, partitions.length] as const];
            }),
          ),
        ),
      countBrokers: () => Promise.resolve(1),
      createTopic: (topic) => {
        if (this.topics.has(topic.name)) throw new KafkaError("exists", "there is such a topic");
        this.created.push(topic);
        this.topics.set(
          topic.name,
          Array.from({ length: topic.partitions }, () => ({
            start: 0,
            end: 0,
            records: [],
            sequences: new Map<number, number>(),
          })),
        );
        return Promise.resolve();
      },
      leaders: (topic) => Promise.resolve((this.topics.get(topic) ?? []).map(() => 1)),
      produce: (batch) => this.store(batch),
      newProducer: () => Promise.resolve({ id: ++this.lastProducer, epoch: 0 }),
      fetch: (_broker, positions, { maxWaitMs }) => this.fetch(positions, maxWaitMs),
      listOffsets: (topic, at) =>
        Promise.resolve(
          (this.topics.get(topic) ?? []).map(({ start, end, records }) => {
            if (typeof at !== "number") return at === "start" ? start : end;
            return records.find(({ timestampMs }) => timestampMs >= at)?.offset;
          }),
        ),
      joinGroup: (request) => this.group(request.group).join(request),
      syncGroup: (member, assignments) => this.group(member.group).sync(member, assignments),
      heartbeat: (member) => this.group(member.group).heartbeat(member),
      leaveGroup: (member) => this.group(member.group).leave(member),
      commit: (group, member, offsets) => this.group(group).commit(member, offsets),
      committed: (group, asked) =>
        Promise.resolve(
          [...this.group(group).offsets.values()].filter(
            ({ topic, partition }) => asked.get(topic)?.includes(partition) === true,
          ),
        ),
      listGroups: () =>
        Promise.resolve(
          [...this.groups.values()].filter((each) => each.isKnown).map((each) => each.name),
        ),
      describeGroup: (group) =>
        Promise.resolve({
          isKnown: this.group(group).isKnown,
          members: this.group(group).describe(),
        }),
      close: () => Promise.resolve(),
    };
  }

  private store({ topic, partition, records, producer, sequence }: ProducedBatch): Promise<void> {
    const found = this.partition(topic, partition);
    if (producer !== undefined) {
      const expected = found.sequences.get(producer.id) ?? 0;
      // It is there already.
      if (sequence < expected) return Promise.resolve();
      if (sequence > expected) throw new KafkaError("sequence", "out of order");
      found.sequences.set(producer.id, sequence + records.length);
    }
    this.produced.push({ topic, partition, records, producer, sequence });
    for (const record of records) {
      const timestampMs = Math.max(Date.now(), found.records.at(-1)?.timestampMs ?? 0);
      found.records.push({ ...record, timestampMs, offset: found.end++ });
    }
    return Promise.resolve();
  }

  private async fetch(
    positions: readonly FetchPosition[],
    maxWaitMs: number,
  ): Promise<readonly Fetched[]> {
    const endMs = performance.now() + maxWaitMs;
    for (;;) {
      const found = positions.map(({ topic, partition, offset }) => {
        const { start, end, records } = this.partition(topic, partition);
        if (offset < start || offset > end) throw new KafkaError("outOfRange", "no such offset");
        const some = records.filter((record) => record.offset >= offset).slice(0, 100);
        const last = some.at(-1);
        return {
          topic,
          partition,
          records: some,
          nextOffset: last === undefined ? end : last.offset + 1,
        };
      });
      if (found.some(({ records }) => records.length > 0) || performance.now() >= endMs)
        return found;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  private partition(topic: string, partition: number): Partition {
    const found = this.topics.get(topic)?.[partition];
    if (found === undefined) throw new KafkaError("unknownTopic", "there is no such partition");
    return found;
  }

  private group(name: string): FakeGroup {
    let group = this.groups.get(name);
    if (group === undefined) this.groups.set(name, (group = new FakeGroup(name)));
    return group;
  }

  private takeFailure(request: Request) {
    const index = this.failures.findIndex((failure) => failure.request === request);
    return index < 0 ? undefined : this.failures.splice(index, 1)[0];
  }
}
