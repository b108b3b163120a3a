-- Calls of one element in their plainest shape, which are most calls of a store that is not busy. They do what the
-- functions for lists do, with fewer and narrower statements: starting a statement costs more than what it does to one
-- row. What is not plain, and what is refused, is left to the functions for lists; nothing is written then.

-- Stores a message. Answers false when it is not plain: it has a message id, or its instance was never acked and is no
-- new one.
CREATE FUNCTION :schema.enqueue_one(
  p_to            text,
  p_kind          text,
  p_body          bytea,
  p_due_at        bigint,
  p_due_in        bigint,
  p_start_name    text,
  p_start_version text,
  p_start_parent  text,
  p_message_id    text,
  p_hash          bytea,
  p_drop          boolean
) RETURNS boolean
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_now  bigint;
  v_at   bigint;
  v_key  bigint;
  v_done boolean;
BEGIN
  IF p_message_id IS NOT NULL THEN
    RETURN false;
  END IF;
  v_now := :schema.now_micros();
  v_at := greatest(v_now, p_due_at, v_now + p_due_in);
  IF p_start_name IS NOT NULL THEN
    -- A new instance: nobody can know its number before the end of the transaction, so there is nothing to lock.
    WITH new AS (
      INSERT INTO :schema.instance (instance_id) VALUES (p_to)
          ON CONFLICT (instance_id) DO NOTHING
      RETURNING instance_key
    ), ready AS (
      INSERT INTO :schema.ready (instance_key, ready_at, ready_seq)
      SELECT n.instance_key, v_at, nextval(:order_seq) FROM new n
    )
    INSERT INTO :schema.message (
             instance_key, visible_at, seq, kind, body, start_name, start_version, start_parent, drop_if_orphan)
    SELECT n.instance_key, v_at, nextval(:order_seq), p_kind, p_body, p_start_name, p_start_version, p_start_parent, p_drop
      FROM new n;
    IF FOUND THEN
      RETURN true;
    END IF;
  END IF;

  SELECT i.instance_key INTO v_key
    FROM :schema.instance i
   WHERE i.instance_id = p_to AND i.execution_id > 0;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  v_done := :schema.store_one(
    v_key, v_at, p_kind, p_body, p_start_name, p_start_version, p_start_parent, p_drop, 0);
  RETURN true;
END
$$;

-- Stores a message for an instance that was acked before.
CREATE FUNCTION :schema.store_one(
  p_key            bigint,
  p_visible_at     bigint,
  p_kind           text,
  p_body           bytea,
  p_start_name     text,
  p_start_version  text,
  p_start_parent   text,
  p_drop           boolean,
  p_activity_epoch bigint
) RETURNS boolean
  LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
  -- Readiness, and with it the lock; see store_messages.
  INSERT INTO :schema.ready AS r (instance_key, ready_at, ready_seq)
  VALUES (p_key, p_visible_at, nextval(:order_seq))
      ON CONFLICT (instance_key) DO UPDATE
     SET ready_at = greatest(excluded.ready_at, r.hold_until), ready_seq = excluded.ready_seq
   WHERE r.lock_epoch = 0
     AND (r.ready_at IS NULL OR greatest(excluded.ready_at, r.hold_until) < r.ready_at);

  INSERT INTO :schema.message (
           instance_key, visible_at, seq, kind, body, start_name, start_version, start_parent, drop_if_orphan,
           activity_epoch)
  VALUES (p_key, p_visible_at, nextval(:order_seq), p_kind, p_body, p_start_name, p_start_version, p_start_parent, p_drop,
          p_activity_epoch);
  RETURN true;
END
$$;

-- Ends an activity. Answers false when that is not plain: there is no completion or it has a message id, or the lock is
-- not live.
CREATE FUNCTION :schema.ack_activity_one(
  p_id            text,
  p_execution     bigint,
  p_activity      bigint,
  p_epoch         bigint,
  m_kind          text,
  m_body          bytea,
  m_due_at        bigint,
  m_due_in        bigint,
  m_start_name    text,
  m_start_version text,
  m_start_parent  text,
  m_message_id    text,
  m_hash          bytea,
  m_drop          boolean
) RETURNS boolean
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_now  bigint;
  v_key  bigint;
  v_done boolean;
BEGIN
  IF m_kind IS NULL OR m_message_id IS NOT NULL THEN
    RETURN false;
  END IF;
  v_now := :schema.now_micros();
  DELETE FROM :schema.activity a
   USING :schema.instance i
   WHERE i.instance_id = p_id
     AND i.execution_id > 0
     AND a.instance_key = i.instance_key
     AND a.execution_id = p_execution
     AND a.activity_id = p_activity
     AND a.lock_epoch = p_epoch
     AND v_now - a.ready_at < 0 -- not in a form that leads to activity_order, which is no way to find an identity
  RETURNING i.instance_key INTO v_key;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  v_done := :schema.store_one(
    v_key, greatest(v_now, m_due_at, v_now + m_due_in), m_kind, m_body, m_start_name, m_start_version, m_start_parent,
    m_drop, p_epoch);
  RETURN true;
