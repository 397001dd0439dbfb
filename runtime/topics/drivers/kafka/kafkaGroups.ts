/** Consumer groups on Kafka: they are Kafka's own, under the names that they are given. */
import type {
  DeadLetter,
  DeadLetterFilter,
  GroupDescription,
  GroupPartition,
  GroupStorage,
  GroupSummary,
  HandlingRecord,
  JoinOptions,
  Membership,
} from "../../groups.ts";
import { Progress } from "../../progress.ts";
import { checkTopic, LogError, type LogStorage } from "../../storage.ts";
import type { KafkaAppender } from "./appender.ts";
import {
  isKind,
  type CommittedOffset,
  type ConnectKafka,
  type DescribedGroup,
  type KafkaClient,
} from "./client.ts";
import type { KafkaDeadLetters } from "./deadLetters.ts";
import { findStarts, LeaseOpener } from "./leaseOpener.ts";
import { KafkaMember, type MemberTimes } from "./member.ts";
import type { KafkaReader } from "./reader.ts";
import { asking, retrying, toLogError } from "./retry.ts";
import { decodeState } from "./savedState.ts";
import { keyOf, readMemberData } from "./share.ts";
import { openLetterTopics, type KafkaTopic } from "./topicSetup.ts";

export interface KafkaGroupsOptions {
  readonly client: KafkaClient;
  readonly connect: ConnectKafka;
  readonly reader: KafkaReader;
  readonly appender: KafkaAppender;
  readonly letters: KafkaDeadLetters;
  readonly topics: readonly KafkaTopic[];
  readonly replicas: number | undefined;
  readonly times: MemberTimes;
}

export class KafkaGroups implements GroupStorage {
  private readonly log: LogStorage;
  private readonly options: KafkaGroupsOptions;
  private readonly members = new Set<KafkaMember>();

  constructor(log: LogStorage, options: KafkaGroupsOptions) {
    this.log = log;
    this.options = options;
  }

  async join(options: JoinOptions): Promise<Membership> {
    const names = [...options.topics.keys()];
    for (const name of names) checkTopic(this.log, name);
    const { client, connect, times, replicas } = this.options;
    const topics = this.options.topics.filter(({ name }) => names.includes(name));
    const member = await asking(async () => {
      const letterPartitions = await openLetterTopics(client, topics, replicas);
      const starts = await findStarts(client, options.group, topics, options.topics);
      const stored = topics.map((topic) => topic.stored);
      const line = await connect();
      try {
        // It knows them from now on.
        await line.countPartitions([...stored, ...letterPartitions.keys()]);
      } catch (error) {
        await line.close();
        throw error;
      }
      const opener = new LeaseOpener({
        ...this.options,
        group: options.group,
        topics: new Map(topics.map((topic) => [topic.stored, topic])),
        letterPartitions,
        starts,
      });
      return new KafkaMember(options, {
        client,
        line,
        times,
        topics: stored,
        openLeases: opener.open,
      });
    });
    this.members.add(member);
    return {
      leave: async () => {
        await member.leave();
        this.members.delete(member);
      },
    };
  }

  async list(): Promise<readonly GroupSummary[]> {
    return asking(async () => {
      const { client, letters } = this.options;
      const counts = await letters.count();
      const summaries: GroupSummary[] = [];
      for (const name of [...(await client.listGroups())].sort()) {
        const description = await this.describe(name);
        // Others may use the cluster, too.
        if (description === undefined) continue;
        summaries.push({
          name,
          members: description.members.length,
          topics: [...new Set(description.partitions.map(({ topic }) => topic))],
          lag: description.partitions.reduce((sum, { lag }) => sum + lag, 0),
          deadLetters: counts.get(name) ?? 0,
        });
      }
      return summaries;
    });
  }

  async describe(group: string): Promise<GroupDescription | undefined> {
    return asking(async () => {
      const { members } = await this.describeMembers(group);
      const owners = new Map<string, string>();
      for (const { userData, partitions } of members) {
        for (const [topic, own] of partitions) {
          for (const each of own) owners.set(keyOf(topic, each), readMemberData(userData).member);
        }
      }
      const committed = await this.committed(group);
      const partitions: GroupPartition[] = [];
      for (const topic of sorted(this.options.topics)) {
        const isHandled =
          members.some(({ topics }) => topics.includes(topic.stored)) ||
          [...committed.keys()].some((key) => key.startsWith(`${topic.stored}/`));
        if (isHandled) partitions.push(...(await this.describeTopic(topic, committed, owners)));
      }
      if (partitions.length === 0) return undefined;
      const labels = members.map(({ userData }) => readMemberData(userData).member);
      return { name: group, members: labels, partitions };
    });
  }

