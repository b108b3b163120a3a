-- Whether tokens hold their locks, and renewing and giving back locks.

-- The state of a token for an instance: 0 its lock is live, 1 it was acked last; or it is lost because 2 there is no such
-- lock, 3 it has expired, 4 a newer token holds the instance, 5 it was released.
CREATE OR REPLACE FUNCTION :fn.token_code(
  p_epoch bigint, p_acked_epoch bigint, p_lock_epoch bigint, p_locked_until bigint, p_now bigint
) RETURNS integer
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT CASE
    WHEN p_acked_epoch IS NULL THEN 2
    WHEN p_acked_epoch = p_epoch THEN 1
    WHEN p_lock_epoch = p_epoch THEN CASE WHEN p_now < p_locked_until THEN 0 ELSE 3 END
    WHEN p_lock_epoch > 0 THEN 4
    ELSE 5
  END
$$;

-- Prolongs live locks, and never shortens one. Returns one code per token, see token_code.
CREATE OR REPLACE FUNCTION :fn.renew_orchestrations(p_id text[], p_epoch bigint[], p_extend_for bigint) RETURNS integer[]
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

  v_now := :fn.now_micros();
  SELECT array_agg(:fn.token_code(t.epoch, i.acked_epoch, r.lock_epoch, r.locked_until, v_now) ORDER BY t.ord)
    INTO v_codes
    FROM unnest(v_key, p_epoch) WITH ORDINALITY AS t (key, epoch, ord)
    LEFT JOIN :schema.instance i ON i.instance_key = t.key
    LEFT JOIN :schema.ready r ON r.instance_key = t.key;
  UPDATE :schema.ready r
     SET locked_until = least(v_now + p_extend_for, :max_micros),
         ready_at = least(v_now + p_extend_for, :max_micros)
    FROM unnest(v_key, v_codes) AS t (key, code)
   WHERE t.code = 0
     AND r.instance_key = t.key
     AND r.locked_until < v_now + p_extend_for;
  RETURN v_codes;
END
$$;

-- Gives an instance back, also after the lock end while no other caller has taken it over. Returns 0 or why not, see
-- token_code.
CREATE OR REPLACE FUNCTION :fn.abandon_orchestration(p_id text, p_epoch bigint, p_delay bigint, p_count boolean)
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
    RETURN :fn.token_code(p_epoch, v_acked, v_lock, 0, 0);
  END IF;

  v_until := least(:fn.now_micros() + p_delay, :max_micros);
  UPDATE :schema.ready r
     SET ready_at = greatest(v_until, (SELECT min(m.visible_at)
                                         FROM :schema.message m
                                        WHERE m.instance_key = v_key
                                          AND (v_known OR m.start_name IS NOT NULL))),
         tie_breaker = nextval(:order_seq),
         locked_until = v_until,
         lock_epoch = 0,
         delivery_count = greatest(0, r.delivery_count - CASE WHEN p_count THEN 0 ELSE 1 END)
   WHERE r.instance_key = v_key;
  RETURN 0;
END
$$;

-- The states of tokens for activities: 0 the lock is live, 1 it was acked and its completion is still queued; or it is lost
-- because 2 the activity is gone, 3 it has expired, 4 a newer token holds the activity, 5 it was released.
CREATE OR REPLACE FUNCTION :fn.activity_codes(
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

-- Locks the rows of activities, in the order that all functions keep. Returns whether any of them has a session.
CREATE OR REPLACE FUNCTION :fn.lock_activities(p_id text[], p_execution bigint[], p_activity bigint[]) RETURNS boolean
  LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
  RETURN (
    WITH locked AS MATERIALIZED (
      SELECT a.session_id
        FROM unnest(p_id, p_execution, p_activity) AS t (id, execution_id, activity_id)
        JOIN :schema.instance i ON i.instance_id = t.id
        JOIN :schema.activity a
          ON a.instance_key = i.instance_key AND a.execution_id = t.execution_id AND a.activity_id = t.activity_id
       ORDER BY a.instance_key, a.execution_id, a.activity_id
         FOR UPDATE OF a
    )
    SELECT bool_or(l.session_id IS NOT NULL) FROM locked l);
END
$$;

-- Prolongs live locks, and never shortens one. Returns one code per token, see activity_codes.
CREATE OR REPLACE FUNCTION :fn.renew_activities(
  p_id text[], p_execution bigint[], p_activity bigint[], p_epoch bigint[], p_extend_for bigint
) RETURNS integer[]
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_now   bigint;
  v_codes integer[];
  v_used  boolean;
BEGIN
  v_used := :fn.lock_activities(p_id, p_execution, p_activity);
  v_now := :fn.now_micros();
  v_codes := :fn.activity_codes(p_id, p_execution, p_activity, p_epoch, v_now);
  UPDATE :schema.activity a
     SET ready_at = least(v_now + p_extend_for, :max_micros)
    FROM unnest(p_id, p_execution, p_activity, v_codes) AS t (id, execution_id, activity_id, code)
    JOIN :schema.instance i ON i.instance_id = t.id
   WHERE t.code = 0
     AND a.instance_key = i.instance_key
     AND a.execution_id = t.execution_id
     AND a.activity_id = t.activity_id
     AND a.ready_at < v_now + p_extend_for;
  IF v_used THEN
    v_used := :fn.use_sessions(
      ARRAY(SELECT a.session_id
              FROM unnest(p_id, p_execution, p_activity, v_codes) AS t (id, execution_id, activity_id, code)
              JOIN :schema.instance i ON i.instance_id = t.id
              JOIN :schema.activity a
                ON a.instance_key = i.instance_key AND a.execution_id = t.execution_id AND a.activity_id = t.activity_id
             WHERE t.code = 0 AND a.session_id IS NOT NULL),
      v_now);
  END IF;
  RETURN v_codes;
END
$$;

-- Gives an activity back, also after the lock end while no other caller has taken it over. Returns 0 or why not, see
-- activity_codes.
CREATE OR REPLACE FUNCTION :fn.abandon_activity(
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
     SET ready_at = least(:fn.now_micros() + p_delay, :max_micros),
         lock_epoch = 0,
         delivery_count = greatest(0, a.delivery_count - CASE WHEN p_count THEN 0 ELSE 1 END)
   WHERE :include(is_held);
  IF FOUND THEN
    RETURN 0;
  END IF;
  RETURN (:fn.activity_codes(ARRAY[p_id], ARRAY[p_execution], ARRAY[p_activity], ARRAY[p_epoch], 0))[1];
END
$$;
