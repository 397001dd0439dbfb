/** Consumer groups on PostgreSQL: joining them, and looking after them. What members do is in member.ts. */
import type { ClientConfig, QueryResultRow } from "pg";
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
  RecordedAppend,
  RecordFilter,
} from "../../groups.ts";
import { Progress } from "../../progress.ts";
import { LogError } from "../../storage.ts";
import { PostgresMember } from "./member.ts";
import { toEvent, toRanges, type EventRow } from "./rows.ts";
import type { WakeUps } from "./wakeUps.ts";

export interface GroupsSurroundings {
  readonly connection: ClientConfig;
  readonly wakeUps: WakeUps;
  /** @throws LogError "there is no topic 'x'" */
  readonly topicId: (name: string) => number;
  readonly query: <Row extends QueryResultRow>(
    text: string,
    values: readonly unknown[],
  ) => Promise<readonly Row[]>;
}

interface PartitionRow extends QueryResultRow {
  readonly group_name: string;
  readonly topic: string;
  readonly partition: number;
  readonly committed: string;
  readonly settled: readonly string[];
  readonly next_offset: string;
  readonly member: string | null;
}

/** With the row of its event. */
interface LetterRow extends EventRow {
  readonly id: string;
  readonly topic: string;
  readonly partition: number;
  readonly handler: string;
  readonly attempts: number;
  readonly error: string;
  readonly traceback: string | null;
  readonly given_up_ms: string;
  readonly is_redriven: boolean;
}

export class PostgresGroups implements GroupStorage {
  private readonly surroundings: GroupsSurroundings;

  constructor(surroundings: GroupsSurroundings) {
    this.surroundings = surroundings;
  }

  async join(options: JoinOptions): Promise<Membership> {
    const { connection, wakeUps, query, topicId } = this.surroundings;
    const topics = new Map<number, string>();
    for (const name of options.topics.keys()) topics.set(topicId(name), name);
    const groupId = await this.makeGroup(options.group);
    for (const [id, name] of topics) {
      await query(
        `INSERT INTO lease (group_id, topic_id, partition, committed)
         SELECT $1, topic_id, partition, CASE WHEN $3 THEN next_offset ELSE 0 END
         FROM partition WHERE topic_id = $2 ON CONFLICT DO NOTHING`,
        [groupId, id, options.topics.get(name) === "latest"],
      );
    }
    const { group } = options;
    return new PostgresMember({ connection, wakeUps, group, groupId, topics }, options);
  }

  async list(): Promise<readonly GroupSummary[]> {
    const { query } = this.surroundings;
    const groups = await query<{ name: string; members: number; letters: number }>(
      `SELECT name,
         (SELECT count(*)::int FROM member
          WHERE group_id = consumer_group.id AND alive_until >= clock_timestamp()) AS members,
         (SELECT count(*)::int FROM dead_letter WHERE group_id = consumer_group.id) AS letters
       FROM consumer_group ORDER BY name`,
      [],
    );
    const partitions = await this.partitionsOf(undefined);
    return groups.map(({ name, members, letters }) => {
      const own = partitions.filter(({ group }) => group === name);
      return {
        name,
        members,
        topics: [...new Set(own.map(({ topic }) => topic))],
        lag: own.reduce((sum, { lag }) => sum + lag, 0),
        deadLetters: letters,
      };
    });
  }

  async describe(group: string): Promise<GroupDescription | undefined> {
    const { query } = this.surroundings;
    const members = await query<{ name: string | null }>(
      `SELECT member.name FROM consumer_group
       LEFT JOIN member ON group_id = consumer_group.id AND alive_until >= clock_timestamp()
       WHERE consumer_group.name = $1 ORDER BY member.name`,
      [group],
    );
    if (members.length === 0) return undefined;
    const partitions = await this.partitionsOf(group);
    return {
      name: group,
      members: members.flatMap(({ name }) => (name === null ? [] : [name])),
      partitions: partitions.map(({ group: _group, ...partition }) => partition),
    };
  }

  async reset(group: string, topic: string, offsets: ReadonlyMap<number, number>): Promise<void> {
    const { query, wakeUps } = this.surroundings;
    const topicId = this.surroundings.topicId(topic);
    const found = await query<{ id: number }>("SELECT id FROM consumer_group WHERE name = $1", [
      group,
    ]);
    const groupId = found[0]?.id;
    if (groupId === undefined) throw new LogError(`there is no group '${group}'`);
    await query("SELECT reset_leases($1, $2, $3::int[], $4::bigint[])", [
      groupId,
      topicId,
      [...offsets.keys()],
      [...offsets.values()],
    ]);
    wakeUps.tell({ topics: [], groups: [groupId] });
  }

