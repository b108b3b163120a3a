-- Turns that come with the messages that cause them: a message is not stored where its turn can be applied in its place.

-- Applies turns, of different instances, where a fetch right after the message would deliver nothing but the message, and
-- the history ends where the turn was computed. p_key names the instance of each element, NULL where no turn may be
-- applied; their ready rows are locked by this transaction, and those of the instances that messages go to. Returns what
-- ack_orchestrations returns, with a code of NULL where the turn was not used, and raises what that raises.
CREATE OR REPLACE FUNCTION :fn.apply_turns(
  p_key        bigint[],
  p_message_id text[],
  p_hash       bytea[],
  k_versions   text[],
  :include(turn_parameters; of = []),
  :include(turns_content),
  :include(ack_result)
)
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_now   bigint   := :fn.now_micros();
  v_key   bigint[] := p_key;
  v_id    text[];
  v_token bigint[];
  v_bad   bigint[];
  v_plain boolean;
  v_valued boolean;
  v_rows  bigint;
BEGIN
  left_over := false;
  SELECT array_agg(CASE WHEN f.fits THEN 0 END ORDER BY f.ord), array_agg(f.instance_id ORDER BY f.ord),
         bool_and(f.plain) FILTER (WHERE f.fits), bool_or(f.has_values)
    INTO codes, v_id, v_plain, v_valued
    FROM (SELECT t.ord,
                 i.instance_id,
                 i.has_values,
                 i.instance_key IS NOT NULL AND r.lock_epoch = 0 AND r.locked_until <= v_now AND (r.ready_at IS NULL OR v_now - r.ready_at < 0)
                   AND greatest(1, i.execution_id) = t.on_execution
                   AND :include(is_replayable; ranges = t.versions::integer[])
                   AND :include(history_ends; key = t.key; execution = t.on_execution; event = t.on_event; at = t.on_event_at)
                   AND (i.execution_id > 0
                        OR NOT EXISTS (SELECT FROM :schema.message m
                                        WHERE m.instance_key = t.key AND m.visible_at <= v_now))
                   AND NOT EXISTS (SELECT FROM :schema.message_id u
                                    WHERE u.instance_key = t.key AND u.message_id = t.message_id) AS fits,
                 t.execution_id = t.on_execution AND t.ascending AND (t.first > t.on_event) IS NOT FALSE
                   AND (t.name IS NOT NULL OR i.name IS NOT NULL) AS plain
            FROM unnest(p_key, p_message_id, t_on_execution, t_on_event, t_on_event_at, t_execution, t_name, t_first_event, t_ascending,
                        k_versions)
                   WITH ORDINALITY
                   AS t (key, message_id, on_execution, on_event, on_event_at, execution_id, name, first, ascending, versions, ord)
            LEFT JOIN :schema.instance i ON i.instance_key = t.key
            LEFT JOIN :schema.ready r ON r.instance_key = t.key) f;
  IF cardinality(array_remove(codes, NULL)) = 0 THEN
    RETURN;
  END IF;
  IF cardinality(array_remove(p_message_id, NULL)) > 0 THEN
    INSERT INTO :schema.message_id (instance_key, message_id, content_hash)
    SELECT t.key, t.message_id, t.hash
      FROM unnest(p_key, p_message_id, p_hash, codes) AS t (key, message_id, hash, code)
     WHERE t.code = 0 AND t.message_id IS NOT NULL;
  END IF;

  IF v_plain AND cardinality(x_ack) = 0 AND cardinality(s_ack) = 0 AND cardinality(c_ack) = 0 AND cardinality(o_ack) = 0 THEN
    -- Nothing to remove, nothing to refuse but activities: there is no lock to be taken and released.
    v_token := ARRAY(SELECT CASE WHEN c.code = 0 THEN nextval(:order_seq) END FROM unnest(codes) AS c (code));
    :include(write_turns; p = t_; epoch = v_token)
    DELETE FROM :schema.ready r
     USING unnest(p_key, codes) AS t (key, code)
     WHERE t.code = 0 AND r.instance_key = t.key AND r.ready_at IS NULL;
    GET DIAGNOSTICS v_rows = ROW_COUNT;
    IF v_rows < cardinality(array_remove(codes, NULL)) THEN
      -- Something waits for its time.
      UPDATE :schema.ready r
         SET delivery_count = 0
        FROM unnest(p_key, codes) AS t (key, code)
       WHERE t.code = 0 AND r.instance_key = t.key AND r.delivery_count > 0;
    END IF;
    RETURN;
  END IF;

  -- Locked, as a claim would. Without batch_until there is nothing to remove.
  WITH locked AS (
    UPDATE :schema.ready r
       SET lock_epoch = nextval(:order_seq), locked_until = :max_micros, batch_until = 0
      FROM unnest(p_key, codes) WITH ORDINALITY AS t (key, code, ord)
     WHERE t.code = 0 AND r.instance_key = t.key
    RETURNING t.ord, r.lock_epoch
  )
  SELECT array_agg(l.lock_epoch ORDER BY n.ord), array_agg(CASE WHEN l.ord IS NOT NULL THEN v_id[n.ord] END ORDER BY n.ord)
    INTO v_token, v_id
    FROM generate_subscripts(p_key, 1) AS n (ord)
    LEFT JOIN locked l ON l.ord = n.ord;

  SELECT a.codes, a.bad_events, a.last_events, a.left_over, a.tokens
    INTO codes, bad_events, last_events, left_over, tokens
    FROM :fn.ack_orchestrations(
           p_id => v_id, p_epoch => v_token, p_execution => t_execution, p_name => t_name, p_version => t_version,
           p_parent => t_parent, p_status => t_status, p_ended => t_ended, p_output => t_output,
           p_first_event => t_first_event, p_ascending => t_ascending,
           :include(content_arguments),
           m_ack => o_ack, m_to => o_to,
           m_kind => o_kind, m_body => o_body, m_due_at => o_due_at, m_due_in => o_due_in, m_start_name => o_start_name,
           m_start_version => o_start_version, m_start_parent => o_start_parent, m_message_id => o_message_id,
           m_hash => o_hash, m_drop => o_drop) a;
  FOR at IN 1..cardinality(p_key) LOOP
    IF v_token[at] IS NULL THEN
      codes[at] := NULL;
    ELSIF codes[at] <> 0 THEN
      v_bad := v_bad || p_key[at];
    END IF;
  END LOOP;
  IF v_bad IS NOT NULL THEN
    UPDATE :schema.ready r SET lock_epoch = 0, locked_until = 0 WHERE r.instance_key = ANY (v_bad);
    DELETE FROM :schema.message_id u
     USING unnest(p_key, p_message_id) AS t (key, message_id)
     WHERE t.key = ANY (v_bad) AND u.instance_key = t.key AND u.message_id = t.message_id;
  END IF;
