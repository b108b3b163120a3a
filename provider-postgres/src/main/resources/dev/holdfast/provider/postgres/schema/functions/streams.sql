-- Appends to streams, snapshots, and archiving. Rows of streams are locked behind everything else, in the order of category and id; last comes the lock of the log,
-- behind which nothing is waited for. It is released when the commit is visible: whoever gets it sees every event before its own.

-- Locks a stream, which is made if there is none.
CREATE OR REPLACE FUNCTION :fn.lock_stream(p_category text, p_id text, OUT key bigint, OUT last bigint)
  LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
  LOOP
    SELECT s.stream_key, s.last_version
      INTO key, last
      FROM :schema.stream s WHERE s.category = p_category AND s.id = p_id FOR NO KEY UPDATE;
    EXIT WHEN FOUND;
    INSERT INTO :schema.stream AS s (category, id) VALUES (p_category, p_id)
        ON CONFLICT (category, id) DO NOTHING
    RETURNING s.stream_key, s.last_version INTO key, last;
    EXIT WHEN FOUND; -- or else it came meanwhile
  END LOOP;
END
$$;

-- Locks the streams that changes are about. p_append and p_put say which element of the call each append and snapshot belongs to.
CREATE OR REPLACE FUNCTION :fn.lock_streams(
  p_codes integer[], p_append integer[], p_put integer[], n_streams :schema.stream_changes
) RETURNS boolean
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_stream record;
  v_locked record;
BEGIN
  FOR v_stream IN
    SELECT DISTINCT t.category COLLATE "C" AS category, t.id COLLATE "C" AS id
      FROM unnest(p_append || p_put, n_streams.category || n_streams.q_category, n_streams.id || n_streams.q_id) AS t (ack, category, id)
     WHERE p_codes[t.ack] = 0
     ORDER BY 1, 2
  LOOP
    v_locked := :fn.lock_stream(v_stream.category, v_stream.id);
  END LOOP;
  RETURN true;
END
$$;

-- Locks the end of the log until the commit, and returns the last position, and the time at which what comes next is recorded, which
-- never falls.
CREATE OR REPLACE FUNCTION :fn.lock_log(OUT last_position bigint, OUT recorded_at bigint)
  LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
  :include(log_end; position = last_position; at = recorded_at)
END
$$;

-- Applies the appends from p_first to p_last, neighbours in their lists; h_ack and h_place are those of these. Returns six numbers for
-- each that is looked at: 0 when it was applied, 1 for a repeat, 2 for another version, 3 for a key that came with other
-- content; then first and last version, first and last position, and time. For another version the first of these is the one found. With
-- p_refuse one that does not fit is raised, HF001 or HF006; otherwise the others are applied.
CREATE OR REPLACE FUNCTION :fn.append_events(
  :include(neighbour_parameters),
  n_streams :schema.stream_changes,
  p_refuse  boolean
) RETURNS bigint[]
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_none       bigint[] := array_fill(NULL::bigint, ARRAY[p_last]);
  v_code       bigint[] := v_none;
  v_key        bigint[] := v_none; -- the streams
  v_version    bigint[] := v_none; -- the last ones before the appends
  v_position   bigint[] := v_none; -- likewise
  v_like       bigint[] := v_none; -- the append of this call that one repeats
  v_known      bigint[] := '{}';   -- what the repeats of earlier calls were answered, five numbers each
  v_known_from bigint[] := v_none; -- the first of these
  v_stream     record;
  v_locked     record;
  v_log        record;
  v_first      record;             -- the answer that a key has had
  v_last       bigint;
  v_end        bigint;
  v_keys       text[];             -- of this stream, in this call
  v_keyed      integer[];          -- by which appends
  v_grown_key  bigint[] := '{}';
  v_grown_last bigint[] := '{}';
  v_numbers    bigint[] := '{}';
  v_refused    integer;
  k            integer;
  n            integer;
