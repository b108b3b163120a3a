-- Whether the caller has the code of an instance `i` in p_codes. Its row says which code it needs, or else the first visible
-- start; an instance with neither suits every caller.
CASE WHEN i.name IS NOT NULL THEN concat_ws(E'\n', i.name, i.version) = ANY (p_codes)
     ELSE coalesce((SELECT concat_ws(E'\n', m.start_name, m.start_version)
                      FROM :schema.message m
                     WHERE m.instance_key = i.instance_key AND m.visible_at <= v_now AND m.start_name IS NOT NULL
                     ORDER BY m.seq LIMIT 1) = ANY (p_codes), true) END