END
$$;

-- The rows that say what became of the turns of a call. Inlined, like claimed_rows.
CREATE OR REPLACE FUNCTION :fn.turn_rows(
  p_codes integer[], p_bad_events bigint[], p_last_events bigint[], p_left_over boolean, p_tokens bigint[]
) RETURNS TABLE (:include(item_columns))
  LANGUAGE sql STABLE
AS $$
  SELECT t.part, NULL::bigint, t.ord::integer, t.code, NULL::text, NULL::text, NULL::text, NULL::bigint, t.token,
         NULL::integer, t.last_event, NULL::bigint, NULL::bigint, NULL::bigint, NULL::bigint, NULL::text, NULL::bytea,
         NULL::text, NULL::text, p_left_over, t.bad_event, NULL::bigint
    FROM (SELECT 't'::text AS part, c.ord, c.code, c.bad_event, c.last_event, NULL::bigint AS token
            FROM unnest(p_codes, p_bad_events, p_last_events) WITH ORDINALITY AS c (code, bad_event, last_event, ord)
           WHERE c.code IS NOT NULL
           UNION ALL
          SELECT 'k', k.ord, NULL, NULL, NULL, k.token
            FROM unnest(p_tokens) WITH ORDINALITY AS k (token, ord)
           WHERE k.token IS NOT NULL) t
$$;

