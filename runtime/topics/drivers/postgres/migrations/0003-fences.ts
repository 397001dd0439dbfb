/**
 * Appends on behalf of a lease: nothing is stored once that is no longer held. And with less work for each event: who
 * appends says which of them belong together, so nothing has to be counted, joined or sorted here.
 */
export const migration = `
  ALTER TABLE batch ADD COLUMN refused int[] NOT NULL DEFAULT '{}';
  DROP FUNCTION append_events;
  -- Appends the calls of a batch. A *run* is what a call has for one partition: its events stand side by side in
  -- the arrays of events, which say for each one in which run it is. Calls are numbered from 0, runs from 1. Calls with an
  -- idempotency key are in idem_*, those on behalf of a lease in fence_*. Returns the calls that were refused because
  -- their lease is somebody else's.
  CREATE FUNCTION append_events(
    batch_id uuid,
    run_calls int[], run_topics int[], run_partitions int[], run_counts int[],
    runs int[], hashes int[], keys text[], vals jsonb[], heads jsonb[],
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
    run int;
    -- By run; what is skipped has none. An event at place n is given the offset base + n.
    bases bigint[] := array_fill(NULL::bigint, ARRAY[cardinality(run_calls)]);
    times timestamptz[] := array_fill(NULL::timestamptz, ARRAY[cardinality(run_calls)]);
    -- At which place the events of a run begin.
    places bigint[] := '{}';
    place bigint := 1;
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
    FOREACH run IN ARRAY run_counts LOOP
      places := places || place;
      place := place + run;
    END LOOP;
    -- In one order, so that no two appends wait for each other.
    FOR counted IN
      SELECT topic, part, sum(events)::bigint AS events, array_agg(number::int ORDER BY number) AS numbers
      FROM unnest(run_calls, run_topics, run_partitions, run_counts)
        WITH ORDINALITY AS given (call, topic, part, events, number)
      WHERE call <> ALL (skipped)
      GROUP BY topic, part ORDER BY topic, part
    LOOP
      UPDATE partition
      SET next_offset = next_offset + counted.events, last_at = greatest(last_at, clock_timestamp())
      WHERE topic_id = counted.topic AND partition = counted.part
      RETURNING next_offset - counted.events AS first_offset, last_at INTO STRICT started;
      start := started.first_offset;
      FOREACH run IN ARRAY counted.numbers LOOP
        bases[run] := start - places[run];
        times[run] := started.last_at;
        start := start + run_counts[run];
      END LOOP;
    END LOOP;
    INSERT INTO event
    SELECT run_topics[of_run], run_partitions[of_run], bases[of_run] + at, times[of_run], hash, key, val, head
    FROM unnest(runs, hashes, keys, vals, heads) WITH ORDINALITY AS given (of_run, hash, key, val, head, at)
    WHERE bases[of_run] IS NOT NULL;
    RETURN unheld;
  END $$;
`;
