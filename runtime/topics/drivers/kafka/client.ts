/**
 * What spacer needs of a client for Kafka: a handful of the protocol's requests, each sent once. Trying again,
 * placing events, taking part in groups and all that follows is the driver's. Whoever has these requests
 * can take the place of kafkajs (kafkajs/kafkajsClient.ts); a client that hides them behind a consumer of its own can't.
 */

/** Makes a client with connections of its own. @throws KafkaError */
export type ConnectKafka = () => Promise<KafkaClient>;

export interface KafkaClient {
  /** How many partitions they have: of the topics that there are. */
  countPartitions(topics: readonly string[]): Promise<ReadonlyMap<string, number>>;
  countBrokers(): Promise<number>;
  /** @throws KafkaError "unsupported", "denied"; `exists` when somebody else was faster */
  createTopic(topic: NewTopic): Promise<void>;
  /** By partition, which broker has it: as far as is known. */
  leaders(topic: string): Promise<readonly number[]>;
  /** Appends records to one partition, all or none, acknowledged by all replicas that are in sync. */
  produce(batch: ProducedBatch): Promise<void>;
  /** A producer whose batches are stored once, however often they are sent. */
  newProducer(): Promise<ProducerIdentity>;
  /**
   * Records from positions on, of partitions that one broker has: some of what there is, or nothing when there was
   * nothing for so long. Those of transactions that were aborted, or still go on, are left out.
   */
  fetch(
    broker: number,
    positions: readonly FetchPosition[],
    options: FetchOptions,
  ): Promise<readonly Fetched[]>;
  /**
   * By partition: the offset of its first record, behind its last one, or of the first one at or after a time; `undefined`
   * when there is none so late.
   */
  listOffsets(
    topic: string,
    at: "start" | "end" | number,
  ): Promise<readonly (number | undefined)[]>;
  /** Resolves when all members are there, or time is up. */
  joinGroup(request: JoinRequest): Promise<JoinedGroup>;
  /** @returns The partitions of this member, by topic. */
  syncGroup(
    member: GroupMemberId,
    assignments: ReadonlyMap<string, Assignment>,
  ): Promise<Assignment>;
  heartbeat(member: GroupMemberId): Promise<void>;
  leaveGroup(member: GroupMemberId): Promise<void>;
  /** @param member `undefined`: somebody from outside; goes through only while the group has no members. */
  commit(
    group: string,
    member: GroupMemberId | undefined,
    offsets: readonly CommittedOffset[],
  ): Promise<void>;
  /** Of partitions that have a committed offset. */
  committed(
    group: string,
    topics: ReadonlyMap<string, readonly number[]>,
  ): Promise<readonly CommittedOffset[]>;
  /** All consumer groups of the cluster. */
  listGroups(): Promise<readonly string[]>;
  describeGroup(group: string): Promise<DescribedGroup>;
  close(): Promise<void>;
}

export interface NewTopic {
  readonly name: string;
  readonly partitions: number;
  readonly replicas: number;
  readonly settings: Readonly<Record<string, string>>;
}

export interface KafkaRecord {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly timestampMs: number;
}

export interface StoredRecord extends KafkaRecord {
  readonly offset: number;
}

export interface ProducerIdentity {
  readonly id: number;
  readonly epoch: number;
}

export interface ProducedBatch {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly KafkaRecord[];
  /** `undefined`: sent twice it may be stored twice. */
  readonly producer: ProducerIdentity | undefined;
  /** Of the first record, counted by producer and partition. */
  readonly sequence: number;
}

export interface FetchPosition {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

export interface FetchOptions {
  readonly maxWaitMs: number;
  readonly maxBytes: number;
  readonly maxBytesPerPartition: number;
}

export interface Fetched {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly StoredRecord[];
  /** Where to go on: behind the last record, and behind what takes up an offset and is none. */
  readonly nextOffset: number;
}

/** Numbers of partitions, by topic. */
export type Assignment = ReadonlyMap<string, readonly number[]>;

export interface GroupMemberId {
  readonly group: string;
  readonly id: string;
  readonly generation: number;
}

export interface JoinRequest {
  readonly group: string;
  /** "" for one that is new. */
  readonly id: string;
  readonly topics: readonly string[];
  /** What the leader is told of the member. */
  readonly userData: string;
  /** A member that says nothing for so long is gone. */
  readonly sessionTimeoutMs: number;
  /** So long the others are waited for. */
  readonly rebalanceTimeoutMs: number;
}

export interface JoinedGroup extends GroupMemberId {
  /** Of all members, when this one is the leader, who says what each one gets; else none. */
  readonly members: readonly JoinedMember[] | undefined;
}

export interface JoinedMember {
  readonly id: string;
  readonly topics: readonly string[];
  readonly userData: string;
}

export interface CommittedOffset {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** A text that is kept with the offset, of at most 4,096 bytes unless the cluster is set otherwise. */
  readonly metadata: string;
}

export interface DescribedGroup {
  /** Whether there is or was such a group, for all the cluster knows. */
  readonly isKnown: boolean;
  readonly members: readonly DescribedMember[];
}

export interface DescribedMember extends JoinedMember {
  readonly partitions: Assignment;
}

export type KafkaErrorKind =
  /** It may go through when it is sent again: a connection broke, a partition or group has moved to another broker. */
  | "again"
  /** The members of the group are being gathered: join again. */
  | "rebalance"
  /** Of a member, or a generation of the group, that is no longer. */
  | "stale"
  /** The offset is not there any more, or not yet. */
  | "outOfRange"
  | "tooLarge"
  /** The producer's sequence is broken: another identity is needed. */
  | "sequence"
  /** There is no such topic or partition. */
  | "unknownTopic"
  /** What is to be made is there already. */
  | "exists"
  /** The request does not fit what the cluster knows. */
  | "invalid"
  /** The cluster doesn't know the request. */
  | "unsupported"
  | "denied"
  | "other";

export class KafkaError extends Error {
  readonly kind: KafkaErrorKind;

  constructor(kind: KafkaErrorKind, message: string) {
    super(message);
    this.name = "KafkaError";
    this.kind = kind;
  }
}

export function isKind(error: unknown, ...kinds: readonly KafkaErrorKind[]): error is KafkaError {
  return error instanceof KafkaError && kinds.includes(error.kind);
}
