(SELECT h.event_id
   FROM :schema.history h
  WHERE h.instance_key = {key} AND h.execution_id = {execution}
  ORDER BY h.event_id DESC LIMIT 1)
