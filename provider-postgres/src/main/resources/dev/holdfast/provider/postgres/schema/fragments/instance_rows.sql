-- The rows 'i' of item_columns, of the CTE `locked`: instance_key, instance_id, name, version, execution_id, token,
-- delivery_count, batch_until, ready_at.
SELECT 'i'::text, l.instance_key, NULL::integer, NULL::integer, l.instance_id, l.name, l.version, l.execution_id, l.token,
       l.delivery_count, coalesce(:include(last_event; key = l.instance_key; execution = l.execution_id), 0),
       l.batch_until, l.ready_at, NULL::bigint, NULL::bigint, NULL::text, NULL::bytea, NULL::text, NULL::text,
       NULL::boolean, NULL::bigint, NULL::bigint
  FROM locked l
