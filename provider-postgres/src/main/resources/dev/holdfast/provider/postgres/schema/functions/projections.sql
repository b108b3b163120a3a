-- Projections. An update locks the checkpoint that it moves, the rows that it changes and the events that it parks and unparks, in this order and
-- each of them by generation and key, behind everything but the lock of the log. A row that is to come is locked by being there at version 0.

-- The keys of the generations that updates name, in order; NULL for one that is not there, or whose element of the call was not applied. p_ack
-- says which element each update belongs to.
CREATE OR REPLACE FUNCTION :fn.generation_keys(p_codes integer[], p_ack integer[], n_projections :schema.projection_changes)
  RETURNS bigint[]
  LANGUAGE sql STABLE
AS $$
  SELECT array_agg(g.generation_key ORDER BY u.ord)
    FROM unnest(p_ack, n_projections.projection, n_projections.generation) WITH ORDINALITY AS u (ack, name, generation, ord)
    LEFT JOIN :schema.projection p ON p_codes[u.ack] = 0 AND p.name = u.name
    LEFT JOIN :schema.generation g ON g.projection_key = p.projection_key AND g.generation = u.generation
$$;

-- Locks the checkpoints that updates move.
CREATE OR REPLACE FUNCTION :fn.lock_checkpoints(p_keys bigint[], n_projections :schema.projection_changes) RETURNS boolean
  LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
  PERFORM FROM :schema.checkpoint c
    WHERE (c.generation_key, c.shard) IN (SELECT u.key, u.shard FROM unnest(p_keys, n_projections.shard) AS u (key, shard))
    ORDER BY c.generation_key, c.shard
      FOR NO KEY UPDATE;
  RETURN true;
END
$$;

-- Locks the rows that updates change, and the events that they park and unpark.
CREATE OR REPLACE FUNCTION :fn.lock_projection_rows(p_keys bigint[], n_projections :schema.projection_changes) RETURNS boolean
  LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
  INSERT INTO :schema.projection_row AS r (generation_key, key, version, size, value)
  SELECT t.generation_key, t.key, 0, 0, ''
    FROM (SELECT DISTINCT p_keys[t.update] AS generation_key, t.key COLLATE "C" AS key
            FROM unnest(n_projections.r_update, n_projections.r_key) AS t (update, key)
           WHERE p_keys[t.update] IS NOT NULL
           ORDER BY 1, 2) t
      ON CONFLICT (generation_key, key) DO UPDATE SET version = 0 WHERE false; -- locks it and leaves it as it is
  IF cardinality(n_projections.k_update) > 0 THEN
    INSERT INTO :schema.parked_event AS k (generation_key, position, category, id, version, attempts, parked_at, error)
    SELECT t.generation_key, t.position, '', '', 0, 0, 0, ''
      FROM (SELECT DISTINCT p_keys[t.update] AS generation_key, t.position
              FROM unnest(n_projections.k_update, n_projections.k_position) AS t (update, position)
             WHERE p_keys[t.update] IS NOT NULL
             ORDER BY 1, 2) t
        ON CONFLICT (generation_key, position) DO UPDATE SET version = 0 WHERE false;
  END IF;
  RETURN true;
END
$$;

-- Locks all that updates are about.
CREATE OR REPLACE FUNCTION :fn.lock_projections(p_codes integer[], p_ack integer[], n_projections :schema.projection_changes)
  RETURNS boolean
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_keys bigint[];
  v_done boolean;
BEGIN
  IF cardinality(p_ack) > 0 THEN
    v_keys := :fn.generation_keys(p_codes, p_ack, n_projections);
    v_done := :fn.lock_checkpoints(v_keys, n_projections);
    v_done := :fn.lock_projection_rows(v_keys, n_projections);
  END IF;
  RETURN true;
END
$$;

-- The end of the log, as a reader may know it now.
CREATE OR REPLACE FUNCTION :fn.log_head() RETURNS bigint
  LANGUAGE sql STABLE
AS $$
  SELECT greatest((SELECT e.position FROM :schema.event e ORDER BY e.position DESC LIMIT 1),
                  (SELECT g.archived_through FROM :schema.log g WHERE g.id = 1),
                  0)
$$;

