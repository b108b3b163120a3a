-- Locking instances for the callers that make them ready, in the same transaction, and the rows that describe them.

-- Locks instances as a fetch would at this moment, and no others. p_key names the instance that each element of a
-- call has made ready, NULL for none, and their rows are locked already. Each instance goes to the last element that asks for it,
-- so that a caller that reads the results in order has seen all that is in the batch. Returns the instance that each
-- element gets, NULL for none.
CREATE OR REPLACE FUNCTION :fn.claim_instances(p_key bigint[], k_lock_for bigint[], k_versions text[]) RETURNS bigint[]
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  -- If the clock was set back since the messages were stored, they are not visible and nothing is claimed.
  v_now     bigint   := :fn.now_micros();
  v_claimed bigint[] := array_fill(NULL::bigint, ARRAY[cardinality(p_key)]);
  v_key     bigint;
  v_ord     bigint;
BEGIN
  FOR v_key, v_ord IN
    UPDATE :schema.ready r
       SET :include(take_lock; token = nextval(:order_seq); until = least(v_now + a.lock_for, :max_micros))
      FROM (SELECT DISTINCT ON (t.key) t.key, t.lock_for, t.versions, t.ord
              FROM unnest(p_key, k_lock_for, k_versions) WITH ORDINALITY AS t (key, lock_for, versions, ord)
             WHERE t.key IS NOT NULL AND t.lock_for IS NOT NULL
             ORDER BY t.key, t.ord DESC) a
      JOIN :schema.instance i ON i.instance_key = a.key
     WHERE r.instance_key = a.key
       AND v_now - r.ready_at >= 0 -- written so that the planner does not choose ready_order, which cannot find an instance
       AND :include(is_deliverable; key = a.key; until = v_now)
       AND :include(is_replayable; ranges = a.versions::integer[])
    RETURNING r.instance_key, a.ord
  LOOP
    v_claimed[v_ord] := v_key;
  END LOOP;
  RETURN v_claimed;
END
$$;

-- The rows of a call that claims: its elements, and the instances that it has locked. A plain query with a name: the server
-- inlines it into the statements that call it, so that no rows are copied.
CREATE OR REPLACE FUNCTION :fn.claimed_rows(p_codes integer[], p_claimed bigint[], k_inline integer[])
  RETURNS TABLE (:include(item_columns))
  LANGUAGE sql STABLE
AS $$
  WITH locked AS MATERIALIZED (
    SELECT k.key AS instance_key, k.inline, r.lock_epoch AS token, r.batch_until, r.delivery_count,
           NULL::bigint AS ready_at, i.instance_id, i.name, i.version, greatest(1, i.execution_id) AS execution_id, i.has_values
      FROM unnest(p_claimed, k_inline) AS k (key, inline)
      JOIN :schema.ready r ON r.instance_key = k.key
      JOIN :schema.instance i ON i.instance_key = k.key
  )
  SELECT 'c'::text, c.key, c.ord::integer, c.code, NULL::text, NULL::text, NULL::text, NULL::bigint, NULL::bigint,
         NULL::integer, NULL::bigint, NULL::bigint, NULL::bigint, NULL::bigint, NULL::bigint, NULL::text, NULL::bytea,
         NULL::text, NULL::text, NULL::boolean, NULL::bigint, NULL::bigint
    FROM unnest(p_codes, p_claimed) WITH ORDINALITY AS c (code, key, ord)
   UNION ALL
  :include(instance_rows)
   UNION ALL
  :include(message_rows)
   UNION ALL
  :include(event_row)
    FROM :include(first_events; more =)
   UNION ALL
  :include(value_rows)
$$;

-- The batch and the first events of one locked instance. Inlined into the statements that call it, like claimed_rows.
CREATE OR REPLACE FUNCTION :fn.batch_rows(
  p_key bigint, p_execution bigint, p_token bigint, p_now bigint, p_inline integer, p_max_bytes bigint
) RETURNS TABLE (:include(item_columns))
  LANGUAGE sql STABLE
AS $$
  :include(message_row; key = p_key)
    FROM :schema.message m
   WHERE m.instance_key = p_key AND :include(in_batch; until = p_now; token = p_token)
   UNION ALL
  :include(event_row)
    FROM (SELECT h.instance_key, h.event_id, h.recorded_at, h.kind, h.data,
                 sum(octet_length(h.data)) OVER (ORDER BY h.event_id) AS total
            FROM :schema.history h
           WHERE h.instance_key = p_key AND h.execution_id = p_execution
           ORDER BY h.event_id
           LIMIT p_inline) e
   WHERE p_max_bytes IS NULL
      OR e.total <= p_max_bytes - (SELECT coalesce(sum(octet_length(m.body)), 0)
                                     FROM :schema.message m
                                    WHERE m.instance_key = p_key AND m.visible_at <= p_now)
$$;

-- The key-values of one locked instance, for which only those are asked that have any.
CREATE OR REPLACE FUNCTION :fn.value_rows(p_key bigint) RETURNS TABLE (:include(item_columns))
  LANGUAGE sql STABLE
AS $$
  WITH locked AS (SELECT p_key AS instance_key, true AS has_values)
  :include(value_rows)
$$;
