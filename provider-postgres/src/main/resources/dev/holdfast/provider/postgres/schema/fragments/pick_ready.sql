-- Picks ready instances, those that are ready longest first. Rows that other transactions have locked are skipped, never
-- waited for.
SELECT {columns}
  FROM :schema.ready r
  {join}
 WHERE r.ready_at BETWEEN {since} AND v_now {only}
 ORDER BY r.ready_at, r.tie_breaker
 LIMIT {max}
   FOR UPDATE OF r SKIP LOCKED
