-- The worker queue: fetching activities, and ending, prolonging and giving back their locks.

-- Waits until nobody has an activity's row in hand; see await_ready.
CREATE FUNCTION :schema.await_activity(p_key bigint, p_execution bigint, p_activity bigint) RETURNS boolean
  LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
  PERFORM set_config('lock_timeout', '1s', true);
  PERFORM FROM :schema.activity a
    WHERE a.instance_key = p_key AND a.execution_id = p_execution AND a.activity_id = p_activity
      FOR UPDATE;
  RETURN true;
EXCEPTION
  WHEN lock_not_available THEN RETURN false;
END
$$;

-- Locks up to p_max activities in the order in which they became ready, and answers, in parts:
--   'a'  an activity: t1 = instance id, n1 = execution, n2 = activity id, n3 = token, n4 = attempt, n5 = ready since,
--        n6 = seq; t2 = name, t3 = orchestration name, t4 = orchestration version, bytes = input
--   'n'  when there was nothing: n1 = now, n2 = the next ready time, NULL for never; n3 to n5 = instance_key, execution
--        and activity id of one that is ready and in somebody's hands, see fetch_orchestrations
-- p_since and p_max_bytes as for orchestrations; p_names, unless NULL, has the names whose code the caller has.
CREATE FUNCTION :schema.fetch_activities(
  p_max integer, p_lock_for bigint, p_since bigint, p_max_bytes bigint, p_names text[])
  RETURNS TABLE (
    part text, n1 bigint, n2 bigint, n3 bigint, n4 bigint, n5 bigint, n6 bigint,
    t1 text, t2 text, t3 text, t4 text, bytes bytea)
  LANGUAGE plpgsql VOLATILE
AS $$
#variable_conflict use_column
DECLARE
  v_now   bigint;
  v_since bigint;
  v_done  boolean;
BEGIN
  -- As for orchestrations.
  IF :schema.fence_tokens() THEN
    v_done := set_config('synchronous_commit', 'off', true) = 'off';
  END IF;
  v_now := :schema.now_micros();

  -- An activity's row changes in its lock only, so it can be claimed and read at once.
  FOREACH v_since IN ARRAY CASE WHEN p_since = 0 THEN ARRAY[0]
                                WHEN p_names IS NOT NULL THEN ARRAY[p_since] ELSE ARRAY[p_since, 0] END LOOP
    IF p_names IS NULL THEN
      RETURN QUERY
      WITH ready AS MATERIALIZED (
        SELECT a.instance_key, a.execution_id, a.activity_id, a.ready_at, a.seq, octet_length(a.input) AS size
          FROM :schema.activity a
         WHERE a.ready_at BETWEEN v_since AND v_now
         ORDER BY a.ready_at, a.seq
         LIMIT p_max
           FOR UPDATE SKIP LOCKED
      ), pick AS MATERIALIZED (
        SELECT s.*
          FROM (SELECT r.*, row_number() OVER line = 1 OR sum(r.size) OVER line <= p_max_bytes AS fits
                  FROM ready r
                WINDOW line AS (ORDER BY r.ready_at, r.seq)) s
         WHERE p_max_bytes IS NULL OR s.fits
      )
      UPDATE :schema.activity a
         SET lock_epoch = nextval(:order_seq),
             ready_at = least(v_now + p_lock_for, 253402300799999999),
             attempt_count = a.attempt_count + 1,
             owner = :schema.owner_of_session()
        FROM pick p
        JOIN :schema.instance i ON i.instance_key = p.instance_key
       WHERE a.instance_key = p.instance_key
         AND a.execution_id = p.execution_id
         AND a.activity_id = p.activity_id
      RETURNING 'a', a.execution_id, a.activity_id, a.lock_epoch, a.attempt_count::bigint, p.ready_at, a.seq,
                i.instance_id, a.name, a.orchestration_name, a.orchestration_version, a.input;
    ELSE
      -- The same, passing by what others serve. Apart, so that a fetch without names is a walk with nothing in its way.
      RETURN QUERY
      WITH ready AS MATERIALIZED (
        SELECT a.instance_key, a.execution_id, a.activity_id, a.ready_at, a.seq, octet_length(a.input) AS size
          FROM :schema.activity a
         WHERE a.ready_at BETWEEN v_since AND v_now
           AND a.name = ANY (p_names)
         ORDER BY a.ready_at, a.seq
         LIMIT p_max
           FOR UPDATE SKIP LOCKED
      ), pick AS MATERIALIZED (
        SELECT s.*
          FROM (SELECT r.*, row_number() OVER line = 1 OR sum(r.size) OVER line <= p_max_bytes AS fits
                  FROM ready r
                WINDOW line AS (ORDER BY r.ready_at, r.seq)) s
         WHERE p_max_bytes IS NULL OR s.fits
      )
      UPDATE :schema.activity a
         SET lock_epoch = nextval(:order_seq),
             ready_at = least(v_now + p_lock_for, 253402300799999999),
             attempt_count = a.attempt_count + 1,
             owner = :schema.owner_of_session()
        FROM pick p
        JOIN :schema.instance i ON i.instance_key = p.instance_key
       WHERE a.instance_key = p.instance_key
         AND a.execution_id = p.execution_id
         AND a.activity_id = p.activity_id
      RETURNING 'a', a.execution_id, a.activity_id, a.lock_epoch, a.attempt_count::bigint, p.ready_at, a.seq,
                i.instance_id, a.name, a.orchestration_name, a.orchestration_version, a.input;
    END IF;
    IF FOUND THEN
      RETURN;
    END IF;
  END LOOP;

  IF p_names IS NULL THEN
    RETURN QUERY
    SELECT 'n', v_now, (SELECT a.ready_at FROM :schema.activity a ORDER BY a.ready_at LIMIT 1),
           b.instance_key, b.execution_id, b.activity_id, NULL::bigint,
           NULL::text, NULL::text, NULL::text, NULL::text, NULL::bytea
      FROM (VALUES (1)) AS one
      LEFT JOIN (SELECT a.instance_key, a.execution_id, a.activity_id
                   FROM :schema.activity a
                  WHERE a.ready_at <= v_now ORDER BY a.ready_at, a.seq LIMIT 1) b ON true;
  ELSE
    RETURN QUERY
    SELECT 'n', v_now, (SELECT a.ready_at FROM :schema.activity a WHERE a.ready_at > v_now ORDER BY a.ready_at LIMIT 1),
           b.instance_key, b.execution_id, b.activity_id, NULL::bigint,
           NULL::text, NULL::text, NULL::text, NULL::text, NULL::bytea
      FROM (VALUES (1)) AS one
      LEFT JOIN (SELECT a.instance_key, a.execution_id, a.activity_id
                   FROM :schema.activity a
                  WHERE a.ready_at BETWEEN v_since AND v_now AND a.name = ANY (p_names)
                  ORDER BY a.ready_at, a.seq LIMIT 1) b ON true;
  END IF;
