-- Removes the activity of a call if its lock is live, and finds its instance, v_key.
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
   AND :fn.now_micros() < h.ready_at;
