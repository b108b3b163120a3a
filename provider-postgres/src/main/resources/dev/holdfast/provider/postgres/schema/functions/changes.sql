-- Changes: what is stored with the result of a turn or of an activity, or alone, in the same transaction.
--
-- A call with changes takes all its locks before it writes, in the order that all functions keep: numbers of new ids, leases,
-- activities, ready rows. Then the changes apply in list order. What does not fit is raised, with the place of its change as
-- the detail, and so undoes all of the call.

-- Stores messages that are changes, all neighbours in their lists. Those whose key is NULL are left out. Returns 1 for each that was
-- stored, and 0 for each that added nothing. Raises HF001 as store_messages does, and HF004 for one that is due too late.
CREATE OR REPLACE FUNCTION :fn.send_messages(
  p_key   bigint[],
  p_known boolean,
  p_place integer[],
  :include(message_parameters; m = m_; of = [])
) RETURNS bigint[]
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_now    bigint   := :fn.now_micros();
  v_key    bigint[] := p_key;
  v_late   integer; -- the first that is due beyond the last moment that can be stored
  v_stored bigint[];
BEGIN
  IF cardinality(array_remove(m_due_in, NULL)) > 0 THEN
    SELECT min(m.ord)
      INTO v_late
      FROM unnest(p_key, m_due_at, m_due_in) WITH ORDINALITY AS m (key, due_at, due_in, ord)
     WHERE m.key IS NOT NULL AND :include(visible_at; now = v_now; m = m.) > :max_micros;
    IF v_late IS NOT NULL THEN
      -- Those before it come first, and may be what does not fit.
      v_key := v_key[1:v_late - 1] || array_fill(NULL::bigint, ARRAY[cardinality(p_key) - v_late + 1]);
    END IF;
  END IF;
  IF cardinality(array_remove(v_key, NULL)) > 0 THEN
    v_stored := :fn.store_messages(
      p_now => v_now, p_known => p_known, p_key => v_key,
      :include(message_arguments; m = m_; open =; close =),
      p_place => p_place);
  END IF;
  IF v_late IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'HF004', MESSAGE = 'due beyond the year 9999', DETAIL = p_place[v_late];
  END IF;
  RETURN ARRAY(SELECT CASE WHEN t.stored IS NULL THEN 0 ELSE 1 END
                 FROM unnest(p_key, v_stored) WITH ORDINALITY AS t (key, stored, ord)
                WHERE t.key IS NOT NULL
                ORDER BY t.ord);
END
$$;

-- Applies changes in list order. p_codes says which elements of the call were applied (0): of the others nothing is looked at.
-- p_to are the instances that messages go to, whose ready rows are locked. h_what is 1 for a message, and 2 for a change of a
-- run or step. Returns what the results of
-- the changes are made of, in the same order; a message has one number, see send_messages, and a change of a state a number and a text, see
-- change_states.
CREATE OR REPLACE FUNCTION :fn.apply_changes(
  p_codes integer[],
  p_to    bigint[],
  p_known boolean,
  :include(change_parameters),
  OUT numbers bigint[],
  OUT texts   text[]
)
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_from    integer := 1; -- the first of neighbours of one kind, which go together
  v_until   integer;      -- the last of them
  v_message integer := 0; -- how many messages are done
  v_state   integer := 0; -- how many changes of states are done
  v_states  record;
  v_done    boolean;
  v_key     bigint[];
  m         integer;      -- the first message of the neighbours
  n         integer;      -- and the last one
BEGIN
  numbers := '{}';
  texts := '{}';
  IF cardinality(s_what) > 1 THEN
    v_done := :fn.lock_states(p_codes, h_ack, h_what, s_what, s_run, s_step, s_steps);
  END IF;
  WHILE v_from <= cardinality(h_what) LOOP
    v_until := v_from;
    WHILE h_what[v_until + 1] = h_what[v_from] LOOP
      v_until := v_until + 1;
    END LOOP;
    CASE h_what[v_from]
      WHEN 1 THEN
        m := v_message + 1;
        n := v_message + v_until - v_from + 1;
        v_message := n;
        v_key := ARRAY(SELECT CASE WHEN p_codes[t.ack] = 0 THEN t.key END
                         FROM unnest(p_to[m:n], h_ack[v_from:v_until]) WITH ORDINALITY AS t (key, ack, ord)
                        ORDER BY t.ord);
        numbers := numbers || :fn.send_messages(
          p_key => v_key, p_known => p_known, p_place => h_place[v_from:v_until],
          m_kind => h_kind[m:n], m_body => h_body[m:n], m_due_at => h_due_at[m:n], m_due_in => h_due_in[m:n],
          m_start_name => h_start_name[m:n], m_start_version => h_start_version[m:n],
          m_start_parent => h_start_parent[m:n], m_message_id => h_message_id[m:n], m_hash => h_hash[m:n],
          m_drop => h_drop[m:n]);
      WHEN 2 THEN
        m := v_state + 1;
        n := v_state + v_until - v_from + 1;
        v_state := n;
        v_states := :fn.change_states(
          p_codes => p_codes, p_first => m, p_last => n,
          h_ack => h_ack[v_from:v_until], h_place => h_place[v_from:v_until], :include(state_arguments));
        numbers := numbers || v_states.numbers;
        texts := texts || v_states.texts;
    END CASE;
    v_from := v_until + 1;
  END LOOP;
