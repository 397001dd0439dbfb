/**
 * Consumer groups.
 *
 * A row of `lease` says how far a group has come in a partition, and whose it is. Whoever takes it over raises its epoch;
 * everything that is told later names the epoch, and finds no row when that is an old one. What is on its way then
 * is waited for: a row lock for what changes the row, an advisory lock (of `lease_key`), shared, for appends.
 *
 * Times are those of the server: clocks of members are not compared. What groups tell is committed without waiting
 * for the disk: lost with the server's memory it is done again. Only epochs must never come back, and dead letters not get
 * lost.
 */
export const migration = `
  CREATE TABLE consumer_group (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE
  );
  CREATE TABLE member (
    group_id int NOT NULL REFERENCES consumer_group,
    id uuid NOT NULL,
    name text NOT NULL,
    topics int[] NOT NULL,
    alive_until timestamptz NOT NULL,
    PRIMARY KEY (group_id, id)
  );
  CREATE TABLE lease (
    group_id int NOT NULL REFERENCES consumer_group,
    topic_id int NOT NULL REFERENCES topic,
    partition int NOT NULL,
    -- All before it is settled,
    committed bigint NOT NULL,
    -- and so is this: first, end, first, end, ...
    settled bigint[] NOT NULL DEFAULT '{}',
    -- What is before it and not settled may have been begun by whoever had it last.
    begun_to bigint NOT NULL DEFAULT 0,
    epoch bigint NOT NULL DEFAULT 0,
    member uuid,
    held_until timestamptz NOT NULL DEFAULT '-infinity',
    PRIMARY KEY (group_id, topic_id, partition)
  ) WITH (fillfactor = 50);
  -- Of events that failed, and of those that are begun though a process may have died of them.
  CREATE TABLE attempt (
    group_id int NOT NULL,
    topic_id int NOT NULL,
    partition int NOT NULL,
    "offset" bigint NOT NULL,
    handler text NOT NULL,
    attempts int NOT NULL,
    PRIMARY KEY (group_id, topic_id, partition, "offset")
  );
  CREATE TABLE dead_letter (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    group_id int NOT NULL REFERENCES consumer_group,
    topic_id int NOT NULL,
    partition int NOT NULL,
    "offset" bigint NOT NULL,
    handler text NOT NULL,
    attempts int NOT NULL,
    error text NOT NULL,
    traceback text,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    is_redriven boolean NOT NULL DEFAULT false,
    UNIQUE (group_id, topic_id, partition, "offset")
  );
  CREATE INDEX dead_letter_redriven ON dead_letter (group_id) WHERE is_redriven;
  -- What functions did with events, when they were first handled. JSON texts.
  CREATE TABLE record (
    group_id int NOT NULL,
    topic_id int NOT NULL,
    partition int NOT NULL,
    "offset" bigint NOT NULL,
    handler text NOT NULL,
    result text,
    appends text,
    PRIMARY KEY (group_id, topic_id, partition, "offset", handler)
  );

  CREATE FUNCTION lease_key(of_group int, of_topic int, of_partition int)
  RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT hashtextextended(format('spacer lease %s %s %s', of_group, of_topic, of_partition), 0)
  $$;

  -- A member says that it is alive. Returns the group: who takes part, and whose the partitions are, also those of
  -- topics that the member does not handle: all members are to see the same.
  CREATE FUNCTION heartbeat(
    of_group int, of_member uuid, of_name text, of_topics int[], ttl interval
  ) RETURNS jsonb LANGUAGE plpgsql AS $$
  #variable_conflict use_column
  DECLARE
    now timestamptz := clock_timestamp();
  BEGIN
    PERFORM set_config('synchronous_commit', 'off', true);
    INSERT INTO member VALUES (of_group, of_member, of_name, of_topics, now + ttl)
    ON CONFLICT (group_id, id) DO UPDATE SET alive_until = excluded.alive_until;
    -- Those that come back just now are left alone: two of them would wait for each other.
    DELETE FROM member WHERE group_id = of_group AND id IN (
      SELECT id FROM member WHERE group_id = of_group AND alive_until < now - ttl
      FOR UPDATE SKIP LOCKED
    );
    -- Always in one order, so that nobody waits in a circle.
    PERFORM 1 FROM lease WHERE group_id = of_group AND member = of_member
    ORDER BY topic_id, partition FOR NO KEY UPDATE;
    UPDATE lease SET held_until = now + ttl WHERE group_id = of_group AND member = of_member;
    RETURN jsonb_build_object(
      'members', (
        SELECT jsonb_agg(jsonb_build_object('id', id, 'topics', topics) ORDER BY id)
        FROM member WHERE group_id = of_group AND alive_until >= now
      ),
      'leases', (
        SELECT jsonb_agg(jsonb_build_object(
          'topicId', topic_id, 'partition', partition, 'epoch', epoch,
          'member', CASE WHEN held_until >= now THEN member END
        ) ORDER BY topic_id, partition)
        FROM lease WHERE group_id = of_group
      ),
      'hasRedriven', EXISTS (SELECT FROM dead_letter WHERE group_id = of_group AND is_redriven)
    );
  END $$;

  -- Takes over leases that nobody holds and whose epochs are still those that were seen.
  CREATE FUNCTION claim_leases(
    of_group int, of_member uuid, ttl interval, topics int[], partitions int[], epochs bigint[]
  ) RETURNS SETOF lease LANGUAGE plpgsql AS $$
  #variable_conflict use_column
  DECLARE
    wanted record;
  BEGIN
    FOR wanted IN
      SELECT * FROM unnest(topics, partitions, epochs) AS given (topic, number, epoch)
      ORDER BY topic, number
    LOOP
      PERFORM pg_advisory_xact_lock(lease_key(of_group, wanted.topic, wanted.number));
      RETURN QUERY UPDATE lease
        SET member = of_member, epoch = epoch + 1, held_until = clock_timestamp() + ttl
        WHERE group_id = of_group AND topic_id = wanted.topic AND partition = wanted.number
          AND epoch = wanted.epoch AND (member IS NULL OR held_until < clock_timestamp())
        RETURNING *;
    END LOOP;
  END $$;

  -- Nothing of these partitions runs any more.
  CREATE FUNCTION release_leases(of_group int, topics int[], partitions int[], epochs bigint[])
  RETURNS void LANGUAGE plpgsql AS $$
  #variable_conflict use_column
  DECLARE
    given record;
  BEGIN
    PERFORM set_config('synchronous_commit', 'off', true);
    FOR given IN
      SELECT * FROM unnest(topics, partitions, epochs) AS given (topic, number, epoch)
      ORDER BY topic, number
    LOOP
      UPDATE lease SET member = NULL, held_until = '-infinity', begun_to = 0
      WHERE group_id = of_group AND topic_id = given.topic AND partition = given.number
        AND epoch = given.epoch;
    END LOOP;
  END $$;

  -- Says where a group goes on. Whoever has the partitions loses them.
  CREATE FUNCTION reset_leases(of_group int, of_topic int, partitions int[], offsets bigint[])
  RETURNS void LANGUAGE plpgsql AS $$
  #variable_conflict use_column
  DECLARE
    given record;
  BEGIN
    FOR given IN SELECT * FROM unnest(partitions, offsets) AS given (number, at) ORDER BY number LOOP
      PERFORM pg_advisory_xact_lock(lease_key(of_group, of_topic, given.number));
      UPDATE lease SET epoch = epoch + 1, member = NULL, held_until = '-infinity',
        committed = least(given.at, next_offset), settled = '{}', begun_to = 0
      FROM partition
      WHERE group_id = of_group AND lease.topic_id = of_topic AND lease.partition = given.number
        AND partition.topic_id = of_topic AND partition.partition = given.number;
      DELETE FROM attempt
      WHERE group_id = of_group AND topic_id = of_topic AND partition = given.number;
      -- These events are delivered again.
      DELETE FROM dead_letter
      WHERE group_id = of_group AND topic_id = of_topic AND partition = given.number
        AND "offset" >= given.at;
    END LOOP;
  END $$;

  -- The next events of partitions, which are thereby begun. The number is that of the partition among those given; a
  -- partition whose lease is somebody else's has one row without an event.
  CREATE FUNCTION fetch_events(
    of_group int, topics int[], partitions int[], epochs bigint[], froms bigint[], limits int[]
  ) RETURNS TABLE (
    number int, "offset" bigint, created_ms bigint, key text, value text, headers jsonb
  ) LANGUAGE plpgsql AS $$
  #variable_conflict use_column
  DECLARE
    given record;
    fetched_to bigint;
  BEGIN
    PERFORM set_config('synchronous_commit', 'off', true);
    FOR given IN
      SELECT * FROM unnest(topics, partitions, epochs, froms, limits)
        WITH ORDINALITY AS given (topic, part, epoch, first, most, place)
      ORDER BY topic, part
    LOOP
      -- An index scan of so many rows; offsets are dense.
      SELECT least(next_offset, given.first + given.most) INTO fetched_to
      FROM partition WHERE topic_id = given.topic AND partition = given.part;
      CONTINUE WHEN fetched_to <= given.first;
      UPDATE lease SET begun_to = greatest(begun_to, fetched_to)
      WHERE group_id = of_group AND topic_id = given.topic AND partition = given.part
        AND epoch = given.epoch;
      IF NOT FOUND THEN
        number := given.place;
        RETURN NEXT;
        CONTINUE;
      END IF;
      RETURN QUERY SELECT given.place::int, event."offset",
          (extract(epoch FROM created_at) * 1000)::bigint, event.key, event.value::text, event.headers
        FROM event
        WHERE topic_id = given.topic AND partition = given.part
          AND event."offset" >= given.first AND event."offset" < fetched_to
        ORDER BY event."offset";
    END LOOP;
  END $$;

  -- Stores what became of events. Whatever belongs to a partition has its number among those given. Returns the
  -- numbers of the partitions whose leases are somebody else's: of these nothing is stored.
  CREATE FUNCTION save_progress(
    of_group int, topics int[], partitions int[], epochs bigint[], committed_to bigint[], settled_texts text[],
    attempt_numbers int[], attempt_offsets bigint[], attempt_handlers text[], attempt_counts int[],
    over_numbers int[], over_offsets bigint[],
    letter_numbers int[], letter_offsets bigint[], letter_handlers text[], letter_attempts int[],
    letter_errors text[], letter_tracebacks text[],
    done_letters bigint[], done_numbers int[],
    record_numbers int[], record_offsets bigint[], record_handlers text[], record_results text[],
    record_appends text[]
  ) RETURNS int[] LANGUAGE plpgsql AS $$
  #variable_conflict use_column
  DECLARE
    given record;
    stale int[] := '{}';
  BEGIN
    -- A dead letter is not made again: its member takes it for settled.
    IF cardinality(letter_numbers) = 0 THEN PERFORM set_config('synchronous_commit', 'off', true); END IF;
    FOR given IN
      SELECT * FROM unnest(topics, partitions, epochs, committed_to, settled_texts)
        WITH ORDINALITY AS given (topic, part, epoch, committed, settled, place)
      ORDER BY topic, part
    LOOP
      UPDATE lease SET committed = given.committed, settled = given.settled::bigint[]
      WHERE group_id = of_group AND topic_id = given.topic AND partition = given.part
        AND epoch = given.epoch;
      IF NOT FOUND THEN stale := stale || given.place::int; END IF;
    END LOOP;
    IF cardinality(attempt_numbers) > 0 THEN
      INSERT INTO attempt
      SELECT of_group, topics[number], partitions[number], at, handler, attempts
      FROM unnest(attempt_numbers, attempt_offsets, attempt_handlers, attempt_counts)
        AS given (number, at, handler, attempts)
      WHERE number <> ALL (stale)
      ON CONFLICT (group_id, topic_id, partition, "offset")
      DO UPDATE SET handler = excluded.handler, attempts = excluded.attempts;
    END IF;
    IF cardinality(over_numbers) > 0 THEN
      DELETE FROM attempt USING unnest(over_numbers, over_offsets) AS given (number, at)
      WHERE group_id = of_group AND topic_id = topics[number] AND partition = partitions[number]
        AND "offset" = at AND number <> ALL (stale);
    END IF;
    IF cardinality(letter_numbers) > 0 THEN
      INSERT INTO dead_letter (group_id, topic_id, partition, "offset", handler, attempts, error, traceback)
      SELECT of_group, topics[number], partitions[number], at, handler, attempts, error, traceback
      FROM unnest(
        letter_numbers, letter_offsets, letter_handlers, letter_attempts, letter_errors, letter_tracebacks
      ) AS given (number, at, handler, attempts, error, traceback)
      WHERE number <> ALL (stale)
      ON CONFLICT (group_id, topic_id, partition, "offset") DO UPDATE SET
        handler = excluded.handler, attempts = excluded.attempts, error = excluded.error,
        traceback = excluded.traceback, created_at = excluded.created_at, is_redriven = false;
    END IF;
    IF cardinality(done_letters) > 0 THEN
      DELETE FROM dead_letter USING unnest(done_letters, done_numbers) AS given (letter, number)
      WHERE dead_letter.id = letter AND number <> ALL (stale);
    END IF;
    IF cardinality(record_numbers) > 0 THEN
      INSERT INTO record
      SELECT of_group, topics[number], partitions[number], at, handler, result, appends
      FROM unnest(record_numbers, record_offsets, record_handlers, record_results, record_appends)
        AS given (number, at, handler, result, appends)
      WHERE number <> ALL (stale)
      ON CONFLICT DO NOTHING;
    END IF;
    RETURN stale;
  END $$;

  -- Of the first event at or after a time: times never fall within a partition.
  CREATE FUNCTION offset_at(of_topic int, of_partition int, time_ms double precision)
  RETURNS bigint LANGUAGE plpgsql STABLE AS $$
  #variable_conflict use_column
  DECLARE
    low bigint := 0;
    high bigint;
    middle bigint;
    is_before boolean;
  BEGIN
    SELECT next_offset INTO high FROM partition WHERE topic_id = of_topic AND partition = of_partition;
    WHILE low < high LOOP
      middle := (low + high) / 2;
      -- In whole milliseconds, as events are given out.
      SELECT (extract(epoch FROM created_at) * 1000)::bigint < time_ms INTO is_before FROM event
      WHERE topic_id = of_topic AND partition = of_partition AND "offset" = middle;
      IF is_before THEN low := middle + 1; ELSE high := middle; END IF;
    END LOOP;
    RETURN low;
  END $$;
`;
