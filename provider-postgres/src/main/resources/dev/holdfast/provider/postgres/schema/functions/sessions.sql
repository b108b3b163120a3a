-- Keeping sessions, giving them up, tidying them away.

-- Notes that sessions are used, those of them whose leases are live.
CREATE OR REPLACE FUNCTION :fn.use_sessions(p_sessions text[], p_now bigint) RETURNS boolean
  LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
  WITH live AS MATERIALIZED (
    SELECT s.session_id
      FROM :schema.session s
     WHERE s.session_id = ANY (p_sessions) AND s.lease_until > p_now
     ORDER BY s.session_id
       FOR UPDATE
  )
  UPDATE :schema.session s SET used_at = p_now FROM live l WHERE s.session_id = l.session_id;
  RETURN FOUND;
END
$$;

-- Prolongs the live sessions of these owners that are not idle, and returns how many.
CREATE OR REPLACE FUNCTION :fn.renew_sessions(p_owners text[], p_extend_for bigint, p_idle bigint) RETURNS integer
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_now  bigint := :fn.now_micros();
  v_rows integer;
BEGIN
  WITH live AS MATERIALIZED (
    SELECT s.session_id
      FROM :schema.session s
     WHERE s.owner = ANY (p_owners) AND s.lease_until > v_now AND s.used_at > v_now - p_idle
     ORDER BY s.session_id
       FOR UPDATE
  )
  UPDATE :schema.session s
     SET lease_until = greatest(s.lease_until, least(v_now + p_extend_for, :max_micros))
    FROM live l
   WHERE s.session_id = l.session_id;
  GET DIAGNOSTICS v_rows = ROW_COUNT;
  RETURN v_rows;
END
$$;

-- Ends the lease of a session, if this owner has it. Returns whether it had.
CREATE OR REPLACE FUNCTION :fn.release_session(p_owner text, p_session text) RETURNS boolean
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_now bigint := :fn.now_micros();
BEGIN
  UPDATE :schema.session s
     SET lease_until = v_now
   WHERE s.session_id = p_session AND s.owner = p_owner AND s.lease_until > v_now;
  RETURN FOUND;
END
$$;

-- Deletes what is left of ended sessions that no queued activity names. Returns how many there were.
CREATE OR REPLACE FUNCTION :fn.clean_up_sessions() RETURNS integer
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_now  bigint := :fn.now_micros();
  v_rows integer;
BEGIN
  WITH ended AS MATERIALIZED (
    SELECT s.session_id
      FROM :schema.session s
     WHERE s.lease_until <= v_now
       AND NOT EXISTS (SELECT FROM :schema.activity a WHERE a.session_id = s.session_id)
     ORDER BY s.session_id
       FOR UPDATE SKIP LOCKED
  )
  DELETE FROM :schema.session s USING ended e WHERE s.session_id = e.session_id;
  GET DIAGNOSTICS v_rows = ROW_COUNT;
  RETURN v_rows;
END
$$;
