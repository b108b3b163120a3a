-- Calls of one element in their plainest shape, which are most calls of a store that is not busy. They do what the
-- functions for lists do, with fewer and narrower statements: starting a statement costs more than what it does to one
-- row. What is not plain, or is to be refused, is handed on to those functions before anything is written.

-- What a locked instance has to process, in the parts 'i', 'm' and 'e' of fetch_orchestrations; nothing when nothing is
-- deliverable. Put into the statements that call it, like claimed_parts.
CREATE FUNCTION :schema.item_parts(
  p_key bigint, p_token bigint, p_attempt bigint, p_now bigint, p_ready_at bigint, p_inline integer, p_max_bytes bigint
) RETURNS TABLE (
    part text, instance_key bigint, n1 bigint, n2 bigint, n3 bigint, n4 bigint, n5 bigint, n6 bigint,
    t1 text, t2 text, t3 text, t4 text, t5 text, flag boolean, bytes bytea)
  LANGUAGE sql STABLE
AS $$
  WITH locked AS MATERIALIZED (
    SELECT i.instance_id, i.name, i.version, greatest(1, i.execution_id) AS execution_id
      FROM :schema.instance i
     WHERE i.instance_key = p_key
       AND EXISTS (SELECT FROM :schema.message m
                    WHERE m.instance_key = p_key
                      AND m.visible_at <= p_now
                      AND (i.execution_id > 0 OR m.start_name IS NOT NULL))
  )
  SELECT 'i'::text, p_key, p_token, l.execution_id, p_attempt,
         coalesce((SELECT h.event_id
                     FROM :schema.history h
                    WHERE h.instance_key = p_key AND h.execution_id = l.execution_id
                    ORDER BY h.event_id DESC LIMIT 1), 0),
         p_now, p_ready_at,
         l.instance_id, l.name, l.version, NULL::text, NULL::text, NULL::boolean, NULL::bytea
    FROM locked l
   UNION ALL
  SELECT 'm', p_key, m.visible_at, m.seq, NULL::bigint, NULL::bigint, NULL::bigint, NULL::bigint,
         m.kind, m.start_name, m.start_version, m.start_parent, m.message_id, m.drop_if_orphan, m.body
    FROM locked l
    JOIN :schema.message m ON m.instance_key = p_key AND m.visible_at <= p_now AND m.seq < p_token
   UNION ALL
  SELECT 'e', p_key, e.event_id, e.recorded_at, NULL::bigint, NULL::bigint, NULL::bigint, NULL::bigint,
         e.kind, NULL::text, NULL::text, NULL::text, NULL::text, NULL::boolean, e.data
    FROM locked l
   CROSS JOIN LATERAL (
         SELECT h.event_id, h.recorded_at, h.kind, h.data, sum(octet_length(h.data)) OVER (ORDER BY h.event_id) AS total
           FROM :schema.history h
          WHERE h.instance_key = p_key AND h.execution_id = l.execution_id
          ORDER BY h.event_id
          LIMIT p_inline) e
   WHERE p_max_bytes IS NULL
      OR e.total <= p_max_bytes - (SELECT coalesce(sum(octet_length(m.body)), 0)
                                     FROM :schema.message m
                                    WHERE m.instance_key = p_key AND m.visible_at <= p_now)
$$;

-- Locks the instance that is ready longest; see fetch_orchestrations.
CREATE FUNCTION :schema.fetch_orchestration_one(
  p_lock_for bigint, p_inline integer, p_since bigint, p_max_bytes bigint)
  RETURNS TABLE (
    part text, instance_key bigint, n1 bigint, n2 bigint, n3 bigint, n4 bigint, n5 bigint, n6 bigint,
    t1 text, t2 text, t3 text, t4 text, t5 text, flag boolean, bytes bytea)
  LANGUAGE plpgsql VOLATILE
AS $$
#variable_conflict use_column
DECLARE
  v_now      bigint;
  v_until    bigint;
  v_key      bigint;
  v_ready_at bigint;
  v_token    bigint;
  v_attempt  bigint;
  v_done     boolean;
