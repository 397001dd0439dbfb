/**
 * The parts of kafkajs 2.2.4 that its types leave out. Its consumer gives no time to finish what is being done before a
 * partition goes to another member, and stops only when a long poll ends; its producer forgets which partitions
 * went through when others failed, and goes on with a sequence that may be broken. So the driver sends the requests
 * itself, over kafkajs' connections. kafkajs hands its cluster to whoever assigns partitions: that is public.
 */
import type { AssignerProtocol, Kafka, logLevel } from "kafkajs";

export interface KafkajsModule {
  readonly Kafka: typeof Kafka;
  readonly AssignerProtocol: typeof AssignerProtocol;
  readonly logLevel: typeof logLevel;
}

export interface KafkajsCluster {
  readonly brokerPool: {
    /** Any; connects when there is none. */
    findConnectedBroker(): Promise<KafkajsBroker>;
    readonly connectionPoolBuilder: {
      build: (destination?: unknown) => Promise<{
        readonly pool: readonly { readonly requestQueue: KafkajsRequestQueue }[];
      }>;
    };
  };
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  addMultipleTargetTopics(topics: readonly string[]): Promise<void>;
  refreshMetadata(): Promise<void>;
  findBroker(node: { readonly nodeId: number }): Promise<KafkajsBroker>;
  findControllerBroker(): Promise<KafkajsBroker>;
  findTopicPartitionMetadata(topic: string): readonly KafkajsPartition[];
  removeBroker(address: { readonly host: string; readonly port: number }): void;
}

/** Of a connection: what can't be sent yet. */
export interface KafkajsRequestQueue {
  readonly pending: readonly unknown[];
  /** Sets a timer, unless there is one. */
  scheduleCheckPendingRequests: () => void;
}

export interface KafkajsPartition {
  readonly partitionId: number;
  readonly leader: number;
}

/** 64-bit integers are texts. */
export interface KafkajsBroker {
  readonly connectionPool: { readonly host: string; readonly port: number };
  disconnect(): Promise<void>;
  metadata(topics: readonly string[]): Promise<{
    readonly brokers: readonly { readonly nodeId: number }[];
    readonly topicMetadata: readonly { readonly partitionMetadata: readonly KafkajsPartition[] }[];
  }>;
  createTopics(request: {
    readonly topics: readonly {
      readonly topic: string;
      readonly numPartitions: number;
      readonly replicationFactor: number;
      readonly configEntries: readonly { readonly name: string; readonly value: string }[];
    }[];
  }): Promise<unknown>;
  produce(request: {
    readonly topicData: readonly {
      readonly topic: string;
      readonly partitions: readonly {
        readonly partition: number;
        readonly firstSequence: number;
        readonly messages: readonly {
          readonly key: Buffer | null;
          readonly value: Buffer | null;
          readonly headers: Readonly<Record<string, string>>;
          readonly timestamp: number;
        }[];
      }[];
    }[];
    readonly acks: -1;
    readonly timeout: number;
    readonly producerId?: number;
    readonly producerEpoch?: number;
  }): Promise<unknown>;
  initProducerId(request: { readonly transactionTimeout: number }): Promise<{
    readonly producerId: string;
    readonly producerEpoch: number;
  }>;
  fetch(request: {
    readonly isolationLevel: 1;
    readonly maxWaitTime: number;
    readonly minBytes: number;
    readonly maxBytes: number;
    readonly topics: readonly {
      readonly topic: string;
      readonly partitions: readonly {
        readonly partition: number;
        readonly fetchOffset: number;
        readonly maxBytes: number;
      }[];
    }[];
  }): Promise<{
    readonly responses: readonly {
      readonly topicName: string;
      readonly partitions: readonly KafkajsFetched[];
    }[];
  }>;
  listOffsets(request: {
    readonly isolationLevel: 1;
    readonly topics: readonly KafkajsTopic<{
      readonly partition: number;
      readonly timestamp: number;
    }>[];
  }): Promise<{
    readonly responses: readonly KafkajsTopic<{
      readonly partition: number;
      readonly offset: string;
    }>[];
  }>;
  findGroupCoordinator(request: {
    readonly groupId: string;
    readonly coordinatorType: 0;
  }): Promise<{ readonly coordinator: { readonly nodeId: number } }>;
  joinGroup(request: {
    readonly groupId: string;
    readonly sessionTimeout: number;
    readonly rebalanceTimeout: number;
    readonly memberId: string;
    readonly groupProtocols: readonly { readonly name: string; readonly metadata: Buffer }[];
  }): Promise<{
    readonly generationId: number;
    readonly leaderId: string;
    readonly memberId: string;
    readonly members: readonly { readonly memberId: string; readonly memberMetadata: Buffer }[];
  }>;
  syncGroup(request: {
    readonly groupId: string;
    readonly generationId: number;
    readonly memberId: string;
    readonly groupAssignment: readonly {
      readonly memberId: string;
      readonly memberAssignment: Buffer;
    }[];
  }): Promise<{ readonly memberAssignment: Buffer }>;
  heartbeat(request: {
    readonly groupId: string;
    readonly groupGenerationId: number;
    readonly memberId: string;
  }): Promise<unknown>;
  leaveGroup(request: { readonly groupId: string; readonly memberId: string }): Promise<unknown>;
  offsetCommit(request: {
    readonly groupId: string;
    readonly groupGenerationId: number;
    readonly memberId: string;
    readonly topics: readonly KafkajsTopic<{
      readonly partition: number;
      readonly offset: string;
      readonly metadata: string;
    }>[];
  }): Promise<unknown>;
  offsetFetch(request: {
    readonly groupId: string;
    readonly topics: readonly KafkajsTopic<{ readonly partition: number }>[];
  }): Promise<{
    readonly responses: readonly KafkajsTopic<{
      readonly partition: number;
      readonly offset: string;
      readonly metadata: string | null;
    }>[];
  }>;
  listGroups(): Promise<{
    readonly groups: readonly { readonly groupId: string; readonly protocolType: string }[];
  }>;
  describeGroups(request: { readonly groupIds: readonly string[] }): Promise<{
    readonly groups: readonly {
      readonly state: string;
      readonly members: readonly {
        readonly memberId: string;
        readonly clientHost: string;
        readonly memberMetadata: Buffer;
        readonly memberAssignment: Buffer;
      }[];
    }[];
  }>;
}

export interface KafkajsTopic<Partition> {
  readonly topic: string;
  readonly partitions: readonly Partition[];
}

export interface KafkajsFetched {
  readonly partition: number;
  readonly abortedTransactions?: readonly {
    readonly producerId: string;
    readonly firstOffset: string;
  }[];
  readonly messages: readonly KafkajsMessage[];
}

export interface KafkajsMessage {
  readonly offset: string;
  readonly timestamp: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: Readonly<Record<string, Buffer | readonly Buffer[] | null | undefined>>;
  readonly isControlRecord?: boolean;
  /** Not of records in the format before Kafka 0.11. */
  readonly batchContext?: {
    readonly producerId: string;
    readonly inTransaction: boolean;
    readonly firstOffset: string;
    readonly lastOffsetDelta: number;
  };
}
