-- Whether the history of an execution ends with an event that was recorded at a time; 0 means no event, a time of NULL any.
coalesce((SELECT h.event_id = {event} AND ({at} IS NULL OR h.recorded_at = {at})
            FROM :schema.history h
           WHERE h.instance_key = {key} AND h.execution_id = {execution}
           ORDER BY h.event_id DESC LIMIT 1),
         {event} = 0)
