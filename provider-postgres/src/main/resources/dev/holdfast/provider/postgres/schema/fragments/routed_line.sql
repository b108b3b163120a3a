-- The first activities of one of the lines in which stands what a caller who serves tags or sessions may take.
SELECT a.instance_key, a.execution_id, a.activity_id, a.ready_at, a.seq, a.session_id, octet_length(a.input) AS size
  FROM :schema.activity a
 WHERE {which}
   AND a.ready_at BETWEEN {from} AND {to}
   AND (p_names IS NULL OR a.name = ANY (p_names))
 ORDER BY a.ready_at, a.seq
 LIMIT {max} {lock}
