-- Small named values of instances. What the running execution changes stands beside what ended ones have left, until it ends.

-- Applies what acks change, of those whose code is 0; p_key are the instances of all acks, in their rows already what the ack
-- has changed. Of each ack there is at most one row for a key; a row without a key clears all that are stored, before the others.
CREATE OR REPLACE FUNCTION :fn.change_key_values(
  p_key bigint[], p_codes integer[], s_ack integer[], s_key text[], s_value bytea[]
) RETURNS boolean
  LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
  -- What was never merged is gone; what was merged is hidden.
  WITH cleared AS (
    SELECT k.instance_key, k.key, k.merged_at, i.updated_at
      FROM unnest(s_ack, s_key, s_value) AS s (ack, key, value)
      JOIN :schema.instance i ON i.instance_key = p_key[s.ack]
      JOIN :schema.key_value k ON k.instance_key = p_key[s.ack] AND k.key = s.key
     WHERE p_codes[s.ack] = 0 AND s.value IS NULL
     UNION ALL
    SELECT k.instance_key, k.key, k.merged_at, i.updated_at
      FROM unnest(s_ack, s_key) AS s (ack, key)
      JOIN :schema.instance i ON i.instance_key = p_key[s.ack]
      JOIN :schema.key_value k ON k.instance_key = p_key[s.ack]
     WHERE p_codes[s.ack] = 0 AND s.key IS NULL
  ), dropped AS (
    DELETE FROM :schema.key_value k
     USING cleared c
     WHERE c.merged_at IS NULL AND k.instance_key = c.instance_key AND k.key = c.key
  )
  UPDATE :schema.key_value k
     SET changed_at = c.updated_at, value = NULL
    FROM cleared c
   WHERE c.merged_at IS NOT NULL AND k.instance_key = c.instance_key AND k.key = c.key;

  INSERT INTO :schema.key_value (instance_key, key, changed_at, value)
  SELECT i.instance_key, s.key, i.updated_at, s.value
    FROM unnest(s_ack, s_key, s_value) AS s (ack, key, value)
    JOIN :schema.instance i ON i.instance_key = p_key[s.ack]
   WHERE p_codes[s.ack] = 0 AND s.value IS NOT NULL
      ON CONFLICT (instance_key, key) DO UPDATE SET changed_at = excluded.changed_at, value = excluded.value;

  UPDATE :schema.instance i
     SET has_values = true
    FROM (SELECT DISTINCT p_key[s.ack] AS key
            FROM unnest(s_ack, s_value) AS s (ack, value)
           WHERE p_codes[s.ack] = 0 AND s.value IS NOT NULL) t
   WHERE i.instance_key = t.key AND NOT i.has_values;
  RETURN true;
END
$$;

-- Makes what executions have changed part of what ended ones have left, of instances whose current execution is the one that
-- is given: an ack that ends an older one ends nothing that runs.
CREATE OR REPLACE FUNCTION :fn.merge_key_values(p_key bigint[], p_execution bigint[]) RETURNS boolean
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_keys bigint[] := ARRAY(SELECT i.instance_key
                             FROM unnest(p_key, p_execution) AS t (key, execution_id)
                             JOIN :schema.instance i ON i.instance_key = t.key
                            WHERE i.has_values AND i.execution_id = t.execution_id);
BEGIN
  WITH dropped AS (
    DELETE FROM :schema.key_value k
     WHERE k.instance_key = ANY (v_keys) AND k.changed_at IS NOT NULL AND k.value IS NULL
  )
  UPDATE :schema.key_value k
     SET merged = k.value, merged_at = k.changed_at, value = NULL, changed_at = NULL
   WHERE k.instance_key = ANY (v_keys) AND k.changed_at IS NOT NULL AND k.value IS NOT NULL;
  RETURN true;
END
$$;
