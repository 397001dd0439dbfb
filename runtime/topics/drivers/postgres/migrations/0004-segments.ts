/**
 * Shorter segments in the index for keys: 16,384 offsets. New entries go anywhere within the newest segment of their
 * partition, and after each checkpoint PostgreSQL writes each page it touches to the WAL as a whole. With 65,536 offsets that made
 * events 1.28 times as dear in a large topic as in a small one.
 */
export const migration = `
  DROP INDEX event_key;
  CREATE INDEX event_key ON event (topic_id, partition, ("offset" >> 14), key_hash, "offset");

  -- The last event of a key: looks into one segment after the other, the newest first.
  CREATE OR REPLACE FUNCTION latest_event(of_topic int, of_partition int, of_hash int, of_key text)
  RETURNS SETOF event LANGUAGE plpgsql STABLE AS $$
  #variable_conflict use_column
  DECLARE
    segment bigint;
  BEGIN
    SELECT (next_offset - 1) >> 14 INTO segment FROM partition
    WHERE topic_id = of_topic AND partition = of_partition;
    WHILE segment >= 0 LOOP
      RETURN QUERY SELECT * FROM event
        WHERE topic_id = of_topic AND partition = of_partition AND "offset" >> 14 = segment
          AND key_hash = of_hash AND key = of_key
        ORDER BY "offset" DESC LIMIT 1;
      IF FOUND THEN RETURN; END IF;
      segment := segment - 1;
    END LOOP;
  END $$;

  -- Events of a key, from an offset up to before another one, at most so many; in their order.
  CREATE FUNCTION events_of_key(
    of_topic int, of_partition int, of_hash int, of_key text, from_offset bigint, to_offset bigint, most int
  ) RETURNS SETOF event LANGUAGE plpgsql STABLE AS $$
  #variable_conflict use_column
  DECLARE
    segment bigint := from_offset >> 14;
    last_segment bigint;
    found_count int;
  BEGIN
    SELECT (least(next_offset, to_offset) - 1) >> 14 INTO last_segment FROM partition
    WHERE topic_id = of_topic AND partition = of_partition;
    WHILE segment <= last_segment AND most > 0 LOOP
      RETURN QUERY SELECT * FROM event
        WHERE topic_id = of_topic AND partition = of_partition AND "offset" >> 14 = segment
          AND key_hash = of_hash AND key = of_key AND "offset" >= from_offset
          AND (to_offset IS NULL OR "offset" < to_offset)
        ORDER BY "offset" LIMIT most;
      GET DIAGNOSTICS found_count = ROW_COUNT;
      most := most - found_count;
      segment := segment + 1;
    END LOOP;
  END $$;
`;
