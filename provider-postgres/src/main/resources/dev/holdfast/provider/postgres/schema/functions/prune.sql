-- Removing old executions of instances that live on.

-- Removes executions of one instance but the current one, running ones, the newest p_keep, and those that did not end before
-- p_before, if that is given. Locks the instance's ready row, so that no turn of it is applied meanwhile.
CREATE OR REPLACE FUNCTION :fn.prune_executions(
  p_id text, p_keep integer, p_before bigint, OUT known boolean, OUT executions bigint, OUT events bigint
)
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_key    bigint;
  v_going  bigint[];
  v_locked boolean;
BEGIN
  executions := 0;
  events := 0;
  SELECT i.instance_key INTO v_key
    FROM :schema.instance i
   WHERE i.instance_id = p_id
     AND (i.execution_id > 0
          OR EXISTS (SELECT FROM :schema.message m WHERE m.instance_key = i.instance_key)
          OR EXISTS (SELECT FROM :schema.activity a WHERE a.instance_key = i.instance_key));
  known := v_key IS NOT NULL;
  IF NOT known THEN
    RETURN;
  END IF;
  v_locked := :fn.lock_ready(ARRAY[v_key]);
  known := EXISTS (SELECT FROM :schema.instance i WHERE i.instance_key = v_key); -- it may have been deleted meanwhile
  v_going := ARRAY(
    SELECT x.execution_id
      FROM :schema.instance i
      JOIN :schema.execution x ON x.instance_key = i.instance_key
     WHERE i.instance_key = v_key
       AND x.execution_id < i.execution_id
       AND x.status <> 'RUNNING'
       AND (p_before IS NULL OR x.completed_at < p_before)
       AND p_keep <= (SELECT count(*) FROM :schema.execution n
                       WHERE n.instance_key = v_key AND n.execution_id > x.execution_id));
  IF cardinality(v_going) > 0 THEN
    DELETE FROM :schema.history h WHERE h.instance_key = v_key AND h.execution_id = ANY (v_going);
    GET DIAGNOSTICS events = ROW_COUNT;
    DELETE FROM :schema.execution x WHERE x.instance_key = v_key AND x.execution_id = ANY (v_going);
    GET DIAGNOSTICS executions = ROW_COUNT;
  END IF;
  v_locked := :fn.delete_empty_ready(ARRAY[v_key]);
END
$$;
