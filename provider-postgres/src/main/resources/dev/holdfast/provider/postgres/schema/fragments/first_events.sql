-- The first events of the history of each instance in the CTE `locked`: instance_key, execution_id, inline.
       locked l
 CROSS JOIN LATERAL (
       SELECT l.instance_key, h.event_id, h.recorded_at, h.kind, h.data{more}
         FROM :schema.history h
        WHERE h.instance_key = l.instance_key AND h.execution_id = l.execution_id
        ORDER BY h.event_id
        LIMIT l.inline) e