BEGIN
  IF :schema.fence_tokens() THEN
    v_done := set_config('synchronous_commit', 'off', true) = 'off';
  END IF;
  v_now := :schema.now_micros();
  v_until := least(v_now + p_lock_for, 253402300799999999);

  SELECT r.instance_key, r.ready_at, r.attempt_count + 1
    INTO v_key, v_ready_at, v_attempt
    FROM :schema.ready r
   WHERE r.ready_at BETWEEN p_since AND v_now
   ORDER BY r.ready_at, r.ready_seq
   LIMIT 1
     FOR UPDATE SKIP LOCKED;
  IF FOUND THEN
    v_token := nextval(:order_seq);
    UPDATE :schema.ready r
       SET lock_epoch = v_token, hold_until = v_until, ready_at = v_until, batch_until = v_now,
           attempt_count = v_attempt, owner = :schema.owner_of_session()
     WHERE r.instance_key = v_key;
    RETURN QUERY
    SELECT * FROM :schema.item_parts(v_key, v_token, v_attempt, v_now, v_ready_at, p_inline, p_max_bytes);
    IF FOUND THEN
      RETURN;
    END IF;
    v_done := :schema.settle(ARRAY[v_key], v_now);
  END IF;
  RETURN QUERY
  SELECT * FROM :schema.fetch_orchestrations(1, p_lock_for, p_inline, 0, p_max_bytes, NULL);
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
  p_activity_epoch     bigint, -- NULL for what is no completion
  p_activity_execution bigint,
  p_activity_id        bigint
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
           activity_epoch, activity_execution, activity_id)
  VALUES (p_key, p_visible_at, nextval(:order_seq), p_kind, p_body, p_start_name, p_start_version, p_start_parent, p_drop,
          p_activity_epoch, p_activity_execution, p_activity_id);
  RETURN true;
END
$$;

-- Stores a start together with its instance. Answers the number of the instance, NULL when its id is known already.
CREATE FUNCTION :schema.store_new(
  p_to            text,
  p_visible_at    bigint,
  p_kind          text,
  p_body          bytea,
  p_start_name    text,
  p_start_version text,
  p_start_parent  text,
  p_message_id    text,
  p_hash          bytea,
  p_drop          boolean,
  p_seq           bigint
) RETURNS bigint
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_key bigint;
BEGIN
  -- Nobody else can know the number before the end of the transaction, so there is nothing to lock.
  WITH new AS (
    INSERT INTO :schema.instance (instance_id) VALUES (p_to)
        ON CONFLICT (instance_id) DO NOTHING
    RETURNING instance_key
  )
  INSERT INTO :schema.message (
           instance_key, visible_at, seq, kind, body, start_name, start_version, start_parent, message_id, drop_if_orphan)
  SELECT n.instance_key, p_visible_at, p_seq, p_kind, p_body, p_start_name, p_start_version, p_start_parent, p_message_id,
         p_drop
    FROM new n
  RETURNING instance_key INTO v_key;
  IF v_key IS NOT NULL AND p_message_id IS NOT NULL THEN
    INSERT INTO :schema.message_id (instance_key, message_id, content_hash) VALUES (v_key, p_message_id, p_hash);
  END IF;
  RETURN v_key;
END
$$;

-- Stores a message, and answers whether it was stored; see enqueue.
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
  v_now    bigint := :schema.now_micros();
  v_at     bigint := greatest(v_now, p_due_at, v_now + p_due_in);
  v_key    bigint;
  v_done   boolean;
  v_stored boolean[];
BEGIN
  IF p_start_name IS NOT NULL THEN
    v_key := :schema.store_new(
      p_to, v_at, p_kind, p_body, p_start_name, p_start_version, p_start_parent, p_message_id, p_hash, p_drop,
      nextval(:order_seq));
    IF v_key IS NOT NULL THEN
      INSERT INTO :schema.ready (instance_key, ready_at, ready_seq) VALUES (v_key, v_at, nextval(:order_seq));
      RETURN true;
    END IF;
  END IF;

  IF p_message_id IS NULL THEN
    SELECT i.instance_key INTO v_key FROM :schema.instance i WHERE i.instance_id = p_to AND i.execution_id > 0;
    IF FOUND THEN
      v_done := :schema.store_one(
        v_key, v_at, p_kind, p_body, p_start_name, p_start_version, p_start_parent, p_drop, NULL, NULL, NULL);
      RETURN true;
    END IF;
  END IF;

  v_stored := :schema.enqueue(
    ARRAY[p_to], ARRAY[p_kind], ARRAY[p_body], ARRAY[p_due_at], ARRAY[p_due_in], ARRAY[p_start_name],
    ARRAY[p_start_version], ARRAY[p_start_parent], ARRAY[p_message_id], ARRAY[p_hash], ARRAY[p_drop]);
  RETURN coalesce(v_stored[1], true);
