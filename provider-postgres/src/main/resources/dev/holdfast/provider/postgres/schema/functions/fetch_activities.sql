-- Fetching activities.

-- Waits until no other transaction has locked an activity's row; see await_ready.
CREATE OR REPLACE FUNCTION :fn.await_activity(p_key bigint, p_execution bigint, p_activity bigint) RETURNS boolean
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

-- Locks up to p_max activities that have neither tag nor session, in the order in which they became ready. ActivityColumn has the same names. By `part`:
--   'a'  an activity: token, delivery_count, ready_at (since when it was ready)
--   'n'  nothing was locked: ready_at = when the next one is ready, NULL for never; instance_key, execution_id and
--        activity_id = one that is ready and whose row another transaction has in hand, see fetch_orchestrations
-- p_since and p_max_bytes as for orchestrations; p_names, unless NULL, has the names whose code the caller has.
CREATE OR REPLACE FUNCTION :fn.fetch_activities(
  p_max integer, p_lock_for bigint, p_since bigint, p_max_bytes bigint, p_names text[])
  RETURNS TABLE (
  :include(activity_columns))
  LANGUAGE plpgsql VOLATILE
AS $$
#variable_conflict use_column
DECLARE
  v_now   bigint;
  v_since bigint;
  v_done  boolean;
BEGIN
  -- As for orchestrations.
  IF :fn.reserve_token_range() THEN
    v_done := set_config('synchronous_commit', 'off', true) = 'off';
  END IF;
  v_now := :fn.now_micros();

  FOREACH v_since IN ARRAY CASE WHEN p_since = 0 THEN ARRAY[0]
                                WHEN p_names IS NOT NULL THEN ARRAY[p_since] ELSE ARRAY[p_since, 0] END LOOP
    IF p_names IS NULL THEN
      :include(take_activities; only =)
    ELSE
      -- Skips activities of other names. A statement of its own, so that a fetch without names has no filter to evaluate.
      :include(take_activities; only = AND a.name = ANY (p_names))
    END IF;
    IF FOUND THEN
      RETURN;
    END IF;
  END LOOP;

  IF p_names IS NULL THEN
    SELECT b.instance_key, b.execution_id, b.activity_id,
           (SELECT a.ready_at FROM :schema.activity a WHERE a.tag IS NULL AND a.session_id IS NULL ORDER BY a.ready_at LIMIT 1)
      INTO instance_key, execution_id, activity_id, ready_at
      FROM (VALUES (1)) AS one
      LEFT JOIN (SELECT a.instance_key, a.execution_id, a.activity_id
                   FROM :schema.activity a
                  WHERE a.tag IS NULL AND a.session_id IS NULL AND a.ready_at <= v_now
                  ORDER BY a.ready_at, a.seq LIMIT 1) b ON true;
  ELSE
    SELECT b.instance_key, b.execution_id, b.activity_id,
           (SELECT a.ready_at FROM :schema.activity a
             WHERE a.tag IS NULL AND a.session_id IS NULL AND a.ready_at > v_now ORDER BY a.ready_at LIMIT 1)
      INTO instance_key, execution_id, activity_id, ready_at
      FROM (VALUES (1)) AS one
      LEFT JOIN (SELECT a.instance_key, a.execution_id, a.activity_id
                   FROM :schema.activity a
                  WHERE a.tag IS NULL AND a.session_id IS NULL
                    AND a.ready_at BETWEEN v_since AND v_now AND a.name = ANY (p_names)
                  ORDER BY a.ready_at, a.seq LIMIT 1) b ON true;
  END IF;
  part := 'n';
  store_time := v_now;
  RETURN NEXT;
END
$$;
