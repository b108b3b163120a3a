-- Calls that hand the instances they make ready to their callers, in the same transaction.

-- Locks instances as a fetch would at this moment; nobody else's are touched. p_key names the instance that each element
-- of a call has made ready, NULL for none, and their rows are locked already. Each instance goes to the last element
-- that asks for it, so that who reads their answers in order has seen all that is in the batch. Answers the instance
-- that each element gets, NULL for none.
CREATE FUNCTION :schema.claim_instances(p_key bigint[], p_lock_for bigint[]) RETURNS bigint[]
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  -- A clock that was put back since the messages were stored leaves them unseen, and nothing is claimed.
  v_now     bigint   := :schema.now_micros();
  v_claimed bigint[] := array_fill(NULL::bigint, ARRAY[cardinality(p_key)]);
  v_key     bigint;
  v_ord     bigint;
BEGIN
  FOR v_key, v_ord IN
    UPDATE :schema.ready r
       SET lock_epoch = nextval(:order_seq),
           hold_until = least(v_now + a.lock_for, 253402300799999999),
           ready_at = least(v_now + a.lock_for, 253402300799999999),
           batch_until = v_now,
           attempt_count = r.attempt_count + 1,
           owner = :schema.owner_of_session()
      FROM (SELECT DISTINCT ON (t.key) t.key, t.lock_for, t.ord
              FROM unnest(p_key, p_lock_for) WITH ORDINALITY AS t (key, lock_for, ord)
             WHERE t.key IS NOT NULL AND t.lock_for IS NOT NULL
             ORDER BY t.key, t.ord DESC) a
      JOIN :schema.instance i ON i.instance_key = a.key
     WHERE r.instance_key = a.key
       AND v_now - r.ready_at >= 0 -- not in a form that leads to ready_order, which is no way to find an instance
       AND EXISTS (SELECT FROM :schema.message m
                    WHERE m.instance_key = a.key
                      AND m.visible_at <= v_now
                      AND (i.execution_id > 0 OR m.start_name IS NOT NULL))
    RETURNING r.instance_key, a.ord
  LOOP
    v_claimed[v_ord] := v_key;
  END LOOP;
  RETURN v_claimed;
END
$$;

-- The answer of a call that claims: the parts 'i', 'm' and 'e' of what it has locked, see fetch_orchestrations, behind
--   'c'  an element of the call: n1 = its position, n2 = its code, instance_key = the instance it gets, NULL for none
-- A plain query with a name: the server puts it into the statements that call it, so that nothing is copied on the way.
CREATE FUNCTION :schema.claimed_parts(p_codes integer[], p_claimed bigint[], p_inline integer[])
  RETURNS TABLE (
    part text, instance_key bigint, n1 bigint, n2 bigint, n3 bigint, n4 bigint, n5 bigint, n6 bigint,
    t1 text, t2 text, t3 text, t4 text, t5 text, flag boolean, bytes bytea)
  LANGUAGE sql STABLE
AS $$
  WITH locked AS MATERIALIZED (
    SELECT k.key, k.inline, r.lock_epoch, r.batch_until, r.attempt_count, i.instance_id, i.name, i.version,
           greatest(1, i.execution_id) AS execution_id
      FROM unnest(p_claimed, p_inline) AS k (key, inline)
      JOIN :schema.ready r ON r.instance_key = k.key
      JOIN :schema.instance i ON i.instance_key = k.key
  )
  SELECT 'c'::text, c.key, c.ord, c.code::bigint, NULL::bigint, NULL::bigint, NULL::bigint, NULL::bigint,
         NULL::text, NULL::text, NULL::text, NULL::text, NULL::text, NULL::boolean, NULL::bytea
    FROM unnest(p_codes, p_claimed) WITH ORDINALITY AS c (code, key, ord)
   UNION ALL
  SELECT 'i', l.key, l.lock_epoch, l.execution_id, l.attempt_count::bigint,
         coalesce((SELECT h.event_id
                     FROM :schema.history h
                    WHERE h.instance_key = l.key AND h.execution_id = l.execution_id
                    ORDER BY h.event_id DESC LIMIT 1), 0),
         l.batch_until, NULL::bigint,
         l.instance_id, l.name, l.version, NULL::text, NULL::text, NULL::boolean, NULL::bytea
    FROM locked l
   UNION ALL
  SELECT 'm', l.key, m.visible_at, m.seq, NULL::bigint, NULL::bigint, NULL::bigint, NULL::bigint,
         m.kind, m.start_name, m.start_version, m.start_parent, m.message_id, m.drop_if_orphan, m.body
    FROM locked l
    JOIN :schema.message m
      ON m.instance_key = l.key AND m.visible_at <= l.batch_until AND m.seq < l.lock_epoch
   UNION ALL
  SELECT 'e', l.key, e.event_id, e.recorded_at, NULL::bigint, NULL::bigint, NULL::bigint, NULL::bigint,
         e.kind, NULL::text, NULL::text, NULL::text, NULL::text, NULL::boolean, e.data
    FROM locked l
   CROSS JOIN LATERAL (
         SELECT h.event_id, h.recorded_at, h.kind, h.data
           FROM :schema.history h
          WHERE h.instance_key = l.key AND h.execution_id = l.execution_id
          ORDER BY h.event_id
          LIMIT l.inline) e
