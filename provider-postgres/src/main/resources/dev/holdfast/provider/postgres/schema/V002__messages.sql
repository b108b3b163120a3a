-- Writing messages. Functions, because a call is then one round trip, one transaction and one plan per statement. Each
-- statement inside sees what was committed before it began: lock first, then look. Functions call each other in
-- assignments, which costs less than a query.
--
-- Locks are taken in one order everywhere, so that calls wait for each other but never in a circle: numbers of new ids
-- (by id), then activities (by identity), then ready rows (by number).

-- The one clock that decides.
CREATE FUNCTION :schema.now_micros() RETURNS bigint
  LANGUAGE sql VOLATILE PARALLEL SAFE
AS $$ SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint $$;

-- The numbers of instance ids, in order; ids that are new get one, NULL stays NULL. `known` says whether all of them
-- were acked before, so that messages to them cannot be orphans. `p_new` is a guess and not more: that the ids are new.
CREATE FUNCTION :schema.keys_of(p_ids text[], p_new boolean, OUT keys bigint[], OUT known boolean)
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_key     bigint;
  v_missing boolean;
BEGIN
  IF p_new AND cardinality(p_ids) = 1 THEN
    INSERT INTO :schema.instance (instance_id) VALUES (p_ids[1])
        ON CONFLICT (instance_id) DO NOTHING
    RETURNING instance_key INTO v_key;
    IF v_key IS NOT NULL THEN
      keys := ARRAY[v_key];
      known := false;
      RETURN;
    END IF;
  END IF;
  FOR attempt IN 1..2 LOOP
    SELECT array_agg(i.instance_key ORDER BY t.ord),
           bool_and(t.id IS NULL OR coalesce(i.execution_id, 0) > 0),
           bool_or(t.id IS NOT NULL AND i.instance_key IS NULL)
      INTO keys, known, v_missing
      FROM unnest(p_ids) WITH ORDINALITY AS t (id, ord)
      LEFT JOIN :schema.instance i ON i.instance_id = t.id;
    EXIT WHEN NOT v_missing;
    INSERT INTO :schema.instance (instance_id)
    SELECT DISTINCT t.id COLLATE "C"
      FROM unnest(p_ids) AS t (id)
     WHERE t.id IS NOT NULL
       AND NOT EXISTS (SELECT FROM :schema.instance i WHERE i.instance_id = t.id)
     ORDER BY 1
        ON CONFLICT (instance_id) DO NOTHING;
  END LOOP;
END
$$;

-- Locks the ready rows of instances, in order, making those that are missing. Holding such a row means that nobody else
-- writes or takes messages of the instance until the end of the transaction.
CREATE FUNCTION :schema.lock_ready(p_keys bigint[]) RETURNS boolean
  LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
  INSERT INTO :schema.ready AS r (instance_key)
  SELECT DISTINCT k.key FROM unnest(p_keys) AS k (key) WHERE k.key IS NOT NULL ORDER BY 1
      ON CONFLICT (instance_key) DO UPDATE SET instance_key = r.instance_key WHERE false; -- locks, writes nothing
  RETURN true;
END
$$;

-- Removes ready rows that were made to be locked and turned out to have nothing to deliver.
CREATE FUNCTION :schema.drop_unready(p_keys bigint[]) RETURNS boolean
  LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
  DELETE FROM :schema.ready r WHERE r.instance_key = ANY (p_keys) AND r.ready_at IS NULL AND r.lock_epoch = 0;
  RETURN true;
END
$$;

