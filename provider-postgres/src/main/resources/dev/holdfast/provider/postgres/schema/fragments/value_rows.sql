-- The rows 'v' of item_columns, of the CTE `locked`: instance_key, has_values.
SELECT 'v'::text, l.instance_key, NULL::integer, NULL::integer, NULL::text, v.key, NULL::text, NULL::bigint, NULL::bigint,
       NULL::integer, NULL::bigint, v.merged_at, NULL::bigint, NULL::bigint, NULL::bigint, NULL::text, v.merged,
       NULL::text, NULL::text, NULL::boolean, NULL::bigint, NULL::bigint
  FROM locked l
  JOIN :schema.key_value v ON v.instance_key = l.instance_key AND v.merged_at IS NOT NULL
 WHERE l.has_values
