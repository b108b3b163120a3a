-- Locks ready activities with neither tag nor session and returns them. A row changes only while it is locked, so it can be
-- locked and read in one statement.
RETURN QUERY
WITH ready AS MATERIALIZED (
  SELECT a.instance_key, a.execution_id, a.activity_id, a.ready_at, a.seq, octet_length(a.input) AS size
    FROM :schema.activity a
   WHERE a.tag IS NULL AND a.session_id IS NULL AND a.ready_at BETWEEN v_since AND v_now {only}
   ORDER BY a.ready_at, a.seq
   LIMIT p_max
     FOR UPDATE SKIP LOCKED
), :include(lock_ready; also =)