-- Finds the generation of an update, whose checkpoint is locked if it moves one. Raises HF007 with "p" without the projection and with "g"
-- without the generation, HF006 with "l" and the live generation when that is another one and the update moves no checkpoint, or with "c" and the
-- checkpoint when that is another one, and HF012 with "s" and the number of shards for one that is not there.
CREATE OR REPLACE FUNCTION :fn.updated_generation(
  p_name text, p_generation integer, p_shard integer, p_from bigint, p_place integer
) RETURNS bigint
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_found    record;
  v_shards   bigint;
  v_position bigint;
BEGIN
  SELECT p.live, g.generation_key, g.dropped
    INTO v_found
    FROM :schema.projection p
    LEFT JOIN :schema.generation g ON g.projection_key = p.projection_key AND g.generation = p_generation
   WHERE p.name = p_name;
  IF NOT FOUND THEN
    PERFORM :fn.refuse_state('HF007', 'p', p_place);
  END IF;
  IF v_found.dropped IS DISTINCT FROM 0 THEN
    PERFORM :fn.refuse_state('HF007', 'g', p_place);
  END IF;
  IF p_shard IS NULL THEN
    IF v_found.live <> p_generation THEN
      PERFORM :fn.refuse_state('HF006', 'l ' || v_found.live, p_place);
    END IF;
    RETURN v_found.generation_key;
  END IF;
  SELECT c.position INTO v_position
    FROM :schema.checkpoint c WHERE c.generation_key = v_found.generation_key AND c.shard = p_shard;
  IF NOT FOUND THEN
    v_shards := (SELECT count(*) FROM :schema.checkpoint c WHERE c.generation_key = v_found.generation_key);
    PERFORM :fn.refuse_state('HF012', 's ' || v_shards, p_place);
  END IF;
  IF v_position <> p_from THEN
    PERFORM :fn.refuse_state('HF006', 'c ' || v_position, p_place);
  END IF;
  RETURN v_found.generation_key;
END
$$;

-- Applies the updates from p_first to p_last, neighbours in their lists, as append_events does. p_locked says that all is locked, see
-- lock_projections; otherwise there is one update in the call. With p_caller the transaction is that of a caller, which never has the
-- lock of the log: a switch of generations waits for the row of the projection. p_head is where the log is known to have got at least. Returns the
-- versions of the rows, one for each change of a row, 0 for one that was removed; of several changes of one key the last one's
-- counts. Raises what updated_generation does; HF012 with "h" and the end of the log for a position behind it; HF006 with "r", the number of
-- the change of a row and the version found; and HF007 with "k" and the position of an event that is not parked.
CREATE OR REPLACE FUNCTION :fn.update_projections(
  :include(neighbour_parameters),
  n_projections :schema.projection_changes,
  p_locked      boolean,
  p_caller      boolean DEFAULT false,
  p_head        bigint  DEFAULT 0
) RETURNS bigint[]
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_numbers  bigint[] := '{}';
  v_row      integer  := 0; -- how many changes of rows are done
  v_kept     integer  := 0; -- how many events are
  v_keys     bigint[];
  v_key      bigint;
  v_place    integer;
  v_live     integer;
  v_furthest bigint;
  v_head     bigint;
  v_rows     record;
  v_missing  bigint;
  v_done     boolean;
  a          integer;
  b          integer;
