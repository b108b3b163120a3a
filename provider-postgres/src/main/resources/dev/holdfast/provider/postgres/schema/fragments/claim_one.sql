-- Claims the instance v_key, for which the only message of the call was stored, and returns from the function.
v_until := least(v_now + k_lock_for, :max_micros);
v_token := nextval(:order_seq);
-- Written so that the planner does not choose ready_order, which cannot find an instance.
:include(lock_one; and = AND v_now - r.ready_at >= 0)
part := 'c';
element := 1;
code := 0;
IF NOT FOUND THEN
  RETURN NEXT;
  RETURN;
END IF;
instance_key := v_key;
RETURN NEXT;
IF v_ready THEN
  :include(rows_of_one; ready_at = v_now; inline = k_inline; max_bytes = NULL)
END IF;
RETURN;