$$;

-- Stores messages as enqueue does and claims their instances; a k_lock_for of NULL asks for nothing. The codes are 0, and
-- 1 where nothing was added because the message's id was used before: who repeats a call claims nothing by that.
CREATE FUNCTION :schema.enqueue_claiming(
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
  p_drop          boolean[],
  k_lock_for      bigint[],
  k_inline        integer[]
) RETURNS TABLE (
    part text, instance_key bigint, n1 bigint, n2 bigint, n3 bigint, n4 bigint, n5 bigint, n6 bigint,
    t1 text, t2 text, t3 text, t4 text, t5 text, flag boolean, bytes bytea)
  LANGUAGE plpgsql VOLATILE
AS $$
#variable_conflict use_column
DECLARE
  v_to      record;
  v_keys    bigint[];
  v_codes   integer[] := array_fill(0, ARRAY[cardinality(p_to)]);
  v_claimed bigint[];
  v_done    boolean;
BEGIN
  v_done := :schema.fence_tokens();
  v_to := :schema.keys_of(p_to, array_position(p_start_name, NULL) IS NULL);
  v_keys := :schema.store_messages(
    :schema.now_micros(), v_to.known, v_to.keys, p_kind, p_body, p_due_at, p_due_in, p_start_name, p_start_version,
    p_start_parent, p_message_id, p_hash, p_drop, NULL, NULL, NULL);
  IF array_position(v_keys, NULL) IS NOT NULL THEN
    v_codes := ARRAY(SELECT CASE WHEN k.key IS NULL THEN 1 ELSE 0 END
                       FROM unnest(v_keys) WITH ORDINALITY AS k (key, ord) ORDER BY k.ord);
  END IF;
  v_claimed := :schema.claim_instances(v_keys, k_lock_for);
  RETURN QUERY
  SELECT * FROM :schema.claimed_parts(v_codes, v_claimed, k_inline);
END
$$;

-- Acks activities as ack_activities does, with its codes, and claims the instances that completions were stored for; a
-- k_lock_for of NULL asks for nothing.
CREATE FUNCTION :schema.ack_activities_claiming(
  p_id            text[],
  p_execution     bigint[],
  p_activity      bigint[],
  p_epoch         bigint[],
  m_kind          text[],
  m_body          bytea[],
  m_due_at        bigint[],
  m_due_in        bigint[],
  m_start_name    text[],
  m_start_version text[],
  m_start_parent  text[],
  m_message_id    text[],
  m_hash          bytea[],
  m_drop          boolean[],
  k_lock_for      bigint[],
  k_inline        integer[]
) RETURNS TABLE (
    part text, instance_key bigint, n1 bigint, n2 bigint, n3 bigint, n4 bigint, n5 bigint, n6 bigint,
    t1 text, t2 text, t3 text, t4 text, t5 text, flag boolean, bytes bytea)
  LANGUAGE plpgsql VOLATILE
AS $$
#variable_conflict use_column
DECLARE
  v_codes   integer[];
  v_keys    bigint[];
  v_claimed bigint[];
  v_done    boolean;
BEGIN
  v_done := :schema.fence_tokens();
  v_codes := :schema.ack_activities(
    p_id, p_execution, p_activity, p_epoch, m_kind, m_body, m_due_at, m_due_in, m_start_name, m_start_version,
    m_start_parent, m_message_id, m_hash, m_drop);
  -- Those that a completion was stored for: their rows are locked by this transaction.
  SELECT array_agg(i.instance_key ORDER BY t.ord)
    INTO v_keys
    FROM unnest(p_id, v_codes, m_kind, k_lock_for) WITH ORDINALITY AS t (id, code, kind, lock_for, ord)
    LEFT JOIN :schema.instance i
      ON i.instance_id = t.id AND t.code = 0 AND t.kind IS NOT NULL AND t.lock_for IS NOT NULL;
  v_claimed := :schema.claim_instances(v_keys, k_lock_for);
  RETURN QUERY
  SELECT * FROM :schema.claimed_parts(v_codes, v_claimed, k_inline);
END
$$;