END
$$;

-- Applies the result of a turn that concerns nobody but its instance: no messages, nothing cancelled. Answers whether
-- messages are left that may be deliverable; NULL when nothing was applied, because it is to be refused or not plain.
CREATE FUNCTION :schema.ack_orchestration_one(
  p_id            text,
  p_epoch         bigint,
  p_execution     bigint,
  p_name          text,
  p_version       text,
  p_parent        text,
  p_status        text,
  p_ended         boolean,
  p_output        bytea,
  p_first_event   bigint,
  p_ascending     boolean,
  e_id            bigint[],
  e_kind          text[],
  e_data          bytea[],
  e_recorded_at   bigint[],
  a_id            bigint[],
  a_name          text[],
  a_input         bytea[],
  a_orchestration text[],
  a_version       text[]
) RETURNS boolean
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_now      bigint := :schema.now_micros();
  v_key      bigint;
  v_batch    bigint;
  v_last     bigint;
  v_released boolean;
  v_rows     bigint;
BEGIN
  -- Lock and look at once: who still holds the lock can rely on a look that was taken before it, see ack_orchestrations.
  -- Of an instance that has no name yet, and gets none, message ids may have to be forgotten.
  SELECT r.instance_key, r.batch_until,
         (SELECT h.event_id
            FROM :schema.history h
           WHERE h.instance_key = r.instance_key AND h.execution_id = p_execution
           ORDER BY h.event_id DESC LIMIT 1)
    INTO v_key, v_batch, v_last
    FROM :schema.instance i
    JOIN :schema.ready r ON r.instance_key = i.instance_key AND r.lock_epoch = p_epoch
   WHERE i.instance_id = p_id
     AND (p_name IS NOT NULL OR i.name IS NOT NULL)
     AND v_now < r.hold_until
     FOR UPDATE OF r;
  IF NOT FOUND OR NOT p_ascending OR p_first_event <= v_last THEN
    RETURN NULL;
  END IF;

  IF cardinality(a_id) > 0 THEN
    INSERT INTO :schema.activity (
             instance_key, execution_id, activity_id, seq, name, input,
             orchestration_name, orchestration_version, ready_at)
    SELECT v_key, p_execution, a.id, nextval(:order_seq), a.name, a.input, a.orchestration, a.version, v_now
      FROM unnest(a_id, a_name, a_input, a_orchestration, a_version) AS a (id, name, input, orchestration, version)
     WHERE NOT EXISTS (SELECT FROM :schema.activity q
                        WHERE q.instance_key = v_key AND q.execution_id = p_execution AND q.activity_id = a.id);
    GET DIAGNOSTICS v_rows = ROW_COUNT;
    IF v_rows < cardinality(a_id) THEN
      RAISE EXCEPTION USING ERRCODE = 'HF002', MESSAGE = 'an activity identity is queued already';
    END IF;
  END IF;

  -- All parts see what there was behind the lock, and none sees what another one does.
  WITH consumed AS (
    DELETE FROM :schema.message m WHERE m.instance_key = v_key AND m.visible_at <= v_batch AND m.seq < p_epoch
  ), released AS (
    DELETE FROM :schema.ready r
     WHERE r.instance_key = v_key
       AND NOT EXISTS (SELECT FROM :schema.message m
                        WHERE m.instance_key = v_key AND (m.visible_at > v_batch OR m.seq >= p_epoch))
    RETURNING true
  ), acked AS (
    UPDATE :schema.instance i
       SET parent_instance_id = CASE WHEN i.name IS NULL THEN p_parent ELSE i.parent_instance_id END,
           created_at = CASE WHEN i.name IS NULL THEN greatest(v_now, i.updated_at) ELSE i.created_at END,
           name = coalesce(p_name, i.name),
           version = coalesce(p_version, i.version),
           updated_at = greatest(v_now, i.updated_at),
           execution_id = greatest(i.execution_id, p_execution),
           acked_epoch = p_epoch
     WHERE i.instance_key = v_key
    RETURNING i.updated_at
  ), executed AS (
    INSERT INTO :schema.execution AS x (instance_key, execution_id, status, output, started_at, completed_at)
    SELECT v_key, p_execution, coalesce(p_status, 'RUNNING'), p_output, a.updated_at,
           CASE WHEN p_ended THEN a.updated_at END
      FROM acked a
        ON CONFLICT (instance_key, execution_id) DO UPDATE
       SET status = coalesce(p_status, x.status),
           output = coalesce(p_output, x.output),
           completed_at = CASE WHEN p_status IS NULL THEN x.completed_at
                               WHEN p_ended THEN greatest(excluded.started_at, x.started_at) END
     WHERE p_status IS NOT NULL OR p_output IS NOT NULL
  ), recorded AS (
    INSERT INTO :schema.history (instance_key, execution_id, event_id, kind, data, recorded_at)
    SELECT v_key, p_execution, e.id, e.kind, e.data, e.recorded_at
      FROM unnest(e_id, e_kind, e_data, e_recorded_at) AS e (id, kind, data, recorded_at)
  )
  SELECT EXISTS (SELECT FROM released) INTO v_released;
  IF v_released THEN
    RETURN false;
  END IF;

  UPDATE :schema.ready r
     SET ready_at = greatest(v_now, (SELECT m.visible_at
                                       FROM :schema.message m
                                      WHERE m.instance_key = v_key
                                      ORDER BY m.visible_at LIMIT 1)),
         ready_seq = nextval(:order_seq), hold_until = v_now, lock_epoch = 0, attempt_count = 0
   WHERE r.instance_key = v_key;
  RETURN true;
