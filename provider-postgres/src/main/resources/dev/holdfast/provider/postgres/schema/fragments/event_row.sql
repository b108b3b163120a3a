-- The row 'e' of item_columns, of an event `e`.
SELECT 'e'::text, e.instance_key, NULL::integer, NULL::integer, NULL::text, NULL::text, NULL::text, NULL::bigint,
       NULL::bigint, NULL::integer, NULL::bigint, NULL::bigint, NULL::bigint, NULL::bigint, NULL::bigint, e.kind, e.data,
       NULL::text, NULL::text, NULL::boolean, e.event_id, e.recorded_at
