-- The rows 'm' and 'v' of item_columns, of the CTE `locked`: instance_key, token, batch_until, has_values.
SELECT 'm'::text, l.instance_key, NULL::integer, NULL::integer, NULL::text, m.start_name, m.start_version, NULL::bigint,
       NULL::bigint, NULL::integer, NULL::bigint, NULL::bigint, NULL::bigint, m.visible_at, m.seq, m.kind, m.body,
       m.start_parent, m.message_id, m.discard_if_unknown, NULL::bigint, NULL::bigint
  FROM locked l
  JOIN :schema.message m
    ON m.instance_key = l.instance_key AND :include(in_batch; until = l.batch_until; token = l.token)
 UNION ALL
SELECT 'v'::text, l.instance_key, NULL::integer, NULL::integer, NULL::text, v.key, NULL::text, NULL::bigint, NULL::bigint,
       NULL::integer, NULL::bigint, v.merged_at, NULL::bigint, NULL::bigint, NULL::bigint, NULL::text, v.merged,
       NULL::text, NULL::text, NULL::boolean, NULL::bigint, NULL::bigint
  FROM locked l
  JOIN :schema.key_value v ON v.instance_key = l.instance_key AND v.merged_at IS NOT NULL
 WHERE l.has_values
