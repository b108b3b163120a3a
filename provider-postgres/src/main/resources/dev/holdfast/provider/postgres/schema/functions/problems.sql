-- What keeps work from moving, as its holders report it.

-- Stores a problem of a locked instance. Returns 0, or why the token holds no lock, see token_code.
CREATE OR REPLACE FUNCTION :fn.report_instance(p_id text, p_epoch bigint, p_problem text) RETURNS integer
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_now   bigint;
  v_key   bigint;
  v_lock  bigint;
  v_until bigint;
  v_acked bigint;
  v_code  integer;
BEGIN
  SELECT i.instance_key INTO v_key FROM :schema.instance i WHERE i.instance_id = p_id;
  SELECT r.lock_epoch, r.locked_until INTO v_lock, v_until
    FROM :schema.ready r WHERE r.instance_key = v_key FOR UPDATE;
  v_now := :fn.now_micros();
  SELECT i.acked_epoch INTO v_acked FROM :schema.instance i WHERE i.instance_key = v_key;
  v_code := :fn.token_code(p_epoch, v_acked, v_lock, v_until, v_now);
  IF v_code = 0 THEN
    UPDATE :schema.instance i SET problem = p_problem, problem_at = v_now WHERE i.instance_key = v_key;
  END IF;
  RETURN v_code;
END
$$;

-- Stores a problem of a locked activity. Returns 0, or why the token holds no lock, see activity_codes.
CREATE OR REPLACE FUNCTION :fn.report_activity(
  p_id text, p_execution bigint, p_activity bigint, p_epoch bigint, p_problem text
) RETURNS integer
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_now bigint;
  v_key bigint;
BEGIN
  -- Not joined: while the tables are small, the server would begin with the activities.
  SELECT i.instance_key INTO v_key FROM :schema.instance i WHERE i.instance_id = p_id;
  PERFORM FROM :schema.activity a
    WHERE a.instance_key = v_key AND a.execution_id = p_execution AND a.activity_id = p_activity
      FOR UPDATE;
  v_now := :fn.now_micros();
  UPDATE :schema.activity a
     SET problem = p_problem, problem_at = v_now
   WHERE :include(is_held)
     AND v_now - a.ready_at < 0; -- written so that the planner does not choose activity_order, which cannot find an identity
  IF FOUND THEN
    RETURN 0;
  END IF;
  RETURN (:fn.activity_codes(ARRAY[p_id], ARRAY[p_execution], ARRAY[p_activity], ARRAY[p_epoch], v_now))[1];
END
$$;
