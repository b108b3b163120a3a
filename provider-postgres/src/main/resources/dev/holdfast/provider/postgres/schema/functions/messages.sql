-- Storing messages, in a list or a single one.

-- Stores messages, in array order; those whose key is NULL are left out. The second message with an id adds nothing if
-- it has the same content, and raises HF001 if not, for changes with the place of the first. Returns p_key without those that added nothing. Raises HF003 when an
-- instance was deleted after its number was read: the caller calls again, and then reads another one.
CREATE OR REPLACE FUNCTION :fn.store_messages(
  p_now   bigint,
  p_known boolean, -- whether all the instances were acked before
  p_key   bigint[],
  :include(message_parameters; m = m_; of = []),
  p_activity_epoch     bigint[] DEFAULT NULL, -- of completions, the acks that they come with; NULL for other messages
  p_activity_execution bigint[] DEFAULT NULL,
  p_activity_id        bigint[] DEFAULT NULL,
  p_seq                bigint[] DEFAULT NULL, -- of messages that have their place in the insertion order already
  p_behind             bigint[] DEFAULT NULL, -- of such messages, see message.behind_epoch
  p_place              integer[] DEFAULT NULL -- of messages that are changes, their places in the list
) RETURNS bigint[]
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_done     boolean;
  v_key      bigint[] := p_key;
  v_with_ids boolean  := cardinality(array_remove(m_message_id, NULL)) > 0;
  v_mismatch text;
  v_rows     bigint;
  v_written  bigint;
  v_place    integer;
  v_check    boolean  := false; -- whether rows may have been made that nothing is ready for
BEGIN
  IF v_with_ids THEN
    v_check := true;
    v_done := :fn.lock_ready(p_key);

    SELECT array_agg(CASE WHEN m.id IS NULL OR (m.first AND u.content_hash IS NULL) THEN m.key END ORDER BY m.ord),
           min(m.id) FILTER (WHERE m.key IS NOT NULL AND m.hash <> coalesce(u.content_hash, m.first_hash))
      INTO v_key, v_mismatch
      FROM (SELECT t.*, row_number() OVER same = 1 AS first, first_value(t.hash) OVER same AS first_hash
              FROM unnest(p_key, m_message_id, m_hash) WITH ORDINALITY AS t (key, id, hash, ord)
            WINDOW same AS (PARTITION BY t.key, t.id ORDER BY t.ord)) m
      LEFT JOIN :schema.message_id u ON u.instance_key = m.key AND u.message_id = m.id;
    IF v_mismatch IS NOT NULL AND p_place IS NOT NULL THEN
      SELECT m.id, p_place[m.ord]
        INTO v_mismatch, v_place
        FROM (SELECT t.*, first_value(t.hash) OVER (PARTITION BY t.key, t.id ORDER BY t.ord) AS first_hash
                FROM unnest(p_key, m_message_id, m_hash) WITH ORDINALITY AS t (key, id, hash, ord)
               WHERE t.key IS NOT NULL AND t.id IS NOT NULL) m
        LEFT JOIN :schema.message_id u ON u.instance_key = m.key AND u.message_id = m.id
       WHERE m.hash <> coalesce(u.content_hash, m.first_hash)
       ORDER BY m.ord
       LIMIT 1;
      RAISE EXCEPTION USING ERRCODE = 'HF001', MESSAGE = v_mismatch, DETAIL = v_place;
    END IF;
    IF v_mismatch IS NOT NULL THEN
      RAISE EXCEPTION USING ERRCODE = 'HF001', MESSAGE = v_mismatch;
    END IF;

    INSERT INTO :schema.message_id (instance_key, message_id, content_hash)
    SELECT m.key, m.id, m.hash
      FROM unnest(v_key, m_message_id, m_hash) AS m (key, id, hash)
     WHERE m.key IS NOT NULL AND m.id IS NOT NULL;
  END IF;

  -- An orphan without a start waits, and no fetch sees it, unless it has to be discarded.
  INSERT INTO :schema.ready AS r (instance_key, ready_at, tie_breaker)
  SELECT m.key,
         min(:include(visible_at; now = p_now; m = m.))
           FILTER (WHERE p_known OR i.execution_id > 0 OR m.start_name IS NOT NULL OR m.drop),
         nextval(:order_seq)
    FROM unnest(v_key, m_due_at, m_due_in, m_start_name, m_drop) AS m (key, due_at, due_in, start_name, drop)
    LEFT JOIN :schema.instance i ON NOT p_known AND i.instance_key = m.key
   WHERE m.key IS NOT NULL
   GROUP BY m.key
   ORDER BY m.key
  :include(make_ready);
  GET DIAGNOSTICS v_rows = ROW_COUNT;

  IF p_activity_epoch IS NULL THEN
    :include(messages_insert; join = JOIN :schema.instance i ON i.instance_key = m.key);
    GET DIAGNOSTICS v_written = ROW_COUNT;
    IF v_written < cardinality(array_remove(v_key, NULL)) THEN
      :include(instance_gone)
    END IF;
  ELSE
    -- This transaction has removed an activity of each instance, so nobody can have deleted one.
    :include(messages_insert; join = WHERE m.key IS NOT NULL);
  END IF;

  IF v_with_ids AND p_activity_epoch IS NOT NULL THEN
    -- A completion that adds nothing is noted in the message that is there.
    UPDATE :schema.message m
       SET merged_acks = coalesce(m.merged_acks, '{}') || d.marks
      FROM (SELECT t.key, t.id, array_agg(x.part ORDER BY t.ord, x.n) AS marks
              FROM unnest(p_key, v_key, m_message_id, p_activity_epoch, p_activity_execution, p_activity_id)
                     WITH ORDINALITY AS t (key, stored, id, epoch, execution_id, activity_id, ord)
             CROSS JOIN LATERAL unnest(ARRAY[t.epoch, t.execution_id, t.activity_id])
                     WITH ORDINALITY AS x (part, n)
             WHERE t.key IS NOT NULL AND t.stored IS NULL
             GROUP BY t.key, t.id) d
     WHERE m.instance_key = d.key AND m.message_id = d.id;
  END IF;

  -- An instance that was never acked is ready since its earliest start, or else has an orphan to be discarded. What was read
  -- before the rows were locked may miss that it was acked meanwhile, and then the message must be delivered. So it is read
  -- again, now that the rows are locked and nothing of this can change.
  IF NOT p_known AND (v_rows < cardinality(v_key) OR array_position(m_start_name, NULL) IS NOT NULL) THEN
    v_check := true;
    UPDATE :schema.ready r
       SET ready_at = n.at, tie_breaker = nextval(:order_seq)
      FROM (SELECT r.instance_key,
                   greatest(r.locked_until,
                            CASE WHEN i.execution_id > 0 THEN min(m.visible_at)
                                 ELSE coalesce(min(m.visible_at) FILTER (WHERE m.start_name IS NOT NULL),
                                               min(m.visible_at) FILTER (WHERE m.discard_if_unknown)) END) AS at
              FROM :schema.ready r
              JOIN :schema.instance i ON i.instance_key = r.instance_key
              JOIN :schema.message m ON m.instance_key = r.instance_key
             WHERE r.instance_key = ANY (v_key) AND r.lock_epoch = 0
             GROUP BY r.instance_key, r.locked_until, i.execution_id
            HAVING i.execution_id > 0 OR bool_or(m.start_name IS NOT NULL OR m.discard_if_unknown)) n
     WHERE r.instance_key = n.instance_key
       AND r.ready_at IS DISTINCT FROM n.at;
  END IF;
  IF v_check THEN
    v_done := :fn.delete_empty_ready(p_key);
  END IF;
  RETURN v_key;
