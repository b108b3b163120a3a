-- The audit log.

-- Stores entries, in order. One batch at a time: so numbers and times grow in the order of commits, and whoever reads on behind
-- the last record that was seen misses nothing. Whatever keeps a batch waiting, it does not keep its connection for long.
CREATE OR REPLACE FUNCTION :fn.store_audit(
  p_run_id text[], p_type text[], p_step_id text[], p_happened_at bigint[], p_data bytea[]
) RETURNS void
  LANGUAGE plpgsql VOLATILE
  SET lock_timeout = '2s'
AS $$
DECLARE
  v_now bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(x'686f6c61'::integer, hashtext((:order_seq)::oid::text));
  v_now := greatest(
    :fn.now_micros(),
    (SELECT r.stored_at FROM :schema.audit_record r ORDER BY r.sequence DESC LIMIT 1));
  INSERT INTO :schema.audit_record (stored_at, run_id, type, step_id, happened_at, data)
  SELECT v_now, e.run_id, e.type, e.step_id, e.happened_at, e.data
    FROM unnest(p_run_id, p_type, p_step_id, p_happened_at, p_data) WITH ORDINALITY
      AS e (run_id, type, step_id, happened_at, data, ord)
   ORDER BY e.ord;
END
$$;

-- Deletes records stored before a moment, oldest first, and waits for none that another clean-up deletes. Returns how many.
CREATE OR REPLACE FUNCTION :fn.clean_up_audit(p_before bigint, p_limit integer) RETURNS integer
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_rows integer;
BEGIN
  WITH old AS MATERIALIZED (
    SELECT r.sequence
      FROM :schema.audit_record r
     WHERE r.stored_at < p_before
     ORDER BY r.stored_at, r.sequence
     LIMIT p_limit
       FOR UPDATE SKIP LOCKED
  )
  DELETE FROM :schema.audit_record r USING old o WHERE r.sequence = o.sequence;
  GET DIAGNOSTICS v_rows = ROW_COUNT;
  RETURN v_rows;
END
$$;