END
$$;

-- Stores a message and claims its instance; see enqueue_claiming.
CREATE FUNCTION :schema.enqueue_one_claiming(
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
  p_drop          boolean,
  k_lock_for      bigint,
  k_inline        integer
) RETURNS TABLE (
    part text, instance_key bigint, n1 bigint, n2 bigint, n3 bigint, n4 bigint, n5 bigint, n6 bigint,
    t1 text, t2 text, t3 text, t4 text, t5 text, flag boolean, bytes bytea)
  LANGUAGE plpgsql VOLATILE
AS $$
#variable_conflict use_column
DECLARE
  v_done  boolean := :schema.fence_tokens();
  v_now   bigint  := :schema.now_micros();
  v_until bigint;
  v_key   bigint;
  v_seq   bigint;
  v_token bigint;
BEGIN
  IF p_start_name IS NOT NULL AND coalesce(p_due_at, 0) <= v_now AND coalesce(p_due_in, 0) <= 0 THEN
    v_seq := nextval(:order_seq);
    v_key := :schema.store_new(
      p_to, v_now, p_kind, p_body, p_start_name, p_start_version, p_start_parent, p_message_id, p_hash, p_drop, v_seq);
    IF v_key IS NOT NULL THEN
      -- Nothing but this message can be in its batch.
      v_until := least(v_now + k_lock_for, 253402300799999999);
      v_token := nextval(:order_seq);
      INSERT INTO :schema.ready (instance_key, ready_at, hold_until, lock_epoch, batch_until, attempt_count, owner)
      VALUES (v_key, v_until, v_until, v_token, v_now, 1, :schema.owner_of_session());
      RETURN QUERY VALUES
        ('c', v_key, 1::bigint, 0::bigint, NULL::bigint, NULL::bigint, NULL::bigint, NULL::bigint,
         NULL::text, NULL::text, NULL::text, NULL::text, NULL::text, NULL::boolean, NULL::bytea),
        ('i', v_key, v_token, 1, 1, 0, v_now, v_now,
         p_to, NULL, NULL, NULL, NULL, NULL, NULL),
        ('m', v_key, v_now, v_seq, NULL, NULL, NULL, NULL,
         p_kind, p_start_name, p_start_version, p_start_parent, p_message_id, p_drop, p_body);
      RETURN;
    END IF;
  END IF;

  RETURN QUERY
  SELECT * FROM :schema.enqueue_claiming(
    ARRAY[p_to], ARRAY[p_kind], ARRAY[p_body], ARRAY[p_due_at], ARRAY[p_due_in], ARRAY[p_start_name],
    ARRAY[p_start_version], ARRAY[p_start_parent], ARRAY[p_message_id], ARRAY[p_hash], ARRAY[p_drop],
    ARRAY[k_lock_for], ARRAY[k_inline]);
END
$$;

-- Removes an activity whose lock is live and stores its completion, which has no message id. Answers the number of its
-- instance, NULL when the lock is not live.
CREATE FUNCTION :schema.complete_one(
  p_id            text,
  p_execution     bigint,
  p_activity      bigint,
  p_epoch         bigint,
  p_now           bigint,
  m_kind          text,
  m_body          bytea,
  m_due_at        bigint,
  m_due_in        bigint,
  m_start_name    text,
  m_start_version text,
  m_start_parent  text,
  m_drop          boolean
) RETURNS bigint
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_key  bigint;
  v_done boolean;
BEGIN
  -- Not joined: while the tables are small, the server would begin with the activities.
  SELECT i.instance_key INTO v_key FROM :schema.instance i WHERE i.instance_id = p_id AND i.execution_id > 0;
  -- Locked first: the lock may have ended while this waited for its row (EXPIRY-17).
  WITH held AS MATERIALIZED (
    SELECT a.ready_at
      FROM :schema.activity a
     WHERE a.instance_key = v_key
       AND a.execution_id = p_execution
       AND a.activity_id = p_activity
       AND a.lock_epoch = p_epoch
       FOR UPDATE
  )
  DELETE FROM :schema.activity a
   USING held h
   WHERE a.instance_key = v_key
     AND a.execution_id = p_execution
     AND a.activity_id = p_activity
     AND :schema.now_micros() < h.ready_at;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  v_done := :schema.store_one(
    v_key, greatest(p_now, m_due_at, p_now + m_due_in), m_kind, m_body, m_start_name, m_start_version, m_start_parent,
    m_drop, p_epoch, p_execution, p_activity);
  RETURN v_key;
