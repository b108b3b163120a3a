-- Numbers of instances, and the locks of their ready rows.
--
-- Locks are taken in one order everywhere, so that calls wait for each other but never in a circle: numbers of new ids
-- (by id), then activities (by identity), then ready rows (by number), then rows of instances that get a child or are deleted
-- (by number).

-- The numbers of instance ids, in order; ids that are new get one, NULL stays NULL. `known` says whether all of them
-- were acked before, so that messages to them cannot be orphans. `p_new` is only a guess that the ids are new.
CREATE OR REPLACE FUNCTION :fn.keys_of(p_ids text[], p_new boolean, OUT keys bigint[], OUT known boolean)
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_key     bigint;
  v_missing boolean;
BEGIN
  IF p_new AND cardinality(p_ids) = 1 THEN
    INSERT INTO :schema.instance (instance_id) VALUES (p_ids[1])
        ON CONFLICT (instance_id) DO NOTHING
    RETURNING instance_key INTO v_key;
    IF v_key IS NOT NULL THEN
      keys := ARRAY[v_key];
      known := false;
      RETURN;
    END IF;
  END IF;
  LOOP -- again where what another transaction had inserted was deleted at once
    SELECT array_agg(i.instance_key ORDER BY t.ord),
           bool_and(t.id IS NULL OR coalesce(i.execution_id, 0) > 0),
           bool_or(t.id IS NOT NULL AND i.instance_key IS NULL)
      INTO keys, known, v_missing
      FROM unnest(p_ids) WITH ORDINALITY AS t (id, ord)
      LEFT JOIN :schema.instance i ON i.instance_id = t.id;
    EXIT WHEN v_missing IS NOT TRUE; -- NULL where there are no ids at all
    INSERT INTO :schema.instance (instance_id)
    SELECT DISTINCT t.id COLLATE "C"
      FROM unnest(p_ids) AS t (id)
     WHERE t.id IS NOT NULL
       AND NOT EXISTS (SELECT FROM :schema.instance i WHERE i.instance_id = t.id)
     ORDER BY 1
        ON CONFLICT (instance_id) DO NOTHING;
  END LOOP;
END
$$;

-- Locks the ready rows of instances, in order, making those that are missing. While a transaction has locked such a row, no
-- other one writes or takes messages of the instance.
CREATE OR REPLACE FUNCTION :fn.lock_ready(p_keys bigint[]) RETURNS boolean
  LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
  INSERT INTO :schema.ready AS r (instance_key)
  SELECT DISTINCT k.key FROM unnest(p_keys) AS k (key) WHERE k.key IS NOT NULL ORDER BY 1
      ON CONFLICT (instance_key) DO UPDATE SET instance_key = r.instance_key WHERE false; -- locks, writes nothing
  RETURN true;
END
$$;

-- Deletes ready rows that were made to be locked and turned out to have nothing to deliver.
CREATE OR REPLACE FUNCTION :fn.delete_empty_ready(p_keys bigint[]) RETURNS boolean
  LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
  DELETE FROM :schema.ready r WHERE r.instance_key = ANY (p_keys) AND r.ready_at IS NULL AND r.lock_epoch = 0;
  RETURN true;
END
$$;
