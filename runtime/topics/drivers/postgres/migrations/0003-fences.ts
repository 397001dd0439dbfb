/** Appends on behalf of a lease: nothing is stored once that is no longer held. */
export const migration = `
  ALTER TABLE batch ADD COLUMN refused int[] NOT NULL DEFAULT '{}';
  DROP FUNCTION append_events;
  -- Appends the calls of a batch. One array element for each event; calls are numbered; those with an
  -- idempotency key are in idem_*, those on behalf of a lease in fence_*. A position is that of an event among those
  -- of its call and partition. Returns the calls that were refused because their lease is somebody else's.
  CREATE FUNCTION append_events(
    batch_id uuid,
    calls int[], topics int[], partitions int[], positions int[],
    hashes int[], keys text[], vals text[], heads text[],
    idem_calls int[], idem_topics int[], idem_keys text[],
    fence_calls int[], fence_groups int[], fence_topics int[], fence_partitions int[], fence_epochs bigint[]
  ) RETURNS int[] LANGUAGE plpgsql AS $$
  #variable_conflict use_column
  DECLARE
    unheld int[] := '{}';
    skipped int[] := '{}';
    fenced record;
    counted record;
    started record;
    start_calls int[] := '{}';
    start_partitions int[] := '{}';
    starts bigint[] := '{}';
    start_times timestamptz[] := '{}';
    start bigint;
  BEGIN
    INSERT INTO batch (id) VALUES (batch_id) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
      RETURN (SELECT batch.refused FROM batch WHERE id = batch_id);
    END IF;
    IF random() < 0.01 THEN
      DELETE FROM batch WHERE created_at < clock_timestamp() - interval '1 hour';
    END IF;
    IF cardinality(fence_calls) > 0 THEN
      -- Who takes a lease over waits for this to be committed.
      FOR fenced IN
        SELECT DISTINCT of_group, topic, part
        FROM unnest(fence_groups, fence_topics, fence_partitions) AS given (of_group, topic, part)
        ORDER BY of_group, topic, part
      LOOP
        PERFORM pg_advisory_xact_lock_shared(lease_key(fenced.of_group, fenced.topic, fenced.part));
      END LOOP;
      SELECT coalesce(array_agg(given.call), '{}') INTO unheld
      FROM unnest(fence_calls, fence_groups, fence_topics, fence_partitions, fence_epochs)
        AS given (call, of_group, topic, part, epoch)
      WHERE NOT EXISTS (
        SELECT FROM lease
        WHERE group_id = of_group AND topic_id = topic AND partition = part AND lease.epoch = given.epoch
      );
      IF cardinality(unheld) > 0 THEN
        UPDATE batch SET refused = unheld WHERE id = batch_id;
      END IF;
    END IF;
    skipped := unheld;
    IF cardinality(idem_calls) > 0 THEN
      -- Of equal keys within the batch the first call counts.
      WITH wanted AS (
        SELECT DISTINCT ON (topic_id, key) topic_id, key, call
        FROM unnest(idem_topics, idem_keys, idem_calls) AS given (topic_id, key, call)
        WHERE call <> ALL (unheld)
        ORDER BY topic_id, key, call
      ), taken AS (
        INSERT INTO idempotency (topic_id, key)
        SELECT topic_id, key FROM wanted ORDER BY topic_id, key
        ON CONFLICT DO NOTHING
        RETURNING topic_id, key
      )
      SELECT skipped || coalesce(array_agg(given.call), '{}') INTO skipped
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
        WHERE call <> ALL (skipped)
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
      ON begun.call = given.call AND begun.partition = given.partition
    -- What is read together lies together.
    ORDER BY given.topic_id, given.partition, begun.start + position;
    RETURN unheld;
  END $$;
`;
