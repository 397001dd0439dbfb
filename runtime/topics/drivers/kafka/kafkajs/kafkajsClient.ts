/** The requests, by kafkajs: it has the connections, TLS, SASL, the list of brokers and the bytes. */
import { LogError } from "../../../storage.ts";
import {
  isKind,
  KafkaError,
  type Assignment,
  type CommittedOffset,
  type DescribedGroup,
  type Fetched,
  type FetchOptions,
  type FetchPosition,
  type GroupMemberId,
  type JoinedGroup,
  type JoinRequest,
  type KafkaClient,
  type NewTopic,
  type ProducedBatch,
  type ProducerIdentity,
} from "../client.ts";
import { KafkajsConnection, PROTOCOL, type KafkajsOptions } from "./connection.ts";
import { toFetched } from "./fetched.ts";
import type { KafkajsModule } from "./internals.ts";

const READ_COMMITTED = 1;
/** How long a broker waits for the replicas. */
const PRODUCE_TIMEOUT_MS = 8000;

/** @throws KafkaError, and LogError without kafkajs */
export async function connectKafkajs(options: KafkajsOptions): Promise<KafkaClient> {
  const kafkajs = await loadKafkajs();
  const connection = new KafkajsConnection(kafkajs, options);
  try {
    await connection.connect();
    return new KafkajsClient(kafkajs, connection);
  } catch (error) {
    await connection.close();
    throw error;
  }
}

/** It is loaded here, and not before; it may have been left out of the installation. */
async function loadKafkajs(): Promise<KafkajsModule> {
  try {
    return await import("kafkajs");
  } catch (error) {
    const code: unknown = error instanceof Error && "code" in error ? error.code : undefined;
    if (!String(code).endsWith("MODULE_NOT_FOUND")) throw error;
    throw new LogError(
      "topics in Kafka need the package kafkajs, which is not installed",
      "install it beside spacer: npm install kafkajs",
    );
  }
}

class KafkajsClient implements KafkaClient {
  private readonly kafkajs: KafkajsModule;
  private readonly connection: KafkajsConnection;

  constructor(kafkajs: KafkajsModule, connection: KafkajsConnection) {
    this.kafkajs = kafkajs;
    this.connection = connection;
  }

  async countPartitions(topics: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const counts = new Map<string, number>();
    // One by one: kafkajs knows nothing about any of them when one is not there.
    for (const topic of topics) {
      try {
        const { topicMetadata } = await this.connection.toAny((broker) => broker.metadata([topic]));
        counts.set(topic, topicMetadata[0]?.partitionMetadata.length ?? 0);
      } catch (error) {
        if (!isKind(error, "unknownTopic")) throw error;
      }
    }
    await this.connection.watch([...counts.keys()]);
    return counts;
  }

  async countBrokers(): Promise<number> {
    const { brokers } = await this.connection.toAny((broker) =>
      broker.metadata(this.connection.topics),
    );
    return brokers.length;
  }

  async createTopic({ name, partitions, replicas, settings }: NewTopic): Promise<void> {
    const configEntries = Object.entries(settings).map(([key, value]) => ({ name: key, value }));
    const topic = {
      topic: name,
      numPartitions: partitions,
      replicationFactor: replicas,
      configEntries,
    };
    await this.connection.toController((broker) => broker.createTopics({ topics: [topic] }));
  }

  leaders(topic: string): Promise<readonly number[]> {
    return this.connection.leaders(topic);
  }

  async produce(batch: ProducedBatch): Promise<void> {
    const { topic, partition, records, producer, sequence } = batch;
    const messages = records.map(({ key, value, headers, timestampMs }) => ({
      key: toBuffer(key),
      value: toBuffer(value),
      headers,
      timestamp: timestampMs,
    }));
    try {
      await this.connection.toLeader(topic, partition, (broker) =>
        broker.produce({
          acks: -1,
          timeout: PRODUCE_TIMEOUT_MS,
          topicData: [{ topic, partitions: [{ partition, firstSequence: sequence, messages }] }],
          ...(producer !== undefined && {
            producerId: producer.id,
            producerEpoch: producer.epoch,
          }),
        }),
      );
    } catch (error) {
      // It was stored when it was sent before.
      if (!isKind(error, "exists")) throw error;
    }
  }