-- Acks activities as ack_activities_claiming does, and applies the turns that fit in place of the completions.
CREATE OR REPLACE FUNCTION :fn.ack_activities_ahead(
  :include(activity_tokens; of = []),
  :include(message_parameters; m = m_; of = []),
  :include(claim_parameters; of = []),
  k_versions text[],
  :include(turn_parameters; of = []),
  :include(turns_content)
) RETURNS TABLE (:include(item_columns))
  LANGUAGE plpgsql VOLATILE
AS $$
#variable_conflict use_column
DECLARE
  v_now     bigint;
  v_removed record;
  v_keys    bigint[]; -- the instances that completions are for
  v_sent    bigint[];
  v_turns   record;
  v_done    boolean;
BEGIN
  v_done := :fn.reserve_token_range();
  -- Locks, in the order that all functions keep.
  IF cardinality(o_to) > 0 THEN
    v_sent := (:fn.keys_of(o_to, false)).keys;
  END IF;
  IF cardinality(c_ack) > 0 THEN
    PERFORM :fn.lock_activities(
      p_id || ARRAY(SELECT p_id[c.ack] FROM unnest(c_ack) WITH ORDINALITY AS c (ack, ord) ORDER BY c.ord),
      p_execution || c_execution, p_activity || c_activity);
  END IF;
  v_now := :fn.now_micros();
  v_removed := :fn.remove_activities(p_id, p_execution, p_activity, p_epoch, v_now);
  v_keys := ARRAY(SELECT CASE WHEN t.kind IS NOT NULL THEN t.key END
                    FROM unnest(v_removed.keys, m_kind) WITH ORDINALITY AS t (key, kind, ord) ORDER BY t.ord);
  v_done := :fn.lock_ready(v_keys || v_sent);

  v_turns := :fn.apply_turns(
    p_key => :include(first_turn; and =), p_message_id => m_message_id, p_hash => m_hash,
    k_versions => k_versions,
    :include(turns_arguments));
  v_keys := :include(not_in_turns);
  IF cardinality(array_remove(v_keys, NULL)) > 0 THEN
    PERFORM :fn.store_messages(
      p_now => v_now, p_known => v_removed.known, p_key => v_keys,
      :include(message_arguments; m = m_; open =; close =),
      p_activity_epoch => p_epoch, p_activity_execution => p_execution, p_activity_id => p_activity);
    v_keys := :fn.claim_instances(v_keys, k_lock_for, k_versions);
    v_done := :fn.delete_empty_ready(v_removed.keys || v_sent);
  ELSIF v_sent IS NOT NULL THEN
    v_done := :fn.delete_empty_ready(v_sent);
  END IF;

  RETURN QUERY
  SELECT * FROM :fn.claimed_rows(v_removed.codes, v_keys, k_inline);
  RETURN QUERY
  SELECT * FROM :fn.turn_rows(v_turns.codes, v_turns.bad_events, v_turns.last_events, v_turns.left_over, v_turns.tokens);
END
$$;

-- The same for one activity, whose turn concerns only its own instance: no messages, nothing cancelled.
CREATE OR REPLACE FUNCTION :fn.ack_activity_one_ahead(
  :include(activity_tokens; of =),
  :include(message_parameters; m = m_; of =),
  :include(claim_parameters; of =),
  :include(plain_turn)
) RETURNS TABLE (:include(item_columns))
  LANGUAGE plpgsql VOLATILE
AS $$
#variable_conflict use_column
DECLARE
  v_done     boolean := :fn.reserve_token_range();
  v_now      bigint  := :fn.now_micros();
  :include(claim_variables)
  v_session  text;
  v_removed  boolean;
  v_rows     bigint;
  v_fits     boolean;
  tokens     bigint[];
