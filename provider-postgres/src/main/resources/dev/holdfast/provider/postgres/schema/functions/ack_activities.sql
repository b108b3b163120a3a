-- Ending activities.

-- Removes activities whose locks are live, all of them different. Returns one code per activity, those of activity_codes
-- with 0 for removed; the instances of those that are removed, NULL for the others; and whether all of these were acked
-- before.
CREATE OR REPLACE FUNCTION :fn.remove_activities(
  :include(activity_tokens; of = []),
  p_now       bigint,
  OUT codes integer[],
  OUT keys  bigint[],
  OUT known boolean
)
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_at   bigint[]; -- positions in the list
  v_keys bigint[]; -- and the instances there
  v_sessions text[]; -- of those that have one
  v_done boolean;
BEGIN
  WITH held AS MATERIALIZED (
    SELECT t.ord, a.instance_key, a.execution_id, a.activity_id, a.ready_at, i.execution_id > 0 AS known
      FROM unnest(p_id, p_execution, p_activity, p_epoch) WITH ORDINALITY
             AS t (id, execution_id, activity_id, epoch, ord)
      JOIN :schema.instance i ON i.instance_id = t.id
      JOIN :schema.activity a
        ON a.instance_key = i.instance_key
       AND a.execution_id = t.execution_id
       AND a.activity_id = t.activity_id
       AND a.lock_epoch = t.epoch
     WHERE p_now - a.ready_at < 0 -- written so that the planner does not choose activity_order, which cannot find an identity
     ORDER BY a.instance_key, a.execution_id, a.activity_id -- the order of locks that all functions keep
       FOR UPDATE OF a
  ), removed AS (
    DELETE FROM :schema.activity a
     USING held h
     WHERE a.instance_key = h.instance_key AND a.execution_id = h.execution_id AND a.activity_id = h.activity_id
       AND :fn.now_micros() < h.ready_at -- it may have ended while this waited for its row (EXPIRY-17)
    RETURNING h.ord, h.instance_key, h.known, a.session_id
  )
  SELECT array_agg(r.ord), array_agg(r.instance_key), bool_and(r.known),
         array_agg(r.session_id) FILTER (WHERE r.session_id IS NOT NULL)
    INTO v_at, v_keys, known, v_sessions
    FROM removed r;
  IF v_sessions IS NOT NULL THEN
    v_done := :fn.use_sessions(v_sessions, p_now);
  END IF;

  IF v_at IS NULL OR cardinality(v_at) < cardinality(p_id) THEN
    codes := :fn.activity_codes(p_id, p_execution, p_activity, p_epoch, p_now);
  ELSE
    codes := array_fill(0, ARRAY[cardinality(p_id)]);
  END IF;
  keys := array_fill(NULL::bigint, ARRAY[cardinality(p_id)]);
  FOR at IN 1..coalesce(cardinality(v_at), 0) LOOP
    codes[v_at[at]] := 0;
    keys[v_at[at]] := v_keys[at];
  END LOOP;
END
$$;

-- Removes finished activities, all of them different, and stores their completions; an m_kind of NULL means none.
-- Returns one code per ack: those of activity_codes, with 0 for applied. Raises HF001 as store_messages does.
CREATE OR REPLACE FUNCTION :fn.ack_activities(
  :include(activity_tokens; of = []),
  :include(message_parameters; m = m_; of = [])
) RETURNS integer[]
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_now   bigint := :fn.now_micros();
  v_done  record;
  v_to    bigint[];
BEGIN
  v_done := :fn.remove_activities(p_id, p_execution, p_activity, p_epoch, v_now);
  IF v_done.known IS NULL THEN
    RETURN v_done.codes; -- nothing was removed
  END IF;
  v_to := ARRAY(SELECT CASE WHEN t.kind IS NOT NULL THEN t.key END
                  FROM unnest(v_done.keys, m_kind) WITH ORDINALITY AS t (key, kind, ord) ORDER BY t.ord);
  v_to := :fn.store_messages(
    p_now => v_now, p_known => v_done.known, p_key => v_to,
    :include(message_arguments; m = m_; open =; close =),
    p_activity_epoch => p_epoch, p_activity_execution => p_execution, p_activity_id => p_activity);
  RETURN v_done.codes;
END
$$;