BEGIN
  SELECT coalesce(sum(t.rows), 0), coalesce(sum(t.kept), 0)
    INTO v_row, v_kept
    FROM unnest(n_projections.row_count[1:p_first - 1], n_projections.kept_count[1:p_first - 1]) AS t (rows, kept);
  IF NOT p_locked THEN
    v_keys := :fn.generation_keys(p_codes, h_ack, n_projections);
    v_done := :fn.lock_checkpoints(v_keys, n_projections);
  END IF;
  FOR n IN p_first..p_last LOOP
    v_row := v_row + n_projections.row_count[n];
    v_kept := v_kept + n_projections.kept_count[n];
    CONTINUE WHEN p_codes[h_ack[n - p_first + 1]] <> 0;
    v_place := h_place[n - p_first + 1];
    v_key := :fn.updated_generation(
      n_projections.projection[n], n_projections.generation[n], n_projections.shard[n], n_projections.moves_from[n], v_place);
    v_furthest := greatest(
      n_projections.moves_to[n],
      (SELECT max(k.position)
         FROM unnest(n_projections.k_update, n_projections.k_position, n_projections.k_version) AS k (update, position, version)
        WHERE k.update = n AND k.version IS NOT NULL));
    IF v_furthest > p_head THEN
      v_head := :fn.log_head();
      IF v_furthest > v_head THEN
        PERFORM :fn.refuse_state('HF012', 'h ' || v_head, v_place);
      END IF;
    END IF;
    IF NOT p_locked THEN
      v_done := :fn.lock_projection_rows(v_keys, n_projections);
    END IF;

    IF n_projections.shard[n] IS NULL THEN
      -- Nobody switches from here on. Behind the lock of the log nothing is waited for.
      IF p_caller THEN
        SELECT p.live INTO v_live FROM :schema.projection p WHERE p.name = n_projections.projection[n] FOR SHARE;
      ELSE
        PERFORM :fn.lock_log();
        SELECT p.live INTO v_live FROM :schema.projection p WHERE p.name = n_projections.projection[n];
      END IF;
      IF v_live <> n_projections.generation[n] THEN
        PERFORM :fn.refuse_state('HF006', 'l ' || v_live, v_place);
      END IF;
    ELSE
      UPDATE :schema.checkpoint c SET position = n_projections.moves_to[n], updated_at = :fn.now_micros()
       WHERE c.generation_key = v_key AND c.shard = n_projections.shard[n];
    END IF;

    b := v_row;
    a := b - n_projections.row_count[n] + 1;
    IF b >= a THEN
      -- What a change finds is what the one before it of its key made, or else what is stored.
      SELECT array_agg(w.version ORDER BY w.place) AS versions, array_agg(w.is_last ORDER BY w.place) AS last,
             min(ARRAY[w.place, w.found]) FILTER (WHERE w.seen <> w.found) AS refused
        INTO v_rows
        FROM (SELECT t.place, t.seen, t.version,
                     coalesce(lag(t.version) OVER (PARTITION BY t.key ORDER BY t.place), r.version, 0) AS found,
                     lead(t.place) OVER (PARTITION BY t.key ORDER BY t.place) IS NULL AS is_last
                FROM (SELECT c.key COLLATE "C" AS key, c.seen, c.place, CASE WHEN c.removes THEN 0 ELSE nextval(:order_seq) END AS version
                        FROM unnest(n_projections.r_key[a:b], n_projections.r_seen[a:b], n_projections.r_removes[a:b])
                               WITH ORDINALITY AS c (key, seen, removes, place)) t
                LEFT JOIN :schema.projection_row r ON r.generation_key = v_key AND r.key = t.key) w;
      IF v_rows.refused IS NOT NULL THEN
        PERFORM :fn.refuse_state('HF006', 'r ' || array_to_string(v_rows.refused, ' '), v_place);
      END IF;
      INSERT INTO :schema.projection_row AS r (generation_key, key, version, size, value)
      SELECT v_key, t.key, t.version, length(t.value), t.value
        FROM unnest(n_projections.r_key[a:b], n_projections.r_value[a:b], v_rows.versions, v_rows.last) AS t (key, value, version, is_last)
       WHERE t.is_last AND t.version > 0
          ON CONFLICT (generation_key, key) DO UPDATE
         SET version = excluded.version, size = excluded.size, value = excluded.value;
      DELETE FROM :schema.projection_row r
       USING unnest(n_projections.r_key[a:b], v_rows.versions, v_rows.last) AS t (key, version, is_last)
       WHERE r.generation_key = v_key AND r.key = t.key AND t.is_last AND t.version = 0;
      v_numbers := v_numbers || v_rows.versions;
    END IF;

    b := v_kept;
    a := b - n_projections.kept_count[n] + 1;
    IF b >= a THEN
      v_missing := :fn.keep_parked(v_key, n_projections.k_position[a:b], n_projections.k_category[a:b], n_projections.k_id[a:b],
                                   n_projections.k_version[a:b], n_projections.k_attempts[a:b], n_projections.k_error[a:b]);
      IF v_missing IS NOT NULL THEN
        PERFORM :fn.refuse_state('HF007', 'k ' || v_missing, v_place);
      END IF;
    END IF;
  END LOOP;
  RETURN v_numbers;
END
$$;

