-- Applying the results of turns.

-- Applies the results of turns, of different instances: each as a whole or not at all. Arrays without prefix hold one
-- element per ack, the others name the ack they belong to. Returns one code per ack: those of token_code, with 0 for
-- applied, and 6 for an event id that exists 7 for one below the end of the history, with the event ids, and
-- 8 for a custom status or key-values without an instance, 9 for too many keys, with how many there would be in place of the
-- last event.
-- Raises HF002 when an activity is scheduled whose identity is queued, a unique violation when it is scheduled twice, and
-- HF001 as store_messages does.
CREATE OR REPLACE FUNCTION :fn.ack_orchestrations(
  :include(ack_parameters),
  c_ack             integer[] DEFAULT '{}',
  c_execution       bigint[]  DEFAULT '{}',
  c_activity        bigint[]  DEFAULT '{}',
  m_ack             integer[] DEFAULT '{}',
  m_to              text[]    DEFAULT '{}',
  :include(message_parameters; m = m_; of = [] DEFAULT '{}'),
  :include(extra_parameters; default = DEFAULT '{}'),
  :include(ack_result)
)
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_now       bigint;
  v_key       bigint[];   -- the instances
  v_applied   bigint[];   -- those whose ack is applied
  v_unnamed   boolean;    -- whether one of them has no name and gets none
  v_valued    boolean;    -- whether one of them has key-values
  v_until     bigint;     -- the first lock end among them
  v_to        bigint[];   -- the instances that messages go to, NULL for those of refused acks
  v_targets   record;
  v_locked    boolean;
  v_rows      bigint;
  v_ack       integer;
  v_code      integer;
  v_event     bigint;
  v_last      bigint;
