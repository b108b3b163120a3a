-- The rows 'm' of item_columns, of the CTE `locked`: instance_key, token, batch_until.
:include(message_row; key = l.instance_key)
  FROM locked l
  JOIN :schema.message m
    ON m.instance_key = l.instance_key AND :include(in_batch; until = l.batch_until; token = l.token)