END
$$;

-- Stores a message without id for an instance that was acked before. Raises HF003 as store_messages does.
CREATE OR REPLACE FUNCTION :fn.store_message(
  p_key           bigint,
  p_visible_at    bigint,
  m_kind          text,
  m_body          bytea,
  m_start_name    text,
  m_start_version text,
  m_start_parent  text,
  m_drop          boolean,
  p_activity_epoch     bigint DEFAULT NULL, -- NULL unless it is a completion
  p_activity_execution bigint DEFAULT NULL,
  p_activity_id        bigint DEFAULT NULL
) RETURNS boolean
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  m_message_id CONSTANT text := NULL;
BEGIN
  INSERT INTO :schema.ready AS r (instance_key, ready_at, tie_breaker)
  VALUES (p_key, p_visible_at, nextval(:order_seq))
  :include(make_ready);

  IF p_activity_epoch IS NOT NULL THEN
    -- As in store_messages, nobody can have deleted the instance.
    :include(message_insert; key = p_key; visible_at = p_visible_at; seq = nextval(:order_seq);
             m = m_; activity = p_activity_epoch, p_activity_execution, p_activity_id; behind = NULL);
    RETURN true;
  END IF;
  :include(message_insert; key = p_key; visible_at = p_visible_at; seq = nextval(:order_seq);
           m = m_; activity = NULL, NULL, NULL; behind = NULL)
    FROM :schema.instance i
   WHERE i.instance_key = p_key;
  IF NOT FOUND THEN
    :include(instance_gone)
  END IF;
  RETURN true;
END
$$;

-- Stores a start together with its instance. Returns the number of the instance, NULL when its id is known already.
CREATE OR REPLACE FUNCTION :fn.store_start(
  p_to         text,
  p_visible_at bigint,
  p_seq        bigint,
  :include(message_parameters; m = m_; of =)
) RETURNS bigint
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_key bigint;
BEGIN
  -- No other transaction can know the number before the end of this one, so there is nothing to lock.
  WITH new AS (
    INSERT INTO :schema.instance (instance_id) VALUES (p_to)
        ON CONFLICT (instance_id) DO NOTHING
    RETURNING instance_key
  )
  :include(message_insert; key = n.instance_key; visible_at = p_visible_at; seq = p_seq;
           m = m_; activity = NULL, NULL, NULL; behind = NULL)
    FROM new n
  RETURNING instance_key INTO v_key;
  IF v_key IS NOT NULL AND m_message_id IS NOT NULL THEN
    INSERT INTO :schema.message_id (instance_key, message_id, content_hash) VALUES (v_key, m_message_id, m_hash);
  END IF;
  RETURN v_key;
END
$$;