BEGIN
  FOR v_stream IN
    SELECT t.category COLLATE "C" AS category, t.id COLLATE "C" AS id, array_agg(p_first + t.ord::integer - 1 ORDER BY t.ord) AS appends
      FROM unnest(h_ack, n_streams.category[p_first:p_last], n_streams.id[p_first:p_last]) WITH ORDINALITY AS t (ack, category, id, ord)
     WHERE p_codes[t.ack] = 0
     GROUP BY 1, 2
     ORDER BY 1, 2
  LOOP
    v_locked := :fn.lock_stream(v_stream.category, v_stream.id);
    v_last := v_locked.last;
    v_keys := '{}';
    v_keyed := '{}';
    FOREACH n IN ARRAY v_stream.appends LOOP
      -- The key comes before the expected version.
      IF n_streams.key[n] IS NOT NULL AND v_last > 0 THEN
        k := v_keyed[array_position(v_keys, n_streams.key[n])];
        IF k IS NOT NULL THEN
          v_like[n] := k;
          v_code[n] := CASE WHEN n_streams.hash[n] = n_streams.hash[k] THEN 1 ELSE 3 END;
          CONTINUE;
        END IF;
        SELECT a.first_version, a.last_version, a.first_position, a.last_position, a.recorded_at, a.content_hash
          INTO v_first
          FROM :schema.append_key a
         WHERE a.stream_key = v_locked.key AND a.key = n_streams.key[n];
        IF FOUND THEN
          v_code[n] := CASE WHEN n_streams.hash[n] = v_first.content_hash THEN 1 ELSE 3 END;
          v_known_from[n] := cardinality(v_known) + 1;
          v_known := v_known || ARRAY[v_first.first_version, v_first.last_version, v_first.first_position,
                                      v_first.last_position, v_first.recorded_at];
          CONTINUE;
        END IF;
      END IF;
      v_version[n] := v_last;
      IF n_streams.expected[n] <> v_last AND NOT (n_streams.expected[n] = -1 AND v_last > 0) THEN
        v_code[n] := 2;
        CONTINUE;
      END IF;
      v_code[n] := 0;
      v_key[n] := v_locked.key;
      v_last := v_last + n_streams.events[n];
      IF n_streams.key[n] IS NOT NULL THEN
        v_keys := v_keys || n_streams.key[n];
        v_keyed := v_keyed || n;
      END IF;
    END LOOP;
    IF v_last > v_locked.last THEN
      v_grown_key := v_grown_key || v_locked.key;
      v_grown_last := v_grown_last || v_last;
    ELSIF v_last = 0 THEN
      DELETE FROM :schema.stream s WHERE s.stream_key = v_locked.key; -- made to be locked
    END IF;
  END LOOP;

  IF p_refuse THEN
    v_refused := (SELECT min(t.ord) FROM unnest(v_code) WITH ORDINALITY AS t (code, ord) WHERE t.code > 1);
    IF v_refused IS NOT NULL THEN
      PERFORM :fn.refuse_state(
        CASE v_code[v_refused] WHEN 2 THEN 'HF006' ELSE 'HF001' END,
        CASE v_code[v_refused] WHEN 2 THEN v_version[v_refused]::text ELSE n_streams.key[v_refused] END,
        h_place[v_refused - p_first + 1]);
    END IF;
  END IF;

  IF cardinality(v_grown_key) > 0 THEN
    v_log := :fn.lock_log();
    v_end := v_log.last_position;
    FOR n IN p_first..p_last LOOP
      IF v_code[n] = 0 THEN
        v_position[n] := v_end;
        v_end := v_end + n_streams.events[n];
      END IF;
    END LOOP;
    UPDATE :schema.stream s
       SET last_version = t.last, last_recorded_at = v_log.recorded_at,
           created_at = CASE WHEN s.last_version = 0 THEN v_log.recorded_at ELSE s.created_at END
      FROM unnest(v_grown_key, v_grown_last) AS t (key, last)
     WHERE s.stream_key = t.key;
    INSERT INTO :schema.event (position, stream_key, version, recorded_at, schema_version, size, type, event_id, correlation_id,
                          causation_id, tags, metadata, data)
    SELECT v_position[o.append] + o.place, v_key[o.append], v_version[o.append] + o.place, v_log.recorded_at, o.schema_version, o.size,
           o.type, o.event_id, o.correlation_id, o.causation_id, o.tags, o.metadata, o.data
      FROM unnest(n_streams.o_append, n_streams.o_place, n_streams.schema_version, n_streams.size, n_streams.type,
                  n_streams.event_id, n_streams.correlation_id, n_streams.causation_id, n_streams.tags, n_streams.metadata,
                  n_streams.data) AS o (append, place, schema_version, size, type, event_id, correlation_id, causation_id, tags,
                                        metadata, data)
     WHERE o.append BETWEEN p_first AND p_last AND v_code[o.append] = 0;
    INSERT INTO :schema.event_label (label, position)
    SELECT l.label, v_position[l.append] + l.place
      FROM unnest(n_streams.l_append, n_streams.l_place, n_streams.label) AS l (append, place, label)
     WHERE l.append BETWEEN p_first AND p_last AND v_code[l.append] = 0;
    IF cardinality(array_remove(n_streams.key, NULL)) > 0 THEN
      INSERT INTO :schema.append_key (stream_key, key, first_version, last_version, first_position, last_position, recorded_at,
                                 content_hash)
      SELECT v_key[a.ord], a.key, v_version[a.ord] + 1, v_version[a.ord] + a.events, v_position[a.ord] + 1,
             v_position[a.ord] + a.events, v_log.recorded_at, a.hash
        FROM unnest(n_streams.key, n_streams.hash, n_streams.events) WITH ORDINALITY AS a (key, hash, events, ord)
       WHERE a.ord BETWEEN p_first AND p_last AND a.key IS NOT NULL AND v_code[a.ord] = 0;
    END IF;
  END IF;

  FOR n IN p_first..p_last LOOP
    k := coalesce(v_like[n], n);
    CASE
      WHEN v_code[n] IS NULL THEN
        NULL;
      WHEN v_code[n] > 1 THEN
        v_numbers := v_numbers || ARRAY[v_code[n], coalesce(v_version[n], 0), 0, 0, 0, 0];
      WHEN v_known_from[n] IS NOT NULL THEN
        v_numbers := v_numbers || v_code[n] || v_known[v_known_from[n] : v_known_from[n] + 4];
      ELSE
        v_numbers := v_numbers
          || ARRAY[v_code[n], v_version[k] + 1, v_version[k] + n_streams.events[k], v_position[k] + 1,
                   v_position[k] + n_streams.events[k], v_log.recorded_at];
    END CASE;
  END LOOP;
  RETURN v_numbers;
