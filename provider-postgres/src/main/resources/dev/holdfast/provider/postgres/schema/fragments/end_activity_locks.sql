-- Ends locks of activities, those of one of the two parts of the queue.
WITH held AS MATERIALIZED (
  SELECT a.instance_key, a.execution_id, a.activity_id
    FROM :schema.activity a
   WHERE {which} AND a.ready_at > v_now AND a.lock_epoch > 0 AND a.owner = p_owner
   ORDER BY a.ready_at, a.seq
   LIMIT p_max
     FOR UPDATE SKIP LOCKED
)
UPDATE :schema.activity a
   SET ready_at = v_now
  FROM held h
 WHERE a.instance_key = h.instance_key AND a.execution_id = h.execution_id AND a.activity_id = h.activity_id;
GET DIAGNOSTICS v_rows = ROW_COUNT;