END
$$;

-- Ends an activity; see ack_activities, also for the code it answers.
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
) RETURNS integer
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_codes integer[];
BEGIN
  IF m_kind IS NOT NULL AND m_message_id IS NULL THEN
    IF :schema.complete_one(
         p_id, p_execution, p_activity, p_epoch, :schema.now_micros(), m_kind, m_body, m_due_at, m_due_in, m_start_name,
         m_start_version, m_start_parent, m_drop) IS NOT NULL THEN
      RETURN 0;
    END IF;
  END IF;
  v_codes := :schema.ack_activities(
    ARRAY[p_id], ARRAY[p_execution], ARRAY[p_activity], ARRAY[p_epoch], ARRAY[m_kind], ARRAY[m_body], ARRAY[m_due_at],
    ARRAY[m_due_in], ARRAY[m_start_name], ARRAY[m_start_version], ARRAY[m_start_parent], ARRAY[m_message_id],
    ARRAY[m_hash], ARRAY[m_drop]);
  RETURN v_codes[1];
END
$$;

-- Ends an activity and claims its instance; see ack_activities_claiming.
CREATE FUNCTION :schema.ack_activity_one_claiming(
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
  m_drop          boolean,
  k_lock_for      bigint,
  k_inline        integer
) RETURNS TABLE (
    part text, instance_key bigint, n1 bigint, n2 bigint, n3 bigint, n4 bigint, n5 bigint, n6 bigint,
    t1 text, t2 text, t3 text, t4 text, t5 text, flag boolean, bytes bytea)
  LANGUAGE plpgsql VOLATILE
AS $$
#variable_conflict use_column
DECLARE
  v_done    boolean := :schema.fence_tokens();
  v_now     bigint  := :schema.now_micros();
  v_until   bigint;
  v_key     bigint;
  v_token   bigint;
  v_attempt bigint;
BEGIN
  IF m_kind IS NOT NULL AND m_message_id IS NULL THEN
    v_key := :schema.complete_one(
      p_id, p_execution, p_activity, p_epoch, v_now, m_kind, m_body, m_due_at, m_due_in, m_start_name, m_start_version,
      m_start_parent, m_drop);
    IF v_key IS NOT NULL THEN
      v_until := least(v_now + k_lock_for, 253402300799999999);
      v_token := nextval(:order_seq);
      UPDATE :schema.ready r
         SET lock_epoch = v_token, hold_until = v_until, ready_at = v_until, batch_until = v_now,
             attempt_count = r.attempt_count + 1, owner = :schema.owner_of_session()
       WHERE r.instance_key = v_key
         AND v_now - r.ready_at >= 0 -- not in a form that leads to ready_order, which is no way to find an instance
      RETURNING r.attempt_count INTO v_attempt;
      RETURN QUERY VALUES
        ('c', CASE WHEN v_attempt IS NOT NULL THEN v_key END, 1::bigint, 0::bigint,
         NULL::bigint, NULL::bigint, NULL::bigint, NULL::bigint,
         NULL::text, NULL::text, NULL::text, NULL::text, NULL::text, NULL::boolean, NULL::bytea);
      IF v_attempt IS NOT NULL THEN
        RETURN QUERY
        SELECT * FROM :schema.item_parts(v_key, v_token, v_attempt, v_now, v_now, k_inline, NULL);
      END IF;
      RETURN;
    END IF;
  END IF;

  RETURN QUERY
  SELECT * FROM :schema.ack_activities_claiming(
    ARRAY[p_id], ARRAY[p_execution], ARRAY[p_activity], ARRAY[p_epoch], ARRAY[m_kind], ARRAY[m_body], ARRAY[m_due_at],
    ARRAY[m_due_in], ARRAY[m_start_name], ARRAY[m_start_version], ARRAY[m_start_parent], ARRAY[m_message_id],
    ARRAY[m_hash], ARRAY[m_drop], ARRAY[k_lock_for], ARRAY[k_inline]);
END
$$;