-- Unparks the events whose versions are NULL, and then parks the others, the last of a position. Returns the position of one to unpark that was not
-- parked, or not any more, NULL for none.
CREATE OR REPLACE FUNCTION :fn.keep_parked(
  p_key bigint, k_position bigint[], k_category text[], k_id text[], k_version bigint[], k_attempts integer[], k_error text[]
) RETURNS bigint
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_missing bigint;
BEGIN
  IF array_position(k_version, NULL) IS NOT NULL THEN
    SELECT min(t.position)
      INTO v_missing
      FROM unnest(k_position, k_version) WITH ORDINALITY AS t (position, version, place)
      LEFT JOIN :schema.parked_event k ON k.generation_key = p_key AND k.position = t.position AND k.version > 0
     WHERE t.version IS NULL
       AND (k.position IS NULL OR EXISTS (SELECT FROM unnest(k_position, k_version) WITH ORDINALITY AS o (position, version, place)
                                           WHERE o.version IS NULL AND o.position = t.position AND o.place < t.place));
    IF v_missing IS NOT NULL THEN
      RETURN v_missing;
    END IF;
    DELETE FROM :schema.parked_event k
     USING unnest(k_position, k_version) AS t (position, version)
     WHERE k.generation_key = p_key AND k.position = t.position AND t.version IS NULL;
  END IF;
  INSERT INTO :schema.parked_event AS k (generation_key, position, category, id, version, attempts, parked_at, error)
  SELECT DISTINCT ON (t.position)
         p_key, t.position, t.category, t.id, t.version, t.attempts, :fn.now_micros(), t.error
    FROM unnest(k_position, k_category, k_id, k_version, k_attempts, k_error) WITH ORDINALITY
           AS t (position, category, id, version, attempts, error, place)
   WHERE t.version IS NOT NULL
   ORDER BY t.position, t.place DESC
      ON CONFLICT (generation_key, position) DO UPDATE
     SET category = excluded.category, id = excluded.id, version = excluded.version, attempts = excluded.attempts,
         parked_at = excluded.parked_at, error = excluded.error;
  RETURN NULL;
END
$$;

-- Updates a projection in the transaction of a caller. A refusal is returned and not raised, since an error would spoil the transaction, and
-- undoes the update alone: `state` is what would be raised, see update_projections and apply_changes_alone. A transaction that does not
-- see what was committed last cannot judge fences and positions: the state is then "look", and the call is made again with p_head, the end
-- of the log, once the fence was looked at.
CREATE OR REPLACE FUNCTION :fn.update_projection_of_caller(
  :include(fence_parameters),
  p_head        bigint,
  n_projections :schema.projection_changes,
  OUT state   text,
  OUT message text,
  OUT numbers bigint[]
)
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_blind boolean := p_head IS NULL AND current_setting('transaction_isolation') IN ('repeatable read', 'serializable');
BEGIN
  IF v_blind AND f_what IS NOT NULL THEN
    state := 'look';
    RETURN;
  END IF;
  IF p_head IS NULL THEN
    message := :fn.fence_loss(:include(fence_arguments));
    IF message IS NOT NULL THEN
      state := 'HF005';
      RETURN;
    END IF;
  END IF;
  BEGIN
    numbers := :fn.update_projections(
      p_codes => '{0}', p_first => 1, p_last => 1, h_ack => '{1}', h_place => '{0}', n_projections => n_projections,
      p_locked => false, p_caller => true, p_head => coalesce(p_head, 0));
  EXCEPTION
    WHEN SQLSTATE 'HF006' OR SQLSTATE 'HF007' OR SQLSTATE 'HF012' THEN
      state := CASE WHEN v_blind AND SQLERRM LIKE 'h %' THEN 'look' ELSE SQLSTATE END;
      message := SQLERRM;
  END;
END
$$;

-- Makes the generation behind the newest one. code: 0 for done, 1 when p_start lies behind the end of the log, 2 when another one is
-- the newest; `there` is that end or that one.
CREATE OR REPLACE FUNCTION :fn.create_generation(
  p_name text, p_newest integer, p_shards integer, p_start bigint, OUT code integer, OUT there bigint
)
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_key        bigint;
  v_generation bigint;
  v_now        bigint := :fn.now_micros();
BEGIN
  there := :fn.log_head();
  IF p_start > there THEN
    code := 1;
    RETURN;
  END IF;
  IF p_newest = 0 THEN
    INSERT INTO :schema.projection AS p (name, live, newest) VALUES (p_name, 1, 1)
        ON CONFLICT (name) DO NOTHING
    RETURNING p.projection_key INTO v_key;
  ELSE
    UPDATE :schema.projection p SET newest = p.newest + 1
     WHERE p.name = p_name AND p.newest = p_newest
    RETURNING p.projection_key INTO v_key;
  END IF;
  IF v_key IS NULL THEN
    code := 2;
    there := coalesce((SELECT p.newest FROM :schema.projection p WHERE p.name = p_name), 0);
    RETURN;
  END IF;
  INSERT INTO :schema.generation AS g (projection_key, generation) VALUES (v_key, p_newest + 1)
  RETURNING g.generation_key INTO v_generation;
  INSERT INTO :schema.checkpoint (generation_key, shard, position, updated_at)
  SELECT v_generation, s.shard, p_start, v_now FROM generate_series(0, p_shards - 1) AS s (shard);
  code := 0;
