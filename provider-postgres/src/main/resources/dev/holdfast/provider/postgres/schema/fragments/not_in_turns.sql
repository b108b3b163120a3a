-- The instances whose messages are to be stored: no turn was applied in their place.
ARRAY(SELECT CASE WHEN t.code IS DISTINCT FROM 0 THEN t.key END
        FROM unnest(v_keys, v_turns.codes) WITH ORDINALITY AS t (key, code, ord) ORDER BY t.ord)
