-- Changes: what is stored with the result of a turn or of an activity, or alone, in the same transaction.
--
-- A call with changes takes all its locks before it writes, in the order that all functions keep: numbers of new ids, leases,
-- activities, ready rows, then runs, steps, inboxes, messages of inboxes, streams, and what is updated of projections. Then the changes apply in list order. What does not fit is raised, with the place of its change as
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

-- The elements of the call that the changes of some kinds belong to.
CREATE OR REPLACE FUNCTION :fn.acks_of(h_ack integer[], h_what integer[], p_what integer[]) RETURNS integer[]
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT ARRAY(SELECT h.ack FROM unnest(h_ack, h_what) WITH ORDINALITY AS h (ack, what, ord)
                WHERE h.what = ANY (p_what) ORDER BY h.ord)
$$;

-- Locks what changes are about, and the message of an inbox whose lock is the fence, if f_sequence is given: see lock_states,
-- lock_inboxes, lock_streams and lock_projections.
CREATE OR REPLACE FUNCTION :fn.lock_changed(
  p_codes integer[],
  :include(change_parameters),
  f_run      text   DEFAULT NULL,
  f_step     text   DEFAULT NULL,
  f_port     text   DEFAULT NULL,
  f_sequence bigint DEFAULT NULL
) RETURNS boolean
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_state integer[] := :fn.acks_of(h_ack, h_what, '{2}');
  v_inbox integer[] := :fn.acks_of(h_ack, h_what, '{3,4}');
  v_done  boolean;
BEGIN
  v_done := :fn.lock_states(
    p_codes, v_state, s_what, s_run, s_step, s_steps,
    ARRAY(SELECT i.run_id FROM unnest(v_inbox, i_what, i_run) AS i (ack, what, run_id)
           WHERE p_codes[i.ack] = 0 AND i.what = 3));
  v_done := :fn.lock_inboxes(
    p_codes, v_inbox, i_what, i_run, i_step, i_port, i_sequence,
    ARRAY(SELECT s.run_id FROM unnest(v_state, s_what, s_run) AS s (ack, what, run_id)
           WHERE p_codes[s.ack] = 0 AND s.what = 4),
    f_run, f_step, f_port, f_sequence);
  v_done := :fn.lock_streams(p_codes, :fn.acks_of(h_ack, h_what, '{5}'), :fn.acks_of(h_ack, h_what, '{6}'), n_streams);
  RETURN :fn.lock_projections(p_codes, :fn.acks_of(h_ack, h_what, '{7}'), n_projections);
END
$$;

