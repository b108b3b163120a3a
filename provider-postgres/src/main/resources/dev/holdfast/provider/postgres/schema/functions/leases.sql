-- Named leases. Rows of several names are locked in the order of names, and time is read behind the locks.

-- Acquires a lease for p_holder, unless it is live. Returns the lease as it is then; epoch is NULL when it was refused.
CREATE OR REPLACE FUNCTION :fn.acquire_lease(
  p_name text, p_holder text, p_lease_for bigint,
  OUT epoch bigint, OUT holder text, OUT acquired_at bigint, OUT lease_until bigint
)
  LANGUAGE plpgsql VOLATILE
AS $$
#variable_conflict use_column
DECLARE
  v_now bigint;
BEGIN
  -- A live lease is refused without a lock and without a write: many callers may ask for one again and again.
  SELECT l.holder, l.acquired_at, l.lease_until INTO holder, acquired_at, lease_until
    FROM :schema.lease l WHERE l.name = p_name;
  IF lease_until > :fn.now_micros() THEN
    RETURN;
  END IF;

  -- One at a time: the later of two acquisitions draws the greater token, also while there is no row to be locked.
  PERFORM pg_advisory_xact_lock(x'686f6c6c'::integer, hashtext((:order_seq)::oid::text || ' ' || p_name));
  SELECT l.holder, l.acquired_at, l.lease_until INTO holder, acquired_at, lease_until
    FROM :schema.lease l WHERE l.name = p_name FOR UPDATE;
  v_now := :fn.now_micros();
  IF lease_until > v_now THEN
    RETURN;
  END IF;
  epoch := nextval(:order_seq);
  holder := p_holder;
  acquired_at := v_now;
  lease_until := least(v_now + p_lease_for, :max_micros);
  INSERT INTO :schema.lease AS l (name, holder, epoch, acquired_at, lease_until)
  VALUES (p_name, holder, epoch, acquired_at, lease_until)
      ON CONFLICT (name) DO UPDATE
     SET holder = excluded.holder,
         epoch = excluded.epoch,
         acquired_at = excluded.acquired_at,
         lease_until = excluded.lease_until;
END
$$;

-- Prolongs live leases, and shortens none. Returns one row per token, in order, with the lease and its epoch; `kept` says
-- whether the token holds it. Without a row of the name the rest is NULL.
CREATE OR REPLACE FUNCTION :fn.renew_leases(p_name text[], p_epoch bigint[], p_extend_for bigint)
  RETURNS TABLE (kept boolean, epoch bigint, holder text, acquired_at bigint, lease_until bigint)
  LANGUAGE plpgsql VOLATILE
AS $$
#variable_conflict use_column
DECLARE
  v_now   bigint;
  v_until bigint;
BEGIN
  PERFORM FROM :schema.lease l WHERE l.name = ANY (p_name) ORDER BY l.name FOR UPDATE;
  v_now := :fn.now_micros();
  v_until := least(v_now + p_extend_for, :max_micros);
  UPDATE :schema.lease l
     SET lease_until = v_until
    FROM unnest(p_name, p_epoch) AS t (name, epoch)
   WHERE l.name = t.name
     AND l.epoch = t.epoch
     -- Written so that the planner does not choose lease_end, which cannot find a name.
     AND l.lease_until - v_now > 0
     AND l.lease_until - v_until < 0;
  RETURN QUERY
  SELECT coalesce(l.epoch = t.epoch AND l.lease_until > v_now, false), l.epoch, l.holder, l.acquired_at, l.lease_until
    FROM unnest(p_name, p_epoch) WITH ORDINALITY AS t (name, epoch, ord)
    LEFT JOIN :schema.lease l ON l.name = t.name
   ORDER BY t.ord;
END
$$;

-- Deletes a live lease. Returns whether the token held it.
CREATE OR REPLACE FUNCTION :fn.release_lease(p_name text, p_epoch bigint) RETURNS boolean
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_now bigint;
BEGIN
  PERFORM FROM :schema.lease l WHERE l.name = p_name AND l.epoch = p_epoch FOR UPDATE;
  v_now := :fn.now_micros();
  DELETE FROM :schema.lease l WHERE l.name = p_name AND l.epoch = p_epoch AND l.lease_until > v_now;
  RETURN FOUND;
END
$$;

-- Deletes leases that ended before a moment, oldest end first, and waits for none that is in use. Returns how many.
CREATE OR REPLACE FUNCTION :fn.clean_up_leases(p_before bigint, p_limit integer) RETURNS integer
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_bound bigint := least(p_before, :fn.now_micros() + 1);
  v_rows  integer;
BEGIN
  WITH ended AS MATERIALIZED (
    SELECT l.name
      FROM :schema.lease l
     WHERE l.lease_until < v_bound
     ORDER BY l.lease_until, l.name
     LIMIT p_limit
       FOR UPDATE SKIP LOCKED
  )
  DELETE FROM :schema.lease l USING ended e WHERE l.name = e.name;
  GET DIAGNOSTICS v_rows = ROW_COUNT;
  RETURN v_rows;
END
$$;
