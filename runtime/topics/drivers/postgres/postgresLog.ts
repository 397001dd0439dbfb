/** The log on PostgreSQL: what is stored is in migrations/, how it gets there in appender.ts. */
import {
  escapeIdentifier,
  Pool,
  type ClientConfig,
  type PoolClient,
  type QueryResultRow,
} from "pg";
import type { Fence } from "../../groups.ts";
import { murmur2, partitionOfHash } from "../../partition.ts";
import {
  checkStorable,
  DEFAULT_PARTITIONS,
  LogError,
  type AppendOptions,
  type LogStorage,
  type NewEvent,
  type PartitionInfo,
  type ReadOptions,
  type StoredEvent,
  type TopicInfo,
  type TopicSettings,
} from "../../storage.ts";
import { TopicLookup } from "../topicLookup.ts";
import { Appender, type AppendFence } from "./appender.ts";
import { PostgresGroups } from "./groups.ts";
import type { PostgresFence } from "./lease.ts";
import { migrate } from "./migrate.ts";
import { isConnectionFailure, messageOf, retrying } from "./retry.ts";
import { toEvent, type EventRow } from "./rows.ts";
import { WakeUps } from "./wakeUps.ts";

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

interface PlacedRow extends EventRow {
  readonly partition: number;
}

const COLUMNS = `partition, "offset", key, value::text AS value, headers,
  (extract(epoch FROM created_at) * 1000)::bigint AS created_ms`;

const MAX_CONNECTIONS = 4;
/** A server that says nothing for so long is gone: then the batch goes out again, on another connection. */
const APPEND_PATIENCE = { query_timeout: 30_000 };

/**
 * Functions of the database keep their plans: one that was made when a table had a page or two would scan all of it
 * when it has millions of rows, until the table is analyzed again.
 */
const SESSION = ["synchronous_commit=on", "enable_seqscan=off", "jit=off"];

