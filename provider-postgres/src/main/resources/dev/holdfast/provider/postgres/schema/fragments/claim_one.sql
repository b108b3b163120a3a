-- Claims the instance v_key, for which the only message of the call was stored, and returns from the function.
v_until := least(v_now + k_lock_for, :max_micros);
v_token := nextval(:order_seq);
UPDATE :schema.ready r
   SET :include(take_lock; token = v_token; until = v_until)
 WHERE r.instance_key = v_key
   AND v_now - r.ready_at >= 0 -- written so that the planner does not choose ready_order, which cannot find an instance
RETURNING r.delivery_count INTO v_delivery;
part := 'c';
element := 1;
code := 0;
IF v_delivery IS NULL THEN
  RETURN NEXT;
  RETURN;
END IF;
instance_key := v_key;
RETURN NEXT;
RETURN QUERY
SELECT * FROM :fn.item_rows(v_key, v_token, v_delivery, v_now, v_now, k_inline, NULL);
RETURN;