END
$$;

-- Applies the only append of a call, as append_events does, where it fits and its key is new; everything else is left to that.
CREATE OR REPLACE FUNCTION :fn.append_one(n_streams :schema.stream_changes) RETURNS bigint[]
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_category text    := n_streams.category[1];
  v_id       text    := n_streams.id[1];
  v_key      text    := n_streams.key[1];
  v_expected bigint  := n_streams.expected[1];
  v_events   integer := n_streams.events[1];
  :include(only_stream_variables)
BEGIN
  :include(lock_only_stream; category = v_category; id = v_id; key = v_key)
  IF v_known OR v_expected <> v_last AND NOT (v_expected = -1 AND v_last > 0) THEN
    RETURN :fn.append_events(p_codes => '{0}', h_ack => '{1}', h_place => '{0}', p_first => 1, p_last => 1,
                             n_streams => n_streams, p_refuse => false);
  END IF;

  :include(log_end; position = v_position; at = v_at)
  UPDATE :schema.stream s
     SET last_version = v_last + v_events, last_recorded_at = v_at, created_at = CASE WHEN v_last = 0 THEN v_at ELSE s.created_at END
   WHERE s.stream_key = v_stream;
  INSERT INTO :schema.event (position, stream_key, version, recorded_at, schema_version, size, type, event_id, correlation_id,
                        causation_id, tags, metadata, data)
  SELECT v_position + o.place, v_stream, v_last + o.place, v_at, o.schema_version, o.size, o.type, o.event_id, o.correlation_id,
         o.causation_id, o.tags, o.metadata, o.data
    FROM unnest(n_streams.o_place, n_streams.schema_version, n_streams.size, n_streams.type, n_streams.event_id,
                n_streams.correlation_id, n_streams.causation_id, n_streams.tags, n_streams.metadata, n_streams.data)
      AS o (place, schema_version, size, type, event_id, correlation_id, causation_id, tags, metadata, data);
  INSERT INTO :schema.event_label (label, position)
  SELECT l.label, v_position + l.place FROM unnest(n_streams.l_place, n_streams.label) AS l (place, label);
  IF v_key IS NOT NULL THEN
    INSERT INTO :schema.append_key (stream_key, key, first_version, last_version, first_position, last_position, recorded_at,
                               content_hash)
    VALUES (v_stream, v_key, v_last + 1, v_last + v_events, v_position + 1, v_position + v_events, v_at, n_streams.hash[1]);
  END IF;
  RETURN ARRAY[0, v_last + 1, v_last + v_events, v_position + 1, v_position + v_events, v_at];
END
$$;

