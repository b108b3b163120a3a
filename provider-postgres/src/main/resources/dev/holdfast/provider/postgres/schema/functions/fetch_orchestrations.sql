-- Fetching instances with what they have to process.

-- Undoes locks that a fetch took in vain: of orphans, and of instances whose messages are not visible any more. In the
-- transaction that took them.
CREATE OR REPLACE FUNCTION :fn.requeue_unready(p_keys bigint[], p_now bigint) RETURNS boolean
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_key   bigint;
  v_known boolean;
  v_at    bigint;
BEGIN
  FOREACH v_key IN ARRAY p_keys LOOP
    SELECT i.execution_id > 0 INTO v_known FROM :schema.instance i WHERE i.instance_key = v_key;
    -- The instance is ready again with its next message or, before its first turn, with a start.
    SELECT min(m.visible_at) INTO v_at
      FROM :schema.message m
     WHERE m.instance_key = v_key AND (v_known OR m.start_name IS NOT NULL);

    IF v_at IS NULL AND NOT v_known THEN
      -- Without any start, messages with discard_if_unknown are discarded; the others wait, and no fetch sees them.
      DELETE FROM :schema.message m WHERE m.instance_key = v_key AND m.visible_at <= p_now AND m.discard_if_unknown;
      DELETE FROM :schema.message_id u
       WHERE u.instance_key = v_key
         AND NOT EXISTS (SELECT FROM :schema.message m
                          WHERE m.instance_key = v_key AND m.message_id = u.message_id);
      SELECT min(m.visible_at) INTO v_at
        FROM :schema.message m
       WHERE m.instance_key = v_key AND m.discard_if_unknown;
    END IF;

    UPDATE :schema.ready r
       SET ready_at = v_at, tie_breaker = nextval(:order_seq), locked_until = 0, lock_epoch = 0,
           delivery_count = r.delivery_count - 1
     WHERE r.instance_key = v_key;
  END LOOP;
  RETURN :fn.delete_empty_ready(p_keys);
END
$$;

-- Waits until no other transaction has locked an instance's ready row; false when that takes too long. In a transaction
-- of its own: waiting while holding another lock could deadlock, and PostgreSQL keeps also the locks of rows that turned out
-- not to match.
CREATE OR REPLACE FUNCTION :fn.await_ready(p_key bigint) RETURNS boolean
  LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
  PERFORM set_config('lock_timeout', '1s', true);
  PERFORM FROM :schema.ready r WHERE r.instance_key = p_key FOR UPDATE;
  RETURN true;
EXCEPTION
  WHEN lock_not_available THEN RETURN false;
END
$$;

-- Locks up to p_max instances, those that are ready longest first. It reads only what is ready since p_since or later,
-- unless nothing is, or the clock is before p_since: a caller that knows that there is nothing older spares the server a
-- walk along dead index entries, of which there are as many as were served since the last vacuum. p_max_bytes bounds what
-- the rows hold of bodies and data, NULL for any size; the first instance always comes. Instances that do not fit are not
-- touched. p_codes, unless NULL, has the code that the caller has: names, each followed by a line break and the version
-- where there is one. p_versions, unless NULL, has the versions that it can replay, see is_replayable. With one of these a call that finds nothing does not read on from the start: it would walk along all
-- instances of other code each time. The caller does that from time to time.
CREATE OR REPLACE FUNCTION :fn.fetch_orchestrations(
  p_max integer, p_lock_for bigint, p_inline integer, p_since bigint, p_max_bytes bigint, p_codes text[] DEFAULT NULL,
  p_versions integer[] DEFAULT NULL)
  RETURNS TABLE (:include(item_columns))
  LANGUAGE plpgsql VOLATILE
AS $$
#variable_conflict use_column
DECLARE
  v_now     bigint;
  v_until   bigint;
  v_since   bigint := p_since;
  v_keys    bigint[];
  v_ready   bigint[]; -- since when they were ready
  v_useless bigint[];
  v_found   integer := 0;
  v_bytes   bigint;  -- of the messages, as far as they count
  v_left    bigint := p_max_bytes;
  v_more    boolean;
  v_rows    bigint;
  v_done    boolean;
