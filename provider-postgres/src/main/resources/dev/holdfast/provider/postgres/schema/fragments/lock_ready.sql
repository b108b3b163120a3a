-- Locks the activities of `ready` that fit, and returns them; `also` is what else is done with those of `pick`.
pick AS MATERIALIZED (
  SELECT s.*
    FROM (SELECT r.*, row_number() OVER line = 1 OR sum(r.size) OVER line <= p_max_bytes AS fits
            FROM ready r
          WINDOW line AS (ORDER BY r.ready_at, r.seq)) s
   WHERE p_max_bytes IS NULL OR s.fits
){also}
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
          a.seq, a.name, a.orchestration_name, a.orchestration_version, a.input, v_now, a.tag, a.session_id;