END
$$;

-- Locks the instance that is ready longest and answers as fetch_orchestrations does.
CREATE FUNCTION :schema.fetch_orchestration_one(p_lock_for bigint, p_inline integer, p_since bigint)
  RETURNS TABLE (
    part text, instance_key bigint, n1 bigint, n2 bigint, n3 bigint, n4 bigint, n5 bigint, n6 bigint,
    t1 text, t2 text, t3 text, t4 text, t5 text, flag boolean, bytes bytea)
  LANGUAGE plpgsql VOLATILE
AS $$
#variable_conflict use_column
DECLARE
  v_now     bigint;
  v_until   bigint;
  v_key     bigint;
  v_ready   bigint;
  v_token   bigint;
  v_attempt bigint;
  v_done    boolean;
BEGIN
  IF :schema.fence_tokens() THEN
    v_done := set_config('synchronous_commit', 'off', true) = 'off';
  END IF;
  v_now := :schema.now_micros();
  v_until := least(v_now + p_lock_for, 253402300799999999);

  SELECT r.instance_key, r.ready_at, r.attempt_count + 1
    INTO v_key, v_ready, v_attempt
    FROM :schema.ready r
   WHERE r.ready_at BETWEEN p_since AND v_now
   ORDER BY r.ready_at, r.ready_seq
   LIMIT 1
     FOR UPDATE SKIP LOCKED;
  IF FOUND THEN
    v_token := nextval(:order_seq);
    UPDATE :schema.ready r
       SET lock_epoch = v_token, hold_until = v_until, ready_at = v_until, batch_until = v_now, attempt_count = v_attempt
     WHERE r.instance_key = v_key;

    RETURN QUERY
    WITH locked AS MATERIALIZED (
      SELECT i.instance_id, i.name, i.version, greatest(1, i.execution_id) AS execution_id
        FROM :schema.instance i
       WHERE i.instance_key = v_key
         AND EXISTS (SELECT FROM :schema.message m
                      WHERE m.instance_key = v_key
                        AND m.visible_at <= v_now
                        AND (i.execution_id > 0 OR m.start_name IS NOT NULL))
    )
    SELECT 'i', v_key, v_token, l.execution_id, v_attempt,
           coalesce((SELECT h.event_id
                       FROM :schema.history h
                      WHERE h.instance_key = v_key AND h.execution_id = l.execution_id
                      ORDER BY h.event_id DESC LIMIT 1), 0),
           v_now, v_ready,
           l.instance_id, l.name, l.version, NULL::text, NULL::text, NULL::boolean, NULL::bytea
      FROM locked l
     UNION ALL
    SELECT 'm', v_key, m.visible_at, m.seq, NULL::bigint, NULL::bigint, NULL::bigint, NULL::bigint,
           m.kind, m.start_name, m.start_version, m.start_parent, m.message_id, m.drop_if_orphan, m.body
      FROM locked l
      JOIN :schema.message m ON m.instance_key = v_key AND m.visible_at <= v_now AND m.seq < v_token
     UNION ALL
    SELECT 'e', v_key, e.event_id, e.recorded_at, NULL::bigint, NULL::bigint, NULL::bigint, NULL::bigint,
           e.kind, NULL::text, NULL::text, NULL::text, NULL::text, NULL::boolean, e.data
      FROM locked l
     CROSS JOIN LATERAL (
           SELECT h.event_id, h.recorded_at, h.kind, h.data
             FROM :schema.history h
            WHERE h.instance_key = v_key AND h.execution_id = l.execution_id
            ORDER BY h.event_id
            LIMIT p_inline) e;
    IF FOUND THEN
      RETURN;
    END IF;
    v_done := :schema.settle(ARRAY[v_key], v_now);
  END IF;

  RETURN QUERY SELECT * FROM :schema.fetch_orchestrations(1, p_lock_for, p_inline, 0);
END
$$;
