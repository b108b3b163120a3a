-- Messages in transactions of callers.

-- The content hash that came with a message id of an instance, NULL when the id was not used.
CREATE OR REPLACE FUNCTION :fn.used_hash(p_to text, p_message_id text) RETURNS bytea
  LANGUAGE sql STABLE
AS $$
  SELECT u.content_hash
    FROM :schema.instance i
    JOIN :schema.message_id u ON u.instance_key = i.instance_key
   WHERE i.instance_id = p_to AND u.message_id = p_message_id
$$;

-- Writes messages in the transaction of the caller, in array order, all of them or none. Refusals are returned and not raised:
-- an error would spoil the transaction. `due` says that a message is due beyond the year 9999; `mismatch` is a message id that was
-- used with other content.
CREATE OR REPLACE FUNCTION :fn.post(
  p_to text[],
  :include(message_parameters; m = m_; of = []),
  OUT due boolean,
  OUT mismatch text
)
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_now  bigint := :fn.now_micros();
  v_hash bytea;
  v_seq  bigint;
BEGIN
  SELECT bool_or(:include(visible_at; now = v_now; m = m.) > :max_micros)
    INTO due
    FROM unnest(m_due_at, m_due_in) AS m (due_at, due_in);
  IF due THEN
    RETURN;
  END IF;
  FOR n IN 1..cardinality(p_to) LOOP
    v_seq := NULL;
    v_hash := NULL;
    FOR attempt IN 1..2 LOOP
      IF m_message_id[n] IS NOT NULL THEN
        v_hash := :fn.used_hash(p_to[n], m_message_id[n]);
        EXIT WHEN v_hash IS NOT NULL;
      END IF;
      -- Waits for another open transaction with this id.
      INSERT INTO :schema.posted (
               instance_id, seq, visible_at, kind, body, start_name, start_version, start_parent, message_id, content_hash,
               discard_if_unknown)
      VALUES (p_to[n], nextval(:order_seq), greatest(v_now, m_due_at[n], v_now + m_due_in[n]), m_kind[n], m_body[n],
              m_start_name[n], m_start_version[n], m_start_parent[n], m_message_id[n], m_hash[n], m_drop[n])
          ON CONFLICT (instance_id, message_id) WHERE message_id IS NOT NULL DO NOTHING
      RETURNING seq INTO v_seq;
      EXIT WHEN v_seq IS NOT NULL;
      SELECT p.content_hash INTO v_hash
        FROM :schema.posted p
       WHERE p.instance_id = p_to[n] AND p.message_id = m_message_id[n];
      EXIT WHEN v_hash IS NOT NULL;
      -- It was taken over meanwhile, so the id is found among those that were used.
    END LOOP;
    IF v_seq IS NOT NULL AND m_message_id[n] IS NOT NULL THEN
      -- A message with this id may have been taken over between the look and the insert.
      v_hash := :fn.used_hash(p_to[n], m_message_id[n]);
      IF v_hash IS NOT NULL THEN
        DELETE FROM :schema.posted p WHERE p.instance_id = p_to[n] AND p.seq = v_seq;
      END IF;
    END IF;
    IF v_hash <> m_hash[n] THEN
      RAISE EXCEPTION USING ERRCODE = 'HF001', MESSAGE = m_message_id[n];
    END IF;
    IF v_seq IS NULL AND v_hash IS NULL THEN
      RAISE EXCEPTION USING ERRCODE = '40001', MESSAGE = 'a message with the same id comes and goes';
    END IF;
  END LOOP;
EXCEPTION
  WHEN SQLSTATE 'HF001' THEN
    mismatch := SQLERRM;
END
$$;

-- Takes over what callers have committed, as enqueues at this moment, which keep their place in the insertion order. Locks as an enqueue
-- does, so call it before anything else is locked. Costs one look where there is nothing.
CREATE OR REPLACE FUNCTION :fn.take_posted() RETURNS boolean
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_posted record;
  v_to     record;
  v_keys   bigint[];
  v_behind bigint[];
  v_done   boolean;
BEGIN
  WHILE EXISTS (SELECT FROM :schema.posted) LOOP
    WITH picked AS (
      SELECT p.instance_id, p.seq FROM :schema.posted p ORDER BY p.instance_id, p.seq LIMIT 1000 FOR UPDATE
    ), taken AS (
      DELETE FROM :schema.posted p USING picked s WHERE p.instance_id = s.instance_id AND p.seq = s.seq
      RETURNING p.*
    )
    SELECT array_agg(t.instance_id ORDER BY t.seq) AS ids, array_agg(t.seq ORDER BY t.seq) AS seq,
           array_agg(t.visible_at ORDER BY t.seq) AS visible_at, array_agg(t.kind ORDER BY t.seq) AS kind,
           array_agg(t.body ORDER BY t.seq) AS body, array_agg(t.start_name ORDER BY t.seq) AS start_name,
           array_agg(t.start_version ORDER BY t.seq) AS start_version,
           array_agg(t.start_parent ORDER BY t.seq) AS start_parent,
           array_agg(t.message_id ORDER BY t.seq) AS message_id, array_agg(t.content_hash ORDER BY t.seq) AS hash,
           array_agg(t.discard_if_unknown ORDER BY t.seq) AS drop, array_agg(NULL::bigint) AS due_in
      INTO v_posted
      FROM taken t;
    CONTINUE WHEN v_posted.ids IS NULL; -- another transaction was faster

    v_to := :fn.keys_of(v_posted.ids, false);
    v_done := :fn.lock_ready(v_to.keys);
    -- All keep their place, also before what the same caller sent since; but the batch of a holder is fixed already. A message whose
    -- id was used with other content while its caller's transaction was open is left out.
    SELECT array_agg(CASE WHEN u.content_hash IS NULL OR u.content_hash = t.hash THEN t.key END ORDER BY t.ord),
           array_agg(CASE WHEN t.seq < r.lock_epoch THEN r.lock_epoch END ORDER BY t.ord)
      INTO v_keys, v_behind
      FROM unnest(v_to.keys, v_posted.seq, v_posted.message_id, v_posted.hash) WITH ORDINALITY
             AS t (key, seq, message_id, hash, ord)
      JOIN :schema.ready r ON r.instance_key = t.key
      LEFT JOIN :schema.message_id u ON u.instance_key = t.key AND u.message_id = t.message_id;
    v_keys := :fn.store_messages(
      p_now => :fn.now_micros(), p_known => v_to.known, p_key => v_keys,
      m_kind => v_posted.kind, m_body => v_posted.body, m_due_at => v_posted.visible_at, m_due_in => v_posted.due_in,
      m_start_name => v_posted.start_name, m_start_version => v_posted.start_version,
      m_start_parent => v_posted.start_parent, m_message_id => v_posted.message_id, m_hash => v_posted.hash,
      m_drop => v_posted.drop, p_seq => v_posted.seq, p_behind => v_behind);
    v_done := :fn.delete_empty_ready(v_to.keys);
  END LOOP;
  RETURN true;
END
$$;

-- The same where something waits for one of some instances; returns whether it did.
CREATE OR REPLACE FUNCTION :fn.take_posted_to(p_to text[]) RETURNS boolean
  LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
  IF EXISTS (SELECT FROM :schema.posted p WHERE p.instance_id = ANY (p_to)) THEN
    RETURN :fn.take_posted();
  END IF;
  RETURN false;
END
$$;
