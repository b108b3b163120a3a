-- Returns the rows of the instance that lock_one has locked.
part := 'i';
instance_key := v_key;
token := v_token;
store_time := v_now;
ready_at := {ready_at};
RETURN NEXT;
RETURN QUERY SELECT * FROM :fn.batch_rows(v_key, execution_id, v_token, v_now, {inline}, {max_bytes});
IF v_valued THEN
  RETURN QUERY SELECT * FROM :fn.value_rows(v_key);
END IF;
