-- Removes the activity of a call if its lock is live, and finds its instance, v_key. Its session, v_session, was used by that.
-- Not joined: while the tables are small, the server would begin with the activities.
SELECT i.instance_key INTO v_key FROM :schema.instance i WHERE i.instance_id = p_id AND i.execution_id > 0;
-- Locked first: the lock may have ended while this waited for its row (EXPIRY-17).
WITH held AS MATERIALIZED (
  SELECT a.ready_at
    FROM :schema.activity a
   WHERE :include(is_held)
     FOR UPDATE
)
DELETE FROM :schema.activity a
 USING held h
 WHERE :include(is_held)
   AND :fn.now_micros() < h.ready_at
RETURNING a.session_id, true INTO v_session, v_removed;
IF v_session IS NOT NULL THEN
  v_removed := :fn.use_sessions(ARRAY[v_session], {now}) IS NOT NULL;
END IF;
