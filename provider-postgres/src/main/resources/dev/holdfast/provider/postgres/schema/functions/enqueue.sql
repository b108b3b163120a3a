-- Enqueueing messages for instances, which need not exist.
--
-- Here and in the other files the function for one element does what the one for lists does, with fewer and narrower
-- statements: starting a statement costs more than what it does to one row. Rare cases and refusals are passed on to the
-- function for lists before anything is written.

-- Returns which of the messages were stored and did not repeat an earlier one; NULL for all.
CREATE OR REPLACE FUNCTION :fn.enqueue(
  p_to text[],
  :include(message_parameters; m = m_; of = [])
) RETURNS boolean[]
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_to     record;
  v_stored bigint[];
BEGIN
  IF cardinality(array_remove(m_message_id, NULL)) > 0 THEN
    :include(take_posted; which = p.instance_id = ANY (p_to))
  END IF;
  v_to := :fn.keys_of(p_to, array_position(m_start_name, NULL) IS NULL);
  v_stored := :fn.store_messages(
    p_now => :fn.now_micros(), p_known => v_to.known, p_key => v_to.keys,
    :include(message_arguments; m = m_; open =; close =));
  IF array_position(v_stored, NULL) IS NOT NULL THEN
    RETURN ARRAY(SELECT k.key IS NOT NULL FROM unnest(v_stored) WITH ORDINALITY AS k (key, ord) ORDER BY k.ord);
  END IF;
  RETURN NULL;
END
$$;

-- The same for one message; returns whether it was stored.
CREATE OR REPLACE FUNCTION :fn.enqueue_one(
  p_to text,
  :include(message_parameters; m = m_; of =)
) RETURNS boolean
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_now    bigint := :fn.now_micros();
  v_at     bigint := :include(visible_at; now = v_now; m = m_);
  v_key    bigint;
  v_done   boolean;
  v_stored boolean[];
BEGIN
  IF m_message_id IS NOT NULL THEN
    :include(take_posted; which = p.instance_id = p_to)
  END IF;
  IF m_start_name IS NOT NULL THEN
    v_key := :fn.store_start(
      p_to => p_to, p_visible_at => v_at, p_seq => nextval(:order_seq),
      :include(message_arguments; m = m_; open =; close =));
    IF v_key IS NOT NULL THEN
      INSERT INTO :schema.ready (instance_key, ready_at, tie_breaker) VALUES (v_key, v_at, nextval(:order_seq));
      RETURN true;
    END IF;
  END IF;

  IF m_message_id IS NULL THEN
    SELECT i.instance_key INTO v_key FROM :schema.instance i WHERE i.instance_id = p_to AND i.execution_id > 0;
    IF FOUND THEN
      v_done := :fn.store_message(
        v_key, v_at, m_kind, m_body, m_start_name, m_start_version, m_start_parent, m_drop);
      RETURN true;
    END IF;
  END IF;

  v_stored := :fn.enqueue(
    p_to => ARRAY[p_to],
    :include(message_arguments; m = m_; open = ARRAY[; close = ]));
  RETURN coalesce(v_stored[1], true);
END
$$;

-- Stores messages as enqueue does and claims their instances; a k_lock_for of NULL asks for nothing. The codes are 0, and
-- 1 where nothing was added because the message's id was used before: a repeated call claims nothing.
CREATE OR REPLACE FUNCTION :fn.enqueue_claiming(
  p_to text[],
  :include(message_parameters; m = m_; of = []),
  :include(claim_parameters; of = []),
  k_versions text[]
) RETURNS TABLE (:include(item_columns))
  LANGUAGE plpgsql VOLATILE
AS $$
#variable_conflict use_column
DECLARE
  v_to    record;
  v_keys  bigint[];
  v_codes integer[] := array_fill(0, ARRAY[cardinality(p_to)]);
  v_done  boolean   := :fn.reserve_token_range();
BEGIN
  :include(take_posted; which = p.instance_id = ANY (p_to))
  v_to := :fn.keys_of(p_to, array_position(m_start_name, NULL) IS NULL);
  v_keys := :fn.store_messages(
    p_now => :fn.now_micros(), p_known => v_to.known, p_key => v_to.keys,
    :include(message_arguments; m = m_; open =; close =));
  IF array_position(v_keys, NULL) IS NOT NULL THEN
    v_codes := ARRAY(SELECT CASE WHEN k.key IS NULL THEN 1 ELSE 0 END
                       FROM unnest(v_keys) WITH ORDINALITY AS k (key, ord) ORDER BY k.ord);
  END IF;
  v_keys := :fn.claim_instances(v_keys, k_lock_for, k_versions);
  RETURN QUERY
  SELECT * FROM :fn.claimed_rows(v_codes, v_keys, k_inline);
END
$$;

-- The same for one message.
CREATE OR REPLACE FUNCTION :fn.enqueue_one_claiming(
  p_to text,
  :include(message_parameters; m = m_; of =),
  :include(claim_parameters; of =)
) RETURNS TABLE (:include(item_columns))
  LANGUAGE plpgsql VOLATILE
AS $$
#variable_conflict use_column
DECLARE
  v_done  boolean := :fn.reserve_token_range();
  v_now   bigint  := :fn.now_micros();
  v_until bigint;
BEGIN
  :include(take_posted; which = p.instance_id = p_to)
  IF m_start_name IS NOT NULL AND coalesce(m_due_at, 0) <= v_now AND coalesce(m_due_in, 0) <= 0 THEN
    seq := nextval(:order_seq);
    instance_key := :fn.store_start(
      p_to => p_to, p_visible_at => v_now, p_seq => seq,
      :include(message_arguments; m = m_; open =; close =));
    IF instance_key IS NOT NULL THEN
      -- Nothing but this message can be in its batch.
      v_until := least(v_now + k_lock_for, :max_micros);
      token := nextval(:order_seq);
      INSERT INTO :schema.ready (instance_key, ready_at, locked_until, lock_epoch, batch_until, delivery_count, owner)
      VALUES (instance_key, v_until, v_until, token, v_now, 1, :fn.owner_of_session());

      -- Only the columns that the reader of this row reads.
      part := 'c';
      element := 1;
      code := 0;
      RETURN NEXT;
      part := 'i';
      instance_id := p_to;
      execution_id := 1;
      delivery_count := 1;
      last_event_id := 0;
      store_time := v_now;
      ready_at := v_now;
      RETURN NEXT;
      part := 'm';
      visible_at := v_now;
      kind := m_kind;
      data := m_body;
      name := m_start_name;
      version := m_start_version;
      parent_instance_id := m_start_parent;
      message_id := m_message_id;
      discard_if_unknown := m_drop;
      RETURN NEXT;
      RETURN;
    END IF;
  END IF;

  RETURN QUERY
  SELECT * FROM :fn.enqueue_claiming(
    p_to => ARRAY[p_to],
    :include(message_arguments; m = m_; open = ARRAY[; close = ]),
    k_lock_for => ARRAY[k_lock_for], k_inline => ARRAY[k_inline], k_versions => NULL);
END
$$;