END
$$;

-- The elements of the call that the changes of one kind belong to.
CREATE OR REPLACE FUNCTION :fn.acks_of(h_ack integer[], h_what integer[], p_what integer) RETURNS integer[]
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT ARRAY(SELECT h.ack FROM unnest(h_ack, h_what) WITH ORDINALITY AS h (ack, what, ord) WHERE h.what = p_what ORDER BY h.ord)
$$;

-- Begins a call with changes: takes over what callers have posted to the instances that messages with ids go to, as an enqueue does.
CREATE OR REPLACE FUNCTION :fn.begin_changes(h_to text[], h_message_id text[]) RETURNS boolean
  LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
  RETURN cardinality(array_remove(h_message_id, NULL)) > 0 AND :fn.take_posted_to(h_to);
END
$$;

-- Applies changes alone. f_what says what the fence is of: 1 an instance, 2 an activity, 3 a lease; NULL for no fence. Its row is locked
-- before it is judged, so that nobody takes over before the end of this transaction. Raises HF005 when it is not live; the message is
-- a code, see token_code and activity_codes, and for a lease the number of its last acquisition, or nothing.
CREATE OR REPLACE FUNCTION :fn.apply_changes_alone(
  f_what      integer,
  f_id        text,
  f_execution bigint,
  f_activity  bigint,
  f_epoch     bigint,
  :include(change_parameters),
  OUT numbers bigint[],
  OUT texts   text[]
)
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_done  boolean := :fn.begin_changes(h_to, h_message_id);
  v_to    record;
  v_key   bigint; -- the instance of the fence
  v_epoch bigint;
  v_until bigint;
  v_code  text;
BEGIN
  v_to := :fn.keys_of(h_to, false);
  IF f_what = 3 THEN
    -- Shared: other calls may show the same lease. One with which it is renewed or taken over waits.
    SELECT l.epoch, l.lease_until INTO v_epoch, v_until FROM :schema.lease l WHERE l.name = f_id FOR SHARE;
    v_code := coalesce(v_epoch::text, '');
  ELSIF f_what IN (1, 2) THEN
    SELECT i.instance_key INTO v_key FROM :schema.instance i WHERE i.instance_id = f_id;
  END IF;
  IF f_what = 2 THEN
    SELECT a.lock_epoch, a.ready_at
      INTO v_epoch, v_until
      FROM :schema.activity a
     WHERE a.instance_key = v_key AND a.execution_id = f_execution AND a.activity_id = f_activity
       FOR SHARE;
  END IF;
  v_done := :fn.lock_ready(v_to.keys || CASE WHEN f_what = 1 THEN v_key END);
  IF f_what = 1 THEN
    SELECT r.lock_epoch, r.locked_until INTO v_epoch, v_until FROM :schema.ready r WHERE r.instance_key = v_key;
  END IF;
  IF f_what IS NOT NULL
     AND (v_epoch IS DISTINCT FROM f_epoch OR v_until <= :fn.now_micros()) THEN
    IF f_what = 1 THEN
      SELECT :fn.token_code(f_epoch, i.acked_epoch, v_epoch, v_until, :fn.now_micros())
        INTO v_code
        FROM :schema.instance i
       WHERE i.instance_key = v_key;
    ELSIF f_what = 2 THEN
      v_code := (:fn.activity_codes(
        ARRAY[f_id], ARRAY[f_execution], ARRAY[f_activity], ARRAY[f_epoch], :fn.now_micros()))[1];
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'HF005', MESSAGE = coalesce(v_code, '2');
  END IF;

  SELECT c.numbers, c.texts
    INTO numbers, texts
    FROM :fn.apply_changes(p_codes => '{0}', p_to => v_to.keys, p_known => v_to.known, :include(change_arguments)) c;
  v_done := :fn.delete_empty_ready(v_to.keys);
END
$$;

-- Applies the results of turns as ack_orchestrations does, and behind them the changes of those that were applied.
CREATE OR REPLACE FUNCTION :fn.ack_orchestrations_changing(
  :include(ack_parameters),
  c_ack             integer[],
  c_execution       bigint[],
  c_activity        bigint[],
  m_ack             integer[],
  m_to              text[],
  :include(message_parameters; m = m_; of = []),
  :include(extra_parameters; default =),
  :include(change_parameters),
  :include(ack_result),
  OUT numbers bigint[],
  OUT texts   text[]
)
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_key   bigint[]; -- the instances
  v_codes integer[];
  v_to    record;   -- those that messages go to, first those of changes
  v_done  boolean;
