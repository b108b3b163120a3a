-- Fences: the tokens that calls show for what they write.

-- Why a fence is not live, NULL when it is, or without one: a code, see token_code and activity_codes; for a lease the number of its last
-- acquisition, or nothing; and for a message of an inbox what inbox_loss says. The caller has locked its row if that is to stay so.
CREATE OR REPLACE FUNCTION :fn.fence_loss(:include(fence_parameters)) RETURNS text
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_now   bigint := :fn.now_micros();
  v_epoch bigint;
  v_until bigint;
  v_gone  bigint;
BEGIN
  CASE f_what
    WHEN 1 THEN
      RETURN nullif(
        coalesce((SELECT :fn.token_code(f_epoch, i.acked_epoch, r.lock_epoch, r.locked_until, v_now)
                    FROM :schema.instance i
                    LEFT JOIN :schema.ready r ON r.instance_key = i.instance_key
                   WHERE i.instance_id = f_id), 2),
        0)::text;
    WHEN 2 THEN
      RETURN nullif(
        (:fn.activity_codes(ARRAY[f_id], ARRAY[f_execution], ARRAY[f_activity], ARRAY[f_epoch], v_now))[1], 0)::text;
    WHEN 3 THEN
      SELECT l.epoch, l.lease_until INTO v_epoch, v_until FROM :schema.lease l WHERE l.name = f_id;
    WHEN 4 THEN
      SELECT m.lock_epoch, m.locked_until, m.consumed_at
        INTO v_epoch, v_until, v_gone
        FROM :schema.inbox i
        JOIN :schema.inbox_message m ON m.inbox_key = i.inbox_key
       WHERE i.run_id = f_id AND i.step_id = f_step AND i.port = f_port AND m.sequence = f_activity;
    ELSE
      RETURN NULL;
  END CASE;
  IF v_epoch = f_epoch AND v_until > v_now AND v_gone IS NULL THEN
    RETURN NULL;
  END IF;
  RETURN :fn.inbox_loss(v_gone, v_epoch);
END
$$;
