-- Releases ready rows of acked instances that have messages left.
UPDATE :schema.ready r
   SET ready_at = greatest(v_now, (SELECT m.visible_at
                                     FROM :schema.message m
                                    WHERE m.instance_key = r.instance_key
                                    ORDER BY m.visible_at LIMIT 1)),
       tie_breaker = nextval(:order_seq), locked_until = v_now, lock_epoch = 0, delivery_count = 0
 WHERE {which};
left_over := true;