BEGIN
  -- The commit need not wait for the disk: a fetch that a crash of the server undoes has never been.
  IF :fn.reserve_token_range() THEN
    v_done := set_config('synchronous_commit', 'off', true) = 'off';
  END IF;
  :include(take_posted; which = true)
  LOOP
    v_now := :fn.now_micros();
    v_until := least(v_now + p_lock_for, :max_micros);
    v_bytes := 0;
    v_more := true;
    IF p_codes IS NULL AND p_versions IS NULL AND p_max_bytes IS NULL THEN
      WITH pick AS MATERIALIZED (
        :include(pick_ready; columns = r.instance_key, r.ready_at, r.tie_breaker; join =; since = v_since; only =;
                 max = p_max - v_found)
      ), claimed AS (
        UPDATE :schema.ready r
           SET :include(take_lock; token = nextval(:order_seq); until = v_until)
          FROM pick p
         WHERE r.instance_key = p.instance_key
        RETURNING r.instance_key, p.ready_at, p.tie_breaker
      )
      SELECT array_agg(c.instance_key ORDER BY c.ready_at, c.tie_breaker),
             array_agg(c.ready_at ORDER BY c.ready_at, c.tie_breaker)
        INTO v_keys, v_ready
        FROM claimed c;
    ELSE
      -- Picked first, so that skipped instances are neither locked nor measured.
      IF p_codes IS NULL AND p_versions IS NULL THEN
        SELECT array_agg(p.instance_key ORDER BY p.ready_at, p.tie_breaker)
          INTO v_keys
          FROM (:include(pick_ready; columns = r.instance_key, r.ready_at, r.tie_breaker; join =; since = v_since; only =;
                         max = p_max - v_found)) p;
      ELSIF p_versions IS NOT NULL THEN
        SELECT array_agg(p.instance_key ORDER BY p.ready_at, p.tie_breaker)
          INTO v_keys
          FROM (:include(pick_ready; columns = r.instance_key, r.ready_at, r.tie_breaker;
                         join = JOIN :schema.instance i ON i.instance_key = r.instance_key;
                         since = v_since;
                         only = AND :include(is_replayable; ranges = p_versions) AND (p_codes IS NULL OR :include(is_served));
                         max = p_max - v_found)) p;
      ELSE
        SELECT array_agg(p.instance_key ORDER BY p.ready_at, p.tie_breaker)
          INTO v_keys
          FROM (:include(pick_ready; columns = r.instance_key, r.ready_at, r.tie_breaker;
                         join = JOIN :schema.instance i ON i.instance_key = r.instance_key;
                         since = v_since; only = AND :include(is_served); max = p_max - v_found)) p;
      END IF;
      WITH sized AS (
        SELECT k.key, k.ord, sum(b.size) OVER (ORDER BY k.ord) AS total
          FROM unnest(v_keys) WITH ORDINALITY AS k (key, ord)
         CROSS JOIN LATERAL (
               SELECT coalesce(sum(octet_length(m.body)), 0) AS size
                 FROM :schema.message m
                WHERE v_left IS NOT NULL AND m.instance_key = k.key AND m.visible_at <= v_now) b
      ), claimed AS (
        UPDATE :schema.ready r
           SET :include(take_lock; token = nextval(:order_seq); until = v_until)
          FROM (SELECT s.key, s.ord, s.total, o.ready_at
                  FROM sized s
                  JOIN :schema.ready o ON o.instance_key = s.key
                 WHERE v_left IS NULL OR s.total <= v_left OR (s.ord = 1 AND v_found = 0)) p
         WHERE r.instance_key = p.key
        RETURNING r.instance_key, p.ord, p.ready_at, p.total
      )
      SELECT array_agg(c.instance_key ORDER BY c.ord), array_agg(c.ready_at ORDER BY c.ord), coalesce(max(c.total), 0),
             count(*) >= cardinality(v_keys)
        INTO v_keys, v_ready, v_bytes, v_more
        FROM claimed c;
      v_left := v_left - v_bytes;
    END IF;

    IF v_keys IS NULL THEN
      EXIT WHEN v_found > 0 OR v_since = 0 OR p_codes IS NOT NULL OR p_versions IS NOT NULL;
      v_since := 0;
      CONTINUE;
    END IF;

    -- Read in statements of their own: they see everything that was committed before the rows were locked.
    RETURN QUERY
    WITH locked AS (
      SELECT k.key AS instance_key, k.ready_at, k.ord, r.lock_epoch AS token, r.batch_until, r.delivery_count,
             i.instance_id, i.name, i.version, greatest(1, i.execution_id) AS execution_id
        FROM unnest(v_keys, v_ready) WITH ORDINALITY AS k (key, ready_at, ord)
        JOIN :schema.ready r ON r.instance_key = k.key
        JOIN :schema.instance i ON i.instance_key = k.key
       WHERE :include(is_deliverable; key = k.key; until = r.batch_until)
         AND :include(is_replayable; ranges = p_versions) -- again: it may have been pinned before its row was locked
    )
    :include(instance_rows)
     ORDER BY l.ord;
    GET DIAGNOSTICS v_rows = ROW_COUNT;
    v_useless := NULL;
    IF v_rows < cardinality(v_keys) THEN
      v_useless := ARRAY(
        SELECT k.key
          FROM unnest(v_keys) AS k (key)
          JOIN :schema.instance i ON i.instance_key = k.key
         WHERE NOT :include(is_deliverable; key = k.key; until = v_now)
            OR NOT :include(is_replayable; ranges = p_versions));
      v_done := :fn.requeue_unready(v_useless, v_now);
      v_keys := ARRAY(SELECT k.key FROM unnest(v_keys) AS k (key) WHERE k.key <> ALL (v_useless));
    END IF;

    RETURN QUERY
    WITH locked AS MATERIALIZED (
      SELECT k.key AS instance_key, k.ord, r.lock_epoch AS token, r.batch_until,
             greatest(1, i.execution_id) AS execution_id, i.has_values, p_inline AS inline
        FROM unnest(v_keys) WITH ORDINALITY AS k (key, ord)
        JOIN :schema.ready r ON r.instance_key = k.key
        JOIN :schema.instance i ON i.instance_key = k.key
    )
    :include(message_rows)
     UNION ALL
    :include(value_rows)
     UNION ALL
    :include(event_row)
      FROM (SELECT e.*, sum(octet_length(e.data)) OVER (ORDER BY l.ord, e.event_id) AS total
              FROM :include(first_events; more =)) e
     WHERE v_left IS NULL OR e.total <= v_left;
    v_found := v_found + cardinality(v_keys);
    EXIT WHEN v_found >= p_max OR v_useless IS NULL OR NOT v_more;
  END LOOP;

  IF v_found = 0 THEN
    -- It returns "nothing" only if there is nothing. Rows that other transactions have locked were skipped, and those may be
    -- writing a message or giving the instance back: the caller waits for one of them and calls again.
    IF p_codes IS NULL AND p_versions IS NULL THEN
      SELECT (SELECT r.instance_key
                FROM :schema.ready r
               WHERE r.ready_at <= v_now ORDER BY r.ready_at, r.tie_breaker LIMIT 1),
             (SELECT r.ready_at FROM :schema.ready r WHERE r.ready_at IS NOT NULL ORDER BY r.ready_at LIMIT 1)
        INTO instance_key, ready_at;
    ELSE
      SELECT (SELECT r.instance_key
                FROM :schema.ready r
                JOIN :schema.instance i ON i.instance_key = r.instance_key
               WHERE r.ready_at BETWEEN v_since AND v_now
                 AND (p_codes IS NULL OR :include(is_served)) AND :include(is_replayable; ranges = p_versions)
               ORDER BY r.ready_at, r.tie_breaker LIMIT 1),
             (SELECT r.ready_at FROM :schema.ready r WHERE r.ready_at > v_now ORDER BY r.ready_at LIMIT 1)
        INTO instance_key, ready_at;
    END IF;
    part := 'n';
    store_time := v_now;
    RETURN NEXT;
  END IF;