-- Applies changes in list order. p_codes says which elements of the call were applied (0): of the others nothing is looked at.
-- p_to are the instances that messages go to, whose ready rows are locked. p_locked says that the rest is locked too, see lock_changed; a
-- list of one change, or of appends alone, locks as it goes. h_what is 1 for a message, 2 for a change of a run or step, 3 for one of
-- an inbox, 4 for an input of a trigger, which is a change of an inbox and a message, 5 for an append to a stream, 6 for a snapshot, and
-- 7 for an update of a projection. Returns what the results of the changes are made of, in the
-- same order; a message has one number, see send_messages, a change of a state a number and a text, see change_states, one of an
-- inbox a number, see change_inboxes, an append six, see
-- append_events, a snapshot one, see put_snapshots, and an update one for each row, see update_projections.
CREATE OR REPLACE FUNCTION :fn.apply_changes(
  p_codes  integer[],
  p_to     bigint[],
  p_known  boolean,
  p_locked boolean,
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
  v_inbox   integer := 0; -- how many changes of inboxes are done
  v_append  integer := 0; -- how many appends are done
  v_put     integer := 0; -- how many snapshots are done
  v_update  integer := 0; -- how many updates of projections are done
  v_locks   integer := cardinality(s_what) + cardinality(i_what) + coalesce(cardinality(n_projections.projection), 0);
  v_locked  boolean := p_locked;
  v_states  record;
  v_numbers bigint[];     -- those of changes of inboxes
  v_sent    bigint[];
  v_done    boolean;
  v_key     bigint[];
  m         integer;      -- the first row of the neighbours
  n         integer;      -- and the last one
BEGIN
  numbers := '{}';
  texts := '{}';
  IF cardinality(n_streams.category) < cardinality(h_what) THEN
    v_locks := v_locks + cardinality(n_streams.category) + cardinality(n_streams.q_category);
  END IF;
  IF NOT p_locked AND v_locks > 1 THEN
    v_done := :fn.lock_changed(p_codes => p_codes, :include(change_arguments));
    v_locked := true;
  END IF;
  WHILE v_from <= cardinality(h_what) LOOP
    v_until := v_from;
    -- The message of an input is stored before the next input is looked at.
    WHILE h_what[v_until + 1] = h_what[v_from] AND h_what[v_from] <> 4 LOOP
      v_until := v_until + 1;
    END LOOP;
    v_numbers := NULL;
    IF h_what[v_from] = 2 THEN
      m := v_state + 1;
      n := v_state + v_until - v_from + 1;
      v_state := n;
      v_states := :fn.change_states(
        p_codes => p_codes, p_first => m, p_last => n,
        h_ack => h_ack[v_from:v_until], h_place => h_place[v_from:v_until], :include(state_arguments));
      numbers := numbers || v_states.numbers;
      texts := texts || v_states.texts;
    END IF;
    IF h_what[v_from] IN (3, 4) THEN
      m := v_inbox + 1;
      n := v_inbox + v_until - v_from + 1;
      v_inbox := n;
      v_numbers := :fn.change_inboxes(
        p_codes => p_codes, p_first => m, p_last => n,
        h_ack => h_ack[v_from:v_until], h_place => h_place[v_from:v_until], :include(inbox_arguments));
      numbers := numbers || array_remove(v_numbers, NULL);
    END IF;
    IF h_what[v_from] IN (1, 4) THEN
      m := v_message + 1;
      n := v_message + v_until - v_from + 1;
      v_message := n;
      -- An input that is not new has no message.
      v_key := ARRAY(SELECT CASE WHEN p_codes[t.ack] = 0 AND coalesce(t.number, 1) > 0 THEN t.key END
                       FROM unnest(p_to[m:n], h_ack[v_from:v_until], v_numbers) WITH ORDINALITY AS t (key, ack, number, ord)
                      ORDER BY t.ord);
      v_sent := :fn.send_messages(
        p_key => v_key, p_known => p_known, p_place => h_place[v_from:v_until],
        m_kind => h_kind[m:n], m_body => h_body[m:n], m_due_at => h_due_at[m:n], m_due_in => h_due_in[m:n],
        m_start_name => h_start_name[m:n], m_start_version => h_start_version[m:n],
        m_start_parent => h_start_parent[m:n], m_message_id => h_message_id[m:n], m_hash => h_hash[m:n],
        m_drop => h_drop[m:n]);
      IF h_what[v_from] = 1 THEN
        numbers := numbers || v_sent;
      END IF;
    END IF;
    IF h_what[v_from] = 5 THEN
      m := v_append + 1;
      n := v_append + v_until - v_from + 1;
      v_append := n;
      numbers := numbers || :fn.append_events(
        p_codes => p_codes, p_first => m, p_last => n,
        h_ack => h_ack[v_from:v_until], h_place => h_place[v_from:v_until], n_streams => n_streams, p_refuse => true);
    END IF;
    IF h_what[v_from] = 6 THEN
      m := v_put + 1;
      n := v_put + v_until - v_from + 1;
      v_put := n;
      numbers := numbers || :fn.put_snapshots(
        p_codes => p_codes, p_first => m, p_last => n,
        h_ack => h_ack[v_from:v_until], h_place => h_place[v_from:v_until], n_streams => n_streams);
    END IF;
    IF h_what[v_from] = 7 THEN
      m := v_update + 1;
      n := v_update + v_until - v_from + 1;
      v_update := n;
      numbers := numbers || :fn.update_projections(
        p_codes => p_codes, p_first => m, p_last => n,
        h_ack => h_ack[v_from:v_until], h_place => h_place[v_from:v_until], n_projections => n_projections, p_locked => v_locked);
    END IF;
    v_from := v_until + 1;
  END LOOP;
END
$$;

-- Begins a call with changes: takes over what callers have posted to the instances that messages with ids go to, as an enqueue does.
CREATE OR REPLACE FUNCTION :fn.begin_changes(h_to text[], h_message_id text[]) RETURNS boolean
  LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
  RETURN cardinality(array_remove(h_message_id, NULL)) > 0 AND :fn.take_posted_to(h_to);
END
$$;

-- Applies changes alone. The row of the fence is locked before it is judged, so that nobody takes over before the end of this
-- transaction. Raises HF005 when it is not live; the message is what fence_loss says.
CREATE OR REPLACE FUNCTION :fn.apply_changes_alone(
  :include(fence_parameters),
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
  v_loss  text;
BEGIN
  v_to := :fn.keys_of(h_to, false);
  IF f_what = 3 THEN
    -- Shared: other calls may show the same lease. One with which it is renewed or taken over waits.
    PERFORM FROM :schema.lease l WHERE l.name = f_id FOR SHARE;
  ELSIF f_what IN (1, 2) THEN
    SELECT i.instance_key INTO v_key FROM :schema.instance i WHERE i.instance_id = f_id;
  END IF;
  IF f_what = 2 THEN
    PERFORM FROM :schema.activity a
      WHERE a.instance_key = v_key AND a.execution_id = f_execution AND a.activity_id = f_activity
        FOR SHARE;
  END IF;
  v_done := :fn.lock_ready(v_to.keys || CASE WHEN f_what = 1 THEN v_key END);
  IF f_what = 4 THEN
    v_done := :fn.lock_changed(
      p_codes => '{0}', :include(change_arguments),
      f_run => f_id, f_step => f_step, f_port => f_port, f_sequence => f_activity);
  END IF;
  IF f_what IS NOT NULL THEN
    v_loss := :fn.fence_loss(:include(fence_arguments));
    IF v_loss IS NOT NULL THEN
      RAISE EXCEPTION USING ERRCODE = 'HF005', MESSAGE = v_loss;
    END IF;
  END IF;

  SELECT c.numbers, c.texts
    INTO numbers, texts
    FROM :fn.apply_changes(
           p_codes => '{0}', p_to => v_to.keys, p_known => v_to.known, p_locked => f_what IS NOT DISTINCT FROM 4,
           :include(change_arguments)) c;
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
              FROM unnest(:fn.acks_of(h_ack, h_what, '{1,4}') || m_ack, h_to || m_to) WITH ORDINALITY AS t (ack, id, ord)
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
             p_codes => codes, p_to => v_to.keys[1:cardinality(h_to)], p_known => v_to.known, p_locked => false,
             :include(change_arguments)) c;
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
    p_codes => v_removed.codes, p_to => v_to.keys, p_known => v_to.known, p_locked => false, :include(change_arguments));
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