BEGIN
  IF cardinality(a_lock_for) > 0 THEN
    v_done := :fn.reserve_token_range();
  END IF;
  v_done := :fn.begin_changes(h_to, h_message_id);

  -- What is acked or lost already stays so, and makes no numbers.
  SELECT array_agg(CASE WHEN t.code = 0 THEN t.key END ORDER BY t.ord), array_agg(t.code ORDER BY t.ord)
    INTO v_key, v_codes
    FROM (SELECT t.ord, i.instance_key AS key,
                 :fn.token_code(t.epoch, i.acked_epoch, r.lock_epoch, r.locked_until, :fn.now_micros()) AS code
            FROM unnest(p_id, p_epoch) WITH ORDINALITY AS t (id, epoch, ord)
            LEFT JOIN :schema.instance i ON i.instance_id = t.id
            LEFT JOIN :schema.ready r ON r.instance_key = i.instance_key) t;
  IF 0 = ANY (v_codes) THEN
    v_to := :fn.keys_of(
      ARRAY(SELECT CASE WHEN v_codes[t.ack] = 0 THEN t.id END
              FROM unnest(:fn.acks_of(h_ack, h_what, 1) || m_ack, h_to || m_to) WITH ORDINALITY AS t (ack, id, ord)
             ORDER BY t.ord),
      false);
    IF cardinality(c_ack) > 0 THEN
      v_done := :fn.lock_activities(
        ARRAY(SELECT p_id[c.ack] FROM unnest(c_ack) WITH ORDINALITY AS c (ack, ord) ORDER BY c.ord), c_execution, c_activity);
    END IF;
    v_done := :fn.lock_ready(v_key || v_to.keys);
  END IF;

  SELECT a.codes, a.bad_events, a.last_events, a.left_over, a.tokens
    INTO codes, bad_events, last_events, left_over, tokens
    FROM :fn.ack_orchestrations(
           p_id => p_id, p_epoch => p_epoch, p_execution => p_execution, p_name => p_name, p_version => p_version,
           p_parent => p_parent, p_status => p_status, p_ended => p_ended, p_output => p_output,
           p_first_event => p_first_event, p_ascending => p_ascending,
           :include(content_arguments),
           m_ack => m_ack, m_to => m_to, :include(message_arguments; m = m_; open =; close =)) a;
  IF 0 = ANY (v_codes) THEN
    SELECT c.numbers, c.texts
      INTO numbers, texts
      FROM :fn.apply_changes(
             p_codes => codes, p_to => v_to.keys[1:cardinality(h_to)], p_known => v_to.known, :include(change_arguments)) c;
    v_done := :fn.delete_empty_ready(v_key || v_to.keys);
  END IF;
END
$$;

-- Acks activities as ack_activities_claiming does, where a k_lock_for of NULL asks for nothing, and applies the changes of those that were
-- applied behind their completions and before the claims.
CREATE OR REPLACE FUNCTION :fn.ack_activities_changing(
  :include(activity_tokens; of = []),
  :include(message_parameters; m = m_; of = []),
  :include(claim_parameters; of = []),
  k_versions text[],
  :include(change_parameters)
) RETURNS TABLE (:include(item_columns))
  LANGUAGE plpgsql VOLATILE
AS $$
#variable_conflict use_column
DECLARE
  v_done    boolean := :fn.reserve_token_range();
  v_now     bigint;
  v_to      record;
  v_removed record;
  v_keys    bigint[]; -- the instances that completions are for
  v_stored  bigint[];
  v_changed record;
BEGIN
  v_done := :fn.begin_changes(h_to, h_message_id);
  v_to := :fn.keys_of(h_to, false);
  v_now := :fn.now_micros();
  v_removed := :fn.remove_activities(p_id, p_execution, p_activity, p_epoch, v_now);
  v_keys := ARRAY(SELECT CASE WHEN t.kind IS NOT NULL THEN t.key END
                    FROM unnest(v_removed.keys, m_kind) WITH ORDINALITY AS t (key, kind, ord) ORDER BY t.ord);
  v_done := :fn.lock_ready(v_keys || v_to.keys);
  IF cardinality(array_remove(v_keys, NULL)) > 0 THEN
    v_stored := :fn.store_messages(
      p_now => v_now, p_known => v_removed.known, p_key => v_keys,
      :include(message_arguments; m = m_; open =; close =),
      p_activity_epoch => p_epoch, p_activity_execution => p_execution, p_activity_id => p_activity);
  END IF;
  v_changed := :fn.apply_changes(
    p_codes => v_removed.codes, p_to => v_to.keys, p_known => v_to.known, :include(change_arguments));
  v_keys := :fn.claim_instances(v_keys, k_lock_for, k_versions);
  v_done := :fn.delete_empty_ready(v_removed.keys || v_to.keys);

  RETURN QUERY
  SELECT * FROM :fn.claimed_rows(v_removed.codes, v_keys, k_inline);
  RETURN QUERY
  SELECT 'h'::text, NULL::bigint, t.ord::integer, NULL::integer, NULL::text, t.text, NULL::text, NULL::bigint, t.number,
         NULL::integer, NULL::bigint, NULL::bigint, NULL::bigint, NULL::bigint, NULL::bigint, NULL::text, NULL::bytea,
         NULL::text, NULL::text, NULL::boolean, NULL::bigint, NULL::bigint
    FROM unnest(v_changed.numbers, v_changed.texts) WITH ORDINALITY AS t (number, text, ord)
   ORDER BY t.ord;
END
$$;
