-- Whether an activity `a` is the one of the token of the call, under the lock of that token.
a.instance_key = v_key AND a.execution_id = p_execution AND a.activity_id = p_activity AND a.lock_epoch = p_epoch
