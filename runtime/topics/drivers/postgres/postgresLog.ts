/** The log on PostgreSQL: what is stored is in migrations/, how it gets there in appender.ts. */
import {
  escapeIdentifier,
  Pool,
  type ClientConfig,
  type PoolClient,
  type QueryResultRow,
} from "pg";
import { murmur2, partitionOf, partitionOfHash } from "../../partition.ts";
import {
  checkStorable,
  checkTopic,
  DEFAULT_PARTITIONS,
  LogError,
  type AppendOptions,
  type LogStorage,
  type NewEvent,
  type ReadOptions,
  type StoredEvent,
  type TopicInfo,
  type TopicSettings,
} from "../../storage.ts";
import { Appender } from "./appender.ts";
import { migrate } from "./migrate.ts";
import { messageOf, retrying } from "./retry.ts";

export interface PostgresLogOptions {
  readonly connection: ClientConfig;
  /** The schema with the tables; made when it is not there. */
  readonly schema: string;
  readonly topics: readonly TopicSettings[];
  /** Told of connections that broke while nobody used them. */
  readonly onError?: (error: Error) => void;
}

interface Topic extends TopicInfo {
  readonly id: number;
}

interface EventRow extends QueryResultRow {
  readonly partition: number;
  readonly offset: string;
  readonly key: string;
  readonly value: string;
  readonly headers: Record<string, string> | null;
  readonly created_ms: string;
}

const COLUMNS = `partition, "offset", key, value::text AS value, headers,
  (extract(epoch FROM created_at) * 1000)::bigint AS created_ms`;

const MAX_CONNECTIONS = 4;

/** @throws LogError when it can't be reached, or a newer spacer made it, or a topic has other partitions */
export async function openPostgresLog(options: PostgresLogOptions): Promise<LogStorage> {
  const { connection, schema, topics, onError = () => undefined } = options;
  const pool = new Pool({
    ...connection,
    max: MAX_CONNECTIONS,
    application_name: "spacer",
    options: `-c search_path=${escapeOption(escapeIdentifier(schema))} -c synchronous_commit=on`,
  });
  pool.on("error", onError);
  try {
    const client = await connect(pool);
    try {
      await migrate(client, schema);
      return new PostgresLog(pool, await registerTopics(client, topics));
    } finally {
      client.release();
    }
  } catch (error) {
    await pool.end();
    throw error;
  }
}

async function connect(pool: Pool): Promise<PoolClient> {
  try {
    const client = await pool.connect();
    // Whoever uses it is told by the query that fails.
    client.on("error", () => undefined);
    return client;
  } catch (error) {
    throw new LogError(`the event log can't be reached: ${messageOf(error)}`);
  }
}

/** In the value of `options`, spaces and backslashes need one in front. */
function escapeOption(text: string): string {
  return text.replace(/[\\ ]/g, "\\$&");
}

/** Makes the topics that are not there yet. */
async function registerTopics(
  client: PoolClient,
  settings: readonly TopicSettings[],
): Promise<Topic[]> {
  const topics: Topic[] = [];
  for (const { name, partitions } of settings) {
    await client.query(
      "INSERT INTO topic (name, partitions) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
      [name, partitions ?? DEFAULT_PARTITIONS],
    );
    const { rows } = await client.query<Topic>(
      "SELECT id, name, partitions FROM topic WHERE name = $1",
      [name],
    );
    const topic = rows[0] as Topic;
    if (partitions !== undefined && partitions !== topic.partitions) {
      throw new LogError(
        `topic '${name}' has ${String(topic.partitions)} partitions, not ${String(partitions)}`,
        "events would no longer be where their keys say: leave the number as it is",
      );
    }
    await client.query(
      "INSERT INTO partition (topic_id, partition) SELECT $1, generate_series(0, $2 - 1) ON CONFLICT DO NOTHING",
      [topic.id, topic.partitions],
    );
    topics.push(topic);
  }
  return topics;
}

class PostgresLog implements LogStorage {
  private readonly pool: Pool;
  private readonly byName: ReadonlyMap<string, Topic>;
  private readonly appender: Appender;

  constructor(pool: Pool, topics: readonly Topic[]) {
    this.pool = pool;
    this.byName = new Map(topics.map((topic) => [topic.name, topic]));
    this.appender = new Appender((text, values) => pool.query(text, [...values]));
  }

  topic(name: string): TopicInfo | undefined {
    return this.byName.get(name);
  }

  topics(): readonly TopicInfo[] {
    return [...this.byName.values()].map(({ name, partitions }) => ({ name, partitions }));
  }

  async append(
    name: string,
    events: readonly NewEvent[],
    { headers, idempotencyKey }: AppendOptions = {},
  ): Promise<void> {
    const { id, partitions } = this.find(name);
    events.forEach(checkStorable);
    if (events.length === 0) return;
    const hasHeaders = headers !== undefined && Object.keys(headers).length > 0;
    await this.appender.append({
      topicId: id,
      events: events.map(({ key, value }) => {
        const keyHash = murmur2(key);
        return { key, value, keyHash, partition: partitionOfHash(keyHash, partitions) };
      }),
      headers: hasHeaders ? JSON.stringify(headers) : undefined,
      idempotencyKey,
    });
  }

  async read(name: string, options: ReadOptions): Promise<readonly StoredEvent[]> {
    const { id, partitions } = this.find(name);
    const { from = 0, to, key, limit } = options;
    const partition =
      options.partition ?? (key === undefined ? undefined : partitionOf(key, partitions));
    // Each partition by its own index scan: so the price is that of the events, not of the log.
    const rows = await this.query(
      `SELECT ${COLUMNS} FROM partition AS p, LATERAL (
         SELECT * FROM event
         WHERE topic_id = p.topic_id AND event.partition = p.partition
           AND "offset" >= $2 AND ($3::bigint IS NULL OR "offset" < $3)
           AND ($4::text IS NULL OR key = $4)
         ORDER BY "offset" LIMIT $5
       ) AS found (topic_id, found_partition, "offset", created_at, key_hash, key, value, headers)
       WHERE p.topic_id = $1 AND ($6::int IS NULL OR p.partition = $6)
       ORDER BY "offset", partition LIMIT $5`,
      [id, from, to ?? null, key ?? null, limit, partition ?? null],
    );
    return rows.map((row) => toEvent(name, row));
  }

  async latest(name: string, key: string): Promise<StoredEvent | undefined> {
    const { id, partitions } = this.find(name);
    const hash = murmur2(key);
    const rows = await this.query(`SELECT ${COLUMNS} FROM latest_event($1, $2, $3, $4)`, [
      id,
      partitionOfHash(hash, partitions),
      hash,
      key,
    ]);
    return rows[0] && toEvent(name, rows[0]);
  }

  async close(): Promise<void> {
    await this.appender.drain();
    await this.pool.end();
  }

  private async query(text: string, values: readonly unknown[]): Promise<readonly EventRow[]> {
    const { rows } = await retrying(() => this.pool.query<EventRow>(text, [...values]));
    return rows;
  }

  private find(name: string): Topic {
    return checkTopic(this, name) as Topic;
  }
}

function toEvent(topic: string, row: EventRow): StoredEvent {
  const { partition, offset, key, value, headers, created_ms: createdMs } = row;
  return {
    topic,
    partition,
    offset: Number(offset),
    key,
    value,
    headers: headers ?? {},
    timestampMs: Number(createdMs),
  };
}