-- The same for an append of one event, whose values come as they are.
CREATE OR REPLACE FUNCTION :fn.append_event(
  a_category       text,
  a_id             text,
  a_expected       bigint,
  a_key            text,
  a_hash           bytea,
  a_schema_version integer,
  a_size           integer,
  a_type           text,
  a_event_id       text,
  a_correlation_id text,
  a_causation_id   text,
  a_tags           text,
  a_metadata       bytea,
  a_data           bytea,
  a_labels         bigint[]
) RETURNS bigint[]
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  :include(only_stream_variables)
BEGIN
  :include(lock_only_stream; category = a_category; id = a_id; key = a_key)
  IF v_known OR a_expected <> v_last AND NOT (a_expected = -1 AND v_last > 0) THEN
    -- Nothing of its event will be written.
    RETURN :fn.append_events(
      p_codes => '{0}', h_ack => '{1}', h_place => '{0}', p_first => 1, p_last => 1,
      n_streams => CAST(ROW(ARRAY[a_category], ARRAY[a_id], ARRAY[a_expected], ARRAY[a_key], ARRAY[a_hash], '{1}',
                       NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
                       NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL) AS :schema.stream_changes),
      p_refuse => false);
  END IF;

  :include(log_end; position = v_position; at = v_at)
  v_last := v_last + 1;
  v_position := v_position + 1;
  UPDATE :schema.stream s
     SET last_version = v_last, last_recorded_at = v_at, created_at = CASE WHEN v_last = 1 THEN v_at ELSE s.created_at END
   WHERE s.stream_key = v_stream;
  INSERT INTO :schema.event (position, stream_key, version, recorded_at, schema_version, size, type, event_id, correlation_id,
                        causation_id, tags, metadata, data)
  VALUES (v_position, v_stream, v_last, v_at, a_schema_version, a_size, a_type, a_event_id, a_correlation_id, a_causation_id,
          a_tags, a_metadata, a_data);
  INSERT INTO :schema.event_label (label, position) SELECT l.label, v_position FROM unnest(a_labels) AS l (label);
  IF a_key IS NOT NULL THEN
    INSERT INTO :schema.append_key (stream_key, key, first_version, last_version, first_position, last_position, recorded_at,
                               content_hash)
    VALUES (v_stream, a_key, v_last, v_last, v_position, v_position, v_at, a_hash);
  END IF;
  RETURN ARRAY[0, v_last, v_last, v_position, v_position, v_at];
END
$$;

-- Stores the snapshots from p_first to p_last, neighbours in their lists, as append_events does. Returns 1 for each that was stored, and 0
-- where one of its stream, schema and version was. Raises HF006 for a version that the stream has not reached.
CREATE OR REPLACE FUNCTION :fn.put_snapshots(
  :include(neighbour_parameters),
  n_streams :schema.stream_changes
) RETURNS bigint[]
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_locked  record;
  v_numbers bigint[] := '{}';
BEGIN
  FOR n IN p_first..p_last LOOP
    IF p_codes[h_ack[n - p_first + 1]] = 0 THEN
      -- Locked, so that of two equal ones the second waits here and not at the row of the first.
      v_locked := :fn.lock_stream(n_streams.q_category[n], n_streams.q_id[n]);
      IF v_locked.last < n_streams.q_version[n] THEN
        PERFORM :fn.refuse_state('HF006', v_locked.last::text, h_place[n - p_first + 1]);
      END IF;
      INSERT INTO :schema.snapshot (stream_key, schema, version, stored_at, size, state)
      VALUES (v_locked.key, n_streams.q_schema[n], n_streams.q_version[n], :fn.now_micros(), length(n_streams.q_state[n]),
              n_streams.q_state[n])
          ON CONFLICT (stream_key, schema, version) DO NOTHING;
      v_numbers := v_numbers || CASE WHEN FOUND THEN 1 ELSE 0 END::bigint;
    END IF;
  END LOOP;
  RETURN v_numbers;
END
$$;

-- Removes all but the newest snapshots of a stream and schema, and but the one that an archiving relied on. Returns how many went.
CREATE OR REPLACE FUNCTION :fn.prune_snapshots(p_category text, p_id text, p_schema text, p_keep integer) RETURNS integer
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_key  bigint;
  v_rows integer;
BEGIN
  SELECT s.stream_key INTO v_key FROM :schema.stream s WHERE s.category = p_category AND s.id = p_id FOR NO KEY UPDATE;
  DELETE FROM :schema.snapshot p
   WHERE p.stream_key = v_key AND p.schema = p_schema AND p.anchor = 0
     AND p.version NOT IN (SELECT k.version FROM :schema.snapshot k
                            WHERE k.stream_key = v_key AND k.schema = p_schema
                            ORDER BY k.version DESC
                            LIMIT p_keep);
  GET DIAGNOSTICS v_rows = ROW_COUNT;
  RETURN v_rows;
