-- Locks the instance v_key, whose row the statement before has locked, and sets the columns of its row 'i' and v_ready, whether it
-- has something to process; all NULL if it is not ready {and}.
UPDATE :schema.ready r
   SET :include(take_lock; token = v_token; until = v_until)
  FROM :schema.instance i
 WHERE r.instance_key = v_key AND i.instance_key = v_key {and}
RETURNING i.instance_id, i.name, i.version, greatest(1, i.execution_id), r.delivery_count, i.has_values,
          :include(is_deliverable; key = v_key; until = v_now),
          coalesce(:include(last_event; key = v_key; execution = greatest(1, i.execution_id)), 0)
  INTO instance_id, name, version, execution_id, delivery_count, v_valued, v_ready, last_event_id;