  async deadLetters(filter: DeadLetterFilter): Promise<readonly DeadLetter[]> {
    const { group, topic, key, ids, limit } = filter;
    const rows = await this.surroundings.query<LetterRow>(
      `SELECT dead_letter.id, topic.name AS topic, dead_letter.partition, event."offset", key,
         value::text AS value, headers, (extract(epoch FROM event.created_at) * 1000)::bigint AS created_ms,
         handler, attempts, error, traceback,
         (extract(epoch FROM dead_letter.created_at) * 1000)::bigint AS given_up_ms, is_redriven
       FROM dead_letter
         JOIN consumer_group ON consumer_group.id = group_id
         JOIN topic ON topic.id = dead_letter.topic_id
         JOIN event ON event.topic_id = dead_letter.topic_id
           AND event.partition = dead_letter.partition AND event."offset" = dead_letter."offset"
       WHERE consumer_group.name = $1 AND ($2::text IS NULL OR topic.name = $2)
         AND ($3::text IS NULL OR key = $3) AND ($4::bigint[] IS NULL OR dead_letter.id = ANY ($4))
       ORDER BY dead_letter.id LIMIT $5`,
      [group, topic ?? null, key ?? null, ids === undefined ? null : toIds(ids), limit],
    );
    return rows.map((row) => toLetter(group, row));
  }

  async redrive(ids: readonly string[]): Promise<number> {
    const { query, wakeUps } = this.surroundings;
    const rows = await query<{ group_id: number }>(
      "UPDATE dead_letter SET is_redriven = true WHERE id = ANY ($1::bigint[]) RETURNING group_id",
      [toIds(ids)],
    );
    wakeUps.tell({ topics: [], groups: [...new Set(rows.map((row) => row.group_id))] });
    return rows.length;
  }

  async drop(ids: readonly string[]): Promise<number> {
    const rows = await this.surroundings.query(
      "DELETE FROM dead_letter WHERE id = ANY ($1::bigint[]) RETURNING id",
      [toIds(ids)],
    );
    return rows.length;
  }

  async records(filter: RecordFilter): Promise<readonly HandlingRecord[]> {
    const { group, topic, partition, from, to } = filter;
    const rows = await this.surroundings.query<{
      offset: string;
      handler: string;
      result: string | null;
      appends: string | null;
    }>(
      `SELECT "offset", handler, result, appends FROM record
       WHERE group_id = (SELECT id FROM consumer_group WHERE name = $1) AND topic_id = $2
         AND partition = $3 AND "offset" >= $4 AND "offset" < $5 AND ($6::text IS NULL OR handler = $6)
       ORDER BY "offset", handler`,
      [group, this.surroundings.topicId(topic), partition, from, to, filter.handler ?? null],
    );
    return rows.map(({ offset, handler, result, appends }) => ({
      offset: Number(offset),
      handler,
      result: result ?? undefined,
      appends: appends === null ? [] : (JSON.parse(appends) as RecordedAppend[]),
    }));
  }

  private async makeGroup(name: string): Promise<number> {
    const { query } = this.surroundings;
    await query("INSERT INTO consumer_group (name) VALUES ($1) ON CONFLICT DO NOTHING", [name]);
    const rows = await query<{ id: number }>("SELECT id FROM consumer_group WHERE name = $1", [
      name,
    ]);
    return rows[0]?.id as number;
  }

  private async partitionsOf(
    group: string | undefined,
  ): Promise<readonly (GroupPartition & { group: string })[]> {
    const rows = await this.surroundings.query<PartitionRow>(
      `SELECT consumer_group.name AS group_name, topic.name AS topic, lease.partition, committed, settled,
         next_offset, CASE WHEN held_until >= clock_timestamp() THEN member.name END AS member
       FROM lease
         JOIN consumer_group ON consumer_group.id = group_id
         JOIN topic ON topic.id = lease.topic_id
         JOIN partition USING (topic_id, partition)
         LEFT JOIN member ON member.group_id = lease.group_id AND member.id = lease.member
       WHERE $1::text IS NULL OR consumer_group.name = $1
       ORDER BY topic.name, lease.partition`,
      [group ?? null],
    );
    return rows.map((row) => {
      const [committed, end] = [Number(row.committed), Number(row.next_offset)];
      const progress = new Progress(committed, toRanges(row.settled));
      return {
        group: row.group_name,
        topic: row.topic,
        partition: row.partition,
        committed,
        end,
        lag: progress.countOpen(end),
        member: row.member ?? undefined,
      };
    });
  }
}

/** What can't be an id names nothing. */
function toIds(ids: readonly string[]): readonly string[] {
  return ids.filter((id) => /^\d{1,18}$/.test(id));
}

function toLetter(group: string, row: LetterRow): DeadLetter {
  return {
    id: row.id,
    group,
    event: toEvent(row, row),
    handler: row.handler,
    attempts: row.attempts,
    error: row.error,
    traceback: row.traceback ?? undefined,
    timestampMs: Number(row.given_up_ms),
    isRedriven: row.is_redriven,
  };
}
