-- Time and tokens. Functions, because a call is then one round trip, one transaction and one plan per statement. Each
-- statement of a function sees what was committed before the statement began: lock first, then read. Functions call each
-- other in assignments, which costs less than a query.

-- The store's clock.
CREATE OR REPLACE FUNCTION :fn.now_micros() RETURNS bigint
  LANGUAGE sql VOLATILE PARALLEL SAFE
AS $$ SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint $$;

-- Makes tokens unique over a crash of the server. Fetches do not wait until their commit is durable, so a crash can make the
-- server forget numbers whose tokens live on at the callers. A crash ends all connections: each new one begins by skipping,
-- durably, all numbers that earlier connections may have drawn. Returns whether this connection has done so before; if not,
-- its transaction must be committed synchronously. Call it before anything else is locked.
CREATE OR REPLACE FUNCTION :fn.reserve_token_range() RETURNS boolean
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_store text := (:order_seq)::oid::text;
BEGIN
  IF current_setting('holdfast.fenced', true) = v_store THEN
    RETURN true;
  END IF;
  -- One at a time: of two concurrent skips the shorter one could undo the longer.
  PERFORM pg_advisory_xact_lock(x'686f6c66'::integer, hashtext(v_store));
  PERFORM setval(:order_seq, nextval(:order_seq) + 100000000);
  PERFORM set_config('holdfast.fenced', v_store, false);
  RETURN false;
END
$$;

-- The owner for which this connection takes locks; NULL for an unknown one.
CREATE OR REPLACE FUNCTION :fn.owner_of_session() RETURNS bigint
  LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT nullif(current_setting('holdfast.owner', true), '')::bigint $$;
