-- Whether an instance `i` has something to process: a visible message, and before its first ack a visible start.
EXISTS (SELECT FROM :schema.message m
         WHERE m.instance_key = {key}
           AND m.visible_at <= {until}
           AND (i.execution_id > 0 OR m.start_name IS NOT NULL))
