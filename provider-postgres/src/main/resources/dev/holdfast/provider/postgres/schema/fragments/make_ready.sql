-- Makes an instance ready, which also locks the row. An instance that is locked or delayed keeps its time; the release works
-- out what is left.
    ON CONFLICT (instance_key) DO UPDATE
   SET ready_at = greatest(excluded.ready_at, r.locked_until), tie_breaker = excluded.tie_breaker
 WHERE r.lock_epoch = 0
   AND excluded.ready_at IS NOT NULL
   AND (r.ready_at IS NULL OR greatest(excluded.ready_at, r.locked_until) < r.ready_at)