-- Stores messages, in array order; those whose key is NULL are left out. The second message with an id adds nothing if
-- it has the same content, and raises HF001 if not. Answers p_key without those that added nothing.
CREATE FUNCTION :schema.store_messages(
  p_now            bigint,
  p_known          boolean, -- whether all the instances were acked before
  p_key            bigint[],
  p_kind           text[],
  p_body           bytea[],
  p_due_at         bigint[],
  p_due_in         bigint[],
  p_start_name     text[],
  p_start_version  text[],
  p_start_parent   text[],
  p_message_id     text[],
  p_hash           bytea[],
  p_drop           boolean[],
  p_activity_epoch     bigint[], -- of completions, the acks that they come with; NULL for other messages
  p_activity_execution bigint[],
  p_activity_id        bigint[]
) RETURNS bigint[]
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_done     boolean;
  v_key      bigint[] := p_key;
  v_with_ids boolean  := cardinality(array_remove(p_message_id, NULL)) > 0;
  v_mismatch text;
  v_rows     bigint;
  v_look     boolean  := false; -- whether rows may have been made that nothing is ready for
BEGIN
  IF v_with_ids THEN
    v_look := true;
    v_done := :schema.lock_ready(p_key);

    SELECT array_agg(CASE WHEN m.id IS NULL OR (m.first AND u.content_hash IS NULL) THEN m.key END ORDER BY m.ord),
           min(m.id) FILTER (WHERE m.key IS NOT NULL AND m.hash <> coalesce(u.content_hash, m.first_hash))
      INTO v_key, v_mismatch
      FROM (SELECT t.*, row_number() OVER same = 1 AS first, first_value(t.hash) OVER same AS first_hash
              FROM unnest(p_key, p_message_id, p_hash) WITH ORDINALITY AS t (key, id, hash, ord)
            WINDOW same AS (PARTITION BY t.key, t.id ORDER BY t.ord)) m
      LEFT JOIN :schema.message_id u ON u.instance_key = m.key AND u.message_id = m.id;
    IF v_mismatch IS NOT NULL THEN
      RAISE EXCEPTION USING ERRCODE = 'HF001', MESSAGE = v_mismatch;
    END IF;

    INSERT INTO :schema.message_id (instance_key, message_id, content_hash)
    SELECT m.key, m.id, m.hash
      FROM unnest(v_key, p_message_id, p_hash) AS m (key, id, hash)
     WHERE m.key IS NOT NULL AND m.id IS NOT NULL;
  END IF;

  -- Readiness, and with it the lock. What is locked or held back keeps its time; the release works out what is left. An
  -- orphan without a start waits unseen, unless a fetch has to discard it.
  INSERT INTO :schema.ready AS r (instance_key, ready_at, ready_seq)
  SELECT m.key,
         min(greatest(p_now, m.due_at, p_now + m.due_in))
           FILTER (WHERE p_known OR i.execution_id > 0 OR m.start_name IS NOT NULL OR m.drop),
         nextval(:order_seq)
    FROM unnest(v_key, p_due_at, p_due_in, p_start_name, p_drop) AS m (key, due_at, due_in, start_name, drop)
    LEFT JOIN :schema.instance i ON NOT p_known AND i.instance_key = m.key
   WHERE m.key IS NOT NULL
   GROUP BY m.key
   ORDER BY m.key
      ON CONFLICT (instance_key) DO UPDATE
     SET ready_at = greatest(excluded.ready_at, r.hold_until), ready_seq = excluded.ready_seq
   WHERE r.lock_epoch = 0
     AND excluded.ready_at IS NOT NULL
     AND (r.ready_at IS NULL OR greatest(excluded.ready_at, r.hold_until) < r.ready_at);

  GET DIAGNOSTICS v_rows = ROW_COUNT;

  -- Drawn behind the lock, seq grows in the order in which the messages of an instance are committed.
  INSERT INTO :schema.message (
           instance_key, visible_at, seq, kind, body,
           start_name, start_version, start_parent, message_id, drop_if_orphan,
           activity_epoch, activity_execution, activity_id)
  SELECT m.key, greatest(p_now, m.due_at, p_now + m.due_in), nextval(:order_seq), m.kind, m.body,
         m.start_name, m.start_version, m.start_parent, m.message_id, m.drop,
         m.activity_epoch, m.activity_execution, m.activity_id
    FROM unnest(v_key, p_kind, p_body, p_due_at, p_due_in, p_start_name, p_start_version, p_start_parent,
                p_message_id, p_drop, p_activity_epoch, p_activity_execution, p_activity_id)
           AS m (key, kind, body, due_at, due_in, start_name, start_version, start_parent,
                 message_id, drop, activity_epoch, activity_execution, activity_id)
   WHERE m.key IS NOT NULL;

  IF v_with_ids AND p_activity_epoch IS NOT NULL THEN
    -- A completion that adds nothing leaves its mark on the message that is there.
    UPDATE :schema.message m
       SET merged_acks = coalesce(m.merged_acks, '{}') || d.marks
      FROM (SELECT t.key, t.id, array_agg(x.part ORDER BY t.ord, x.n) AS marks
              FROM unnest(p_key, v_key, p_message_id, p_activity_epoch, p_activity_execution, p_activity_id)
                     WITH ORDINALITY AS t (key, stored, id, epoch, execution_id, activity_id, ord)
             CROSS JOIN LATERAL unnest(ARRAY[t.epoch, t.execution_id, t.activity_id])
                     WITH ORDINALITY AS x (part, n)
             WHERE t.key IS NOT NULL AND t.stored IS NULL
             GROUP BY t.key, t.id) d
     WHERE m.instance_key = d.key AND m.message_id = d.id;
  END IF;

  -- An instance that was never acked is ready since its earliest start, or else has an orphan to be discarded. The look
  -- before the lock may have been too early to know that it was acked meanwhile, and then the message must be seen. Now
  -- that the rows are locked nothing of this changes any more.
  IF NOT p_known AND (v_rows < cardinality(v_key) OR array_position(p_start_name, NULL) IS NOT NULL) THEN
    v_look := true;
    UPDATE :schema.ready r
       SET ready_at = n.at, ready_seq = nextval(:order_seq)
      FROM (SELECT r.instance_key,
                   greatest(r.hold_until,
                            CASE WHEN i.execution_id > 0 THEN min(m.visible_at)
                                 ELSE coalesce(min(m.visible_at) FILTER (WHERE m.start_name IS NOT NULL),
                                               min(m.visible_at) FILTER (WHERE m.drop_if_orphan)) END) AS at
              FROM :schema.ready r
              JOIN :schema.instance i ON i.instance_key = r.instance_key
              JOIN :schema.message m ON m.instance_key = r.instance_key
             WHERE r.instance_key = ANY (v_key) AND r.lock_epoch = 0
             GROUP BY r.instance_key, r.hold_until, i.execution_id
            HAVING i.execution_id > 0 OR bool_or(m.start_name IS NOT NULL OR m.drop_if_orphan)) n
     WHERE r.instance_key = n.instance_key
       AND r.ready_at IS DISTINCT FROM n.at;
  END IF;
  IF v_look THEN
    v_done := :schema.drop_unready(p_key);
  END IF;
  RETURN v_key;
END
$$;

-- Stores messages for instances, which need not exist. Answers which of them were stored, and did not merely repeat what
-- came before; NULL for all.
CREATE FUNCTION :schema.enqueue(
  p_to            text[],
  p_kind          text[],
  p_body          bytea[],
  p_due_at        bigint[],
  p_due_in        bigint[],
  p_start_name    text[],
  p_start_version text[],
  p_start_parent  text[],
  p_message_id    text[],
  p_hash          bytea[],
  p_drop          boolean[]
) RETURNS boolean[]
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_to     record;
  v_stored bigint[];
BEGIN
  v_to := :schema.keys_of(p_to, array_position(p_start_name, NULL) IS NULL);
  v_stored := :schema.store_messages(
    :schema.now_micros(), v_to.known, v_to.keys, p_kind, p_body, p_due_at, p_due_in, p_start_name, p_start_version,
    p_start_parent, p_message_id, p_hash, p_drop, NULL, NULL, NULL);
  IF array_position(v_stored, NULL) IS NOT NULL THEN
    RETURN ARRAY(SELECT k.key IS NOT NULL FROM unnest(v_stored) WITH ORDINALITY AS k (key, ord) ORDER BY k.ord);
  END IF;
  RETURN NULL;
END
$$;
