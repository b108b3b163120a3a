-- Creates an execution with its first ack. Needs of the CTE `acked`: updated_at.
INSERT INTO :schema.execution AS x (instance_key, execution_id, status, output, started_at, completed_at)
SELECT {key}, {execution}, coalesce({status}, 'RUNNING'), {output}, a.updated_at, CASE WHEN {ended} THEN a.updated_at END
  FROM acked a
    ON CONFLICT (instance_key, execution_id)