END
$$;

-- What tokens for activities are good for: 0 the lock is live, 1 it was acked and its completion is still queued, and it
-- is lost because 2 the activity is gone, 3 it has expired, 4 a newer one holds it, 5 it was released.
CREATE FUNCTION :schema.activity_codes(
  p_id text[], p_execution bigint[], p_activity bigint[], p_epoch bigint[], p_now bigint
) RETURNS integer[]
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_codes integer[];
BEGIN
  SELECT array_agg(
           CASE
             WHEN a.lock_epoch = t.epoch THEN CASE WHEN p_now < a.ready_at THEN 0 ELSE 3 END
             WHEN EXISTS (SELECT FROM :schema.message m
                           WHERE m.instance_key = i.instance_key
                             AND (m.activity_epoch = t.epoch
                                    AND m.activity_execution = t.execution_id
                                    AND m.activity_id = t.activity_id
                                  OR EXISTS (SELECT FROM generate_series(1, cardinality(m.merged_acks), 3) AS n
                                              WHERE m.merged_acks[n] = t.epoch
                                                AND m.merged_acks[n + 1] = t.execution_id
                                                AND m.merged_acks[n + 2] = t.activity_id))) THEN 1
             WHEN a.instance_key IS NULL THEN 2
             WHEN a.lock_epoch > 0 THEN 4
             ELSE 5
           END ORDER BY t.ord)
    INTO v_codes
    FROM unnest(p_id, p_execution, p_activity, p_epoch) WITH ORDINALITY
           AS t (id, execution_id, activity_id, epoch, ord)
    LEFT JOIN :schema.instance i ON i.instance_id = t.id
    LEFT JOIN :schema.activity a
      ON a.instance_key = i.instance_key AND a.execution_id = t.execution_id AND a.activity_id = t.activity_id;
  RETURN v_codes;
END
$$;

-- Locks the rows of activities, in the order that holds everywhere.
CREATE FUNCTION :schema.lock_activities(p_id text[], p_execution bigint[], p_activity bigint[]) RETURNS void
  LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
  PERFORM FROM unnest(p_id, p_execution, p_activity) AS t (id, execution_id, activity_id)
     JOIN :schema.instance i ON i.instance_id = t.id
     JOIN :schema.activity a
       ON a.instance_key = i.instance_key AND a.execution_id = t.execution_id AND a.activity_id = t.activity_id
    ORDER BY a.instance_key, a.execution_id, a.activity_id
      FOR UPDATE OF a;
END
$$;

-- Removes finished activities, all of them different, and stores their completions; an m_kind of NULL stands for none.
-- Answers one code per ack: those of activity_codes, with 0 for applied. Raises HF001 as store_messages does.
CREATE FUNCTION :schema.ack_activities(
  p_id            text[],
  p_execution     bigint[],
  p_activity      bigint[],
  p_epoch         bigint[],
  m_kind          text[],
  m_body          bytea[],
  m_due_at        bigint[],
  m_due_in        bigint[],
  m_start_name    text[],
  m_start_version text[],
  m_start_parent  text[],
  m_message_id    text[],
  m_hash          bytea[],
  m_drop          boolean[]
) RETURNS integer[]
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_now     bigint;
  v_codes   integer[];
  v_applied bigint[]; -- positions in the list
  v_keys    bigint[]; -- and the instances there
  v_to      bigint[] := array_fill(NULL::bigint, ARRAY[cardinality(p_id)]);
  v_known   boolean;