END
$$;

-- Switches what is read. The end of the log is locked, so that no append, and no update without a checkpoint, comes between the look and the switch.
-- code: 0 for done, 1 without the projection, 2 without the generation, 3 when another one is live, 4 when a checkpoint lies before p_at_least, or
-- the end of the log; `there` is the live one or that checkpoint, `demanded` where it has to be.
CREATE OR REPLACE FUNCTION :fn.make_live(
  p_name text, p_generation integer, p_live integer, p_at_least bigint, OUT code integer, OUT there bigint, OUT demanded bigint
)
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_projection record;
  v_generation bigint;
  v_log        record;
BEGIN
  SELECT p.projection_key, p.live INTO v_projection FROM :schema.projection p WHERE p.name = p_name FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    code := 1;
    RETURN;
  END IF;
  v_generation := (SELECT g.generation_key FROM :schema.generation g
                    WHERE g.projection_key = v_projection.projection_key AND g.generation = p_generation AND g.dropped = 0);
  IF v_generation IS NULL THEN
    code := 2;
    RETURN;
  END IF;
  IF v_projection.live <> p_live THEN
    code := 3;
    there := v_projection.live;
    RETURN;
  END IF;
  v_log := :fn.lock_log();
  demanded := coalesce(p_at_least, v_log.last_position);
  there := (SELECT min(c.position) FROM :schema.checkpoint c WHERE c.generation_key = v_generation);
  IF there < demanded THEN
    code := 4;
    RETURN;
  END IF;
  UPDATE :schema.projection p SET live = p_generation WHERE p.projection_key = v_projection.projection_key;
  code := 0;
END
$$;

-- Takes a generation away, which waits for updates of it that are under way, and removes at most p_limit of its rows and parked events. code: 0 for
-- done, 1 for the live one.
CREATE OR REPLACE FUNCTION :fn.drop_generation(
  p_name text, p_generation integer, p_limit integer, OUT code integer, OUT removed integer, OUT done boolean
)
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_projection record;
  v_found      record;
  v_rows       integer;
BEGIN
  code := 0;
  removed := 0;
  done := true;
  SELECT p.projection_key, p.live INTO v_projection FROM :schema.projection p WHERE p.name = p_name FOR NO KEY UPDATE;
  IF v_projection.live = p_generation THEN
    code := 1;
    RETURN;
  END IF;
  SELECT g.generation_key, g.dropped
    INTO v_found
    FROM :schema.generation g
   WHERE g.projection_key = v_projection.projection_key AND g.generation = p_generation;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  IF v_found.dropped = 0 THEN
    PERFORM FROM :schema.checkpoint c WHERE c.generation_key = v_found.generation_key ORDER BY c.shard FOR UPDATE;
    DELETE FROM :schema.checkpoint c WHERE c.generation_key = v_found.generation_key;
    UPDATE :schema.generation g SET dropped = 1 WHERE g.generation_key = v_found.generation_key;
  END IF;
  DELETE FROM :schema.projection_row r
   USING (SELECT o.key FROM :schema.projection_row o WHERE o.generation_key = v_found.generation_key ORDER BY o.key LIMIT p_limit) t
   WHERE r.generation_key = v_found.generation_key AND r.key = t.key;
  GET DIAGNOSTICS removed = ROW_COUNT;
  IF removed < p_limit THEN
    DELETE FROM :schema.parked_event k
     USING (SELECT o.position FROM :schema.parked_event o
             WHERE o.generation_key = v_found.generation_key ORDER BY o.position LIMIT p_limit - removed) t
     WHERE k.generation_key = v_found.generation_key AND k.position = t.position;
    GET DIAGNOSTICS v_rows = ROW_COUNT;
    removed := removed + v_rows;
  END IF;
  IF EXISTS (SELECT FROM :schema.projection_row r WHERE r.generation_key = v_found.generation_key)
     OR EXISTS (SELECT FROM :schema.parked_event k WHERE k.generation_key = v_found.generation_key) THEN
    done := false;
    RETURN;
  END IF;
  DELETE FROM :schema.generation g WHERE g.generation_key = v_found.generation_key;
END
$$;
