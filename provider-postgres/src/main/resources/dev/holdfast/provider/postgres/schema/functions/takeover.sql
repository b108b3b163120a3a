-- The locks of processes that have died: the owners of locks, and ending their locks.

-- How many connections to this database the server has ended by itself, by order of an administrator or for an error.
CREATE OR REPLACE FUNCTION :fn.sessions_cut() RETURNS bigint
  LANGUAGE sql VOLATILE
AS $$
  SELECT pg_stat_get_db_sessions_killed(d.oid) + pg_stat_get_db_sessions_fatal(d.oid)
    FROM pg_catalog.pg_database d WHERE d.datname = current_database()
$$;

-- Makes this connection one of the connections of an owner.
CREATE OR REPLACE FUNCTION :fn.enter(p_owner bigint) RETURNS boolean
  LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
  PERFORM set_config('synchronous_commit', 'off', true);
  PERFORM pg_advisory_lock_shared(p_owner);
  PERFORM set_config('holdfast.owner', p_owner::text, false);
  INSERT INTO :schema.owner AS o (number, server_started, sessions_cut)
  VALUES (p_owner, pg_postmaster_start_time(), :fn.sessions_cut())
      ON CONFLICT (number) DO UPDATE
     SET server_started = excluded.server_started, sessions_cut = excluded.sessions_cut, missing_since = NULL
   WHERE o.server_started <> excluded.server_started
      OR o.sessions_cut <> excluded.sessions_cut
      OR o.missing_since IS NOT NULL;
  RETURN true;
END
$$;

-- Forgets an owner that closes without dying: what it holds stays locked until the lock end.
CREATE OR REPLACE FUNCTION :fn.leave(p_owner bigint) RETURNS boolean
  LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
  PERFORM set_config('synchronous_commit', 'off', true);
  DELETE FROM :schema.owner o WHERE o.number = p_owner;
  RETURN true;
END
$$;

-- Ends locks of one owner, those that would end next first, up to p_max of each kind. Rows that other transactions have
-- locked are skipped. There is no index on owners, since every lock would have to maintain it. Returns whether there were
-- instances, whether there were activities, and whether some may be left.
CREATE OR REPLACE FUNCTION :fn.end_locks(
  p_owner bigint, p_max integer, OUT instances boolean, OUT activities boolean, OUT more boolean
)
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_now  bigint := :fn.now_micros();
  v_rows bigint;
BEGIN
  :include(end_activity_locks; which = a.tag IS NULL AND a.session_id IS NULL)
  activities := v_rows > 0;
  :include(end_activity_locks; which = (a.tag IS NOT NULL OR a.session_id IS NOT NULL))
  activities := activities OR v_rows > 0;

  WITH held AS MATERIALIZED (
    SELECT r.instance_key
      FROM :schema.ready r
     WHERE r.ready_at > v_now AND r.lock_epoch > 0 AND r.owner = p_owner
     ORDER BY r.ready_at, r.tie_breaker
     LIMIT p_max
       FOR UPDATE SKIP LOCKED
  )
  UPDATE :schema.ready r
     SET ready_at = v_now, locked_until = v_now
    FROM held h
   WHERE r.instance_key = h.instance_key;
  GET DIAGNOSTICS v_rows = ROW_COUNT;
  instances := v_rows > 0;

  more := instances OR activities
          OR EXISTS (SELECT FROM :schema.activity a
                      WHERE a.tag IS NULL AND a.session_id IS NULL
                        AND a.ready_at > v_now AND a.lock_epoch > 0 AND a.owner = p_owner)
          OR EXISTS (SELECT FROM :schema.activity a
                      WHERE (a.tag IS NOT NULL OR a.session_id IS NOT NULL)
                        AND a.ready_at > v_now AND a.lock_epoch > 0 AND a.owner = p_owner)
          OR EXISTS (SELECT FROM :schema.ready r WHERE r.ready_at > v_now AND r.lock_epoch > 0 AND r.owner = p_owner);
END
$$;

-- Checks whether owners have died, unless another connection has within p_pause, and ends locks of those that have been
-- missing for p_grace. These times are measured by the clock of the server's machine and not by the store's clock, because
-- this waits for processes.
--
-- That all connections of an owner have ended does not prove that its process has: a restart of the server ends them, and an
-- administrator may. Both are detected, and then nothing is known of the owner until it comes back: its row is deleted, and
-- its locks end by themselves. Returns whether locks of instances, and of activities, have ended.
CREATE OR REPLACE FUNCTION :fn.end_locks_of_the_dead(
  p_pause interval, p_grace interval, p_max integer, OUT instances boolean, OUT activities boolean, OUT more boolean
)
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_now   timestamptz := clock_timestamp();
  v_start timestamptz := pg_postmaster_start_time();
  v_cut   bigint;
  v_alive bigint[];
  v_dead  bigint;
  v_ended record;
BEGIN
  instances := false;
  activities := false;
  more := false;
  IF EXISTS (SELECT FROM :schema.owner o WHERE o.number = 0 AND o.missing_since BETWEEN v_now - p_pause AND v_now) THEN
    RETURN;
  END IF;
  PERFORM set_config('synchronous_commit', 'off', true);
  PERFORM FROM :schema.owner o WHERE o.number = 0 FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    -- Another connection is checking, or none ever has.
    INSERT INTO :schema.owner (number, server_started, sessions_cut) VALUES (0, v_start, 0) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
      RETURN;
    END IF;
  END IF;
  UPDATE :schema.owner o SET missing_since = v_now WHERE o.number = 0;

  -- Read before the advisory locks: a connection that is cut gives its lock back before it is counted. So a connection that
  -- still has its lock is not in this number.
  v_cut := :fn.sessions_cut();
  v_alive := ARRAY(
    SELECT (l.classid::bigint << 32) | l.objid::bigint
      FROM pg_catalog.pg_locks l
     WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted
       AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = current_database()));

  UPDATE :schema.owner o
     SET missing_since = NULL, server_started = v_start, sessions_cut = v_cut
   WHERE o.number = ANY (v_alive)
     AND (o.missing_since IS NOT NULL OR o.server_started <> v_start OR o.sessions_cut <> v_cut);
  UPDATE :schema.owner o
     SET missing_since = v_now
   WHERE o.number > 0 AND o.missing_since IS NULL AND o.number <> ALL (v_alive);
  DELETE FROM :schema.owner o
   WHERE o.number > 0 AND o.missing_since < v_now AND (o.server_started <> v_start OR o.sessions_cut <> v_cut);

  FOR v_dead IN
    SELECT o.number
      FROM :schema.owner o
     WHERE o.number > 0 AND o.missing_since <= v_now - p_grace
     ORDER BY o.number
       FOR UPDATE SKIP LOCKED
  LOOP
    v_ended := :fn.end_locks(v_dead, p_max);
    instances := instances OR v_ended.instances;
    activities := activities OR v_ended.activities;
    IF v_ended.more THEN
      more := true;
    ELSE
      DELETE FROM :schema.owner o WHERE o.number = v_dead;
    END IF;
  END LOOP;
END
$$;
