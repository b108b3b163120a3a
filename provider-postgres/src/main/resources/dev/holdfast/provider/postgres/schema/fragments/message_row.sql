-- The row 'm' of item_columns, of a message `m`.
SELECT 'm'::text, {key}, NULL::integer, NULL::integer, NULL::text, m.start_name, m.start_version, NULL::bigint,
       NULL::bigint, NULL::integer, NULL::bigint, NULL::bigint, NULL::bigint, m.visible_at, m.seq, m.kind, m.body,
       m.start_parent, m.message_id, m.discard_if_unknown, NULL::bigint, NULL::bigint
