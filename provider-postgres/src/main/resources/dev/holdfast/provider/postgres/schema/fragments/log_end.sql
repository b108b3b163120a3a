-- Locks the end of the log until the commit, and sets the last position, and the time at which what comes next is recorded, which never
-- falls.
PERFORM pg_advisory_xact_lock(x'686f6c65'::integer, hashtext((:order_seq)::oid::text));
-- One statement, or an event could go from the table between two.
SELECT coalesce(greatest(e.position, g.archived_through), 0), greatest(e.recorded_at, g.archived_recorded_at, :fn.now_micros())
  INTO {position}, {at}
  FROM (SELECT 1) AS one
  LEFT JOIN (SELECT l.position, l.recorded_at FROM :schema.event l ORDER BY l.position DESC LIMIT 1) e ON true
  LEFT JOIN :schema.log g ON g.id = 1;
