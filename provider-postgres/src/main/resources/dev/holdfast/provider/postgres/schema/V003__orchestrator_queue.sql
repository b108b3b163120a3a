-- The orchestrator queue: fetching instances with what they have to process, and ending, prolonging and giving back
-- their locks.

-- Takes locks back that a fetch had no use for, as if they had never been taken: of orphans, and of instances whose
-- messages are not visible any more. Within the transaction that took them.
CREATE FUNCTION :schema.settle(p_keys bigint[], p_now bigint) RETURNS boolean
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_key   bigint;
  v_known boolean;
  v_at    bigint;
BEGIN
  FOREACH v_key IN ARRAY p_keys LOOP
    SELECT i.execution_id > 0 INTO v_known FROM :schema.instance i WHERE i.instance_key = v_key;
    -- When to look again: at the next message, or, before the first turn, at a start.
    SELECT min(m.visible_at) INTO v_at
      FROM :schema.message m
     WHERE m.instance_key = v_key AND (v_known OR m.start_name IS NOT NULL);

    IF v_at IS NULL AND NOT v_known THEN
      -- Without any start, those that ask for it are discarded, and the rest waits unseen.
      DELETE FROM :schema.message m WHERE m.instance_key = v_key AND m.visible_at <= p_now AND m.drop_if_orphan;
      DELETE FROM :schema.message_id u
       WHERE u.instance_key = v_key
         AND NOT EXISTS (SELECT FROM :schema.message m
                          WHERE m.instance_key = v_key AND m.message_id = u.message_id);
      SELECT min(m.visible_at) INTO v_at
        FROM :schema.message m
       WHERE m.instance_key = v_key AND m.drop_if_orphan;
    END IF;

    UPDATE :schema.ready r
       SET ready_at = v_at, ready_seq = nextval(:order_seq), hold_until = 0, lock_epoch = 0,
           attempt_count = r.attempt_count - 1
     WHERE r.instance_key = v_key;
  END LOOP;
  RETURN :schema.drop_unready(p_keys);
END
$$;

-- Waits until nobody has an instance's ready row in hand; false when that takes too long. A call of its own: who held
-- anything while waiting could wait in a circle, and PostgreSQL keeps also the locks of rows that turned out not to match.
CREATE FUNCTION :schema.await_ready(p_key bigint) RETURNS boolean
  LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
  PERFORM set_config('lock_timeout', '1s', true);
  PERFORM FROM :schema.ready r WHERE r.instance_key = p_key FOR UPDATE;
  RETURN true;
EXCEPTION
  WHEN lock_not_available THEN RETURN false;
END
$$;

-- Locks up to p_max instances, those that are ready longest first, and answers, in parts:
--   'i'  an instance: instance_key, n1 = token, n2 = execution, n3 = attempt, n4 = last event id, n5 = now;
--        n6 = since when it was ready; t1 = instance id, t2 = name, t3 = version; before its messages and events
--   'm'  a message of its batch: instance_key, n1 = visible_at, n2 = seq; t1 = kind, t2 to t4 = start, t5 = message id,
--        flag = drop_if_orphan, bytes = body
--   'e'  an event of its history: instance_key, n1 = event id, n2 = recorded_at; t1 = kind, bytes = data
--   'n'  when there was nothing: n1 = now, n2 = the next ready time, NULL for never; instance_key = an instance that is
--        ready and in somebody's hands
-- It looks only at what is ready since p_since or later, unless nothing is, or the clock has been behind p_since: whoever
-- knows that there is nothing older spares the server a walk along dead index entries, of which there are as many as
-- were served since the last vacuum.
-- p_max_bytes bounds what the answer holds of bodies and data, NULL for any size; the first instance always comes. What
-- does not fit is not touched. p_codes, unless NULL, has the code that the caller has: names, and behind a line break
-- the version where there is one. What an instance needs says its row, or else the first start that is visible; where
-- neither does, it suits everybody. A caller with code of its own looks at everything from time to time by itself: else
-- all that others serve would be walked along in each call that finds nothing.
CREATE FUNCTION :schema.fetch_orchestrations(
  p_max integer, p_lock_for bigint, p_inline integer, p_since bigint, p_max_bytes bigint, p_codes text[])
  RETURNS TABLE (
    part text, instance_key bigint, n1 bigint, n2 bigint, n3 bigint, n4 bigint, n5 bigint, n6 bigint,
    t1 text, t2 text, t3 text, t4 text, t5 text, flag boolean, bytes bytea)
  LANGUAGE plpgsql VOLATILE