/** @throws LogError when it can't be reached, or a newer spacer made it, or a topic has other partitions */
export async function openPostgresLog(options: PostgresLogOptions): Promise<LogStorage> {
  const { connection, schema, topics, onError = () => undefined } = options;
  const settings = {
    ...connection,
    application_name: "spacer",
    options: [`search_path=${escapeOption(escapeIdentifier(schema))}`, ...SESSION]
      .map((setting) => `-c ${setting}`)
      .join(" "),
  };
  const pool = new Pool({ ...settings, max: MAX_CONNECTIONS });
  pool.on("error", onError);
  try {
    const client = await connect(pool);
    try {
      await migrate(client, schema);
      return new PostgresLog({ pool, schema, settings }, await registerTopics(client, topics));
    } catch (error) {
      // The server went down meanwhile.
      if (!(error instanceof LogError) && isConnectionFailure(error)) throw unreachable(error);
      throw error;
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
    throw unreachable(error);
  }
}

function unreachable(error: unknown): LogError {
  return new LogError(`the event log can't be reached: ${messageOf(error)}`);
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

interface Connections {
  readonly pool: Pool;
  readonly schema: string;
  /** For connections beside the pool. */
  readonly settings: ClientConfig;
}

class PostgresLog extends TopicLookup<Topic> implements LogStorage {
  readonly groups: PostgresGroups;
  private readonly pool: Pool;
  private readonly appender: Appender;
  private readonly wakeUps: WakeUps;

  constructor({ pool, schema, settings }: Connections, topics: readonly Topic[]) {
    super(topics);
    this.pool = pool;
    this.wakeUps = new WakeUps(schema, (text, values) => pool.query(text, [...values]));
    this.appender = new Appender(
      (text, values) => pool.query({ text, values: [...values], ...APPEND_PATIENCE }),
      (topicIds) => {
        this.wakeUps.tell({ topics: [...topicIds], groups: [] });
      },
    );
    this.groups = new PostgresGroups({
      connection: settings,
      wakeUps: this.wakeUps,
      topicId: (name) => this.find(name).id,
      query: (text, values) => this.query(text, values),
    });
  }

  async append(
    name: string,
    events: readonly NewEvent[],
    { headers, idempotencyKey, fence }: AppendOptions = {},
  ): Promise<void> {
    const { id, partitions } = this.find(name);
    events.forEach(checkStorable);
    if (events.length === 0) return;
    await this.appender.append({
      topicId: id,
      events: events.map(({ key, value, headers: own }) => {
        const keyHash = murmur2(key);
        const partition = partitionOfHash(keyHash, partitions);
        return { key, value, keyHash, partition, headers: own && toJson({ ...headers, ...own }) };
      }),
      headers: toJson(headers),
      idempotencyKey,
      fence: fence && this.toAppendFence(fence),
    });
  }

  private toAppendFence(fence: Fence): AppendFence {
    // A fence comes from a lease of such a log.
    const { groupId, topic, partition, epoch } = fence as PostgresFence;
    return { groupId, topicId: this.find(topic).id, partition, epoch };
  }

  async read(name: string, options: ReadOptions): Promise<readonly StoredEvent[]> {
    const { id, partitions } = this.find(name);
    const { from = 0, to = null, key, limit, partition = null } = options;
    if (key !== undefined) {
      const hash = murmur2(key);
      const place = partition ?? partitionOfHash(hash, partitions);
      const ofKey = await this.query<PlacedRow>(
        `SELECT ${COLUMNS} FROM events_of_key($1, $2, $3, $4, $5, $6, $7)`,
        [id, place, hash, key, from, to, limit],
      );
      return toEvents(name, ofKey);
    }
    // Each partition by its own index scan: so the price is that of the events, not of the log.
    const rows = await this.query<PlacedRow>(
      `SELECT ${COLUMNS} FROM partition AS p, LATERAL (
         SELECT * FROM event
         WHERE topic_id = p.topic_id AND event.partition = p.partition
           AND "offset" >= $2 AND ($3::bigint IS NULL OR "offset" < $3)
         ORDER BY "offset" LIMIT $4
       ) AS found (topic_id, found_partition, "offset", created_at, key_hash, key, value, headers)
       WHERE p.topic_id = $1 AND ($5::int IS NULL OR p.partition = $5)
       ORDER BY "offset", partition LIMIT $4`,
      [id, from, to, limit, partition],
    );
    return toEvents(name, rows);
  }

  async latest(name: string, key: string): Promise<StoredEvent | undefined> {
    const { id, partitions } = this.find(name);
    const hash = murmur2(key);
    const rows = await this.query<PlacedRow>(
      `SELECT ${COLUMNS} FROM latest_event($1, $2, $3, $4)`,
      [id, partitionOfHash(hash, partitions), hash, key],
    );
    return toEvents(name, rows)[0];
  }

  async partitions(name: string): Promise<readonly PartitionInfo[]> {
    const rows = await this.query<{
      partition: number;
      next_offset: string;
      last_ms: string | null;
    }>(
      `SELECT partition, next_offset,
         CASE WHEN isfinite(last_at) THEN (extract(epoch FROM last_at) * 1000)::bigint END AS last_ms
       FROM partition WHERE topic_id = $1 ORDER BY partition`,
      [this.find(name).id],
    );
    return rows.map(({ partition, next_offset: end, last_ms: lastMs }) => ({
      partition,
      start: 0,
      end: Number(end),
      lastMs: lastMs === null ? undefined : Number(lastMs),
    }));
  }

  async offsetsAt(name: string, timestampMs: number): Promise<readonly number[]> {
    const rows = await this.query<{ offset: string }>(
      `SELECT offset_at(topic_id, partition, $2) AS "offset"
       FROM partition WHERE topic_id = $1 ORDER BY partition`,
      [this.find(name).id, timestampMs],
    );
    return rows.map(({ offset }) => Number(offset));
  }

  async close(): Promise<void> {
    await this.appender.drain();
    await this.wakeUps.close();
    await this.pool.end();
  }

  private async query<Row extends QueryResultRow>(
    text: string,
    values: readonly unknown[],
  ): Promise<readonly Row[]> {
    const { rows } = await retrying(() => this.pool.query<Row>(text, [...values]));
    return rows;
  }
}

/** `undefined` for none. */
function toJson(headers: Readonly<Record<string, string>> = {}): string | undefined {
  return Object.keys(headers).length === 0 ? undefined : JSON.stringify(headers);
}

function toEvents(topic: string, rows: readonly PlacedRow[]): StoredEvent[] {
  return rows.map((row) => toEvent({ topic, partition: row.partition }, row));
}