END
$$;

-- Locks the instance that is ready longest.
CREATE OR REPLACE FUNCTION :fn.fetch_orchestration_one(
  p_lock_for bigint, p_inline integer, p_since bigint, p_max_bytes bigint)
  RETURNS TABLE (:include(item_columns))
  LANGUAGE plpgsql VOLATILE
AS $$
#variable_conflict use_column
DECLARE
  v_now      bigint;
  v_until    bigint;
  v_key      bigint;
  v_ready_at bigint;
  v_token    bigint;
  v_ready    boolean;
  v_valued   boolean;
  v_done     boolean;
BEGIN
  IF :fn.reserve_token_range() THEN
    v_done := set_config('synchronous_commit', 'off', true) = 'off';
  END IF;
  :include(take_posted; which = true)
  v_now := :fn.now_micros();
  v_until := least(v_now + p_lock_for, :max_micros);

  :include(pick_ready; columns = r.instance_key, r.ready_at INTO v_key, v_ready_at; join =; since = p_since; only =;
           max = 1);
  IF FOUND THEN
    v_token := nextval(:order_seq);
    :include(lock_one; and =)
    IF v_ready THEN
      :include(rows_of_one; ready_at = v_ready_at; inline = p_inline; max_bytes = p_max_bytes)
      RETURN;
    END IF;
    v_done := :fn.requeue_unready(ARRAY[v_key], v_now);
  END IF;
  RETURN QUERY
  SELECT * FROM :fn.fetch_orchestrations(1, p_lock_for, p_inline, 0, p_max_bytes);
END
$$;
