/**
 * The log.
 *
 * Offsets are dense because they come from a counter row for each partition, which `append_events` holds
 * locked until it has committed: a reader that sees an event sees all before it. A sequence would
 * lose events to readers (it is not transactional, and commits overtake each other).
 *
 * The index for keys begins with a *segment* of 65,536 offsets: new entries go to the region of the newest
 * segments, however long the log is. An index by key alone would touch pages all over.
 */
export const migration = `
  CREATE TABLE topic (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE,
    partitions int NOT NULL CHECK (partitions > 0)
  );

  CREATE TABLE partition (
    topic_id int NOT NULL REFERENCES topic,
    partition int NOT NULL,
    next_offset bigint NOT NULL DEFAULT 0,
    -- Of the last event; never falls, even when the clock is set back.
    last_at timestamptz NOT NULL DEFAULT '-infinity',
    PRIMARY KEY (topic_id, partition)
  ) WITH (fillfactor = 50);

  CREATE TABLE event (
    topic_id int NOT NULL,
    partition int NOT NULL,
    "offset" bigint NOT NULL,
    created_at timestamptz NOT NULL,
    key_hash int NOT NULL,
    key text NOT NULL,
    value jsonb NOT NULL,
    headers jsonb,
    PRIMARY KEY (topic_id, partition, "offset")
  );

  CREATE INDEX event_key ON event (topic_id, partition, ("offset" >> 16), key_hash, "offset");

  -- A batch that is here was committed: who lost the answer to its commit asks again.
  CREATE TABLE batch (
    id uuid PRIMARY KEY,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
  );
  CREATE INDEX batch_created_at ON batch (created_at);

  CREATE TABLE idempotency (
    topic_id int NOT NULL,
    key text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (topic_id, key)
  );

  -- Appends the calls of a batch. One array element for each event; calls are numbered, and those with an
  -- idempotency key are in idem_*. A position is that of an event among those of its call and partition.
  CREATE FUNCTION append_events(
    batch_id uuid,
    calls int[], topics int[], partitions int[], positions int[],
    hashes int[], keys text[], vals text[], heads text[],
    idem_calls int[], idem_topics int[], idem_keys text[]
  ) RETURNS void LANGUAGE plpgsql AS $$
  #variable_conflict use_column
  DECLARE
    duplicates int[];
    counted record;
    started record;
    start_calls int[] := '{}';
    start_partitions int[] := '{}';
    starts bigint[] := '{}';
    start_times timestamptz[] := '{}';
    start bigint;
  BEGIN
    INSERT INTO batch (id) VALUES (batch_id) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN RETURN; END IF;
    IF random() < 0.01 THEN
      DELETE FROM batch WHERE created_at < clock_timestamp() - interval '1 hour';
    END IF;

    IF cardinality(idem_calls) > 0 THEN
      -- Of equal keys within the batch the first call counts.
      WITH wanted AS (
        SELECT DISTINCT ON (topic_id, key) topic_id, key, call
        FROM unnest(idem_topics, idem_keys, idem_calls) AS given (topic_id, key, call)
        ORDER BY topic_id, key, call
      ), taken AS (
        INSERT INTO idempotency (topic_id, key)
        SELECT topic_id, key FROM wanted ORDER BY topic_id, key
        ON CONFLICT DO NOTHING
        RETURNING topic_id, key
      )
      SELECT array_agg(given.call) INTO duplicates
      FROM unnest(idem_calls) AS given (call)
      WHERE given.call NOT IN (SELECT call FROM wanted JOIN taken USING (topic_id, key));
    END IF;

    -- In one order, so that no two appends wait for each other.
    FOR counted IN
      SELECT topic_id, partition, sum(events)::bigint AS events,
        array_agg(call ORDER BY call) AS calls, array_agg(events ORDER BY call) AS events_by_call
      FROM (
        SELECT call, topic_id, partition, count(*) AS events
        FROM unnest(calls, topics, partitions) AS given (call, topic_id, partition)
        WHERE duplicates IS NULL OR call <> ALL (duplicates)
        GROUP BY call, topic_id, partition
      ) AS by_call
      GROUP BY topic_id, partition ORDER BY topic_id, partition
    LOOP
      UPDATE partition
      SET next_offset = next_offset + counted.events, last_at = greatest(last_at, clock_timestamp())
      WHERE topic_id = counted.topic_id AND partition = counted.partition
      RETURNING next_offset - counted.events AS first_offset, last_at INTO STRICT started;
      start := started.first_offset;
      FOR index IN 1 .. cardinality(counted.calls) LOOP
        start_calls := start_calls || counted.calls[index];
        start_partitions := start_partitions || counted.partition;
        starts := starts || start;
        start_times := start_times || started.last_at;
        start := start + counted.events_by_call[index];
      END LOOP;
    END LOOP;

    INSERT INTO event
    SELECT given.topic_id, given.partition, begun.start + position, began_at, hash, key, val::jsonb, head::jsonb
    FROM unnest(calls, topics, partitions, positions, hashes, keys, vals, heads)
      AS given (call, topic_id, partition, position, hash, key, val, head)
    JOIN unnest(start_calls, start_partitions, starts, start_times)
      AS begun (call, partition, start, began_at)
      ON begun.call = given.call AND begun.partition = given.partition;
  END $$;

  -- The last event of a key: looks into one segment after the other, the newest first.
  CREATE FUNCTION latest_event(of_topic int, of_partition int, of_hash int, of_key text)
  RETURNS SETOF event LANGUAGE plpgsql STABLE AS $$
  #variable_conflict use_column
  DECLARE
    segment bigint;
  BEGIN
    SELECT (next_offset - 1) >> 16 INTO segment FROM partition
    WHERE topic_id = of_topic AND partition = of_partition;
    WHILE segment >= 0 LOOP
      RETURN QUERY SELECT * FROM event
        WHERE topic_id = of_topic AND partition = of_partition AND "offset" >> 16 = segment
          AND key_hash = of_hash AND key = of_key
        ORDER BY "offset" DESC LIMIT 1;
      IF FOUND THEN RETURN; END IF;
      segment := segment - 1;
    END LOOP;
  END $$;
`;
