-- Of each instance, the element whose turn may be applied: the first one, if it has a turn and its message is visible at once.
ARRAY(SELECT CASE WHEN t.place = 1 AND t.execution_id IS NOT NULL AND t.at <= v_now {and} THEN t.key END
        FROM (SELECT m.*, :include(visible_at; now = v_now; m = m.) AS at,
                     row_number() OVER (PARTITION BY m.key ORDER BY m.ord) AS place
                FROM unnest(v_keys, m_due_at, m_due_in, m_start_name, t_execution) WITH ORDINALITY
                       AS m (key, due_at, due_in, start_name, execution_id, ord)) t
       ORDER BY t.ord)