AS $$
#variable_conflict use_column
DECLARE
  v_now     bigint;
  v_until   bigint;
  v_since   bigint := p_since;
  v_keys    bigint[];
  v_ready   bigint[]; -- since when they were ready
  v_useless bigint[];
  v_found   integer := 0;
  v_bytes   bigint;  -- of the messages, as far as they count
  v_left    bigint := p_max_bytes;
  v_more    boolean;
  v_rows    bigint;
  v_done    boolean;
BEGIN
  -- A fetch that a crash of the server undoes is one that never was: nobody needs to wait for the disk.
  IF :schema.fence_tokens() THEN
    v_done := set_config('synchronous_commit', 'off', true) = 'off';
  END IF;
  LOOP
    v_now := :schema.now_micros();
    v_until := least(v_now + p_lock_for, 253402300799999999);

    -- Claim. What others have in hand is passed over, never waited for. The token is drawn behind the row's lock, like
    -- the seq of messages: those of the batch have a smaller seq than the token, later ones a greater.
    v_bytes := 0;
    v_more := true;
    IF p_codes IS NULL AND p_max_bytes IS NULL THEN
      WITH pick AS MATERIALIZED (
        SELECT r.instance_key, r.ready_at, r.ready_seq
          FROM :schema.ready r
         WHERE r.ready_at BETWEEN v_since AND v_now
         ORDER BY r.ready_at, r.ready_seq
         LIMIT p_max - v_found
           FOR UPDATE SKIP LOCKED
      ), claimed AS (
        UPDATE :schema.ready r
           SET lock_epoch = nextval(:order_seq), hold_until = v_until, ready_at = v_until, batch_until = v_now,
               attempt_count = r.attempt_count + 1, owner = :schema.owner_of_session()
          FROM pick p
         WHERE r.instance_key = p.instance_key
        RETURNING r.instance_key, p.ready_at, p.ready_seq
      )
      SELECT array_agg(c.instance_key ORDER BY c.ready_at, c.ready_seq),
             array_agg(c.ready_at ORDER BY c.ready_at, c.ready_seq)
        INTO v_keys, v_ready
        FROM claimed c;
    ELSE
      -- Picked first, so that what is passed by is neither locked nor measured.
      IF p_codes IS NULL THEN
        SELECT array_agg(p.instance_key ORDER BY p.ready_at, p.ready_seq)
          INTO v_keys
          FROM (SELECT r.instance_key, r.ready_at, r.ready_seq
                  FROM :schema.ready r
                 WHERE r.ready_at BETWEEN v_since AND v_now
                 ORDER BY r.ready_at, r.ready_seq
                 LIMIT p_max - v_found
                   FOR UPDATE SKIP LOCKED) p;
      ELSE
        SELECT array_agg(p.instance_key ORDER BY p.ready_at, p.ready_seq)
          INTO v_keys
          FROM (SELECT r.instance_key, r.ready_at, r.ready_seq
                  FROM :schema.ready r
                  JOIN :schema.instance i ON i.instance_key = r.instance_key
                 WHERE r.ready_at BETWEEN v_since AND v_now
                   AND CASE WHEN i.name IS NOT NULL THEN concat_ws(E'\n', i.name, i.version) = ANY (p_codes)
                            ELSE coalesce((SELECT concat_ws(E'\n', m.start_name, m.start_version)
                                             FROM :schema.message m
                                            WHERE m.instance_key = r.instance_key
                                              AND m.visible_at <= v_now AND m.start_name IS NOT NULL
                                            ORDER BY m.seq LIMIT 1) = ANY (p_codes), true) END
                 ORDER BY r.ready_at, r.ready_seq
                 LIMIT p_max - v_found
                   FOR UPDATE OF r SKIP LOCKED) p;
      END IF;
      WITH sized AS (
        SELECT k.key, k.ord, sum(b.size) OVER (ORDER BY k.ord) AS total
          FROM unnest(v_keys) WITH ORDINALITY AS k (key, ord)
         CROSS JOIN LATERAL (
               SELECT coalesce(sum(octet_length(m.body)), 0) AS size
                 FROM :schema.message m
                WHERE v_left IS NOT NULL AND m.instance_key = k.key AND m.visible_at <= v_now) b
      ), claimed AS (
        UPDATE :schema.ready r
           SET lock_epoch = nextval(:order_seq), hold_until = v_until, ready_at = v_until, batch_until = v_now,
               attempt_count = r.attempt_count + 1, owner = :schema.owner_of_session()
          FROM (SELECT s.key, s.ord, s.total, o.ready_at
                  FROM sized s
                  JOIN :schema.ready o ON o.instance_key = s.key
                 WHERE v_left IS NULL OR s.total <= v_left OR (s.ord = 1 AND v_found = 0)) p
         WHERE r.instance_key = p.key
        RETURNING r.instance_key, p.ord, p.ready_at, p.total
      )
      SELECT array_agg(c.instance_key ORDER BY c.ord), array_agg(c.ready_at ORDER BY c.ord), coalesce(max(c.total), 0),
             count(*) >= cardinality(v_keys)
        INTO v_keys, v_ready, v_bytes, v_more
        FROM claimed c;
      v_left := v_left - v_bytes;
    END IF;

    IF v_keys IS NULL THEN
      EXIT WHEN v_found > 0 OR v_since = 0 OR p_codes IS NOT NULL;
      v_since := 0;
      CONTINUE;
    END IF;

    -- Look, in statements of their own: they see what was committed before the lock was got.
    RETURN QUERY
    SELECT 'i', k.key, r.lock_epoch, greatest(1, i.execution_id), r.attempt_count::bigint,
           coalesce((SELECT h.event_id
                       FROM :schema.history h
                      WHERE h.instance_key = k.key AND h.execution_id = greatest(1, i.execution_id)
                      ORDER BY h.event_id DESC LIMIT 1), 0),
           r.batch_until, k.ready_at,
           i.instance_id, i.name, i.version, NULL::text, NULL::text, NULL::boolean, NULL::bytea
      FROM unnest(v_keys, v_ready) WITH ORDINALITY AS k (key, ready_at, ord)
      JOIN :schema.ready r ON r.instance_key = k.key
      JOIN :schema.instance i ON i.instance_key = k.key
     WHERE EXISTS (SELECT FROM :schema.message m
                    WHERE m.instance_key = k.key
                      AND m.visible_at <= r.batch_until
                      AND (i.execution_id > 0 OR m.start_name IS NOT NULL))
     ORDER BY k.ord;
    GET DIAGNOSTICS v_rows = ROW_COUNT;
    v_useless := NULL;
    IF v_rows < cardinality(v_keys) THEN
      v_useless := ARRAY(
        SELECT k.key
          FROM unnest(v_keys) AS k (key)
          JOIN :schema.instance i ON i.instance_key = k.key
         WHERE NOT EXISTS (SELECT FROM :schema.message m
                            WHERE m.instance_key = k.key
                              AND m.visible_at <= v_now
                              AND (i.execution_id > 0 OR m.start_name IS NOT NULL)));
      v_done := :schema.settle(v_useless, v_now);
      v_keys := ARRAY(SELECT k.key FROM unnest(v_keys) AS k (key) WHERE k.key <> ALL (v_useless));
    END IF;

    RETURN QUERY
    SELECT 'm', k.key, m.visible_at, m.seq, NULL::bigint, NULL::bigint, NULL::bigint, NULL::bigint,
           m.kind, m.start_name, m.start_version, m.start_parent, m.message_id, m.drop_if_orphan, m.body
      FROM unnest(v_keys) AS k (key)
      JOIN :schema.ready r ON r.instance_key = k.key
      JOIN :schema.message m
        ON m.instance_key = k.key AND m.visible_at <= r.batch_until AND m.seq < r.lock_epoch
     UNION ALL
    SELECT 'e', f.key, f.event_id, f.recorded_at, NULL::bigint, NULL::bigint, NULL::bigint, NULL::bigint,
           f.kind, NULL::text, NULL::text, NULL::text, NULL::text, NULL::boolean, f.data
      FROM (SELECT k.key, e.*, sum(octet_length(e.data)) OVER (ORDER BY k.ord, e.event_id) AS total
              FROM unnest(v_keys) WITH ORDINALITY AS k (key, ord)
              JOIN :schema.instance i ON i.instance_key = k.key
             CROSS JOIN LATERAL (
                   SELECT h.event_id, h.recorded_at, h.kind, h.data
                     FROM :schema.history h
                    WHERE h.instance_key = k.key AND h.execution_id = greatest(1, i.execution_id)
                    ORDER BY h.event_id
                    LIMIT p_inline) e) f
     WHERE v_left IS NULL OR f.total <= v_left;
    v_found := v_found + cardinality(v_keys);
    EXIT WHEN v_found >= p_max OR v_useless IS NULL OR NOT v_more;
  END LOOP;

  IF v_found = 0 THEN
    -- Empty is the answer only if there is nothing. What others have in hand was passed over, and they may be writing a
    -- message or give the instance back: whoever asked waits for one of them and asks again.
    IF p_codes IS NULL THEN
      RETURN QUERY
      SELECT 'n', (SELECT r.instance_key
                     FROM :schema.ready r
                    WHERE r.ready_at <= v_now ORDER BY r.ready_at, r.ready_seq LIMIT 1),
             v_now,
             (SELECT r.ready_at FROM :schema.ready r WHERE r.ready_at IS NOT NULL ORDER BY r.ready_at LIMIT 1),
             NULL::bigint, NULL::bigint, NULL::bigint, NULL::bigint,
             NULL::text, NULL::text, NULL::text, NULL::text, NULL::text, NULL::boolean, NULL::bytea;
    ELSE
      RETURN QUERY
      SELECT 'n', (SELECT r.instance_key
                     FROM :schema.ready r
                     JOIN :schema.instance i ON i.instance_key = r.instance_key
                    WHERE r.ready_at BETWEEN v_since AND v_now
                      AND CASE WHEN i.name IS NOT NULL THEN concat_ws(E'\n', i.name, i.version) = ANY (p_codes)
                            ELSE coalesce((SELECT concat_ws(E'\n', m.start_name, m.start_version)
                                             FROM :schema.message m
                                            WHERE m.instance_key = r.instance_key
                                              AND m.visible_at <= v_now AND m.start_name IS NOT NULL
                                            ORDER BY m.seq LIMIT 1) = ANY (p_codes), true) END
                    ORDER BY r.ready_at, r.ready_seq LIMIT 1),
             v_now,
             (SELECT r.ready_at FROM :schema.ready r WHERE r.ready_at > v_now ORDER BY r.ready_at LIMIT 1),
             NULL::bigint, NULL::bigint, NULL::bigint, NULL::bigint,
             NULL::text, NULL::text, NULL::text, NULL::text, NULL::text, NULL::boolean, NULL::bytea;
    END IF;
  END IF;
