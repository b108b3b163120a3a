-- Deleting instances with their trees.

-- The numbers of instances and of everything below them, each once; what is no instance has nothing below it.
CREATE OR REPLACE FUNCTION :fn.trees_of(p_ids text[]) RETURNS bigint[]
  LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
  RETURN ARRAY(
    WITH RECURSIVE tree (instance_key, instance_id, named) AS (
      SELECT i.instance_key, i.instance_id, i.name IS NOT NULL
        FROM :schema.instance i
       WHERE i.instance_id = ANY (p_ids)
       UNION
      SELECT c.instance_key, c.instance_id, true
        FROM tree t
        JOIN :schema.instance c ON c.parent_instance_id = t.instance_id
       WHERE t.named
    )
    SELECT DISTINCT t.instance_key FROM tree t ORDER BY 1);
END
$$;

-- The root of an instance: the last one above it that exists; where the way leads in a circle, the one with the smallest id there.
CREATE OR REPLACE FUNCTION :fn.root_of(p_id text) RETURNS text
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_way    text[] := ARRAY[p_id];
  v_parent text;
  v_seen   integer;
BEGIN
  LOOP
    SELECT p.instance_id INTO v_parent
      FROM :schema.instance i
      JOIN :schema.instance p ON p.instance_id = i.parent_instance_id AND p.name IS NOT NULL
     WHERE i.instance_id = v_way[cardinality(v_way)];
    IF NOT FOUND THEN
      RETURN v_way[cardinality(v_way)];
    END IF;
    v_seen := array_position(v_way, v_parent);
    IF v_seen IS NOT NULL THEN
      RETURN (SELECT min(w.id COLLATE "C") FROM unnest(v_way[v_seen:]) AS w (id));
    END IF;
    v_way := v_way || v_parent;
  END LOOP;
END
$$;

-- Deletes instances with their trees, all or nothing, and counts what went. p_acked_epoch, unless NULL, is the last ack of the
-- only instance, without which nothing is deleted. The codes are 0, or why nothing was deleted, with the id that `about` names: 1 nothing
-- is known of it, 2 it is the root of one that was asked for without it, 3 it runs and p_force is not set.
--
-- Locks, in the order that all functions keep, so that no call that knows these instances is under way: each call that writes
-- for one of them has its ready row locked or, when it ends an activity, the row of that. A call that waits for these rows finds
-- nothing, or that its instance is gone, see store_messages. What the trees consist of is read again with the rows locked; if
-- there is more by then, the locks are given back and it begins anew.
CREATE OR REPLACE FUNCTION :fn.delete_trees(
  p_ids text[], p_force boolean, p_acked_epoch bigint,
  OUT code integer, OUT about text,
  OUT instances bigint, OUT executions bigint, OUT events bigint, OUT messages bigint, OUT activities bigint
)
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_keys bigint[];
  v_done boolean;
BEGIN
  v_done := :fn.take_posted(); -- what callers have committed goes too
  FOR attempt IN 1..1000 LOOP
    v_keys := :fn.trees_of(p_ids);
    BEGIN
      PERFORM FROM :schema.activity a
        WHERE a.instance_key = ANY (v_keys)
        ORDER BY a.instance_key, a.execution_id, a.activity_id
          FOR UPDATE;
      v_done := :fn.lock_ready(v_keys);
      -- Waits for turns that give one of them a child, see lock_parents.
      PERFORM FROM :schema.instance i WHERE i.instance_key = ANY (v_keys) ORDER BY i.instance_key FOR UPDATE;
      IF NOT :fn.trees_of(p_ids) <@ v_keys
         OR (SELECT count(*) FROM :schema.activity a WHERE a.instance_key = ANY (v_keys))
            <> (SELECT count(*)
                  FROM (SELECT FROM :schema.activity a WHERE a.instance_key = ANY (v_keys) FOR UPDATE SKIP LOCKED) l) THEN
        RAISE EXCEPTION USING ERRCODE = 'HF003', MESSAGE = 'the tree has grown';
      END IF;

      SELECT a.id INTO about
        FROM unnest(p_ids) WITH ORDINALITY AS a (id, ord)
        LEFT JOIN :schema.instance i ON i.instance_id = a.id
       WHERE i.instance_key IS NULL
          OR i.acked_epoch <> p_acked_epoch
          OR (i.execution_id = 0
              AND NOT EXISTS (SELECT FROM :schema.message m WHERE m.instance_key = i.instance_key)
              AND NOT EXISTS (SELECT FROM :schema.activity q WHERE q.instance_key = i.instance_key))
       ORDER BY a.ord
       LIMIT 1;
      code := CASE WHEN FOUND THEN 1 ELSE 0 END;
      IF code = 0 THEN
        SELECT r.root INTO about
          FROM unnest(p_ids) WITH ORDINALITY AS a (id, ord)
         CROSS JOIN LATERAL (SELECT :fn.root_of(a.id) AS root) r
         WHERE r.root <> ALL (p_ids)
         ORDER BY a.ord
         LIMIT 1;
        code := CASE WHEN FOUND THEN 2 ELSE 0 END;
      END IF;
      IF code = 0 AND NOT p_force THEN
        SELECT i.instance_id INTO about
          FROM :schema.instance i
          LEFT JOIN :schema.execution x ON x.instance_key = i.instance_key AND x.execution_id = i.execution_id
         WHERE i.instance_key = ANY (v_keys)
           AND (i.name IS NULL OR x.status NOT IN ('COMPLETED', 'FAILED'))
         ORDER BY i.instance_key
         LIMIT 1;
        code := CASE WHEN FOUND THEN 3 ELSE 0 END;
      END IF;
      IF code > 0 THEN
        v_done := :fn.delete_empty_ready(v_keys);
        RETURN;
      END IF;

      -- Everything that has rows of an instance. Audit records are not among it: they are about runs by name, and stay for
      -- those who ask why.
      DELETE FROM :schema.activity a WHERE a.instance_key = ANY (v_keys);
      GET DIAGNOSTICS activities = ROW_COUNT;
      DELETE FROM :schema.message m WHERE m.instance_key = ANY (v_keys);
      GET DIAGNOSTICS messages = ROW_COUNT;
      DELETE FROM :schema.history h WHERE h.instance_key = ANY (v_keys);
      GET DIAGNOSTICS events = ROW_COUNT;
      DELETE FROM :schema.execution x WHERE x.instance_key = ANY (v_keys);
      GET DIAGNOSTICS executions = ROW_COUNT;
      DELETE FROM :schema.message_id u WHERE u.instance_key = ANY (v_keys);
      DELETE FROM :schema.custom_status s WHERE s.instance_key = ANY (v_keys);
      DELETE FROM :schema.key_value v WHERE v.instance_key = ANY (v_keys);
      DELETE FROM :schema.ready r WHERE r.instance_key = ANY (v_keys);
      v_done := :fn.delete_runs(ARRAY(SELECT i.instance_id FROM :schema.instance i WHERE i.instance_key = ANY (v_keys)));
      WITH gone AS (
        DELETE FROM :schema.instance i WHERE i.instance_key = ANY (v_keys) RETURNING i.name
      )
      SELECT count(g.name) INTO instances FROM gone g;
      RETURN;
    EXCEPTION
      WHEN SQLSTATE 'HF003' THEN NULL;
    END;
  END LOOP;
  RAISE EXCEPTION USING ERRCODE = '40001', MESSAGE = 'the tree grows faster than it can be locked';
END
$$;
