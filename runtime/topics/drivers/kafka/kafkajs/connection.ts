/** kafkajs' connections to a cluster, and to whom of its brokers a request goes. */
import { connect as connectSocket, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { ISocketFactory, SASLOptions } from "kafkajs";
import { isKind, KafkaError } from "../client.ts";
import { isTimeout, toKafkaError } from "./errors.ts";
import type { KafkajsBroker, KafkajsCluster, KafkajsModule } from "./internals.ts";
import { letQueuesRest } from "./restingQueues.ts";

export interface KafkajsOptions {
  /** "host:port" */
  readonly brokers: readonly string[];
  /** Whether it is reached by TLS, and with what. */
  readonly ssl: boolean | Certificates;
  readonly sasl: Credentials | undefined;
}

/** In PEM. */
export interface Certificates {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

export interface Credentials {
  readonly mechanism: "plain" | "scram-sha-256" | "scram-sha-512";
  readonly username: string;
  readonly password: string;
}

/** The way of assigning partitions that the members of a group have in common. */
export const PROTOCOL = "spacer";

const CONNECT_TIMEOUT_MS = 5000;
const REQUEST_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_MS = 30_000;

export class KafkajsConnection {
  readonly cluster: KafkajsCluster;
  private readonly sockets = new Set<Socket>();
  private readonly watched = new Set<string>();
  /** Numbers of brokers, by group. */
  private readonly coordinators = new Map<string, number>();
  private isClosed = false;

  constructor(kafkajs: KafkajsModule, options: KafkajsOptions) {
    this.cluster = clusterOf(kafkajs, options, socketsFor(this.sockets));
    letQueuesRest(this.cluster);
  }

  /** Topics whose leaders are known. */
  get topics(): readonly string[] {
    return [...this.watched];
  }

  connect(): Promise<void> {
    return this.guard(() => this.cluster.connect());
  }

  /** From now on their leaders are known. */
  async watch(topics: readonly string[]): Promise<void> {
    if (topics.every((topic) => this.watched.has(topic))) return;
    await this.guard(() => this.cluster.addMultipleTargetTopics(topics));
    for (const topic of topics) this.watched.add(topic);
  }

  /** By partition, the number of the broker. */
  async leaders(topic: string): Promise<readonly number[]> {
    await this.watch([topic]);
    const leaders: number[] = [];
    for (const { partitionId, leader } of this.cluster.findTopicPartitionMetadata(topic)) {
      leaders[partitionId] = leader;
    }
    return leaders;
  }

  toAny<Answer>(run: (broker: KafkajsBroker) => Promise<Answer>): Promise<Answer> {
    return this.send(() => this.cluster.brokerPool.findConnectedBroker(), run);
  }

  toBroker<Answer>(
    nodeId: number,
    run: (broker: KafkajsBroker) => Promise<Answer>,
  ): Promise<Answer> {
    return this.send(() => this.cluster.findBroker({ nodeId }), run);
  }

  /** Newer clusters take such requests at any broker. */
  async toController<Answer>(run: (broker: KafkajsBroker) => Promise<Answer>): Promise<Answer> {
    return this.send(async () => {
      await this.cluster.refreshMetadata();
      return this.cluster
        .findControllerBroker()
        .catch(() => this.cluster.brokerPool.findConnectedBroker());
    }, run);
  }

  async toLeader<Answer>(
    topic: string,
    partition: number,
    run: (broker: KafkajsBroker) => Promise<Answer>,
  ): Promise<Answer> {
    return this.send(async () => {
      const nodeId = (await this.leaders(topic))[partition];
      if (nodeId === undefined || nodeId < 0) {
        throw new KafkaError("again", `partition ${String(partition)} of ${topic} has no leader`);
      }
      return this.cluster.findBroker({ nodeId });
    }, run);
  }

  async toCoordinator<Answer>(
    group: string,
    run: (broker: KafkajsBroker) => Promise<Answer>,
  ): Promise<Answer> {
    try {
      return await this.send(async () => {
        const nodeId = this.coordinators.get(group) ?? (await this.findCoordinator(group));
        this.coordinators.set(group, nodeId);
        return this.cluster.findBroker({ nodeId });
      }, run);
    } catch (error) {
      if (isKind(error, "again")) this.coordinators.delete(group);
      throw error;
    }
  }

  /** Runs something of kafkajs. @throws KafkaError */
  async guard<Answer>(run: () => Promise<Answer>): Promise<Answer> {
    if (this.isClosed) throw new KafkaError("other", "the connection to Kafka was closed");
    try {
      return await run();
    } catch (thrown) {
      const error = toKafkaError(thrown);
      // Somebody else may be in charge now.
      if (error.kind === "again") await this.refresh();
      throw error;
    }
  }

  async close(): Promise<void> {
    this.isClosed = true;
    // kafkajs would wait for the answers to all requests.
    for (const socket of this.sockets) socket.destroy(new Error("the connection was closed"));
    await this.cluster.disconnect().catch(() => undefined);
  }

  private send<Answer>(
    find: () => Promise<KafkajsBroker>,
    run: (broker: KafkajsBroker) => Promise<Answer>,
  ): Promise<Answer> {
    return this.guard(async () => {
      const broker = await find();
      try {
        return await run(broker);
      } catch (error) {
        if (isTimeout(error)) this.drop(broker);
        throw error;
      }
    });
  }

  private async findCoordinator(groupId: string): Promise<number> {
    const { coordinator } = await this.toAny((broker) =>
      broker.findGroupCoordinator({ groupId, coordinatorType: 0 }),
    );
    return coordinator.nodeId;
  }

  private async refresh(): Promise<void> {
    if (this.watched.size === 0 || this.isClosed) return;
    await this.cluster.refreshMetadata().catch(() => undefined);
  }

  /** kafkajs would go on waiting on the connection of a broker that says nothing any more. */
  private drop(broker: KafkajsBroker): void {
    this.cluster.removeBroker(broker.connectionPool);
    void broker.disconnect().catch(() => undefined);
  }
}

/** Sockets as kafkajs makes them, but known, so that they can be closed at once, and without delay. */
function socketsFor(sockets: Set<Socket>): ISocketFactory {
  return ({ host, port, ssl, onConnect }) => {
    const address = { host, port };
    const name = isIP(host) === 0 ? { servername: host } : {};
    // Not as kafkajs' types have it: it is what it was told.
    const certificates: unknown = ssl;
    const socket =
      certificates === false
        ? connectSocket(address, onConnect)
        : connectTls({ ...address, ...name, ...(certificates as Certificates) }, onConnect);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    socket.setNoDelay(true);
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    return socket;
  };
}

function clusterOf(
  kafkajs: KafkajsModule,
  { brokers, ssl, sasl }: KafkajsOptions,
  socketFactory: ISocketFactory,
): KafkajsCluster {
  let found: KafkajsCluster | undefined;
  const kafka = new kafkajs.Kafka({
    clientId: "spacer",
    brokers: [...brokers],
    ssl,
    ...(sasl !== undefined && { sasl: sasl as SASLOptions }),
    connectionTimeout: CONNECT_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    socketFactory,
    // The driver tries again, and knows for how long. This is for other brokers when one can't be reached.
    retry: { retries: 2, initialRetryTime: 50, maxRetryTime: 500 },
    // Whatever goes wrong is thrown as well.
    logLevel: kafkajs.logLevel.NOTHING,
  });
  kafka.consumer({
    groupId: PROTOCOL,
    allowAutoTopicCreation: false,
    partitionAssigners: [
      ({ cluster }) => {
        found = cluster as unknown as KafkajsCluster;
        return {
          name: PROTOCOL,
          version: 0,
          assign: () => Promise.resolve([]),
          protocol: () => ({ name: PROTOCOL, metadata: Buffer.alloc(0) }),
        };
      },
    ],
  });
  return found as unknown as KafkajsCluster;
}