END
$$;

-- What a token for an instance is good for: 0 its lock is live, 1 it was acked last, and it is lost because 2 there is
-- no such lock, 3 it has expired, 4 a newer one holds it, 5 it was released.
CREATE FUNCTION :schema.token_code(
  p_epoch bigint, p_acked_epoch bigint, p_lock_epoch bigint, p_hold_until bigint, p_now bigint
) RETURNS integer
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT CASE
    WHEN p_acked_epoch IS NULL THEN 2
    WHEN p_acked_epoch = p_epoch THEN 1
    WHEN p_lock_epoch = p_epoch THEN CASE WHEN p_now < p_hold_until THEN 0 ELSE 3 END
    WHEN p_lock_epoch > 0 THEN 4
    ELSE 5
  END
$$;

-- Applies the results of turns, of different instances: each as a whole or not at all. Arrays without prefix hold one
-- element per ack, the others name the ack they belong to. Answers one code per ack: those of token_code, with 0 for
-- applied, and 6 for an event id that exists and 7 for one below the end of the history, with the event ids.
-- Raises HF002 when an activity is scheduled whose identity is queued, a unique violation when it is scheduled twice, and
-- HF001 as store_messages does.
CREATE FUNCTION :schema.ack_orchestrations(
  p_id              text[],
  p_epoch           bigint[],
  p_execution       bigint[],
  p_name            text[],
  p_version         text[],
  p_parent          text[],
  p_status          text[],
  p_ended           boolean[],
  p_output          bytea[],
  p_first_event     bigint[],  -- the first event id of the delta, NULL without events
  p_ascending       boolean[], -- whether the event ids of the delta ascend
  e_ack             integer[],
  e_id              bigint[],
  e_kind            text[],
  e_data            bytea[],
  e_recorded_at     bigint[],
  a_ack             integer[],
  a_id              bigint[],
  a_name            text[],
  a_input           bytea[],
  a_orchestration   text[],
  a_version         text[],
  a_lock_for        bigint[],  -- for how long it is locked for the caller, NULL for not; empty when none is
  c_ack             integer[],
  c_execution       bigint[],
  c_activity        bigint[],
  m_ack             integer[],
  m_to              text[],
  m_kind            text[],
  m_body            bytea[],
  m_due_at          bigint[],
  m_due_in          bigint[],
  m_start_name      text[],
  m_start_version   text[],
  m_start_parent    text[],
  m_message_id      text[],
  m_hash            bytea[],
  m_drop            boolean[],
  OUT codes         integer[],
  OUT bad_events    bigint[],
  OUT last_events   bigint[],
  OUT left_over     boolean,   -- whether an instance has messages left that may be deliverable
  OUT tokens        bigint[]   -- of the activities, NULL for those that are not locked; NULL when none is
)
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_now       bigint;
  v_key       bigint[];   -- the instances
  v_applied   bigint[];   -- those whose ack is applied
  v_unnamed   boolean;    -- whether one of them has no name and gets none
  v_hold      bigint;     -- the first lock end among them
  v_to        bigint[];   -- the instances that messages go to, NULL for those of refused acks
  v_targets   record;
  v_locked    boolean;
  v_done      bigint;
  v_ack       integer;
  v_code      integer;
  v_event     bigint;
  v_last      bigint;