-- Removes an activity whose lock is live and stores its completion, which has no message id. Returns the number of its
-- instance, NULL when the lock is not live.
CREATE OR REPLACE FUNCTION :fn.complete_one(
  :include(activity_tokens; of =),
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
  v_key     bigint;
  v_session text;
  v_removed boolean;
  v_done    boolean;
BEGIN
  :include(remove_activity; now = p_now)
  IF v_removed IS NULL THEN
    RETURN NULL;
  END IF;
  v_done := :fn.store_message(
    v_key, :include(visible_at; now = p_now; m = m_), m_kind, m_body, m_start_name, m_start_version, m_start_parent,
    m_drop, p_epoch, p_execution, p_activity);
  RETURN v_key;
END
$$;

-- Ends an activity; see ack_activities, also for the code it returns.
CREATE OR REPLACE FUNCTION :fn.ack_activity_one(
  :include(activity_tokens; of =),
  :include(message_parameters; m = m_; of =)
) RETURNS integer
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_codes integer[];
BEGIN
  IF m_kind IS NOT NULL AND m_message_id IS NULL THEN
    IF :fn.complete_one(
         p_id, p_execution, p_activity, p_epoch, :fn.now_micros(), m_kind, m_body, m_due_at, m_due_in, m_start_name,
         m_start_version, m_start_parent, m_drop) IS NOT NULL THEN
      RETURN 0;
    END IF;
  END IF;
  v_codes := :fn.ack_activities(
    p_id => ARRAY[p_id], p_execution => ARRAY[p_execution], p_activity => ARRAY[p_activity], p_epoch => ARRAY[p_epoch],
    :include(message_arguments; m = m_; open = ARRAY[; close = ]));
  RETURN v_codes[1];
END
$$;

-- Acks activities as ack_activities does, with its codes, and claims the instances that completions were stored for; a
-- k_lock_for of NULL asks for nothing.
CREATE OR REPLACE FUNCTION :fn.ack_activities_claiming(
  :include(activity_tokens; of = []),
  :include(message_parameters; m = m_; of = []),
  :include(claim_parameters; of = []),
  k_versions text[]
) RETURNS TABLE (:include(item_columns))
  LANGUAGE plpgsql VOLATILE
AS $$
#variable_conflict use_column
DECLARE
  v_codes   integer[];
  v_keys    bigint[];
  v_claimed bigint[];
  v_done    boolean;
BEGIN
  v_done := :fn.reserve_token_range();
  v_codes := :fn.ack_activities(
    p_id => p_id, p_execution => p_execution, p_activity => p_activity, p_epoch => p_epoch,
    :include(message_arguments; m = m_; open =; close =));
  -- The instances that a completion was stored for: their rows are locked by this transaction.
  SELECT array_agg(i.instance_key ORDER BY t.ord)
    INTO v_keys
    FROM unnest(p_id, v_codes, m_kind, k_lock_for) WITH ORDINALITY AS t (id, code, kind, lock_for, ord)
    LEFT JOIN :schema.instance i
      ON i.instance_id = t.id AND t.code = 0 AND t.kind IS NOT NULL AND t.lock_for IS NOT NULL;
  v_claimed := :fn.claim_instances(v_keys, k_lock_for, k_versions);
  RETURN QUERY
  SELECT * FROM :fn.claimed_rows(v_codes, v_claimed, k_inline);
END
$$;

-- Ends an activity and claims its instance; see ack_activities_claiming.
CREATE OR REPLACE FUNCTION :fn.ack_activity_one_claiming(
  :include(activity_tokens; of =),
  :include(message_parameters; m = m_; of =),
  :include(claim_parameters; of =)
) RETURNS TABLE (:include(item_columns))
  LANGUAGE plpgsql VOLATILE
AS $$
#variable_conflict use_column
DECLARE
  v_done    boolean := :fn.reserve_token_range();
  v_now     bigint  := :fn.now_micros();
  :include(claim_variables)
BEGIN
  IF m_kind IS NOT NULL AND m_message_id IS NULL THEN
    v_key := :fn.complete_one(
      p_id, p_execution, p_activity, p_epoch, v_now, m_kind, m_body, m_due_at, m_due_in, m_start_name, m_start_version,
      m_start_parent, m_drop);
    IF v_key IS NOT NULL THEN
      :include(claim_one)
    END IF;
  END IF;

  RETURN QUERY
  SELECT * FROM :fn.ack_activities_claiming(
    p_id => ARRAY[p_id], p_execution => ARRAY[p_execution], p_activity => ARRAY[p_activity], p_epoch => ARRAY[p_epoch],
    :include(message_arguments; m = m_; open = ARRAY[; close = ]),
    k_lock_for => ARRAY[k_lock_for], k_inline => ARRAY[k_inline], k_versions => NULL);
END
$$;