BEGIN
  left_over := false;
  IF cardinality(a_lock_for) > 0 THEN
    v_locked := :fn.reserve_token_range();
  END IF;

  IF cardinality(m_ack) = 0 AND cardinality(c_ack) = 0 THEN
    -- Nothing but the instances themselves is to be locked: read, lock and decide in one statement. What was read before the
    -- row was locked is still true if the caller holds the instance's lock: only its holder changes the instance and its
    -- history.
    v_now := :fn.now_micros();
    SELECT array_agg(t.key ORDER BY t.ord), array_agg(t.code ORDER BY t.ord), array_agg(t.last ORDER BY t.ord),
           coalesce(array_agg(t.key) FILTER (WHERE t.code = 0), '{}'), bool_or(t.unnamed), bool_or(t.has_values),
           min(t.locked_until) FILTER (WHERE t.code = 0)
      INTO v_key, codes, last_events, v_applied, v_unnamed, v_valued, v_until
      FROM (SELECT t.ord,
                   r.instance_key AS key,
                   r.locked_until,
                   i.has_values,
                   h.last,
                   t.name IS NULL AND i.name IS NULL AS unnamed,
                   CASE WHEN v_now >= r.locked_until THEN 3
                        WHEN t.first IS NOT NULL AND (NOT t.ascending OR t.first <= h.last) THEN 6
                        ELSE 0 END AS code
              FROM unnest(p_id, p_epoch, p_execution, p_name, p_first_event, p_ascending) WITH ORDINALITY
                     AS t (id, epoch, execution_id, name, first, ascending, ord)
              JOIN :schema.instance i ON i.instance_id = t.id
              JOIN :schema.ready r ON r.instance_key = i.instance_key AND r.lock_epoch = t.epoch
             CROSS JOIN LATERAL (
                   SELECT CASE WHEN t.first IS NULL THEN 0 ELSE coalesce(
                          :include(last_event; key = r.instance_key; execution = t.execution_id), 0) END AS last) h
             ORDER BY r.instance_key
               FOR UPDATE OF r) t;
    IF :fn.now_micros() >= v_until THEN
      v_key := NULL; -- it ended while this waited for the rows (EXPIRY-17): decide anew, with the rows locked
    END IF;
  END IF;

  IF v_key IS NULL OR cardinality(v_key) < cardinality(p_id) THEN
    -- What is acked or lost already stays so and needs no lock.
    SELECT array_agg(i.instance_key ORDER BY t.ord),
           array_agg(:fn.token_code(t.epoch, i.acked_epoch, r.lock_epoch, 1, 0) ORDER BY t.ord)
      INTO v_key, codes
      FROM unnest(p_id, p_epoch) WITH ORDINALITY AS t (id, epoch, ord)
      LEFT JOIN :schema.instance i ON i.instance_id = t.id
      LEFT JOIN :schema.ready r ON r.instance_key = i.instance_key;
    IF 0 <> ALL (codes) THEN
      RETURN;
    END IF;

    -- Locks, in the order that all functions keep.
    IF cardinality(m_ack) > 0 THEN
      v_targets := :fn.keys_of(
        ARRAY(SELECT CASE WHEN codes[m.ack] = 0 THEN m.id END FROM unnest(m_ack, m_to) AS m (ack, id)), false);
      v_to := v_targets.keys;
    END IF;
    IF cardinality(c_ack) > 0 THEN
      PERFORM FROM unnest(c_ack, c_execution, c_activity) AS c (ack, execution_id, activity_id)
         JOIN :schema.activity a
           ON a.instance_key = v_key[c.ack] AND a.execution_id = c.execution_id AND a.activity_id = c.activity_id
        WHERE codes[c.ack] = 0
        ORDER BY a.instance_key, a.execution_id, a.activity_id
          FOR UPDATE OF a;
    END IF;
    v_applied := ARRAY(SELECT k.key FROM unnest(v_key, codes) AS k (key, code) WHERE k.code = 0);
    IF v_to IS NULL THEN
      PERFORM FROM :schema.ready r WHERE r.instance_key = ANY (v_applied) ORDER BY r.instance_key FOR UPDATE;
    ELSE
      v_locked := :fn.lock_ready(v_applied || v_to);
    END IF;

    -- Decides, with all rows locked.
    v_now := :fn.now_micros();
    SELECT array_agg(t.code ORDER BY t.ord), array_agg(t.last ORDER BY t.ord), bool_or(t.unnamed), bool_or(t.has_values)
      INTO codes, last_events, v_unnamed, v_valued
      FROM (SELECT t.ord,
                   h.last,
                   i.has_values,
                   t.name IS NULL AND i.name IS NULL AS unnamed,
                   CASE WHEN l.code = 0 AND t.first IS NOT NULL AND (NOT t.ascending OR t.first <= h.last) THEN 6
                        ELSE l.code END AS code
              FROM unnest(v_key, p_epoch, p_execution, p_name, p_first_event, p_ascending) WITH ORDINALITY
                     AS t (key, epoch, execution_id, name, first, ascending, ord)
              LEFT JOIN :schema.instance i ON i.instance_key = t.key
              LEFT JOIN :schema.ready r ON r.instance_key = t.key
             CROSS JOIN LATERAL (
                   SELECT :fn.token_code(t.epoch, i.acked_epoch, r.lock_epoch, r.locked_until, v_now) AS code) l
             CROSS JOIN LATERAL (
                   SELECT CASE WHEN t.first IS NULL THEN 0 ELSE coalesce(
                          :include(last_event; key = t.key; execution = t.execution_id), 0) END AS last) h) t;
  END IF;

  -- Finds the event that is wrong, and whether it exists or its id is below the end of the history.
  IF 6 = ANY (codes) THEN
    bad_events := array_fill(NULL::bigint, ARRAY[cardinality(codes)]);
    FOREACH v_ack IN ARRAY array_positions(codes, 6) LOOP
      SELECT CASE WHEN b.taken THEN 6 ELSE 7 END, b.id, b.before
        INTO v_code, v_event, v_last
        FROM (SELECT e.id, e.ord,
                     greatest(last_events[v_ack], max(e.id) OVER earlier) AS before,
                     EXISTS (SELECT FROM unnest(e_ack, e_id) WITH ORDINALITY AS f (ack, id, ord)
                              WHERE f.ack = v_ack AND f.id = e.id AND f.ord < e.ord)
                       OR EXISTS (SELECT FROM :schema.history h
                                   WHERE h.instance_key = v_key[v_ack] AND h.execution_id = p_execution[v_ack]
                                     AND h.event_id = e.id) AS taken
                FROM unnest(e_ack, e_id) WITH ORDINALITY AS e (ack, id, ord)
               WHERE e.ack = v_ack
              WINDOW earlier AS (ORDER BY e.ord ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) b
       WHERE b.id <= b.before
       ORDER BY b.ord
       LIMIT 1;
      codes[v_ack] := v_code;
      bad_events[v_ack] := v_event;
      last_events[v_ack] := v_last;
    END LOOP;
  END IF;

  IF cardinality(x_ack) > 0 OR cardinality(s_ack) > 0 THEN
    FOREACH v_ack IN ARRAY ARRAY(
      SELECT x.ack
        FROM (SELECT x.ack FROM unnest(x_ack, x_set) AS x (ack, set) WHERE x.set IS NOT NULL
               UNION
              SELECT s.ack FROM unnest(s_ack) AS s (ack)) x
        JOIN :schema.instance i ON i.instance_key = v_key[x.ack]
       WHERE codes[x.ack] = 0 AND p_name[x.ack] IS NULL AND i.name IS NULL)
    LOOP
      codes[v_ack] := 8;
    END LOOP;
  END IF;

  IF cardinality(s_ack) > 0 THEN
    -- What clients see and the ack does not change, and what it sets.
    FOR v_ack, v_rows IN
      SELECT s.ack, s.sets + CASE WHEN s.clears THEN 0 ELSE k.kept END
        FROM (SELECT s.ack, count(s.value) AS sets, bool_or(s.key IS NULL) AS clears, array_agg(s.key) AS keys
                FROM unnest(s_ack, s_key, s_value) AS s (ack, key, value)
               GROUP BY s.ack) s
       CROSS JOIN LATERAL (
             SELECT count(*) AS kept
               FROM :schema.key_value k
              WHERE k.instance_key = v_key[s.ack] AND (k.changed_at IS NULL OR k.value IS NOT NULL)
                AND NOT EXISTS (SELECT FROM unnest(s.keys) AS c (key) WHERE c.key = k.key)) k
       WHERE codes[s.ack] = 0 AND s.sets > 0 AND s.sets + CASE WHEN s.clears THEN 0 ELSE k.kept END > :max_keys
    LOOP
      codes[v_ack] := 9;
      last_events[v_ack] := v_rows;
    END LOOP;
  END IF;

  IF 0 <> ALL (codes) OR cardinality(v_applied) > cardinality(array_positions(codes, 0)) THEN
    -- Rejected acks write nothing: deletes the rows that were only made to be locked.
    v_applied := ARRAY(SELECT k.key FROM unnest(v_key, codes) AS k (key, code) WHERE k.code = 0);
    v_locked := :fn.delete_empty_ready(v_key || v_to);
    v_to := ARRAY(SELECT CASE WHEN codes[m.ack] = 0 THEN m.key END FROM unnest(m_ack, v_to) AS m (ack, key));
    IF cardinality(v_applied) = 0 THEN
      RETURN;
    END IF;
  END IF;

  DELETE FROM :schema.message m
   USING :schema.ready r
   WHERE r.instance_key = ANY (v_applied)
     AND m.instance_key = r.instance_key
     AND :include(in_batch; until = r.batch_until; token = r.lock_epoch);

  IF v_unnamed THEN
    -- Before the instance exists, ids are remembered only as long as their messages are queued. This comes before new
    -- messages are stored, which may use them again.
    DELETE FROM :schema.message_id u
     USING unnest(v_key, codes, p_name) AS t (key, code, name), :schema.instance i
     WHERE t.code = 0 AND t.name IS NULL
       AND i.instance_key = t.key AND i.name IS NULL
       AND u.instance_key = t.key
       AND NOT EXISTS (SELECT FROM :schema.message m
                        WHERE m.instance_key = t.key AND m.message_id = u.message_id);
  END IF;

  :include(write_turns; p = p_; epoch = p_epoch)
  -- After what was scheduled: what is scheduled and cancelled by one ack is absent.
  IF cardinality(c_ack) > 0 THEN
    DELETE FROM :schema.activity a
     USING unnest(c_ack, c_execution, c_activity) AS c (ack, execution_id, activity_id)
     WHERE codes[c.ack] = 0
       AND a.instance_key = v_key[c.ack] AND a.execution_id = c.execution_id AND a.activity_id = c.activity_id;
  END IF;

  IF cardinality(v_to) > 0 THEN
    v_to := :fn.store_messages(
      p_now => v_now, p_known => v_targets.known, p_key => v_to,
      :include(message_arguments; m = m_; open =; close =));
  END IF;

  -- Releases; mostly no messages are left.
  DELETE FROM :schema.ready r
   WHERE r.instance_key = ANY (v_applied)
     AND NOT EXISTS (SELECT FROM :schema.message m WHERE m.instance_key = r.instance_key);
  GET DIAGNOSTICS v_rows = ROW_COUNT;
  IF v_rows < cardinality(v_applied) THEN
    :include(release; which = r.instance_key = ANY (v_applied))
  END IF;
END
$$;

-- Applies the result of a turn that concerns only its own instance: no messages, nothing cancelled. See
-- ack_orchestrations, also for what it returns.
CREATE OR REPLACE FUNCTION :fn.ack_orchestration_one(
  p_id            text,
  p_epoch         bigint,
  p_execution     bigint,
  p_name          text,
  p_version       text,
  p_parent        text,
  p_status        text,
  p_ended         boolean,
  p_output        bytea,
  p_first_event   bigint,
  p_ascending     boolean,
  :include(event_parameters),
  :include(activity_parameters),
  :include(ack_result)
)
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_now      bigint;
  v_key      bigint;
  v_batch    bigint;
  v_until    bigint;
  v_last     bigint;
  v_valued   boolean;
  v_released boolean;
  v_rows     bigint;
BEGIN
  IF cardinality(a_lock_for) > 0 THEN
    v_released := :fn.reserve_token_range();
  END IF;
  v_now := :fn.now_micros();

  -- Locks and reads in one statement; see ack_orchestrations for why that is safe.
  -- Of an instance that has no name yet, and gets none, message ids may have to be forgotten.
  SELECT r.instance_key, r.batch_until, r.locked_until, i.has_values,
         :include(last_event; key = r.instance_key; execution = p_execution)
    INTO v_key, v_batch, v_until, v_valued, v_last
    FROM :schema.instance i
    JOIN :schema.ready r ON r.instance_key = i.instance_key AND r.lock_epoch = p_epoch
   WHERE i.instance_id = p_id
     AND (p_name IS NOT NULL OR i.name IS NOT NULL)
     AND v_now < r.locked_until
     FOR UPDATE OF r;
  -- The lock may have ended while this waited for its row (EXPIRY-17).
  IF NOT FOUND OR :fn.now_micros() >= v_until OR NOT p_ascending OR p_first_event <= v_last THEN
    SELECT a.codes, a.bad_events, a.last_events, a.left_over, a.tokens
      INTO codes, bad_events, last_events, left_over, tokens
      FROM :fn.ack_orchestrations(
             p_id => ARRAY[p_id], p_epoch => ARRAY[p_epoch], p_execution => ARRAY[p_execution], p_name => ARRAY[p_name],
             p_version => ARRAY[p_version], p_parent => ARRAY[p_parent], p_status => ARRAY[p_status],
             p_ended => ARRAY[p_ended], p_output => ARRAY[p_output], p_first_event => ARRAY[p_first_event],
             p_ascending => ARRAY[p_ascending],
             e_ack => array_fill(1, ARRAY[cardinality(e_id)]), e_id => e_id, e_kind => e_kind, e_data => e_data,
             e_recorded_at => e_recorded_at,
             a_ack => array_fill(1, ARRAY[cardinality(a_id)]), a_id => a_id, a_name => a_name, a_input => a_input,
             a_orchestration => a_orchestration, a_version => a_version, a_lock_for => a_lock_for, a_tag => a_tag, a_session => a_session) a;
    RETURN;
  END IF;
  codes := '{0}';

  IF p_parent IS NOT NULL THEN
    :include(lock_parents; which = i.instance_id = p_parent)
  END IF;

  IF cardinality(a_id) > 0 THEN
    :include(schedule_activities; key = v_key; execution = p_execution; acks =; ack =; applied = true; unless =)
  END IF;

  -- All parts see the state after the row was locked, and none sees what another part does.
  WITH consumed AS (
    DELETE FROM :schema.message m
     WHERE m.instance_key = v_key AND :include(in_batch; until = v_batch; token = p_epoch)
  ), released AS (
    DELETE FROM :schema.ready r
     WHERE r.instance_key = v_key
       AND NOT EXISTS (SELECT FROM :schema.message m
                        WHERE m.instance_key = v_key AND NOT :include(in_batch; until = v_batch; token = p_epoch))
    RETURNING true
  ), acked AS (
    UPDATE :schema.instance i
       SET :include(instance_changes; name = p_name; version = p_version; parent = p_parent; execution = p_execution; status = p_status;
                    epoch = p_epoch)
     WHERE i.instance_key = v_key
    RETURNING i.updated_at
  ), executed AS (
    :include(execution_insert; key = v_key; execution = p_execution; status = p_status; output = p_output;
             ended = p_ended) DO UPDATE
       SET :include(execution_changes; status = p_status; output = p_output; ended = p_ended; at = excluded.started_at)
     WHERE p_status IS NOT NULL OR p_output IS NOT NULL
  ), recorded AS (
    :include(history_insert; key = v_key; execution = p_execution; acks =; ack =; applied = true)
  )
  SELECT EXISTS (SELECT FROM released) INTO v_released;

  IF v_valued AND p_ended THEN
    PERFORM :fn.merge_key_values(ARRAY[v_key], ARRAY[p_execution]);
  END IF;

  left_over := NOT v_released;
  IF left_over THEN
    :include(release; which = r.instance_key = v_key)
  END IF;
END
$$;