BEGIN
  left_over := false;
  IF cardinality(a_lock_for) > 0 THEN
    v_locked := :schema.fence_tokens();
  END IF;

  IF cardinality(m_ack) = 0 AND cardinality(c_ack) = 0 THEN
    -- Nothing but the instances themselves is to be locked: look, lock and decide at once. Who still holds the lock can
    -- rely on a look that was taken before it: only the holder changes the instance and its history.
    v_now := :schema.now_micros();
    SELECT array_agg(t.key ORDER BY t.ord), array_agg(t.code ORDER BY t.ord), array_agg(t.last ORDER BY t.ord),
           coalesce(array_agg(t.key) FILTER (WHERE t.code = 0), '{}'), bool_or(t.unnamed),
           min(t.hold_until) FILTER (WHERE t.code = 0)
      INTO v_key, codes, last_events, v_applied, v_unnamed, v_hold
      FROM (SELECT t.ord,
                   r.instance_key AS key,
                   r.hold_until,
                   h.last,
                   t.name IS NULL AND i.name IS NULL AS unnamed,
                   CASE WHEN v_now >= r.hold_until THEN 3
                        WHEN t.first IS NOT NULL AND (NOT t.ascending OR t.first <= h.last) THEN 6
                        ELSE 0 END AS code
              FROM unnest(p_id, p_epoch, p_execution, p_name, p_first_event, p_ascending) WITH ORDINALITY
                     AS t (id, epoch, execution_id, name, first, ascending, ord)
              JOIN :schema.instance i ON i.instance_id = t.id
              JOIN :schema.ready r ON r.instance_key = i.instance_key AND r.lock_epoch = t.epoch
             CROSS JOIN LATERAL (
                   SELECT coalesce((SELECT h.event_id
                                      FROM :schema.history h
                                     WHERE t.first IS NOT NULL
                                       AND h.instance_key = r.instance_key AND h.execution_id = t.execution_id
                                     ORDER BY h.event_id DESC LIMIT 1), 0) AS last) h
             ORDER BY r.instance_key
               FOR UPDATE OF r) t;
    IF :schema.now_micros() >= v_hold THEN
      v_key := NULL; -- it ended while this waited for the rows (EXPIRY-17): decide anew, behind the locks
    END IF;
  END IF;

  IF v_key IS NULL OR cardinality(v_key) < cardinality(p_id) THEN
    -- What is acked or lost already stays so and needs no lock.
    SELECT array_agg(i.instance_key ORDER BY t.ord),
           array_agg(:schema.token_code(t.epoch, i.acked_epoch, r.lock_epoch, 1, 0) ORDER BY t.ord)
      INTO v_key, codes
      FROM unnest(p_id, p_epoch) WITH ORDINALITY AS t (id, epoch, ord)
      LEFT JOIN :schema.instance i ON i.instance_id = t.id
      LEFT JOIN :schema.ready r ON r.instance_key = i.instance_key;
    IF 0 <> ALL (codes) THEN
      RETURN;
    END IF;

    -- Locks, in the order that holds everywhere.
    IF cardinality(m_ack) > 0 THEN
      v_targets := :schema.keys_of(
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
      v_locked := :schema.lock_ready(v_applied || v_to);
    END IF;

    -- The decision, behind the locks.
    v_now := :schema.now_micros();
    SELECT array_agg(t.code ORDER BY t.ord), array_agg(t.last ORDER BY t.ord), bool_or(t.unnamed)
      INTO codes, last_events, v_unnamed
      FROM (SELECT t.ord,
                   h.last,
                   t.name IS NULL AND i.name IS NULL AS unnamed,
                   CASE WHEN l.code = 0 AND t.first IS NOT NULL AND (NOT t.ascending OR t.first <= h.last) THEN 6
                        ELSE l.code END AS code
              FROM unnest(v_key, p_epoch, p_execution, p_name, p_first_event, p_ascending) WITH ORDINALITY
                     AS t (key, epoch, execution_id, name, first, ascending, ord)
              LEFT JOIN :schema.instance i ON i.instance_key = t.key
              LEFT JOIN :schema.ready r ON r.instance_key = t.key
             CROSS JOIN LATERAL (
                   SELECT :schema.token_code(t.epoch, i.acked_epoch, r.lock_epoch, r.hold_until, v_now) AS code) l
             CROSS JOIN LATERAL (
                   SELECT coalesce((SELECT h.event_id
                                      FROM :schema.history h
                                     WHERE t.first IS NOT NULL
                                       AND h.instance_key = t.key AND h.execution_id = t.execution_id
                                     ORDER BY h.event_id DESC LIMIT 1), 0) AS last) h) t;
  END IF;

  -- Which event is wrong, and whether because it exists or because it comes too late.
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

  IF 0 <> ALL (codes) OR cardinality(v_applied) > cardinality(array_positions(codes, 0)) THEN
    -- Locked in vain: nothing of these acks is written, no row that was made for the lock stays.
    v_applied := ARRAY(SELECT k.key FROM unnest(v_key, codes) AS k (key, code) WHERE k.code = 0);
    v_locked := :schema.drop_unready(v_key || v_to);
    v_to := ARRAY(SELECT CASE WHEN codes[m.ack] = 0 THEN m.key END FROM unnest(m_ack, v_to) AS m (ack, key));
    IF cardinality(v_applied) = 0 THEN
      RETURN;
    END IF;
  END IF;

  DELETE FROM :schema.message m
   USING :schema.ready r
   WHERE r.instance_key = ANY (v_applied)
     AND m.instance_key = r.instance_key
     AND m.visible_at <= r.batch_until
     AND m.seq < r.lock_epoch;

  IF v_unnamed THEN
    -- Before the instance exists, ids are remembered only as long as their messages are queued. Before new messages
    -- come, which may use them again.
    DELETE FROM :schema.message_id u
     USING unnest(v_key, codes, p_name) AS t (key, code, name), :schema.instance i
     WHERE t.code = 0 AND t.name IS NULL
       AND i.instance_key = t.key AND i.name IS NULL
       AND u.instance_key = t.key
       AND NOT EXISTS (SELECT FROM :schema.message m
                        WHERE m.instance_key = t.key AND m.message_id = u.message_id);
  END IF;

  -- The name is set when given; the parent only together with the first one. Stored times never run backwards within an
  -- instance, even if the clock does. The execution is created by its first ack; later ones change only what they state:
  -- the last part does not see what the one before it has inserted.
  WITH acked AS (
    UPDATE :schema.instance i
       SET parent_instance_id = CASE WHEN i.name IS NULL AND t.name IS NOT NULL THEN t.parent
                                     ELSE i.parent_instance_id END,
           created_at = CASE WHEN i.name IS NULL AND t.name IS NOT NULL THEN greatest(v_now, i.updated_at)
                             ELSE i.created_at END,
           name = coalesce(t.name, i.name),
           version = coalesce(t.version, i.version),
           updated_at = greatest(v_now, i.updated_at),
           execution_id = greatest(i.execution_id, t.execution_id),
           acked_epoch = t.epoch,
           problem = NULL,
           problem_at = NULL
      FROM unnest(v_key, codes, p_epoch, p_execution, p_name, p_version, p_parent, p_status, p_ended, p_output)
             AS t (key, code, epoch, execution_id, name, version, parent, status, ended, output)
     WHERE t.code = 0 AND i.instance_key = t.key
    RETURNING i.instance_key, i.updated_at, t.execution_id, t.status, t.ended, t.output
  ), created AS (
    INSERT INTO :schema.execution (instance_key, execution_id, status, output, started_at, completed_at)
    SELECT a.instance_key, a.execution_id, coalesce(a.status, 'RUNNING'), a.output, a.updated_at,
           CASE WHEN a.ended THEN a.updated_at END
      FROM acked a
        ON CONFLICT (instance_key, execution_id) DO NOTHING
  )
  UPDATE :schema.execution x
     SET status = coalesce(a.status, x.status),
         output = coalesce(a.output, x.output),
         completed_at = CASE WHEN a.status IS NULL THEN x.completed_at
                             WHEN a.ended THEN greatest(a.updated_at, x.started_at) END
    FROM acked a
   WHERE (a.status IS NOT NULL OR a.output IS NOT NULL)
     AND x.instance_key = a.instance_key AND x.execution_id = a.execution_id;

  IF cardinality(e_ack) > 0 THEN
    INSERT INTO :schema.history (instance_key, execution_id, event_id, kind, data, recorded_at)
    SELECT v_key[e.ack], p_execution[e.ack], e.id, e.kind, e.data, e.recorded_at
      FROM unnest(e_ack, e_id, e_kind, e_data, e_recorded_at) AS e (ack, id, kind, data, recorded_at)
     WHERE codes[e.ack] = 0;
  END IF;

  -- Insert, then cancel: what is scheduled and cancelled by one ack is absent.
  IF cardinality(a_ack) > 0 THEN
    IF cardinality(a_lock_for) > 0 THEN
      tokens := ARRAY(SELECT CASE WHEN codes[a.ack] = 0 AND a.lock_for IS NOT NULL THEN nextval(:order_seq) END
                        FROM unnest(a_ack, a_lock_for) AS a (ack, lock_for));
    END IF;
    -- Looked up and not left to the insert, which would wait for whoever is removing the activity just now, and who may
    -- be waiting for us. Nobody can add one meanwhile.
    INSERT INTO :schema.activity (
             instance_key, execution_id, activity_id, seq, name, input,
             orchestration_name, orchestration_version, ready_at, lock_epoch, attempt_count, owner)
    SELECT v_key[a.ack], p_execution[a.ack], a.id, nextval(:order_seq), a.name, a.input,
           a.orchestration, a.version,
           CASE WHEN a.token IS NULL THEN v_now ELSE least(v_now + a.lock_for, 253402300799999999) END,
           coalesce(a.token, 0),
           CASE WHEN a.token IS NULL THEN 0 ELSE 1 END,
           CASE WHEN a.token IS NOT NULL THEN :schema.owner_of_session() END
      FROM unnest(a_ack, a_id, a_name, a_input, a_orchestration, a_version, a_lock_for, tokens)
             AS a (ack, id, name, input, orchestration, version, lock_for, token)
     WHERE codes[a.ack] = 0
       AND NOT EXISTS (SELECT FROM :schema.activity q
                        WHERE q.instance_key = v_key[a.ack]
                          AND q.execution_id = p_execution[a.ack]
                          AND q.activity_id = a.id);
    GET DIAGNOSTICS v_done = ROW_COUNT;
    IF v_done < cardinality(a_ack)
       AND v_done < (SELECT count(*) FROM unnest(a_ack) AS a (ack) WHERE codes[a.ack] = 0) THEN
      RAISE EXCEPTION USING ERRCODE = 'HF002', MESSAGE = 'an activity identity is queued already';
    END IF;
  END IF;
  IF cardinality(c_ack) > 0 THEN
    DELETE FROM :schema.activity a
     USING unnest(c_ack, c_execution, c_activity) AS c (ack, execution_id, activity_id)
     WHERE codes[c.ack] = 0
       AND a.instance_key = v_key[c.ack] AND a.execution_id = c.execution_id AND a.activity_id = c.activity_id;
  END IF;

  IF cardinality(v_to) > 0 THEN
    v_to := :schema.store_messages(
      v_now, v_targets.known, v_to, m_kind, m_body, m_due_at, m_due_in, m_start_name, m_start_version, m_start_parent,
      m_message_id, m_hash, m_drop, NULL, NULL, NULL);
  END IF;

  -- Release: mostly nothing is left.
  DELETE FROM :schema.ready r
   WHERE r.instance_key = ANY (v_applied)
     AND NOT EXISTS (SELECT FROM :schema.message m WHERE m.instance_key = r.instance_key);
  GET DIAGNOSTICS v_done = ROW_COUNT;
  IF v_done < cardinality(v_applied) THEN
    UPDATE :schema.ready r
       SET ready_at = greatest(v_now, (SELECT m.visible_at
                                         FROM :schema.message m
                                        WHERE m.instance_key = r.instance_key
                                        ORDER BY m.visible_at LIMIT 1)),
           ready_seq = nextval(:order_seq), hold_until = v_now, lock_epoch = 0, attempt_count = 0
     WHERE r.instance_key = ANY (v_applied);
    left_over := true;
  END IF;
END
$$;

-- Prolongs live locks, and never shortens one. Answers one code per token, see token_code.
CREATE FUNCTION :schema.renew_orchestrations(p_id text[], p_epoch bigint[], p_extend_for bigint) RETURNS integer[]
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_now   bigint;
  v_key   bigint[];
  v_codes integer[];
BEGIN
  SELECT array_agg(i.instance_key ORDER BY t.ord) INTO v_key
    FROM unnest(p_id) WITH ORDINALITY AS t (id, ord)
    LEFT JOIN :schema.instance i ON i.instance_id = t.id;
  PERFORM FROM :schema.ready r WHERE r.instance_key = ANY (v_key) ORDER BY r.instance_key FOR UPDATE;

  v_now := :schema.now_micros();
  SELECT array_agg(:schema.token_code(t.epoch, i.acked_epoch, r.lock_epoch, r.hold_until, v_now) ORDER BY t.ord)
    INTO v_codes
    FROM unnest(v_key, p_epoch) WITH ORDINALITY AS t (key, epoch, ord)
    LEFT JOIN :schema.instance i ON i.instance_key = t.key
    LEFT JOIN :schema.ready r ON r.instance_key = t.key;
  UPDATE :schema.ready r
     SET hold_until = least(v_now + p_extend_for, 253402300799999999),
         ready_at = least(v_now + p_extend_for, 253402300799999999)
    FROM unnest(v_key, v_codes) AS t (key, code)
   WHERE t.code = 0
     AND r.instance_key = t.key
     AND r.hold_until < v_now + p_extend_for;
  RETURN v_codes;
END
$$;

-- Gives an instance back, also after the lock end while nobody took over. Answers 0 or why not, see token_code.
CREATE FUNCTION :schema.abandon_orchestration(p_id text, p_epoch bigint, p_delay bigint, p_count boolean)
  RETURNS integer
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_key   bigint;
  v_known boolean;
  v_acked bigint;
  v_lock  bigint;
  v_until bigint;
BEGIN
  SELECT i.instance_key INTO v_key FROM :schema.instance i WHERE i.instance_id = p_id;
  SELECT r.lock_epoch INTO v_lock FROM :schema.ready r WHERE r.instance_key = v_key FOR UPDATE;
  SELECT i.acked_epoch, i.execution_id > 0 INTO v_acked, v_known
    FROM :schema.instance i WHERE i.instance_key = v_key;
  IF v_lock IS DISTINCT FROM p_epoch THEN
    RETURN :schema.token_code(p_epoch, v_acked, v_lock, 0, 0);
  END IF;

  v_until := least(:schema.now_micros() + p_delay, 253402300799999999);
  UPDATE :schema.ready r
     SET ready_at = greatest(v_until, (SELECT min(m.visible_at)
                                         FROM :schema.message m
                                        WHERE m.instance_key = v_key
                                          AND (v_known OR m.start_name IS NOT NULL))),
         ready_seq = nextval(:order_seq),
         hold_until = v_until,
         lock_epoch = 0,
         attempt_count = greatest(0, r.attempt_count - CASE WHEN p_count THEN 0 ELSE 1 END)
   WHERE r.instance_key = v_key;
  RETURN 0;
END
$$;
