-- Time and tokens. Functions, because a call is then one round trip, one transaction and one plan per statement. Each
-- statement inside sees what was committed before it began: lock first, then read. Functions call each other in
-- assignments, which costs less than a query.

-- The one clock that decides.
CREATE OR REPLACE FUNCTION :fn.now_micros() RETURNS bigint
  LANGUAGE sql VOLATILE PARALLEL SAFE
AS $$ SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint $$;

-- Makes tokens unique over a crash of the server. Fetches do not wait until their commit is durable, so the numbers they
-- have drawn can be forgotten, while their callers live on with them. A crash ends all connections: each begins by
-- leaping, durably, over everything that those before it may have drawn. Returns whether this connection had done so
-- before; if not, its transaction must be committed synchronously. To be called before anything else is locked.
CREATE OR REPLACE FUNCTION :fn.reserve_token_range() RETURNS boolean
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_store text := (:order_seq)::oid::text;
BEGIN
  IF current_setting('holdfast.fenced', true) = v_store THEN
    RETURN true;
  END IF;
  -- One at a time: of two leaps side by side the shorter one could undo the longer.
  PERFORM pg_advisory_xact_lock(x'686f6c66'::integer, hashtext(v_store));
  PERFORM setval(:order_seq, nextval(:order_seq) + 100000000);
  PERFORM set_config('holdfast.fenced', v_store, false);
  RETURN false;
END
$$;

-- On whose behalf this connection takes locks; NULL for an unknown owner.
CREATE OR REPLACE FUNCTION :fn.owner_of_session() RETURNS bigint
  LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT nullif(current_setting('holdfast.owner', true), '')::bigint $$;
