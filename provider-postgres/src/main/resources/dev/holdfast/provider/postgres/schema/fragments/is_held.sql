-- Whether an activity `a` is the one that the token of the call stands for.
a.instance_key = v_key AND a.execution_id = p_execution AND a.activity_id = p_activity AND a.lock_epoch = p_epoch