BEGIN
  v_now := :schema.now_micros();
  WITH held AS MATERIALIZED (
    SELECT t.ord, a.instance_key, a.execution_id, a.activity_id, a.ready_at, i.execution_id > 0 AS known
      FROM unnest(p_id, p_execution, p_activity, p_epoch) WITH ORDINALITY
             AS t (id, execution_id, activity_id, epoch, ord)
      JOIN :schema.instance i ON i.instance_id = t.id
      JOIN :schema.activity a
        ON a.instance_key = i.instance_key
       AND a.execution_id = t.execution_id
       AND a.activity_id = t.activity_id
       AND a.lock_epoch = t.epoch
     WHERE v_now - a.ready_at < 0 -- not in a form that leads to activity_order, which is no way to find an identity
     ORDER BY a.instance_key, a.execution_id, a.activity_id -- the order of locks that holds everywhere
       FOR UPDATE OF a
  ), removed AS (
    DELETE FROM :schema.activity a
     USING held h
     WHERE a.instance_key = h.instance_key AND a.execution_id = h.execution_id AND a.activity_id = h.activity_id
       AND :schema.now_micros() < h.ready_at -- it may have ended while this waited for its row (EXPIRY-17)
    RETURNING h.ord, h.instance_key, h.known
  )
  SELECT array_agg(r.ord), array_agg(r.instance_key), bool_and(r.known)
    INTO v_applied, v_keys, v_known
    FROM removed r;

  IF v_applied IS NULL OR cardinality(v_applied) < cardinality(p_id) THEN
    v_codes := :schema.activity_codes(p_id, p_execution, p_activity, p_epoch, v_now);
  ELSE
    v_codes := array_fill(0, ARRAY[cardinality(p_id)]);
  END IF;
  IF v_applied IS NULL THEN
    RETURN v_codes;
  END IF;

  FOR at IN 1..cardinality(v_applied) LOOP
    v_codes[v_applied[at]] := 0;
    IF m_kind[v_applied[at]] IS NOT NULL THEN
      v_to[v_applied[at]] := v_keys[at];
    END IF;
  END LOOP;
  v_to := :schema.store_messages(
    v_now, v_known, v_to, m_kind, m_body, m_due_at, m_due_in, m_start_name, m_start_version, m_start_parent,
    m_message_id, m_hash, m_drop, p_epoch, p_execution, p_activity);
  RETURN v_codes;
END
$$;

-- Prolongs live locks, and never shortens one. Answers one code per token, see activity_codes.
CREATE FUNCTION :schema.renew_activities(
  p_id text[], p_execution bigint[], p_activity bigint[], p_epoch bigint[], p_extend_for bigint
) RETURNS integer[]
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_now   bigint;
  v_codes integer[];
BEGIN
  PERFORM :schema.lock_activities(p_id, p_execution, p_activity);
  v_now := :schema.now_micros();
  v_codes := :schema.activity_codes(p_id, p_execution, p_activity, p_epoch, v_now);
  UPDATE :schema.activity a
     SET ready_at = least(v_now + p_extend_for, 253402300799999999)
    FROM unnest(p_id, p_execution, p_activity, v_codes) AS t (id, execution_id, activity_id, code)
    JOIN :schema.instance i ON i.instance_id = t.id
   WHERE t.code = 0
     AND a.instance_key = i.instance_key
     AND a.execution_id = t.execution_id
     AND a.activity_id = t.activity_id
     AND a.ready_at < v_now + p_extend_for;
  RETURN v_codes;
END
$$;

-- Gives an activity back, also after the lock end while nobody took over. Answers 0 or why not, see activity_codes.
CREATE FUNCTION :schema.abandon_activity(
  p_id text, p_execution bigint, p_activity bigint, p_epoch bigint, p_delay bigint, p_count boolean
) RETURNS integer
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_key bigint;
BEGIN
  -- Not joined: while the tables are small, the server would begin with the activities.
  SELECT i.instance_key INTO v_key FROM :schema.instance i WHERE i.instance_id = p_id;
  UPDATE :schema.activity a
     SET ready_at = least(:schema.now_micros() + p_delay, 253402300799999999),
         lock_epoch = 0,
         attempt_count = greatest(0, a.attempt_count - CASE WHEN p_count THEN 0 ELSE 1 END)
   WHERE a.instance_key = v_key
     AND a.execution_id = p_execution
     AND a.activity_id = p_activity
     AND a.lock_epoch = p_epoch;
  IF FOUND THEN
    RETURN 0;
  END IF;
  RETURN (:schema.activity_codes(ARRAY[p_id], ARRAY[p_execution], ARRAY[p_activity], ARRAY[p_epoch], 0))[1];
END
$$;
