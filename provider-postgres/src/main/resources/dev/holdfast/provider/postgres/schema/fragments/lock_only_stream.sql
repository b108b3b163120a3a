-- Locks the stream of an append that is alone in its call, which is made if there is none: sets v_stream, v_last, and whether the
-- stream knows the key, v_known.
SELECT s.stream_key, s.last_version
  INTO v_stream, v_last
  FROM :schema.stream s WHERE s.category = {category} AND s.id = {id} FOR NO KEY UPDATE;
IF NOT FOUND THEN
  v_made := :fn.lock_stream({category}, {id});
  v_stream := v_made.key;
  v_last := v_made.last;
END IF;
IF {key} IS NOT NULL AND v_last > 0 THEN
  v_known := EXISTS (SELECT FROM :schema.append_key a WHERE a.stream_key = v_stream AND a.key = {key});
END IF;