  async newProducer(): Promise<ProducerIdentity> {
    const { producerId, producerEpoch } = await this.connection.toAny((broker) =>
      broker.initProducerId({ transactionTimeout: 60_000 }),
    );
    return { id: Number(producerId), epoch: producerEpoch };
  }

  async fetch(
    broker: number,
    positions: readonly FetchPosition[],
    { maxWaitMs, maxBytes, maxBytesPerPartition }: FetchOptions,
  ): Promise<readonly Fetched[]> {
    const topics = byTopic(positions, ({ partition, offset }) => ({
      partition,
      fetchOffset: offset,
      maxBytes: maxBytesPerPartition,
    }));
    const { responses } = await this.connection.toBroker(broker, (connected) =>
      connected.fetch({
        isolationLevel: READ_COMMITTED,
        maxWaitTime: maxWaitMs,
        minBytes: 1,
        maxBytes,
        topics,
      }),
    );
    return responses.flatMap(({ topicName, partitions }) =>
      partitions.map((fetched) => {
        const asked = positions.find(
          ({ topic, partition }) => topic === topicName && partition === fetched.partition,
        );
        return toFetched(topicName, asked?.offset ?? 0, fetched);
      }),
    );
  }

  async listOffsets(
    topic: string,
    at: "start" | "end" | number,
  ): Promise<readonly (number | undefined)[]> {
    const timestamp = at === "start" ? -2 : at === "end" ? -1 : at;
    const byLeader = new Map<number, { partition: number; timestamp: number }[]>();
    (await this.leaders(topic)).forEach((leader, partition) => {
      byLeader.set(leader, [...(byLeader.get(leader) ?? []), { partition, timestamp }]);
    });
    const offsets: (number | undefined)[] = [];
    await Promise.all(
      [...byLeader].map(async ([nodeId, partitions]) => {
        const { responses } = await this.connection.toBroker(nodeId, (broker) =>
          broker.listOffsets({
            isolationLevel: READ_COMMITTED,
            topics: [{ topic, partitions }],
          }),
        );
        for (const { partition, offset } of responses[0]?.partitions ?? []) {
          offsets[partition] = Number(offset) < 0 ? undefined : Number(offset);
        }
      }),
    );
    return offsets;
  }

  async joinGroup(request: JoinRequest): Promise<JoinedGroup> {
    const { group, id, topics, userData, sessionTimeoutMs, rebalanceTimeoutMs } = request;
    const { MemberMetadata } = this.kafkajs.AssignerProtocol;
    const metadata = MemberMetadata.encode({
      version: 0,
      topics: [...topics],
      userData: Buffer.from(userData),
    });
    const joined = await this.connection.toCoordinator(group, (broker) =>
      broker.joinGroup({
        groupId: group,
        memberId: id,
        sessionTimeout: sessionTimeoutMs,
        rebalanceTimeout: rebalanceTimeoutMs,
        groupProtocols: [{ name: PROTOCOL, metadata }],
      }),
    );
    const members = joined.members.map(({ memberId, memberMetadata }) => ({
      id: memberId,
      ...this.decodeMember(memberMetadata),
    }));
    return {
      group,
      id: joined.memberId,
      generation: joined.generationId,
      members: joined.leaderId === joined.memberId ? members : undefined,
    };
  }

  async syncGroup(
    { group, id, generation }: GroupMemberId,
    assignments: ReadonlyMap<string, Assignment>,
  ): Promise<Assignment> {
    const { MemberAssignment } = this.kafkajs.AssignerProtocol;
    const groupAssignment = [...assignments].map(([memberId, assignment]) => ({
      memberId,
      memberAssignment: MemberAssignment.encode({
        version: 0,
        assignment: Object.fromEntries(
          [...assignment].map(([topic, partitions]) => [topic, [...partitions]]),
        ),
        userData: Buffer.alloc(0),
      }),
    }));
    try {
      const { memberAssignment } = await this.connection.toCoordinator(group, (broker) =>
        broker.syncGroup({
          groupId: group,
          generationId: generation,
          memberId: id,
          groupAssignment,
        }),
      );
      return this.decodeAssignment(memberAssignment);
    } catch (error) {
      // Another one has become the leader meanwhile: so librdkafka's mock says it.
      if (isKind(error, "invalid")) throw new KafkaError("rebalance", "the leader has changed");
      throw error;
    }
  }