BEGIN
  IF m_message_id IS NULL AND :include(visible_at; now = v_now; m = m_) <= v_now
     AND t_execution = t_on_execution AND t_ascending AND (t_first_event > t_on_event) IS NOT FALSE
     AND NOT EXISTS (SELECT FROM :schema.instance i
                       JOIN :schema.ready r ON r.instance_key = i.instance_key
                      WHERE i.instance_id = p_id) THEN
    :include(remove_activity; now = v_now)
    IF v_removed THEN
      -- Locks the instance, which has no messages; unless it got one just now.
      INSERT INTO :schema.ready (instance_key) VALUES (v_key) ON CONFLICT (instance_key) DO NOTHING;
      v_fits := FOUND;
      IF v_fits THEN
        SELECT i.has_values INTO v_valued
          FROM :schema.instance i
         WHERE i.instance_key = v_key
           AND i.execution_id = t_on_execution
           AND :include(history_ends; key = v_key; execution = t_on_execution; event = t_on_event; at = t_on_event_at);
        v_fits := FOUND;
      END IF;
      IF NOT v_fits THEN
        v_done := :fn.store_message(
          v_key, v_now, m_kind, m_body, m_start_name, m_start_version, m_start_parent, m_drop, p_epoch, p_execution,
          p_activity);
        :include(claim_one)
      END IF;

      IF t_parent IS NOT NULL THEN
        :include(lock_parents; which = i.instance_id = t_parent)
      END IF;
      v_token := nextval(:order_seq);
      IF cardinality(a_id) > 0 THEN
        :include(schedule_activities; key = v_key; execution = t_execution; acks =; ack =; applied = true; unless =)
      END IF;
      WITH released AS (
        DELETE FROM :schema.ready r WHERE r.instance_key = v_key
      ), acked AS (
        UPDATE :schema.instance i
           SET :include(instance_changes; name = t_name; version = t_version; parent = t_parent; execution = t_execution; status = t_status;
                        epoch = v_token)
         WHERE i.instance_key = v_key
        RETURNING i.updated_at
      ), executed AS (
        :include(execution_insert; key = v_key; execution = t_execution; status = t_status; output = t_output;
                 ended = t_ended) DO UPDATE
           SET :include(execution_changes; status = t_status; output = t_output; ended = t_ended; at = excluded.started_at)
         WHERE t_status IS NOT NULL OR t_output IS NOT NULL
      )
      :include(history_insert; key = v_key; execution = t_execution; acks =; ack =; applied = true);
      IF v_valued AND t_ended THEN
        PERFORM :fn.merge_key_values(ARRAY[v_key], ARRAY[t_execution]);
      END IF;
      :include(turn_applied)
    END IF;
  END IF;

  RETURN QUERY
  SELECT * FROM :fn.ack_activities_ahead(
    p_id => ARRAY[p_id], p_execution => ARRAY[p_execution], p_activity => ARRAY[p_activity], p_epoch => ARRAY[p_epoch],
    :include(message_arguments; m = m_; open = ARRAY[; close = ]),
    k_lock_for => ARRAY[k_lock_for], k_inline => ARRAY[k_inline], k_versions => NULL,
    :include(only_turn));
END
$$;

-- Stores messages as enqueue_claiming does, and applies the turns that fit in place of starts.
CREATE OR REPLACE FUNCTION :fn.enqueue_ahead(
  p_to text[],
  :include(message_parameters; m = m_; of = []),
  :include(claim_parameters; of = []),
  k_versions text[],
  :include(turn_parameters; of = []),
  :include(turns_content)
) RETURNS TABLE (:include(item_columns))
  LANGUAGE plpgsql VOLATILE
AS $$
#variable_conflict use_column
DECLARE
  v_now   bigint;
  v_to    record;
  v_keys  bigint[];
  v_codes integer[];
  v_turns record;
  v_done  boolean := :fn.reserve_token_range();
