-- Locks ready activities and returns them. A row changes only while it is locked, so it can be locked and read in one
-- statement.
RETURN QUERY
WITH ready AS MATERIALIZED (
  SELECT a.instance_key, a.execution_id, a.activity_id, a.ready_at, a.seq, octet_length(a.input) AS size
    FROM :schema.activity a
   WHERE a.ready_at BETWEEN v_since AND v_now {only}
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
       ready_at = least(v_now + p_lock_for, :max_micros),
       delivery_count = a.delivery_count + 1,
       owner = :fn.owner_of_session()
  FROM pick p
  JOIN :schema.instance i ON i.instance_key = p.instance_key
 WHERE a.instance_key = p.instance_key
   AND a.execution_id = p.execution_id
   AND a.activity_id = p.activity_id
RETURNING 'a', a.instance_key, i.instance_id, a.execution_id, a.activity_id, a.lock_epoch, a.delivery_count, p.ready_at,
          a.seq, a.name, a.orchestration_name, a.orchestration_version, a.input, v_now;