-- Applies the result of a turn that concerns nobody but its instance: no messages, nothing cancelled. See
-- ack_orchestrations, also for what it answers.
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
  a_version       text[],
  a_lock_for      bigint[],
  OUT codes       integer[],
  OUT bad_events  bigint[],
  OUT last_events bigint[],
  OUT left_over   boolean,
  OUT tokens      bigint[]
)
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_now      bigint;
  v_key      bigint;
  v_batch    bigint;
  v_hold     bigint;
  v_last     bigint;
  v_released boolean;
  v_rows     bigint;
BEGIN
  IF cardinality(a_lock_for) > 0 THEN
    v_released := :schema.fence_tokens();
  END IF;
  v_now := :schema.now_micros();

  -- Lock and look at once: who still holds the lock can rely on a look that was taken before it, see ack_orchestrations.
  -- Of an instance that has no name yet, and gets none, message ids may have to be forgotten.
  SELECT r.instance_key, r.batch_until, r.hold_until,
         (SELECT h.event_id
            FROM :schema.history h
           WHERE h.instance_key = r.instance_key AND h.execution_id = p_execution
           ORDER BY h.event_id DESC LIMIT 1)
    INTO v_key, v_batch, v_hold, v_last
    FROM :schema.instance i
    JOIN :schema.ready r ON r.instance_key = i.instance_key AND r.lock_epoch = p_epoch
   WHERE i.instance_id = p_id
     AND (p_name IS NOT NULL OR i.name IS NOT NULL)
     AND v_now < r.hold_until
     FOR UPDATE OF r;
  -- The lock may have ended while this waited for its row (EXPIRY-17).
  IF NOT FOUND OR :schema.now_micros() >= v_hold OR NOT p_ascending OR p_first_event <= v_last THEN
    SELECT a.codes, a.bad_events, a.last_events, a.left_over, a.tokens
      INTO codes, bad_events, last_events, left_over, tokens
      FROM :schema.ack_orchestrations(
             ARRAY[p_id], ARRAY[p_epoch], ARRAY[p_execution], ARRAY[p_name], ARRAY[p_version], ARRAY[p_parent],
             ARRAY[p_status], ARRAY[p_ended], ARRAY[p_output], ARRAY[p_first_event], ARRAY[p_ascending],
             array_fill(1, ARRAY[cardinality(e_id)]), e_id, e_kind, e_data, e_recorded_at,
             array_fill(1, ARRAY[cardinality(a_id)]), a_id, a_name, a_input, a_orchestration, a_version, a_lock_for,
             '{}', '{}', '{}',
             '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}') a;
    RETURN;
  END IF;
  codes := '{0}';

  IF cardinality(a_id) > 0 THEN
    IF cardinality(a_lock_for) > 0 THEN
      tokens := ARRAY(SELECT CASE WHEN a.lock_for IS NOT NULL THEN nextval(:order_seq) END
                        FROM unnest(a_lock_for) AS a (lock_for));
    END IF;
    INSERT INTO :schema.activity (
             instance_key, execution_id, activity_id, seq, name, input,
             orchestration_name, orchestration_version, ready_at, lock_epoch, attempt_count, owner)
    SELECT v_key, p_execution, a.id, nextval(:order_seq), a.name, a.input, a.orchestration, a.version,
           CASE WHEN a.token IS NULL THEN v_now ELSE least(v_now + a.lock_for, 253402300799999999) END,
           coalesce(a.token, 0),
           CASE WHEN a.token IS NULL THEN 0 ELSE 1 END,
           CASE WHEN a.token IS NOT NULL THEN :schema.owner_of_session() END
      FROM unnest(a_id, a_name, a_input, a_orchestration, a_version, a_lock_for, tokens)
             AS a (id, name, input, orchestration, version, lock_for, token)
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
           acked_epoch = p_epoch,
           problem = NULL,
           problem_at = NULL
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

  left_over := NOT v_released;
  IF left_over THEN
    UPDATE :schema.ready r
       SET ready_at = greatest(v_now, (SELECT m.visible_at
                                         FROM :schema.message m
                                        WHERE m.instance_key = v_key
                                        ORDER BY m.visible_at LIMIT 1)),
           ready_seq = nextval(:order_seq), hold_until = v_now, lock_epoch = 0, attempt_count = 0
     WHERE r.instance_key = v_key;
  END IF;
END
$$;