  async reset(group: string, name: string, offsets: ReadonlyMap<number, number>): Promise<void> {
    checkTopic(this.log, name);
    const topic = this.options.topics.find((each) => each.name === name) as KafkaTopic;
    if ((await this.describe(group)) === undefined) {
      throw new LogError(`there is no group '${group}'`);
    }
    const targets = await asking(() => this.findTargets(group, topic, offsets));
    try {
      await retrying(() => this.options.client.commit(group, undefined, targets));
    } catch (error) {
      if (!isKind(error, "stale", "rebalance")) throw toLogError(error);
      throw new LogError(
        `group '${group}' has members: Kafka doesn't let it be reset`,
        "stop all processes of the group, and try again after some seconds",
      );
    }
    // What is delivered again is not given up any more.
    const letters = await this.options.letters.list({ group, topic: name, limit: Infinity });
    const over = letters.filter(({ event }) => {
      const target = targets.find(({ partition }) => partition === event.partition);
      return target !== undefined && event.offset >= target.offset;
    });
    await this.options.letters.drop(over.map(({ id }) => id));
  }

  deadLetters(filter: DeadLetterFilter): Promise<readonly DeadLetter[]> {
    return this.options.letters.list(filter);
  }

  redrive(ids: readonly string[]): Promise<number> {
    return this.options.letters.redrive(ids);
  }

  drop(ids: readonly string[]): Promise<number> {
    return this.options.letters.drop(ids);
  }

  records(): Promise<readonly HandlingRecord[]> {
    return Promise.reject(
      new LogError(
        "Kafka doesn't keep what functions did with events",
        "use logStorage with driver: postgres where results are to be compared",
      ),
    );
  }

  /** Those that were forgotten leave. */
  async close(): Promise<void> {
    await Promise.all([...this.members].map((member) => member.leave()));
  }

  private async describeMembers(group: string): Promise<DescribedGroup> {
    try {
      return await retrying(() => this.options.client.describeGroup(group));
    } catch (error) {
      // Then only the committed offsets tell of a group.
      if (isKind(error, "unsupported")) return { isKnown: false, members: [] };
      throw error;
    }
  }

  private async findTargets(
    group: string,
    { stored }: KafkaTopic,
    offsets: ReadonlyMap<number, number>,
  ): Promise<readonly CommittedOffset[]> {
    const previous = await this.committed(group);
    const ranges = await this.options.reader.ranges(stored);
    return [...offsets].map(([partition, offset]) => {
      const { start = 0, end = 0 } = ranges[partition] ?? {};
      const { lettersFrom } = previous.get(keyOf(stored, partition)) ?? {};
      return {
        topic: stored,
        partition,
        offset: Math.min(end, Math.max(start, offset)),
        // Dead letters that are to be delivered again stay that.
        metadata: lettersFrom === undefined ? "" : JSON.stringify({ lettersFrom }),
      };
    });
  }

  /** By `keyOf`. */
  private async committed(group: string) {
    const asked = new Map(
      this.options.topics.map(({ stored, partitions }) => [
        stored,
        Array.from({ length: partitions }, (_, partition) => partition),
      ]),
    );
    const offsets = await retrying(() => this.options.client.committed(group, asked));
    return new Map(
      offsets.map(({ topic, partition, offset, metadata }) => [
        keyOf(topic, partition),
        decodeState(offset, metadata),
      ]),
    );
  }

  private async describeTopic(
    { name, stored }: KafkaTopic,
    states: Awaited<ReturnType<KafkaGroups["committed"]>>,
    owners: ReadonlyMap<string, string>,
  ): Promise<readonly GroupPartition[]> {
    const ranges = await this.options.reader.ranges(stored);
    return ranges.map(({ start, end }, partition) => {
      const key = keyOf(stored, partition);
      const { committed = start, settled = [] } = states.get(key) ?? {};
      const lag = new Progress(committed, settled).countOpen(end);
      return { topic: name, partition, committed, end, lag, member: owners.get(key) };
    });
  }
}

function sorted(topics: readonly KafkaTopic[]): readonly KafkaTopic[] {
  return [...topics].sort(({ name: left }, { name: right }) =>
    left < right ? -1 : Number(left > right),
  );
}