END
$$;

-- The label of a kind and name; the provider computes the same, see EventLabels.
CREATE OR REPLACE FUNCTION :fn.event_label(p_name text) RETURNS bigint
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT ('x' || encode(substr(sha256(convert_to(p_name, 'UTF8')), 1, 8), 'hex'))::bit(64)::bigint
$$;

-- The label of an id that is a UUID of version 7, of the kind 0 for an event's, 1 for a correlation's, 2 for a causation's; NULL for
-- another one. The provider computes the same.
CREATE OR REPLACE FUNCTION :fn.id_label(p_kind integer, p_id text) RETURNS bigint
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT CASE WHEN p_id ~ '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$'
              THEN ('x' || replace(substr(p_id, 1, 18), '-', ''))::bit(64)::bigint & -4 | p_kind END
$$;

-- Removes events that a snapshot covers, the lowest versions first: the stream says that it begins behind them, which lets them go.
-- code: 0 for done, 1 for a version that the stream, which is at `last`, has not reached, 2 without the snapshot.
CREATE OR REPLACE FUNCTION :fn.archive_events(
  p_category text, p_id text, p_through bigint, p_schema text, p_limit integer,
  OUT code integer, OUT last bigint, OUT removed bigint, OUT remaining bigint
)
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_stream record;
  v_first  bigint;
  v_last   bigint; -- the last position that goes
  v_at     bigint;
BEGIN
  code := 0;
  SELECT s.stream_key, s.first_version, s.last_version
    INTO v_stream
    FROM :schema.stream s WHERE s.category = p_category AND s.id = p_id FOR NO KEY UPDATE;
  IF NOT FOUND OR p_through > v_stream.last_version THEN
    code := 1;
    last := coalesce(v_stream.last_version, 0);
    RETURN;
  END IF;
  PERFORM FROM :schema.snapshot p
    WHERE p.stream_key = v_stream.stream_key AND p.schema = p_schema AND p.version = p_through FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    code := 2;
    RETURN;
  END IF;
  IF p_through >= v_stream.first_version - 1 THEN
    UPDATE :schema.snapshot p
       SET anchor = CASE WHEN p.schema = p_schema AND p.version = p_through THEN 1 ELSE 0 END
     WHERE p.stream_key = v_stream.stream_key
       AND p.anchor <> CASE WHEN p.schema = p_schema AND p.version = p_through THEN 1 ELSE 0 END;
  END IF;
  v_first := greatest(v_stream.first_version, least(p_through, v_stream.first_version + p_limit - 1) + 1);
  removed := v_first - v_stream.first_version;
  remaining := greatest(0, p_through - v_first + 1);
  IF removed = 0 THEN
    RETURN;
  END IF;

  UPDATE :schema.stream s SET first_version = v_first WHERE s.stream_key = v_stream.stream_key;
  WITH gone AS (
    DELETE FROM :schema.event e
     WHERE e.stream_key = v_stream.stream_key AND e.version >= v_stream.first_version AND e.version < v_first
    RETURNING e.position, e.recorded_at, e.type, e.event_id, e.correlation_id, e.causation_id, e.tags
  ),
  labels AS (
    SELECT g.position, :fn.event_label(n.name) AS label
      FROM gone g
     CROSS JOIN LATERAL (
            SELECT unnest(ARRAY['c' || p_category, 't' || g.type, 'e' || g.event_id, 'r' || g.correlation_id, 'a' || g.causation_id])
             UNION ALL
            SELECT 'g' || unnest(string_to_array(nullif(g.tags, ''), E'\x1e'))) AS n (name)
     WHERE n.name IS NOT NULL
     UNION ALL
    SELECT g.position, :fn.id_label(i.kind, i.id)
      FROM gone g
     CROSS JOIN LATERAL (VALUES (0, g.event_id), (1, g.correlation_id), (2, g.causation_id)) AS i (kind, id)
  ),
  unlabelled AS (
    DELETE FROM :schema.event_label l
     USING labels n
     WHERE l.label = n.label AND l.position = n.position
  )
  SELECT max(g.position), max(g.recorded_at) INTO v_last, v_at FROM gone g;
  INSERT INTO :schema.log AS g (id, archived_through, archived_recorded_at) VALUES (1, v_last, v_at)
      ON CONFLICT (id) DO UPDATE
     SET archived_through = excluded.archived_through, archived_recorded_at = excluded.archived_recorded_at
   WHERE g.archived_through < excluded.archived_through;
END
$$;
