-- Whether the caller has the code of an instance `i` in p_codes. What it needs says its row, or else the first start that
-- is visible; an instance without either suits every caller.
CASE WHEN i.name IS NOT NULL THEN concat_ws(E'\n', i.name, i.version) = ANY (p_codes)
     ELSE coalesce((SELECT concat_ws(E'\n', m.start_name, m.start_version)
                      FROM :schema.message m
                     WHERE m.instance_key = i.instance_key AND m.visible_at <= v_now AND m.start_name IS NOT NULL
                     ORDER BY m.seq LIMIT 1) = ANY (p_codes), true) END