  async heartbeat({ group, id, generation }: GroupMemberId): Promise<void> {
    await this.connection.toCoordinator(group, (broker) =>
      broker.heartbeat({ groupId: group, memberId: id, groupGenerationId: generation }),
    );
  }

  async leaveGroup({ group, id }: GroupMemberId): Promise<void> {
    await this.connection.toCoordinator(group, (broker) =>
      broker.leaveGroup({ groupId: group, memberId: id }),
    );
  }

  async commit(
    group: string,
    member: GroupMemberId | undefined,
    offsets: readonly CommittedOffset[],
  ): Promise<void> {
    const topics = byTopic(offsets, ({ partition, offset, metadata }) => ({
      partition,
      offset: String(offset),
      metadata,
    }));
    await this.connection.toCoordinator(group, (broker) =>
      broker.offsetCommit({
        groupId: group,
        memberId: member?.id ?? "",
        groupGenerationId: member?.generation ?? -1,
        topics,
      }),
    );
  }

  async committed(
    group: string,
    asked: ReadonlyMap<string, readonly number[]>,
  ): Promise<readonly CommittedOffset[]> {
    const topics = [...asked].map(([topic, partitions]) => ({
      topic,
      partitions: partitions.map((partition) => ({ partition })),
    }));
    const { responses } = await this.connection.toCoordinator(group, (broker) =>
      broker.offsetFetch({ groupId: group, topics }),
    );
    return responses.flatMap(({ topic, partitions }) =>
      partitions
        .map(({ partition, offset, metadata }) => ({
          topic,
          partition,
          offset: Number(offset),
          metadata: metadata ?? "",
        }))
        .filter(({ offset }) => offset >= 0),
    );
  }

  async listGroups(): Promise<readonly string[]> {
    await this.connection.guard(() => this.connection.cluster.refreshMetadata());
    const { brokers } = await this.connection.toAny((broker) =>
      broker.metadata(this.connection.topics),
    );
    // Each broker knows those that it looks after.
    const lists = await Promise.all(
      brokers.map(({ nodeId }) =>
        this.connection.toBroker(nodeId, (broker) => broker.listGroups()),
      ),
    );
    return lists
      .flatMap(({ groups }) => groups)
      .filter(({ protocolType }) => protocolType === "consumer" || protocolType === "")
      .map(({ groupId }) => groupId);
  }

  async describeGroup(group: string): Promise<DescribedGroup> {
    const { groups } = await this.connection.toCoordinator(group, (broker) =>
      broker.describeGroups({ groupIds: [group] }),
    );
    const { state = "Dead", members = [] } = groups[0] ?? {};
    return {
      isKnown: state !== "Dead",
      members: members.map(({ memberId, clientHost, memberMetadata, memberAssignment }) => ({
        id: memberId,
        // Both are empty while the members are gathered.
        ...(memberMetadata.length > 0
          ? this.decodeMember(memberMetadata)
          : { topics: [], userData: JSON.stringify({ member: clientHost }) }),
        partitions: this.decodeAssignment(memberAssignment),
      })),
    };
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  private decodeMember(bytes: Buffer): { topics: readonly string[]; userData: string } {
    const { topics, userData } = this.kafkajs.AssignerProtocol.MemberMetadata.decode(bytes) ?? {
      topics: [],
      userData: Buffer.alloc(0),
    };
    return { topics, userData: userData.toString() };
  }

  private decodeAssignment(bytes: Buffer): Assignment {
    const decoded =
      bytes.length === 0 ? null : this.kafkajs.AssignerProtocol.MemberAssignment.decode(bytes);
    return new Map(Object.entries(decoded?.assignment ?? {}));
  }
}

/** kafkajs takes other arrays of bytes for something else. */
function toBuffer(bytes: Uint8Array | null): Buffer | null {
  return bytes && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function byTopic<Item extends { readonly topic: string }, Partition>(
  items: readonly Item[],
  convert: (item: Item) => Partition,
): readonly { readonly topic: string; readonly partitions: readonly Partition[] }[] {
  const topics = new Map<string, Partition[]>();
  for (const item of items) {
    const partitions = topics.get(item.topic);
    if (partitions === undefined) topics.set(item.topic, [convert(item)]);
    else partitions.push(convert(item));
  }
  return [...topics].map(([topic, partitions]) => ({ topic, partitions }));
}