BEGIN
  :include(take_posted; which = p.instance_id = ANY (p_to))
  -- Locks, in the order that all functions keep.
  v_to := :fn.keys_of(p_to || o_to, cardinality(o_to) = 0);
  v_keys := v_to.keys[1:cardinality(p_to)];
  IF cardinality(c_ack) > 0 THEN
    PERFORM :fn.lock_activities(
      ARRAY(SELECT p_to[c.ack] FROM unnest(c_ack) WITH ORDINALITY AS c (ack, ord) ORDER BY c.ord), c_execution, c_activity);
  END IF;
  v_done := :fn.lock_ready(v_to.keys);
  v_now := :fn.now_micros();

  v_turns := :fn.apply_turns(
    p_key => :include(first_turn; and = AND t.start_name IS NOT NULL), p_message_id => m_message_id, p_hash => m_hash,
    k_versions => k_versions,
    :include(turns_arguments));
  v_keys := :include(not_in_turns);
  IF cardinality(array_remove(v_keys, NULL)) > 0 THEN
    v_keys := :fn.store_messages(
      p_now => v_now, p_known => v_to.known, p_key => v_keys, :include(message_arguments; m = m_; open =; close =));
  END IF;
  v_codes := ARRAY(SELECT CASE WHEN t.key IS NULL AND t.code IS DISTINCT FROM 0 THEN 1 ELSE 0 END
                     FROM unnest(v_keys, v_turns.codes) WITH ORDINALITY AS t (key, code, ord) ORDER BY t.ord);
  IF cardinality(array_remove(v_keys, NULL)) > 0 THEN
    v_keys := :fn.claim_instances(v_keys, k_lock_for, k_versions);
  END IF;
  v_done := :fn.delete_empty_ready(v_to.keys);
  RETURN QUERY
  SELECT * FROM :fn.claimed_rows(v_codes, v_keys, k_inline);
  RETURN QUERY
  SELECT * FROM :fn.turn_rows(v_turns.codes, v_turns.bad_events, v_turns.last_events, v_turns.left_over, v_turns.tokens);
END
$$;

-- The same for one start of an instance that nothing is known of, whose turn concerns only its own instance and names it.
CREATE OR REPLACE FUNCTION :fn.enqueue_one_ahead(
  p_to text,
  :include(message_parameters; m = m_; of =),
  :include(claim_parameters; of =),
  :include(plain_turn)
) RETURNS TABLE (:include(item_columns))
  LANGUAGE plpgsql VOLATILE
AS $$
#variable_conflict use_column
DECLARE
  v_done boolean := :fn.reserve_token_range();
  v_now  bigint  := :fn.now_micros();
  v_key  bigint;
  v_rows bigint;
  tokens bigint[];
BEGIN
  :include(take_posted; which = p.instance_id = p_to)
  IF :include(visible_at; now = v_now; m = m_) <= v_now AND m_start_name IS NOT NULL AND t_name IS NOT NULL
     AND t_on_execution = 1 AND t_on_event = 0 AND t_ascending AND (t_first_event > 0) IS NOT FALSE THEN
    IF t_parent IS NOT NULL THEN
      :include(lock_parents; which = i.instance_id = t_parent)
    END IF;
    -- No other transaction can know the number before the end of this one, so there is nothing to lock.
    INSERT INTO :schema.instance (
             instance_id, name, version, parent_instance_id, created_at, updated_at, execution_id, acked_epoch)
    VALUES (p_to, t_name, t_version, t_parent, v_now, v_now, t_execution, nextval(:order_seq))
        ON CONFLICT (instance_id) DO NOTHING
    RETURNING instance_key INTO v_key;
    IF v_key IS NOT NULL THEN
      IF m_message_id IS NOT NULL THEN
        INSERT INTO :schema.message_id (instance_key, message_id, content_hash) VALUES (v_key, m_message_id, m_hash);
      END IF;
      IF cardinality(a_id) > 0 THEN
        :include(schedule_activities; key = v_key; execution = t_execution; acks =; ack =; applied = true; unless =)
      END IF;
      WITH executed AS (
        INSERT INTO :schema.execution (instance_key, execution_id, status, output, started_at, completed_at)
        VALUES (v_key, t_execution, coalesce(t_status, 'RUNNING'), t_output, v_now, CASE WHEN t_ended THEN v_now END)
      )
      :include(history_insert; key = v_key; execution = t_execution; acks =; ack =; applied = true);
      :include(turn_applied)
    END IF;
  END IF;

  RETURN QUERY
  SELECT * FROM :fn.enqueue_ahead(
    p_to => ARRAY[p_to],
    :include(message_arguments; m = m_; open = ARRAY[; close = ]),
    k_lock_for => ARRAY[k_lock_for], k_inline => ARRAY[k_inline], k_versions => NULL,
    :include(only_turn));
END
$$;
