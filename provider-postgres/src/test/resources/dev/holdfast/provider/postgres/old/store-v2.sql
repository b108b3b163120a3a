--
-- PostgreSQL database dump
--


-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET check_function_bodies = false;

CREATE SCHEMA holdfast;


CREATE FUNCTION holdfast.abandon_activity_1(p_id text, p_execution bigint, p_activity bigint, p_epoch bigint, p_delay bigint, p_count boolean) RETURNS integer
    LANGUAGE plpgsql
    AS $$
DECLARE
  v_key bigint;
BEGIN
  -- Not joined: while the tables are small, the server would begin with the activities.
  SELECT i.instance_key INTO v_key FROM "holdfast".instance i WHERE i.instance_id = p_id;
  UPDATE "holdfast".activity a
     SET ready_at = least("holdfast".now_micros_1() + p_delay, 253402300799999999),
         lock_epoch = 0,
         delivery_count = greatest(0, a.delivery_count - CASE WHEN p_count THEN 0 ELSE 1 END)
   WHERE a.instance_key = v_key AND a.execution_id = p_execution AND a.activity_id = p_activity AND a.lock_epoch = p_epoch;
  IF FOUND THEN
    RETURN 0;
  END IF;
  RETURN ("holdfast".activity_codes_1(ARRAY[p_id], ARRAY[p_execution], ARRAY[p_activity], ARRAY[p_epoch], 0))[1];
END
$$;


CREATE FUNCTION holdfast.abandon_orchestration_1(p_id text, p_epoch bigint, p_delay bigint, p_count boolean) RETURNS integer
    LANGUAGE plpgsql
    AS $$
DECLARE
  v_key   bigint;
  v_known boolean;
  v_acked bigint;
  v_lock  bigint;
  v_until bigint;
BEGIN
  SELECT i.instance_key INTO v_key FROM "holdfast".instance i WHERE i.instance_id = p_id;
  SELECT r.lock_epoch INTO v_lock FROM "holdfast".ready r WHERE r.instance_key = v_key FOR UPDATE;
  SELECT i.acked_epoch, i.execution_id > 0 INTO v_acked, v_known
    FROM "holdfast".instance i WHERE i.instance_key = v_key;
  IF v_lock IS DISTINCT FROM p_epoch THEN
    RETURN "holdfast".token_code_1(p_epoch, v_acked, v_lock, 0, 0);
  END IF;

  v_until := least("holdfast".now_micros_1() + p_delay, 253402300799999999);
  UPDATE "holdfast".ready r
     SET ready_at = greatest(v_until, (SELECT min(m.visible_at)
                                         FROM "holdfast".message m
                                        WHERE m.instance_key = v_key
                                          AND (v_known OR m.start_name IS NOT NULL))),
         tie_breaker = nextval('"holdfast".order_seq'::regclass),
         locked_until = v_until,
         lock_epoch = 0,
         delivery_count = greatest(0, r.delivery_count - CASE WHEN p_count THEN 0 ELSE 1 END)
   WHERE r.instance_key = v_key;
  RETURN 0;
END
$$;


CREATE FUNCTION holdfast.ack_activities_1(p_id text[], p_execution bigint[], p_activity bigint[], p_epoch bigint[], m_kind text[], m_body bytea[], m_due_at bigint[], m_due_in bigint[], m_start_name text[], m_start_version text[], m_start_parent text[], m_message_id text[], m_hash bytea[], m_drop boolean[]) RETURNS integer[]
    LANGUAGE plpgsql
    AS $$
DECLARE
  v_now   bigint := "holdfast".now_micros_1();
  v_done  record;
  v_to    bigint[];
BEGIN
  v_done := "holdfast".remove_activities_1(p_id, p_execution, p_activity, p_epoch, v_now);
  IF v_done.known IS NULL THEN
    RETURN v_done.codes; -- nothing was removed
  END IF;
  v_to := ARRAY(SELECT CASE WHEN t.kind IS NOT NULL THEN t.key END
                  FROM unnest(v_done.keys, m_kind) WITH ORDINALITY AS t (key, kind, ord) ORDER BY t.ord);
  v_to := "holdfast".store_messages_1(
    p_now => v_now, p_known => v_done.known, p_key => v_to,
    m_kind => m_kind, m_body => m_body, m_due_at => m_due_at,
m_due_in => m_due_in, m_start_name => m_start_name,
m_start_version => m_start_version, m_start_parent => m_start_parent,
m_message_id => m_message_id, m_hash => m_hash, m_drop => m_drop,
    p_activity_epoch => p_epoch, p_activity_execution => p_execution, p_activity_id => p_activity);
  RETURN v_done.codes;
END
$$;


CREATE FUNCTION holdfast.ack_activities_ahead_1(p_id text[], p_execution bigint[], p_activity bigint[], p_epoch bigint[], m_kind text[], m_body bytea[], m_due_at bigint[], m_due_in bigint[], m_start_name text[], m_start_version text[], m_start_parent text[], m_message_id text[], m_hash bytea[], m_drop boolean[], k_lock_for bigint[], k_inline integer[], t_on_execution bigint[], t_on_event bigint[], t_execution bigint[], t_name text[], t_version text[], t_parent text[], t_status text[], t_ended boolean[], t_output bytea[], t_first_event bigint[], t_ascending boolean[], e_ack integer[], e_id bigint[], e_kind text[], e_data bytea[], e_recorded_at bigint[], a_ack integer[], a_id bigint[], a_name text[], a_input bytea[], a_orchestration text[], a_version text[], a_lock_for bigint[], c_ack integer[], c_execution bigint[], c_activity bigint[], o_ack integer[], o_to text[], o_kind text[], o_body bytea[], o_due_at bigint[], o_due_in bigint[], o_start_name text[], o_start_version text[], o_start_parent text[], o_message_id text[], o_hash bytea[], o_drop boolean[]) RETURNS TABLE(part text, instance_key bigint, element integer, code integer, instance_id text, name text, version text, execution_id bigint, token bigint, delivery_count integer, last_event_id bigint, store_time bigint, ready_at bigint, visible_at bigint, seq bigint, kind text, data bytea, parent_instance_id text, message_id text, discard_if_unknown boolean, event_id bigint, recorded_at bigint)
    LANGUAGE plpgsql
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
  v_done := "holdfast".reserve_token_range_1();
  -- Locks, in the order that all functions keep.
  IF cardinality(o_to) > 0 THEN
    v_sent := ("holdfast".keys_of_1(o_to, false)).keys;
  END IF;
  IF cardinality(c_ack) > 0 THEN
    PERFORM "holdfast".lock_activities_1(
      p_id || ARRAY(SELECT p_id[c.ack] FROM unnest(c_ack) WITH ORDINALITY AS c (ack, ord) ORDER BY c.ord),
      p_execution || c_execution, p_activity || c_activity);
  END IF;
  v_now := "holdfast".now_micros_1();
  v_removed := "holdfast".remove_activities_1(p_id, p_execution, p_activity, p_epoch, v_now);
  v_keys := ARRAY(SELECT CASE WHEN t.kind IS NOT NULL THEN t.key END
                    FROM unnest(v_removed.keys, m_kind) WITH ORDINALITY AS t (key, kind, ord) ORDER BY t.ord);
  v_done := "holdfast".lock_ready_1(v_keys || v_sent);

  v_turns := "holdfast".apply_turns_1(
    p_key => ARRAY(SELECT CASE WHEN t.place = 1 AND t.execution_id IS NOT NULL AND t.at <= v_now  THEN t.key END
        FROM (SELECT m.*, greatest(v_now, m.due_at, v_now + m.due_in) AS at,
                     row_number() OVER (PARTITION BY m.key ORDER BY m.ord) AS place
                FROM unnest(v_keys, m_due_at, m_due_in, m_start_name, t_execution) WITH ORDINALITY
                       AS m (key, due_at, due_in, start_name, execution_id, ord)) t
       ORDER BY t.ord), p_message_id => m_message_id, p_hash => m_hash,
    t_on_execution => t_on_execution, t_on_event => t_on_event, t_execution => t_execution, t_name => t_name,
t_version => t_version, t_parent => t_parent, t_status => t_status, t_ended => t_ended, t_output => t_output,
t_first_event => t_first_event, t_ascending => t_ascending,
e_ack => e_ack, e_id => e_id, e_kind => e_kind, e_data => e_data, e_recorded_at => e_recorded_at,
a_ack => a_ack, a_id => a_id, a_name => a_name, a_input => a_input, a_orchestration => a_orchestration,
a_version => a_version, a_lock_for => a_lock_for,
c_ack => c_ack, c_execution => c_execution, c_activity => c_activity,
o_ack => o_ack, o_to => o_to, o_kind => o_kind, o_body => o_body, o_due_at => o_due_at,
o_due_in => o_due_in, o_start_name => o_start_name,
o_start_version => o_start_version, o_start_parent => o_start_parent,
o_message_id => o_message_id, o_hash => o_hash, o_drop => o_drop);
  v_keys := ARRAY(SELECT CASE WHEN t.code IS DISTINCT FROM 0 THEN t.key END
        FROM unnest(v_keys, v_turns.codes) WITH ORDINALITY AS t (key, code, ord) ORDER BY t.ord);
  IF cardinality(array_remove(v_keys, NULL)) > 0 THEN
    PERFORM "holdfast".store_messages_1(
      p_now => v_now, p_known => v_removed.known, p_key => v_keys,
      m_kind => m_kind, m_body => m_body, m_due_at => m_due_at,
m_due_in => m_due_in, m_start_name => m_start_name,
m_start_version => m_start_version, m_start_parent => m_start_parent,
m_message_id => m_message_id, m_hash => m_hash, m_drop => m_drop,
      p_activity_epoch => p_epoch, p_activity_execution => p_execution, p_activity_id => p_activity);
    v_keys := "holdfast".claim_instances_1(v_keys, k_lock_for);
  END IF;
  v_done := "holdfast".delete_empty_ready_1(v_removed.keys || v_sent);

  RETURN QUERY
  SELECT * FROM "holdfast".claimed_rows_1(v_removed.codes, v_keys, k_inline);
  RETURN QUERY
  SELECT * FROM "holdfast".turn_rows_1(v_turns.codes, v_turns.bad_events, v_turns.last_events, v_turns.left_over, v_turns.tokens);
END
$$;


CREATE FUNCTION holdfast.ack_activities_claiming_1(p_id text[], p_execution bigint[], p_activity bigint[], p_epoch bigint[], m_kind text[], m_body bytea[], m_due_at bigint[], m_due_in bigint[], m_start_name text[], m_start_version text[], m_start_parent text[], m_message_id text[], m_hash bytea[], m_drop boolean[], k_lock_for bigint[], k_inline integer[]) RETURNS TABLE(part text, instance_key bigint, element integer, code integer, instance_id text, name text, version text, execution_id bigint, token bigint, delivery_count integer, last_event_id bigint, store_time bigint, ready_at bigint, visible_at bigint, seq bigint, kind text, data bytea, parent_instance_id text, message_id text, discard_if_unknown boolean, event_id bigint, recorded_at bigint)
    LANGUAGE plpgsql
    AS $$
#variable_conflict use_column
DECLARE
  v_codes   integer[];
  v_keys    bigint[];
  v_claimed bigint[];
  v_done    boolean;
BEGIN
  v_done := "holdfast".reserve_token_range_1();
  v_codes := "holdfast".ack_activities_1(
    p_id => p_id, p_execution => p_execution, p_activity => p_activity, p_epoch => p_epoch,
    m_kind => m_kind, m_body => m_body, m_due_at => m_due_at,
m_due_in => m_due_in, m_start_name => m_start_name,
m_start_version => m_start_version, m_start_parent => m_start_parent,
m_message_id => m_message_id, m_hash => m_hash, m_drop => m_drop);
  -- The instances that a completion was stored for: their rows are locked by this transaction.
  SELECT array_agg(i.instance_key ORDER BY t.ord)
    INTO v_keys
    FROM unnest(p_id, v_codes, m_kind, k_lock_for) WITH ORDINALITY AS t (id, code, kind, lock_for, ord)
    LEFT JOIN "holdfast".instance i
      ON i.instance_id = t.id AND t.code = 0 AND t.kind IS NOT NULL AND t.lock_for IS NOT NULL;
  v_claimed := "holdfast".claim_instances_1(v_keys, k_lock_for);
  RETURN QUERY
  SELECT * FROM "holdfast".claimed_rows_1(v_codes, v_claimed, k_inline);
END
$$;


CREATE FUNCTION holdfast.ack_activity_one_1(p_id text, p_execution bigint, p_activity bigint, p_epoch bigint, m_kind text, m_body bytea, m_due_at bigint, m_due_in bigint, m_start_name text, m_start_version text, m_start_parent text, m_message_id text, m_hash bytea, m_drop boolean) RETURNS integer
    LANGUAGE plpgsql
    AS $$
DECLARE
  v_codes integer[];
BEGIN
  IF m_kind IS NOT NULL AND m_message_id IS NULL THEN
    IF "holdfast".complete_one_1(
         p_id, p_execution, p_activity, p_epoch, "holdfast".now_micros_1(), m_kind, m_body, m_due_at, m_due_in, m_start_name,
         m_start_version, m_start_parent, m_drop) IS NOT NULL THEN
      RETURN 0;
    END IF;
  END IF;
  v_codes := "holdfast".ack_activities_1(
    p_id => ARRAY[p_id], p_execution => ARRAY[p_execution], p_activity => ARRAY[p_activity], p_epoch => ARRAY[p_epoch],
    m_kind => ARRAY[m_kind], m_body => ARRAY[m_body], m_due_at => ARRAY[m_due_at],
m_due_in => ARRAY[m_due_in], m_start_name => ARRAY[m_start_name],
m_start_version => ARRAY[m_start_version], m_start_parent => ARRAY[m_start_parent],
m_message_id => ARRAY[m_message_id], m_hash => ARRAY[m_hash], m_drop => ARRAY[m_drop]);
  RETURN v_codes[1];
END
$$;


CREATE FUNCTION holdfast.ack_activity_one_ahead_1(p_id text, p_execution bigint, p_activity bigint, p_epoch bigint, m_kind text, m_body bytea, m_due_at bigint, m_due_in bigint, m_start_name text, m_start_version text, m_start_parent text, m_message_id text, m_hash bytea, m_drop boolean, k_lock_for bigint, k_inline integer, t_on_execution bigint, t_on_event bigint, t_execution bigint, t_name text, t_version text, t_parent text, t_status text, t_ended boolean, t_output bytea, t_first_event bigint, t_ascending boolean, e_id bigint[], e_kind text[], e_data bytea[], e_recorded_at bigint[], a_id bigint[], a_name text[], a_input bytea[], a_orchestration text[], a_version text[], a_lock_for bigint[]) RETURNS TABLE(part text, instance_key bigint, element integer, code integer, instance_id text, name text, version text, execution_id bigint, token bigint, delivery_count integer, last_event_id bigint, store_time bigint, ready_at bigint, visible_at bigint, seq bigint, kind text, data bytea, parent_instance_id text, message_id text, discard_if_unknown boolean, event_id bigint, recorded_at bigint)
    LANGUAGE plpgsql
    AS $$
#variable_conflict use_column
DECLARE
  v_done     boolean := "holdfast".reserve_token_range_1();
  v_now      bigint  := "holdfast".now_micros_1();
  v_until    bigint;
v_key      bigint;
v_token    bigint;
v_delivery integer;
  v_rows     bigint;
  v_fits     boolean;
  tokens     bigint[];
BEGIN
  IF m_message_id IS NULL AND greatest(v_now, m_due_at, v_now + m_due_in) <= v_now
     AND t_execution = t_on_execution AND t_ascending AND (t_first_event > t_on_event) IS NOT FALSE
     AND NOT EXISTS (SELECT FROM "holdfast".instance i
                       JOIN "holdfast".ready r ON r.instance_key = i.instance_key
                      WHERE i.instance_id = p_id) THEN
    SELECT i.instance_key INTO v_key FROM "holdfast".instance i WHERE i.instance_id = p_id AND i.execution_id > 0;
-- Locked first: the lock may have ended while this waited for its row (EXPIRY-17).
WITH held AS MATERIALIZED (
  SELECT a.ready_at
    FROM "holdfast".activity a
   WHERE a.instance_key = v_key AND a.execution_id = p_execution AND a.activity_id = p_activity AND a.lock_epoch = p_epoch
     FOR UPDATE
)
DELETE FROM "holdfast".activity a
 USING held h
 WHERE a.instance_key = v_key AND a.execution_id = p_execution AND a.activity_id = p_activity AND a.lock_epoch = p_epoch
   AND "holdfast".now_micros_1() < h.ready_at;
    IF FOUND THEN
      -- Locks the instance, which has no messages; unless it got one just now.
      INSERT INTO "holdfast".ready (instance_key) VALUES (v_key) ON CONFLICT (instance_key) DO NOTHING;
      v_fits := FOUND AND EXISTS (
        SELECT FROM "holdfast".instance i
         WHERE i.instance_key = v_key
           AND i.execution_id = t_on_execution
           AND coalesce((SELECT h.event_id
   FROM "holdfast".history h
  WHERE h.instance_key = v_key AND h.execution_id = t_on_execution
  ORDER BY h.event_id DESC LIMIT 1), 0) = t_on_event);
      IF NOT v_fits THEN
        v_done := "holdfast".store_message_1(
          v_key, v_now, m_kind, m_body, m_start_name, m_start_version, m_start_parent, m_drop, p_epoch, p_execution,
          p_activity);
        v_until := least(v_now + k_lock_for, 253402300799999999);
v_token := nextval('"holdfast".order_seq'::regclass);
UPDATE "holdfast".ready r
   SET lock_epoch = v_token, locked_until = v_until, ready_at = v_until, batch_until = v_now,
delivery_count = r.delivery_count + 1, owner = "holdfast".owner_of_session_1()
 WHERE r.instance_key = v_key
   AND v_now - r.ready_at >= 0 -- written so that the planner does not choose ready_order, which cannot find an instance
RETURNING r.delivery_count INTO v_delivery;
part := 'c';
element := 1;
code := 0;
IF v_delivery IS NULL THEN
  RETURN NEXT;
  RETURN;
END IF;
instance_key := v_key;
RETURN NEXT;
RETURN QUERY
SELECT * FROM "holdfast".item_rows_1(v_key, v_token, v_delivery, v_now, v_now, k_inline, NULL);
RETURN;
      END IF;

      v_token := nextval('"holdfast".order_seq'::regclass);
      IF cardinality(a_id) > 0 THEN
        IF cardinality(a_lock_for) > 0 THEN
  tokens := ARRAY(SELECT CASE WHEN true AND a.lock_for IS NOT NULL THEN nextval('"holdfast".order_seq'::regclass) END
                    FROM unnest( a_lock_for) AS a ( lock_for));
END IF;
INSERT INTO "holdfast".activity (
         instance_key, execution_id, activity_id, seq, name, input,
         orchestration_name, orchestration_version, ready_at, lock_epoch, delivery_count, owner)
SELECT v_key, t_execution, a.id, nextval('"holdfast".order_seq'::regclass), a.name, a.input,
       a.orchestration, a.version,
       CASE WHEN a.token IS NULL THEN v_now ELSE least(v_now + a.lock_for, 253402300799999999) END,
       coalesce(a.token, 0),
       CASE WHEN a.token IS NULL THEN 0 ELSE 1 END,
       CASE WHEN a.token IS NOT NULL THEN "holdfast".owner_of_session_1() END
  FROM unnest( a_id, a_name, a_input, a_orchestration, a_version, a_lock_for, tokens)
         AS a ( id, name, input, orchestration, version, lock_for, token)
 WHERE true
   AND NOT EXISTS (SELECT FROM "holdfast".activity q
                    WHERE q.instance_key = v_key AND q.execution_id = t_execution AND q.activity_id = a.id);
GET DIAGNOSTICS v_rows = ROW_COUNT;
IF v_rows < cardinality(a_id)  THEN
  RAISE EXCEPTION USING ERRCODE = 'HF002', MESSAGE = 'an activity identity is queued already';
END IF;
      END IF;
      WITH released AS (
        DELETE FROM "holdfast".ready r WHERE r.instance_key = v_key
      ), acked AS (
        UPDATE "holdfast".instance i
           SET parent_instance_id = CASE WHEN i.name IS NULL AND t_name IS NOT NULL THEN t_parent ELSE i.parent_instance_id END,
created_at = CASE WHEN i.name IS NULL AND t_name IS NOT NULL THEN greatest(v_now, i.updated_at) ELSE i.created_at END,
name = coalesce(t_name, i.name),
version = coalesce(t_version, i.version),
updated_at = greatest(v_now, i.updated_at),
execution_id = greatest(i.execution_id, t_execution),
acked_epoch = v_token,
problem = NULL,
problem_at = NULL
         WHERE i.instance_key = v_key
        RETURNING i.updated_at
      ), executed AS (
        INSERT INTO "holdfast".execution AS x (instance_key, execution_id, status, output, started_at, completed_at)
SELECT v_key, t_execution, coalesce(t_status, 'RUNNING'), t_output, a.updated_at, CASE WHEN t_ended THEN a.updated_at END
  FROM acked a
    ON CONFLICT (instance_key, execution_id) DO UPDATE
           SET status = coalesce(t_status, x.status),
output = coalesce(t_output, x.output),
completed_at = CASE WHEN t_status IS NULL THEN x.completed_at WHEN t_ended THEN greatest(excluded.started_at, x.started_at) END
         WHERE t_status IS NOT NULL OR t_output IS NOT NULL
      )
      INSERT INTO "holdfast".history (instance_key, execution_id, event_id, kind, data, recorded_at)
SELECT v_key, t_execution, e.id, e.kind, e.data, e.recorded_at
  FROM unnest( e_id, e_kind, e_data, e_recorded_at) AS e ( id, kind, data, recorded_at)
 WHERE true;
      part := 'c';
element := 1;
code := 0;
RETURN NEXT;
part := 't';
discard_if_unknown := false;
RETURN NEXT;
part := 'k';
FOR at IN 1..coalesce(cardinality(tokens), 0) LOOP
  IF tokens[at] IS NOT NULL THEN
    element := at;
    token := tokens[at];
    RETURN NEXT;
  END IF;
END LOOP;
RETURN;
    END IF;
  END IF;

  RETURN QUERY
  SELECT * FROM "holdfast".ack_activities_ahead_1(
    p_id => ARRAY[p_id], p_execution => ARRAY[p_execution], p_activity => ARRAY[p_activity], p_epoch => ARRAY[p_epoch],
    m_kind => ARRAY[m_kind], m_body => ARRAY[m_body], m_due_at => ARRAY[m_due_at],
m_due_in => ARRAY[m_due_in], m_start_name => ARRAY[m_start_name],
m_start_version => ARRAY[m_start_version], m_start_parent => ARRAY[m_start_parent],
m_message_id => ARRAY[m_message_id], m_hash => ARRAY[m_hash], m_drop => ARRAY[m_drop],
    k_lock_for => ARRAY[k_lock_for], k_inline => ARRAY[k_inline],
    t_on_execution => ARRAY[t_on_execution], t_on_event => ARRAY[t_on_event], t_execution => ARRAY[t_execution],
t_name => ARRAY[t_name], t_version => ARRAY[t_version], t_parent => ARRAY[t_parent], t_status => ARRAY[t_status],
t_ended => ARRAY[t_ended], t_output => ARRAY[t_output], t_first_event => ARRAY[t_first_event],
t_ascending => ARRAY[t_ascending],
e_ack => array_fill(1, ARRAY[cardinality(e_id)]), e_id => e_id, e_kind => e_kind, e_data => e_data,
e_recorded_at => e_recorded_at,
a_ack => array_fill(1, ARRAY[cardinality(a_id)]), a_id => a_id, a_name => a_name, a_input => a_input,
a_orchestration => a_orchestration, a_version => a_version, a_lock_for => a_lock_for,
c_ack => '{}', c_execution => '{}', c_activity => '{}', o_ack => '{}', o_to => '{}',
o_kind => '{}', o_body => '{}', o_due_at => '{}', o_due_in => '{}', o_start_name => '{}', o_start_version => '{}',
o_start_parent => '{}', o_message_id => '{}', o_hash => '{}', o_drop => '{}');
END
$$;


CREATE FUNCTION holdfast.ack_activity_one_claiming_1(p_id text, p_execution bigint, p_activity bigint, p_epoch bigint, m_kind text, m_body bytea, m_due_at bigint, m_due_in bigint, m_start_name text, m_start_version text, m_start_parent text, m_message_id text, m_hash bytea, m_drop boolean, k_lock_for bigint, k_inline integer) RETURNS TABLE(part text, instance_key bigint, element integer, code integer, instance_id text, name text, version text, execution_id bigint, token bigint, delivery_count integer, last_event_id bigint, store_time bigint, ready_at bigint, visible_at bigint, seq bigint, kind text, data bytea, parent_instance_id text, message_id text, discard_if_unknown boolean, event_id bigint, recorded_at bigint)
    LANGUAGE plpgsql
    AS $$
#variable_conflict use_column
DECLARE
  v_done    boolean := "holdfast".reserve_token_range_1();
  v_now     bigint  := "holdfast".now_micros_1();
  v_until    bigint;
v_key      bigint;
v_token    bigint;
v_delivery integer;
BEGIN
  IF m_kind IS NOT NULL AND m_message_id IS NULL THEN
    v_key := "holdfast".complete_one_1(
      p_id, p_execution, p_activity, p_epoch, v_now, m_kind, m_body, m_due_at, m_due_in, m_start_name, m_start_version,
      m_start_parent, m_drop);
    IF v_key IS NOT NULL THEN
      v_until := least(v_now + k_lock_for, 253402300799999999);
v_token := nextval('"holdfast".order_seq'::regclass);
UPDATE "holdfast".ready r
   SET lock_epoch = v_token, locked_until = v_until, ready_at = v_until, batch_until = v_now,
delivery_count = r.delivery_count + 1, owner = "holdfast".owner_of_session_1()
 WHERE r.instance_key = v_key
   AND v_now - r.ready_at >= 0 -- written so that the planner does not choose ready_order, which cannot find an instance
RETURNING r.delivery_count INTO v_delivery;
part := 'c';
element := 1;
code := 0;
IF v_delivery IS NULL THEN
  RETURN NEXT;
  RETURN;
END IF;
instance_key := v_key;
RETURN NEXT;
RETURN QUERY
SELECT * FROM "holdfast".item_rows_1(v_key, v_token, v_delivery, v_now, v_now, k_inline, NULL);
RETURN;
    END IF;
  END IF;

  RETURN QUERY
  SELECT * FROM "holdfast".ack_activities_claiming_1(
    p_id => ARRAY[p_id], p_execution => ARRAY[p_execution], p_activity => ARRAY[p_activity], p_epoch => ARRAY[p_epoch],
    m_kind => ARRAY[m_kind], m_body => ARRAY[m_body], m_due_at => ARRAY[m_due_at],
m_due_in => ARRAY[m_due_in], m_start_name => ARRAY[m_start_name],
m_start_version => ARRAY[m_start_version], m_start_parent => ARRAY[m_start_parent],
m_message_id => ARRAY[m_message_id], m_hash => ARRAY[m_hash], m_drop => ARRAY[m_drop],
    k_lock_for => ARRAY[k_lock_for], k_inline => ARRAY[k_inline]);
END
$$;


CREATE FUNCTION holdfast.ack_orchestration_one_1(p_id text, p_epoch bigint, p_execution bigint, p_name text, p_version text, p_parent text, p_status text, p_ended boolean, p_output bytea, p_first_event bigint, p_ascending boolean, e_id bigint[], e_kind text[], e_data bytea[], e_recorded_at bigint[], a_id bigint[], a_name text[], a_input bytea[], a_orchestration text[], a_version text[], a_lock_for bigint[], OUT codes integer[], OUT bad_events bigint[], OUT last_events bigint[], OUT left_over boolean, OUT tokens bigint[]) RETURNS record
    LANGUAGE plpgsql
    AS $$
DECLARE
  v_now      bigint;
  v_key      bigint;
  v_batch    bigint;
  v_until    bigint;
  v_last     bigint;
  v_released boolean;
  v_rows     bigint;
BEGIN
  IF cardinality(a_lock_for) > 0 THEN
    v_released := "holdfast".reserve_token_range_1();
  END IF;
  v_now := "holdfast".now_micros_1();

  -- Locks and reads in one statement; see ack_orchestrations for why that is safe.
  -- Of an instance that has no name yet, and gets none, message ids may have to be forgotten.
  SELECT r.instance_key, r.batch_until, r.locked_until,
         (SELECT h.event_id
   FROM "holdfast".history h
  WHERE h.instance_key = r.instance_key AND h.execution_id = p_execution
  ORDER BY h.event_id DESC LIMIT 1)
    INTO v_key, v_batch, v_until, v_last
    FROM "holdfast".instance i
    JOIN "holdfast".ready r ON r.instance_key = i.instance_key AND r.lock_epoch = p_epoch
   WHERE i.instance_id = p_id
     AND (p_name IS NOT NULL OR i.name IS NOT NULL)
     AND v_now < r.locked_until
     FOR UPDATE OF r;
  -- The lock may have ended while this waited for its row (EXPIRY-17).
  IF NOT FOUND OR "holdfast".now_micros_1() >= v_until OR NOT p_ascending OR p_first_event <= v_last THEN
    SELECT a.codes, a.bad_events, a.last_events, a.left_over, a.tokens
      INTO codes, bad_events, last_events, left_over, tokens
      FROM "holdfast".ack_orchestrations_1(
             p_id => ARRAY[p_id], p_epoch => ARRAY[p_epoch], p_execution => ARRAY[p_execution], p_name => ARRAY[p_name],
             p_version => ARRAY[p_version], p_parent => ARRAY[p_parent], p_status => ARRAY[p_status],
             p_ended => ARRAY[p_ended], p_output => ARRAY[p_output], p_first_event => ARRAY[p_first_event],
             p_ascending => ARRAY[p_ascending],
             e_ack => array_fill(1, ARRAY[cardinality(e_id)]), e_id => e_id, e_kind => e_kind, e_data => e_data,
             e_recorded_at => e_recorded_at,
             a_ack => array_fill(1, ARRAY[cardinality(a_id)]), a_id => a_id, a_name => a_name, a_input => a_input,
             a_orchestration => a_orchestration, a_version => a_version, a_lock_for => a_lock_for) a;
    RETURN;
  END IF;
  codes := '{0}';

  IF cardinality(a_id) > 0 THEN
    IF cardinality(a_lock_for) > 0 THEN
  tokens := ARRAY(SELECT CASE WHEN true AND a.lock_for IS NOT NULL THEN nextval('"holdfast".order_seq'::regclass) END
                    FROM unnest( a_lock_for) AS a ( lock_for));
END IF;
INSERT INTO "holdfast".activity (
         instance_key, execution_id, activity_id, seq, name, input,
         orchestration_name, orchestration_version, ready_at, lock_epoch, delivery_count, owner)
SELECT v_key, p_execution, a.id, nextval('"holdfast".order_seq'::regclass), a.name, a.input,
       a.orchestration, a.version,
       CASE WHEN a.token IS NULL THEN v_now ELSE least(v_now + a.lock_for, 253402300799999999) END,
       coalesce(a.token, 0),
       CASE WHEN a.token IS NULL THEN 0 ELSE 1 END,
       CASE WHEN a.token IS NOT NULL THEN "holdfast".owner_of_session_1() END
  FROM unnest( a_id, a_name, a_input, a_orchestration, a_version, a_lock_for, tokens)
         AS a ( id, name, input, orchestration, version, lock_for, token)
 WHERE true
   AND NOT EXISTS (SELECT FROM "holdfast".activity q
                    WHERE q.instance_key = v_key AND q.execution_id = p_execution AND q.activity_id = a.id);
GET DIAGNOSTICS v_rows = ROW_COUNT;
IF v_rows < cardinality(a_id)  THEN
  RAISE EXCEPTION USING ERRCODE = 'HF002', MESSAGE = 'an activity identity is queued already';
END IF;
  END IF;

  -- All parts see the state after the row was locked, and none sees what another part does.
  WITH consumed AS (
    DELETE FROM "holdfast".message m
     WHERE m.instance_key = v_key AND (m.visible_at <= v_batch AND m.seq < p_epoch)
  ), released AS (
    DELETE FROM "holdfast".ready r
     WHERE r.instance_key = v_key
       AND NOT EXISTS (SELECT FROM "holdfast".message m
                        WHERE m.instance_key = v_key AND NOT (m.visible_at <= v_batch AND m.seq < p_epoch))
    RETURNING true
  ), acked AS (
    UPDATE "holdfast".instance i
       SET parent_instance_id = CASE WHEN i.name IS NULL AND p_name IS NOT NULL THEN p_parent ELSE i.parent_instance_id END,
created_at = CASE WHEN i.name IS NULL AND p_name IS NOT NULL THEN greatest(v_now, i.updated_at) ELSE i.created_at END,
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
    INSERT INTO "holdfast".execution AS x (instance_key, execution_id, status, output, started_at, completed_at)
SELECT v_key, p_execution, coalesce(p_status, 'RUNNING'), p_output, a.updated_at, CASE WHEN p_ended THEN a.updated_at END
  FROM acked a
    ON CONFLICT (instance_key, execution_id) DO UPDATE
       SET status = coalesce(p_status, x.status),
output = coalesce(p_output, x.output),
completed_at = CASE WHEN p_status IS NULL THEN x.completed_at WHEN p_ended THEN greatest(excluded.started_at, x.started_at) END
     WHERE p_status IS NOT NULL OR p_output IS NOT NULL
  ), recorded AS (
    INSERT INTO "holdfast".history (instance_key, execution_id, event_id, kind, data, recorded_at)
SELECT v_key, p_execution, e.id, e.kind, e.data, e.recorded_at
  FROM unnest( e_id, e_kind, e_data, e_recorded_at) AS e ( id, kind, data, recorded_at)
 WHERE true
  )
  SELECT EXISTS (SELECT FROM released) INTO v_released;

  left_over := NOT v_released;
  IF left_over THEN
    UPDATE "holdfast".ready r
   SET ready_at = greatest(v_now, (SELECT m.visible_at
                                     FROM "holdfast".message m
                                    WHERE m.instance_key = r.instance_key
                                    ORDER BY m.visible_at LIMIT 1)),
       tie_breaker = nextval('"holdfast".order_seq'::regclass), locked_until = v_now, lock_epoch = 0, delivery_count = 0
 WHERE r.instance_key = v_key;
left_over := true;
  END IF;
END
$$;


CREATE FUNCTION holdfast.ack_orchestrations_1(p_id text[], p_epoch bigint[], p_execution bigint[], p_name text[], p_version text[], p_parent text[], p_status text[], p_ended boolean[], p_output bytea[], p_first_event bigint[], p_ascending boolean[], e_ack integer[], e_id bigint[], e_kind text[], e_data bytea[], e_recorded_at bigint[], a_ack integer[], a_id bigint[], a_name text[], a_input bytea[], a_orchestration text[], a_version text[], a_lock_for bigint[], c_ack integer[] DEFAULT '{}'::integer[], c_execution bigint[] DEFAULT '{}'::bigint[], c_activity bigint[] DEFAULT '{}'::bigint[], m_ack integer[] DEFAULT '{}'::integer[], m_to text[] DEFAULT '{}'::text[], m_kind text[] DEFAULT '{}'::text[], m_body bytea[] DEFAULT '{}'::bytea[], m_due_at bigint[] DEFAULT '{}'::bigint[], m_due_in bigint[] DEFAULT '{}'::bigint[], m_start_name text[] DEFAULT '{}'::text[], m_start_version text[] DEFAULT '{}'::text[], m_start_parent text[] DEFAULT '{}'::text[], m_message_id text[] DEFAULT '{}'::text[], m_hash bytea[] DEFAULT '{}'::bytea[], m_drop boolean[] DEFAULT '{}'::boolean[], OUT codes integer[], OUT bad_events bigint[], OUT last_events bigint[], OUT left_over boolean, OUT tokens bigint[]) RETURNS record
    LANGUAGE plpgsql
    AS $$
DECLARE
  v_now       bigint;
  v_key       bigint[];   -- the instances
  v_applied   bigint[];   -- those whose ack is applied
  v_unnamed   boolean;    -- whether one of them has no name and gets none
  v_until     bigint;     -- the first lock end among them
  v_to        bigint[];   -- the instances that messages go to, NULL for those of refused acks
  v_targets   record;
  v_locked    boolean;
  v_rows      bigint;
  v_ack       integer;
  v_code      integer;
  v_event     bigint;
  v_last      bigint;
BEGIN
  left_over := false;
  IF cardinality(a_lock_for) > 0 THEN
    v_locked := "holdfast".reserve_token_range_1();
  END IF;

  IF cardinality(m_ack) = 0 AND cardinality(c_ack) = 0 THEN
    -- Nothing but the instances themselves is to be locked: read, lock and decide in one statement. What was read before the
    -- row was locked is still true if the caller holds the instance's lock: only its holder changes the instance and its
    -- history.
    v_now := "holdfast".now_micros_1();
    SELECT array_agg(t.key ORDER BY t.ord), array_agg(t.code ORDER BY t.ord), array_agg(t.last ORDER BY t.ord),
           coalesce(array_agg(t.key) FILTER (WHERE t.code = 0), '{}'), bool_or(t.unnamed),
           min(t.locked_until) FILTER (WHERE t.code = 0)
      INTO v_key, codes, last_events, v_applied, v_unnamed, v_until
      FROM (SELECT t.ord,
                   r.instance_key AS key,
                   r.locked_until,
                   h.last,
                   t.name IS NULL AND i.name IS NULL AS unnamed,
                   CASE WHEN v_now >= r.locked_until THEN 3
                        WHEN t.first IS NOT NULL AND (NOT t.ascending OR t.first <= h.last) THEN 6
                        ELSE 0 END AS code
              FROM unnest(p_id, p_epoch, p_execution, p_name, p_first_event, p_ascending) WITH ORDINALITY
                     AS t (id, epoch, execution_id, name, first, ascending, ord)
              JOIN "holdfast".instance i ON i.instance_id = t.id
              JOIN "holdfast".ready r ON r.instance_key = i.instance_key AND r.lock_epoch = t.epoch
             CROSS JOIN LATERAL (
                   SELECT CASE WHEN t.first IS NULL THEN 0 ELSE coalesce(
                          (SELECT h.event_id
   FROM "holdfast".history h
  WHERE h.instance_key = r.instance_key AND h.execution_id = t.execution_id
  ORDER BY h.event_id DESC LIMIT 1), 0) END AS last) h
             ORDER BY r.instance_key
               FOR UPDATE OF r) t;
    IF "holdfast".now_micros_1() >= v_until THEN
      v_key := NULL; -- it ended while this waited for the rows (EXPIRY-17): decide anew, with the rows locked
    END IF;
  END IF;

  IF v_key IS NULL OR cardinality(v_key) < cardinality(p_id) THEN
    -- What is acked or lost already stays so and needs no lock.
    SELECT array_agg(i.instance_key ORDER BY t.ord),
           array_agg("holdfast".token_code_1(t.epoch, i.acked_epoch, r.lock_epoch, 1, 0) ORDER BY t.ord)
      INTO v_key, codes
      FROM unnest(p_id, p_epoch) WITH ORDINALITY AS t (id, epoch, ord)
      LEFT JOIN "holdfast".instance i ON i.instance_id = t.id
      LEFT JOIN "holdfast".ready r ON r.instance_key = i.instance_key;
    IF 0 <> ALL (codes) THEN
      RETURN;
    END IF;

    -- Locks, in the order that all functions keep.
    IF cardinality(m_ack) > 0 THEN
      v_targets := "holdfast".keys_of_1(
        ARRAY(SELECT CASE WHEN codes[m.ack] = 0 THEN m.id END FROM unnest(m_ack, m_to) AS m (ack, id)), false);
      v_to := v_targets.keys;
    END IF;
    IF cardinality(c_ack) > 0 THEN
      PERFORM FROM unnest(c_ack, c_execution, c_activity) AS c (ack, execution_id, activity_id)
         JOIN "holdfast".activity a
           ON a.instance_key = v_key[c.ack] AND a.execution_id = c.execution_id AND a.activity_id = c.activity_id
        WHERE codes[c.ack] = 0
        ORDER BY a.instance_key, a.execution_id, a.activity_id
          FOR UPDATE OF a;
    END IF;
    v_applied := ARRAY(SELECT k.key FROM unnest(v_key, codes) AS k (key, code) WHERE k.code = 0);
    IF v_to IS NULL THEN
      PERFORM FROM "holdfast".ready r WHERE r.instance_key = ANY (v_applied) ORDER BY r.instance_key FOR UPDATE;
    ELSE
      v_locked := "holdfast".lock_ready_1(v_applied || v_to);
    END IF;

    -- Decides, with all rows locked.
    v_now := "holdfast".now_micros_1();
    SELECT array_agg(t.code ORDER BY t.ord), array_agg(t.last ORDER BY t.ord), bool_or(t.unnamed)
      INTO codes, last_events, v_unnamed
      FROM (SELECT t.ord,
                   h.last,
                   t.name IS NULL AND i.name IS NULL AS unnamed,
                   CASE WHEN l.code = 0 AND t.first IS NOT NULL AND (NOT t.ascending OR t.first <= h.last) THEN 6
                        ELSE l.code END AS code
              FROM unnest(v_key, p_epoch, p_execution, p_name, p_first_event, p_ascending) WITH ORDINALITY
                     AS t (key, epoch, execution_id, name, first, ascending, ord)
              LEFT JOIN "holdfast".instance i ON i.instance_key = t.key
              LEFT JOIN "holdfast".ready r ON r.instance_key = t.key
             CROSS JOIN LATERAL (
                   SELECT "holdfast".token_code_1(t.epoch, i.acked_epoch, r.lock_epoch, r.locked_until, v_now) AS code) l
             CROSS JOIN LATERAL (
                   SELECT CASE WHEN t.first IS NULL THEN 0 ELSE coalesce(
                          (SELECT h.event_id
   FROM "holdfast".history h
  WHERE h.instance_key = t.key AND h.execution_id = t.execution_id
  ORDER BY h.event_id DESC LIMIT 1), 0) END AS last) h) t;
  END IF;

  -- Finds the event that is wrong, and whether it exists or its id is below the end of the history.
  IF 6 = ANY (codes) THEN
    bad_events := array_fill(NULL::bigint, ARRAY[cardinality(codes)]);
    FOREACH v_ack IN ARRAY array_positions(codes, 6) LOOP
      SELECT CASE WHEN b.taken THEN 6 ELSE 7 END, b.id, b.before
        INTO v_code, v_event, v_last
        FROM (SELECT e.id, e.ord,
                     greatest(last_events[v_ack], max(e.id) OVER earlier) AS before,
                     EXISTS (SELECT FROM unnest(e_ack, e_id) WITH ORDINALITY AS f (ack, id, ord)
                              WHERE f.ack = v_ack AND f.id = e.id AND f.ord < e.ord)
                       OR EXISTS (SELECT FROM "holdfast".history h
                                   WHERE h.instance_key = v_key[v_ack] AND h.execution_id = p_execution[v_ack]
                                     AND h.event_id = e.id) AS taken
                FROM unnest(e_ack, e_id) WITH ORDINALITY AS e (ack, id, ord)
               WHERE e.ack = v_ack
              WINDOW earlier AS (ORDER BY e.ord ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) b
       WHERE b.id <= b.before
       ORDER BY b.ord
       LIMIT 1;
      codes[v_ack] := v_code;
      bad_events[v_ack] := v_event;
      last_events[v_ack] := v_last;
    END LOOP;
  END IF;

  IF 0 <> ALL (codes) OR cardinality(v_applied) > cardinality(array_positions(codes, 0)) THEN
    -- Rejected acks write nothing: deletes the rows that were only made to be locked.
    v_applied := ARRAY(SELECT k.key FROM unnest(v_key, codes) AS k (key, code) WHERE k.code = 0);
    v_locked := "holdfast".delete_empty_ready_1(v_key || v_to);
    v_to := ARRAY(SELECT CASE WHEN codes[m.ack] = 0 THEN m.key END FROM unnest(m_ack, v_to) AS m (ack, key));
    IF cardinality(v_applied) = 0 THEN
      RETURN;
    END IF;
  END IF;

  DELETE FROM "holdfast".message m
   USING "holdfast".ready r
   WHERE r.instance_key = ANY (v_applied)
     AND m.instance_key = r.instance_key
     AND (m.visible_at <= r.batch_until AND m.seq < r.lock_epoch);

  IF v_unnamed THEN
    -- Before the instance exists, ids are remembered only as long as their messages are queued. This comes before new
    -- messages are stored, which may use them again.
    DELETE FROM "holdfast".message_id u
     USING unnest(v_key, codes, p_name) AS t (key, code, name), "holdfast".instance i
     WHERE t.code = 0 AND t.name IS NULL
       AND i.instance_key = t.key AND i.name IS NULL
       AND u.instance_key = t.key
       AND NOT EXISTS (SELECT FROM "holdfast".message m
                        WHERE m.instance_key = t.key AND m.message_id = u.message_id);
  END IF;

  WITH acked AS (
  UPDATE "holdfast".instance i
     SET parent_instance_id = CASE WHEN i.name IS NULL AND t.name IS NOT NULL THEN t.parent ELSE i.parent_instance_id END,
created_at = CASE WHEN i.name IS NULL AND t.name IS NOT NULL THEN greatest(v_now, i.updated_at) ELSE i.created_at END,
name = coalesce(t.name, i.name),
version = coalesce(t.version, i.version),
updated_at = greatest(v_now, i.updated_at),
execution_id = greatest(i.execution_id, t.execution_id),
acked_epoch = t.epoch,
problem = NULL,
problem_at = NULL
    FROM unnest(v_key, codes, p_epoch, p_execution, p_name, p_version, p_parent, p_status, p_ended, p_output)
           AS t (key, code, epoch, execution_id, name, version, parent, status, ended, output)
   WHERE t.code = 0 AND i.instance_key = t.key
  RETURNING i.instance_key, i.updated_at, t.execution_id, t.status, t.ended, t.output
), created AS (
  INSERT INTO "holdfast".execution AS x (instance_key, execution_id, status, output, started_at, completed_at)
SELECT a.instance_key, a.execution_id, coalesce(a.status, 'RUNNING'), a.output, a.updated_at, CASE WHEN a.ended THEN a.updated_at END
  FROM acked a
    ON CONFLICT (instance_key, execution_id) DO NOTHING
)
UPDATE "holdfast".execution x
   SET status = coalesce(a.status, x.status),
output = coalesce(a.output, x.output),
completed_at = CASE WHEN a.status IS NULL THEN x.completed_at WHEN a.ended THEN greatest(a.updated_at, x.started_at) END
  FROM acked a
 WHERE (a.status IS NOT NULL OR a.output IS NOT NULL)
   AND x.instance_key = a.instance_key AND x.execution_id = a.execution_id;

IF cardinality(e_ack) > 0 THEN
  INSERT INTO "holdfast".history (instance_key, execution_id, event_id, kind, data, recorded_at)
SELECT v_key[e.ack], p_execution[e.ack], e.id, e.kind, e.data, e.recorded_at
  FROM unnest(e_ack, e_id, e_kind, e_data, e_recorded_at) AS e (ack, id, kind, data, recorded_at)
 WHERE codes[e.ack] = 0;
END IF;

IF cardinality(a_ack) > 0 THEN
  IF cardinality(a_lock_for) > 0 THEN
  tokens := ARRAY(SELECT CASE WHEN codes[a.ack] = 0 AND a.lock_for IS NOT NULL THEN nextval('"holdfast".order_seq'::regclass) END
                    FROM unnest(a_ack, a_lock_for) AS a (ack, lock_for));
END IF;
INSERT INTO "holdfast".activity (
         instance_key, execution_id, activity_id, seq, name, input,
         orchestration_name, orchestration_version, ready_at, lock_epoch, delivery_count, owner)
SELECT v_key[a.ack], p_execution[a.ack], a.id, nextval('"holdfast".order_seq'::regclass), a.name, a.input,
       a.orchestration, a.version,
       CASE WHEN a.token IS NULL THEN v_now ELSE least(v_now + a.lock_for, 253402300799999999) END,
       coalesce(a.token, 0),
       CASE WHEN a.token IS NULL THEN 0 ELSE 1 END,
       CASE WHEN a.token IS NOT NULL THEN "holdfast".owner_of_session_1() END
  FROM unnest(a_ack, a_id, a_name, a_input, a_orchestration, a_version, a_lock_for, tokens)
         AS a (ack, id, name, input, orchestration, version, lock_for, token)
 WHERE codes[a.ack] = 0
   AND NOT EXISTS (SELECT FROM "holdfast".activity q
                    WHERE q.instance_key = v_key[a.ack] AND q.execution_id = p_execution[a.ack] AND q.activity_id = a.id);
GET DIAGNOSTICS v_rows = ROW_COUNT;
IF v_rows < cardinality(a_id) AND v_rows < (SELECT count(*) FROM unnest(a_ack) AS a (ack) WHERE codes[a.ack] = 0) THEN
  RAISE EXCEPTION USING ERRCODE = 'HF002', MESSAGE = 'an activity identity is queued already';
END IF;
END IF;
  -- After what was scheduled: what is scheduled and cancelled by one ack is absent.
  IF cardinality(c_ack) > 0 THEN
    DELETE FROM "holdfast".activity a
     USING unnest(c_ack, c_execution, c_activity) AS c (ack, execution_id, activity_id)
     WHERE codes[c.ack] = 0
       AND a.instance_key = v_key[c.ack] AND a.execution_id = c.execution_id AND a.activity_id = c.activity_id;
  END IF;

  IF cardinality(v_to) > 0 THEN
    v_to := "holdfast".store_messages_1(
      p_now => v_now, p_known => v_targets.known, p_key => v_to,
      m_kind => m_kind, m_body => m_body, m_due_at => m_due_at,
m_due_in => m_due_in, m_start_name => m_start_name,
m_start_version => m_start_version, m_start_parent => m_start_parent,
m_message_id => m_message_id, m_hash => m_hash, m_drop => m_drop);
  END IF;

  -- Releases; mostly no messages are left.
  DELETE FROM "holdfast".ready r
   WHERE r.instance_key = ANY (v_applied)
     AND NOT EXISTS (SELECT FROM "holdfast".message m WHERE m.instance_key = r.instance_key);
  GET DIAGNOSTICS v_rows = ROW_COUNT;
  IF v_rows < cardinality(v_applied) THEN
    UPDATE "holdfast".ready r
   SET ready_at = greatest(v_now, (SELECT m.visible_at
                                     FROM "holdfast".message m
                                    WHERE m.instance_key = r.instance_key
                                    ORDER BY m.visible_at LIMIT 1)),
       tie_breaker = nextval('"holdfast".order_seq'::regclass), locked_until = v_now, lock_epoch = 0, delivery_count = 0
 WHERE r.instance_key = ANY (v_applied);
left_over := true;
  END IF;
END
$$;


CREATE FUNCTION holdfast.activity_codes_1(p_id text[], p_execution bigint[], p_activity bigint[], p_epoch bigint[], p_now bigint) RETURNS integer[]
    LANGUAGE plpgsql
    AS $$
DECLARE
  v_codes integer[];
BEGIN
  SELECT array_agg(
           CASE
             WHEN a.lock_epoch = t.epoch THEN CASE WHEN p_now < a.ready_at THEN 0 ELSE 3 END
             WHEN EXISTS (SELECT FROM "holdfast".message m
                           WHERE m.instance_key = i.instance_key
                             AND (m.activity_epoch = t.epoch
                                    AND m.activity_execution = t.execution_id
                                    AND m.activity_id = t.activity_id
                                  OR EXISTS (SELECT FROM generate_series(1, cardinality(m.merged_acks), 3) AS n
                                              WHERE m.merged_acks[n] = t.epoch
                                                AND m.merged_acks[n + 1] = t.execution_id
                                                AND m.merged_acks[n + 2] = t.activity_id))) THEN 1
             WHEN a.instance_key IS NULL THEN 2
             WHEN a.lock_epoch > 0 THEN 4
             ELSE 5
           END ORDER BY t.ord)
    INTO v_codes
    FROM unnest(p_id, p_execution, p_activity, p_epoch) WITH ORDINALITY
           AS t (id, execution_id, activity_id, epoch, ord)
    LEFT JOIN "holdfast".instance i ON i.instance_id = t.id
    LEFT JOIN "holdfast".activity a
      ON a.instance_key = i.instance_key AND a.execution_id = t.execution_id AND a.activity_id = t.activity_id;
  RETURN v_codes;
END
$$;


CREATE FUNCTION holdfast.apply_turns_1(p_key bigint[], p_message_id text[], p_hash bytea[], t_on_execution bigint[], t_on_event bigint[], t_execution bigint[], t_name text[], t_version text[], t_parent text[], t_status text[], t_ended boolean[], t_output bytea[], t_first_event bigint[], t_ascending boolean[], e_ack integer[], e_id bigint[], e_kind text[], e_data bytea[], e_recorded_at bigint[], a_ack integer[], a_id bigint[], a_name text[], a_input bytea[], a_orchestration text[], a_version text[], a_lock_for bigint[], c_ack integer[], c_execution bigint[], c_activity bigint[], o_ack integer[], o_to text[], o_kind text[], o_body bytea[], o_due_at bigint[], o_due_in bigint[], o_start_name text[], o_start_version text[], o_start_parent text[], o_message_id text[], o_hash bytea[], o_drop boolean[], OUT codes integer[], OUT bad_events bigint[], OUT last_events bigint[], OUT left_over boolean, OUT tokens bigint[]) RETURNS record
    LANGUAGE plpgsql
    AS $$
DECLARE
  v_now   bigint   := "holdfast".now_micros_1();
  v_key   bigint[] := p_key;
  v_id    text[];
  v_token bigint[];
  v_bad   bigint[];
  v_plain boolean;
  v_rows  bigint;
BEGIN
  left_over := false;
  SELECT array_agg(CASE WHEN f.fits THEN 0 END ORDER BY f.ord), array_agg(f.instance_id ORDER BY f.ord),
         bool_and(f.plain) FILTER (WHERE f.fits)
    INTO codes, v_id, v_plain
    FROM (SELECT t.ord,
                 i.instance_id,
                 r.lock_epoch = 0 AND r.locked_until <= v_now AND (r.ready_at IS NULL OR v_now - r.ready_at < 0)
                   AND greatest(1, i.execution_id) = t.on_execution
                   AND coalesce((SELECT h.event_id
   FROM "holdfast".history h
  WHERE h.instance_key = t.key AND h.execution_id = t.on_execution
  ORDER BY h.event_id DESC LIMIT 1), 0) = t.on_event
                   AND (i.execution_id > 0
                        OR NOT EXISTS (SELECT FROM "holdfast".message m
                                        WHERE m.instance_key = t.key AND m.visible_at <= v_now))
                   AND NOT EXISTS (SELECT FROM "holdfast".message_id u
                                    WHERE u.instance_key = t.key AND u.message_id = t.message_id) AS fits,
                 t.execution_id = t.on_execution AND t.ascending AND (t.first > t.on_event) IS NOT FALSE
                   AND (t.name IS NOT NULL OR i.name IS NOT NULL) AS plain
            FROM unnest(p_key, p_message_id, t_on_execution, t_on_event, t_execution, t_name, t_first_event, t_ascending)
                   WITH ORDINALITY
                   AS t (key, message_id, on_execution, on_event, execution_id, name, first, ascending, ord)
            LEFT JOIN "holdfast".instance i ON i.instance_key = t.key
            LEFT JOIN "holdfast".ready r ON r.instance_key = t.key) f;
  IF cardinality(array_remove(codes, NULL)) = 0 THEN
    RETURN;
  END IF;
  INSERT INTO "holdfast".message_id (instance_key, message_id, content_hash)
  SELECT t.key, t.message_id, t.hash
    FROM unnest(p_key, p_message_id, p_hash, codes) AS t (key, message_id, hash, code)
   WHERE t.code = 0 AND t.message_id IS NOT NULL;

  IF v_plain AND cardinality(c_ack) = 0 AND cardinality(o_ack) = 0 THEN
    -- Nothing to remove, nothing to refuse but activities: there is no lock to be taken and released.
    v_token := ARRAY(SELECT CASE WHEN c.code = 0 THEN nextval('"holdfast".order_seq'::regclass) END FROM unnest(codes) AS c (code));
    WITH acked AS (
  UPDATE "holdfast".instance i
     SET parent_instance_id = CASE WHEN i.name IS NULL AND t.name IS NOT NULL THEN t.parent ELSE i.parent_instance_id END,
created_at = CASE WHEN i.name IS NULL AND t.name IS NOT NULL THEN greatest(v_now, i.updated_at) ELSE i.created_at END,
name = coalesce(t.name, i.name),
version = coalesce(t.version, i.version),
updated_at = greatest(v_now, i.updated_at),
execution_id = greatest(i.execution_id, t.execution_id),
acked_epoch = t.epoch,
problem = NULL,
problem_at = NULL
    FROM unnest(v_key, codes, v_token, t_execution, t_name, t_version, t_parent, t_status, t_ended, t_output)
           AS t (key, code, epoch, execution_id, name, version, parent, status, ended, output)
   WHERE t.code = 0 AND i.instance_key = t.key
  RETURNING i.instance_key, i.updated_at, t.execution_id, t.status, t.ended, t.output
), created AS (
  INSERT INTO "holdfast".execution AS x (instance_key, execution_id, status, output, started_at, completed_at)
SELECT a.instance_key, a.execution_id, coalesce(a.status, 'RUNNING'), a.output, a.updated_at, CASE WHEN a.ended THEN a.updated_at END
  FROM acked a
    ON CONFLICT (instance_key, execution_id) DO NOTHING
)
UPDATE "holdfast".execution x
   SET status = coalesce(a.status, x.status),
output = coalesce(a.output, x.output),
completed_at = CASE WHEN a.status IS NULL THEN x.completed_at WHEN a.ended THEN greatest(a.updated_at, x.started_at) END
  FROM acked a
 WHERE (a.status IS NOT NULL OR a.output IS NOT NULL)
   AND x.instance_key = a.instance_key AND x.execution_id = a.execution_id;

IF cardinality(e_ack) > 0 THEN
  INSERT INTO "holdfast".history (instance_key, execution_id, event_id, kind, data, recorded_at)
SELECT v_key[e.ack], t_execution[e.ack], e.id, e.kind, e.data, e.recorded_at
  FROM unnest(e_ack, e_id, e_kind, e_data, e_recorded_at) AS e (ack, id, kind, data, recorded_at)
 WHERE codes[e.ack] = 0;
END IF;

IF cardinality(a_ack) > 0 THEN
  IF cardinality(a_lock_for) > 0 THEN
  tokens := ARRAY(SELECT CASE WHEN codes[a.ack] = 0 AND a.lock_for IS NOT NULL THEN nextval('"holdfast".order_seq'::regclass) END
                    FROM unnest(a_ack, a_lock_for) AS a (ack, lock_for));
END IF;
INSERT INTO "holdfast".activity (
         instance_key, execution_id, activity_id, seq, name, input,
         orchestration_name, orchestration_version, ready_at, lock_epoch, delivery_count, owner)
SELECT v_key[a.ack], t_execution[a.ack], a.id, nextval('"holdfast".order_seq'::regclass), a.name, a.input,
       a.orchestration, a.version,
       CASE WHEN a.token IS NULL THEN v_now ELSE least(v_now + a.lock_for, 253402300799999999) END,
       coalesce(a.token, 0),
       CASE WHEN a.token IS NULL THEN 0 ELSE 1 END,
       CASE WHEN a.token IS NOT NULL THEN "holdfast".owner_of_session_1() END
  FROM unnest(a_ack, a_id, a_name, a_input, a_orchestration, a_version, a_lock_for, tokens)
         AS a (ack, id, name, input, orchestration, version, lock_for, token)
 WHERE codes[a.ack] = 0
   AND NOT EXISTS (SELECT FROM "holdfast".activity q
                    WHERE q.instance_key = v_key[a.ack] AND q.execution_id = t_execution[a.ack] AND q.activity_id = a.id);
GET DIAGNOSTICS v_rows = ROW_COUNT;
IF v_rows < cardinality(a_id) AND v_rows < (SELECT count(*) FROM unnest(a_ack) AS a (ack) WHERE codes[a.ack] = 0) THEN
  RAISE EXCEPTION USING ERRCODE = 'HF002', MESSAGE = 'an activity identity is queued already';
END IF;
END IF;
    DELETE FROM "holdfast".ready r
     USING unnest(p_key, codes) AS t (key, code)
     WHERE t.code = 0 AND r.instance_key = t.key AND r.ready_at IS NULL;
    GET DIAGNOSTICS v_rows = ROW_COUNT;
    IF v_rows < cardinality(array_remove(codes, NULL)) THEN
      -- Something waits for its time.
      UPDATE "holdfast".ready r
         SET delivery_count = 0
        FROM unnest(p_key, codes) AS t (key, code)
       WHERE t.code = 0 AND r.instance_key = t.key AND r.delivery_count > 0;
    END IF;
    RETURN;
  END IF;

  -- Locked, as a claim would. Without batch_until there is nothing to remove.
  WITH locked AS (
    UPDATE "holdfast".ready r
       SET lock_epoch = nextval('"holdfast".order_seq'::regclass), locked_until = 253402300799999999, batch_until = 0
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
    FROM "holdfast".ack_orchestrations_1(
           p_id => v_id, p_epoch => v_token, p_execution => t_execution, p_name => t_name, p_version => t_version,
           p_parent => t_parent, p_status => t_status, p_ended => t_ended, p_output => t_output,
           p_first_event => t_first_event, p_ascending => t_ascending,
           e_ack => e_ack, e_id => e_id, e_kind => e_kind, e_data => e_data, e_recorded_at => e_recorded_at,
           a_ack => a_ack, a_id => a_id, a_name => a_name, a_input => a_input, a_orchestration => a_orchestration,
           a_version => a_version, a_lock_for => a_lock_for,
           c_ack => c_ack, c_execution => c_execution, c_activity => c_activity, m_ack => o_ack, m_to => o_to,
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
    UPDATE "holdfast".ready r SET lock_epoch = 0, locked_until = 0 WHERE r.instance_key = ANY (v_bad);
    DELETE FROM "holdfast".message_id u
     USING unnest(p_key, p_message_id) AS t (key, message_id)
     WHERE t.key = ANY (v_bad) AND u.instance_key = t.key AND u.message_id = t.message_id;
  END IF;
END
$$;


CREATE FUNCTION holdfast.await_activity_1(p_key bigint, p_execution bigint, p_activity bigint) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
BEGIN
  PERFORM set_config('lock_timeout', '1s', true);
  PERFORM FROM "holdfast".activity a
    WHERE a.instance_key = p_key AND a.execution_id = p_execution AND a.activity_id = p_activity
      FOR UPDATE;
  RETURN true;
EXCEPTION
  WHEN lock_not_available THEN RETURN false;
END
$$;


CREATE FUNCTION holdfast.await_ready_1(p_key bigint) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
BEGIN
  PERFORM set_config('lock_timeout', '1s', true);
  PERFORM FROM "holdfast".ready r WHERE r.instance_key = p_key FOR UPDATE;
  RETURN true;
EXCEPTION
  WHEN lock_not_available THEN RETURN false;
END
$$;


CREATE FUNCTION holdfast.claim_instances_1(p_key bigint[], k_lock_for bigint[]) RETURNS bigint[]
    LANGUAGE plpgsql
    AS $$
DECLARE
  -- If the clock was set back since the messages were stored, they are not visible and nothing is claimed.
  v_now     bigint   := "holdfast".now_micros_1();
  v_claimed bigint[] := array_fill(NULL::bigint, ARRAY[cardinality(p_key)]);
  v_key     bigint;
  v_ord     bigint;
BEGIN
  FOR v_key, v_ord IN
    UPDATE "holdfast".ready r
       SET lock_epoch = nextval('"holdfast".order_seq'::regclass), locked_until = least(v_now + a.lock_for, 253402300799999999), ready_at = least(v_now + a.lock_for, 253402300799999999), batch_until = v_now,
delivery_count = r.delivery_count + 1, owner = "holdfast".owner_of_session_1()
      FROM (SELECT DISTINCT ON (t.key) t.key, t.lock_for, t.ord
              FROM unnest(p_key, k_lock_for) WITH ORDINALITY AS t (key, lock_for, ord)
             WHERE t.key IS NOT NULL AND t.lock_for IS NOT NULL
             ORDER BY t.key, t.ord DESC) a
      JOIN "holdfast".instance i ON i.instance_key = a.key
     WHERE r.instance_key = a.key
       AND v_now - r.ready_at >= 0 -- written so that the planner does not choose ready_order, which cannot find an instance
       AND EXISTS (SELECT FROM "holdfast".message m
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


CREATE FUNCTION holdfast.claimed_rows_1(p_codes integer[], p_claimed bigint[], k_inline integer[]) RETURNS TABLE(part text, instance_key bigint, element integer, code integer, instance_id text, name text, version text, execution_id bigint, token bigint, delivery_count integer, last_event_id bigint, store_time bigint, ready_at bigint, visible_at bigint, seq bigint, kind text, data bytea, parent_instance_id text, message_id text, discard_if_unknown boolean, event_id bigint, recorded_at bigint)
    LANGUAGE sql STABLE
    AS $$
  WITH locked AS MATERIALIZED (
    SELECT k.key AS instance_key, k.inline, r.lock_epoch AS token, r.batch_until, r.delivery_count,
           NULL::bigint AS ready_at, i.instance_id, i.name, i.version, greatest(1, i.execution_id) AS execution_id
      FROM unnest(p_claimed, k_inline) AS k (key, inline)
      JOIN "holdfast".ready r ON r.instance_key = k.key
      JOIN "holdfast".instance i ON i.instance_key = k.key
  )
  SELECT 'c'::text, c.key, c.ord::integer, c.code, NULL::text, NULL::text, NULL::text, NULL::bigint, NULL::bigint,
         NULL::integer, NULL::bigint, NULL::bigint, NULL::bigint, NULL::bigint, NULL::bigint, NULL::text, NULL::bytea,
         NULL::text, NULL::text, NULL::boolean, NULL::bigint, NULL::bigint
    FROM unnest(p_codes, p_claimed) WITH ORDINALITY AS c (code, key, ord)
   UNION ALL
  SELECT 'i'::text, l.instance_key, NULL::integer, NULL::integer, l.instance_id, l.name, l.version, l.execution_id, l.token,
       l.delivery_count, coalesce((SELECT h.event_id
   FROM "holdfast".history h
  WHERE h.instance_key = l.instance_key AND h.execution_id = l.execution_id
  ORDER BY h.event_id DESC LIMIT 1), 0),
       l.batch_until, l.ready_at, NULL::bigint, NULL::bigint, NULL::text, NULL::bytea, NULL::text, NULL::text,
       NULL::boolean, NULL::bigint, NULL::bigint
  FROM locked l
 UNION ALL
SELECT 'm'::text, l.instance_key, NULL::integer, NULL::integer, NULL::text, m.start_name, m.start_version, NULL::bigint,
       NULL::bigint, NULL::integer, NULL::bigint, NULL::bigint, NULL::bigint, m.visible_at, m.seq, m.kind, m.body,
       m.start_parent, m.message_id, m.discard_if_unknown, NULL::bigint, NULL::bigint
  FROM locked l
  JOIN "holdfast".message m
    ON m.instance_key = l.instance_key AND (m.visible_at <= l.batch_until AND m.seq < l.token)
 UNION ALL
SELECT 'e'::text, e.instance_key, NULL::integer, NULL::integer, NULL::text, NULL::text, NULL::text, NULL::bigint,
       NULL::bigint, NULL::integer, NULL::bigint, NULL::bigint, NULL::bigint, NULL::bigint, NULL::bigint, e.kind, e.data,
       NULL::text, NULL::text, NULL::boolean, e.event_id, e.recorded_at
  FROM locked l
 CROSS JOIN LATERAL (
       SELECT l.instance_key, h.event_id, h.recorded_at, h.kind, h.data
         FROM "holdfast".history h
        WHERE h.instance_key = l.instance_key AND h.execution_id = l.execution_id
        ORDER BY h.event_id
        LIMIT l.inline) e
$$;


CREATE FUNCTION holdfast.complete_one_1(p_id text, p_execution bigint, p_activity bigint, p_epoch bigint, p_now bigint, m_kind text, m_body bytea, m_due_at bigint, m_due_in bigint, m_start_name text, m_start_version text, m_start_parent text, m_drop boolean) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
  v_key  bigint;
  v_done boolean;
BEGIN
  SELECT i.instance_key INTO v_key FROM "holdfast".instance i WHERE i.instance_id = p_id AND i.execution_id > 0;
-- Locked first: the lock may have ended while this waited for its row (EXPIRY-17).
WITH held AS MATERIALIZED (
  SELECT a.ready_at
    FROM "holdfast".activity a
   WHERE a.instance_key = v_key AND a.execution_id = p_execution AND a.activity_id = p_activity AND a.lock_epoch = p_epoch
     FOR UPDATE
)
DELETE FROM "holdfast".activity a
 USING held h
 WHERE a.instance_key = v_key AND a.execution_id = p_execution AND a.activity_id = p_activity AND a.lock_epoch = p_epoch
   AND "holdfast".now_micros_1() < h.ready_at;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  v_done := "holdfast".store_message_1(
    v_key, greatest(p_now, m_due_at, p_now + m_due_in), m_kind, m_body, m_start_name, m_start_version, m_start_parent,
    m_drop, p_epoch, p_execution, p_activity);
  RETURN v_key;
END
$$;


CREATE FUNCTION holdfast.delete_empty_ready_1(p_keys bigint[]) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
BEGIN
  DELETE FROM "holdfast".ready r WHERE r.instance_key = ANY (p_keys) AND r.ready_at IS NULL AND r.lock_epoch = 0;
  RETURN true;
END
$$;


CREATE FUNCTION holdfast.end_locks_1(p_owner bigint, p_max integer, OUT instances boolean, OUT activities boolean, OUT more boolean) RETURNS record
    LANGUAGE plpgsql
    AS $$
DECLARE
  v_now  bigint := "holdfast".now_micros_1();
  v_rows bigint;
BEGIN
  WITH held AS MATERIALIZED (
    SELECT a.instance_key, a.execution_id, a.activity_id
      FROM "holdfast".activity a
     WHERE a.ready_at > v_now AND a.lock_epoch > 0 AND a.owner = p_owner
     ORDER BY a.ready_at, a.seq
     LIMIT p_max
       FOR UPDATE SKIP LOCKED
  )
  UPDATE "holdfast".activity a
     SET ready_at = v_now
    FROM held h
   WHERE a.instance_key = h.instance_key AND a.execution_id = h.execution_id AND a.activity_id = h.activity_id;
  GET DIAGNOSTICS v_rows = ROW_COUNT;
  activities := v_rows > 0;

  WITH held AS MATERIALIZED (
    SELECT r.instance_key
      FROM "holdfast".ready r
     WHERE r.ready_at > v_now AND r.lock_epoch > 0 AND r.owner = p_owner
     ORDER BY r.ready_at, r.tie_breaker
     LIMIT p_max
       FOR UPDATE SKIP LOCKED
  )
  UPDATE "holdfast".ready r
     SET ready_at = v_now, locked_until = v_now
    FROM held h
   WHERE r.instance_key = h.instance_key;
  GET DIAGNOSTICS v_rows = ROW_COUNT;
  instances := v_rows > 0;

  more := instances OR activities
          OR EXISTS (SELECT FROM "holdfast".activity a WHERE a.ready_at > v_now AND a.lock_epoch > 0 AND a.owner = p_owner)
          OR EXISTS (SELECT FROM "holdfast".ready r WHERE r.ready_at > v_now AND r.lock_epoch > 0 AND r.owner = p_owner);
END
$$;


CREATE FUNCTION holdfast.end_locks_of_the_dead_1(p_pause interval, p_grace interval, p_max integer, OUT instances boolean, OUT activities boolean, OUT more boolean) RETURNS record
    LANGUAGE plpgsql
    AS $$
DECLARE
  v_now   timestamptz := clock_timestamp();
  v_start timestamptz := pg_postmaster_start_time();
  v_cut   bigint;
  v_alive bigint[];
  v_dead  bigint;
  v_ended record;
BEGIN
  instances := false;
  activities := false;
  more := false;
  IF EXISTS (SELECT FROM "holdfast".owner o WHERE o.number = 0 AND o.missing_since BETWEEN v_now - p_pause AND v_now) THEN
    RETURN;
  END IF;
  PERFORM set_config('synchronous_commit', 'off', true);
  PERFORM FROM "holdfast".owner o WHERE o.number = 0 FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    -- Another connection is checking, or none ever has.
    INSERT INTO "holdfast".owner (number, server_started, sessions_cut) VALUES (0, v_start, 0) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
      RETURN;
    END IF;
  END IF;
  UPDATE "holdfast".owner o SET missing_since = v_now WHERE o.number = 0;

  -- Read before the advisory locks: a connection that is cut gives its lock back before it is counted. So a connection that
  -- still has its lock is not in this number.
  v_cut := "holdfast".sessions_cut_1();
  v_alive := ARRAY(
    SELECT (l.classid::bigint << 32) | l.objid::bigint
      FROM pg_catalog.pg_locks l
     WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted
       AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = current_database()));

  UPDATE "holdfast".owner o
     SET missing_since = NULL, server_started = v_start, sessions_cut = v_cut
   WHERE o.number = ANY (v_alive)
     AND (o.missing_since IS NOT NULL OR o.server_started <> v_start OR o.sessions_cut <> v_cut);
  UPDATE "holdfast".owner o
     SET missing_since = v_now
   WHERE o.number > 0 AND o.missing_since IS NULL AND o.number <> ALL (v_alive);
  DELETE FROM "holdfast".owner o
   WHERE o.number > 0 AND o.missing_since < v_now AND (o.server_started <> v_start OR o.sessions_cut <> v_cut);

  FOR v_dead IN
    SELECT o.number
      FROM "holdfast".owner o
     WHERE o.number > 0 AND o.missing_since <= v_now - p_grace
     ORDER BY o.number
       FOR UPDATE SKIP LOCKED
  LOOP
    v_ended := "holdfast".end_locks_1(v_dead, p_max);
    instances := instances OR v_ended.instances;
    activities := activities OR v_ended.activities;
    IF v_ended.more THEN
      more := true;
    ELSE
      DELETE FROM "holdfast".owner o WHERE o.number = v_dead;
    END IF;
  END LOOP;
END
$$;


CREATE FUNCTION holdfast.enqueue_1(p_to text[], m_kind text[], m_body bytea[], m_due_at bigint[], m_due_in bigint[], m_start_name text[], m_start_version text[], m_start_parent text[], m_message_id text[], m_hash bytea[], m_drop boolean[]) RETURNS boolean[]
    LANGUAGE plpgsql
    AS $$
DECLARE
  v_to     record;
  v_stored bigint[];
BEGIN
  v_to := "holdfast".keys_of_1(p_to, array_position(m_start_name, NULL) IS NULL);
  v_stored := "holdfast".store_messages_1(
    p_now => "holdfast".now_micros_1(), p_known => v_to.known, p_key => v_to.keys,
    m_kind => m_kind, m_body => m_body, m_due_at => m_due_at,
m_due_in => m_due_in, m_start_name => m_start_name,
m_start_version => m_start_version, m_start_parent => m_start_parent,
m_message_id => m_message_id, m_hash => m_hash, m_drop => m_drop);
  IF array_position(v_stored, NULL) IS NOT NULL THEN
    RETURN ARRAY(SELECT k.key IS NOT NULL FROM unnest(v_stored) WITH ORDINALITY AS k (key, ord) ORDER BY k.ord);
  END IF;
  RETURN NULL;
END
$$;


CREATE FUNCTION holdfast.enqueue_ahead_1(p_to text[], m_kind text[], m_body bytea[], m_due_at bigint[], m_due_in bigint[], m_start_name text[], m_start_version text[], m_start_parent text[], m_message_id text[], m_hash bytea[], m_drop boolean[], k_lock_for bigint[], k_inline integer[], t_on_execution bigint[], t_on_event bigint[], t_execution bigint[], t_name text[], t_version text[], t_parent text[], t_status text[], t_ended boolean[], t_output bytea[], t_first_event bigint[], t_ascending boolean[], e_ack integer[], e_id bigint[], e_kind text[], e_data bytea[], e_recorded_at bigint[], a_ack integer[], a_id bigint[], a_name text[], a_input bytea[], a_orchestration text[], a_version text[], a_lock_for bigint[], c_ack integer[], c_execution bigint[], c_activity bigint[], o_ack integer[], o_to text[], o_kind text[], o_body bytea[], o_due_at bigint[], o_due_in bigint[], o_start_name text[], o_start_version text[], o_start_parent text[], o_message_id text[], o_hash bytea[], o_drop boolean[]) RETURNS TABLE(part text, instance_key bigint, element integer, code integer, instance_id text, name text, version text, execution_id bigint, token bigint, delivery_count integer, last_event_id bigint, store_time bigint, ready_at bigint, visible_at bigint, seq bigint, kind text, data bytea, parent_instance_id text, message_id text, discard_if_unknown boolean, event_id bigint, recorded_at bigint)
    LANGUAGE plpgsql
    AS $$
#variable_conflict use_column
DECLARE
  v_now   bigint;
  v_to    record;
  v_keys  bigint[];
  v_codes integer[];
  v_turns record;
  v_done  boolean := "holdfast".reserve_token_range_1();
BEGIN
  -- Locks, in the order that all functions keep.
  v_to := "holdfast".keys_of_1(p_to || o_to, cardinality(o_to) = 0);
  v_keys := v_to.keys[1:cardinality(p_to)];
  IF cardinality(c_ack) > 0 THEN
    PERFORM "holdfast".lock_activities_1(
      ARRAY(SELECT p_to[c.ack] FROM unnest(c_ack) WITH ORDINALITY AS c (ack, ord) ORDER BY c.ord), c_execution, c_activity);
  END IF;
  v_done := "holdfast".lock_ready_1(v_to.keys);
  v_now := "holdfast".now_micros_1();

  v_turns := "holdfast".apply_turns_1(
    p_key => ARRAY(SELECT CASE WHEN t.place = 1 AND t.execution_id IS NOT NULL AND t.at <= v_now AND t.start_name IS NOT NULL THEN t.key END
        FROM (SELECT m.*, greatest(v_now, m.due_at, v_now + m.due_in) AS at,
                     row_number() OVER (PARTITION BY m.key ORDER BY m.ord) AS place
                FROM unnest(v_keys, m_due_at, m_due_in, m_start_name, t_execution) WITH ORDINALITY
                       AS m (key, due_at, due_in, start_name, execution_id, ord)) t
       ORDER BY t.ord), p_message_id => m_message_id, p_hash => m_hash,
    t_on_execution => t_on_execution, t_on_event => t_on_event, t_execution => t_execution, t_name => t_name,
t_version => t_version, t_parent => t_parent, t_status => t_status, t_ended => t_ended, t_output => t_output,
t_first_event => t_first_event, t_ascending => t_ascending,
e_ack => e_ack, e_id => e_id, e_kind => e_kind, e_data => e_data, e_recorded_at => e_recorded_at,
a_ack => a_ack, a_id => a_id, a_name => a_name, a_input => a_input, a_orchestration => a_orchestration,
a_version => a_version, a_lock_for => a_lock_for,
c_ack => c_ack, c_execution => c_execution, c_activity => c_activity,
o_ack => o_ack, o_to => o_to, o_kind => o_kind, o_body => o_body, o_due_at => o_due_at,
o_due_in => o_due_in, o_start_name => o_start_name,
o_start_version => o_start_version, o_start_parent => o_start_parent,
o_message_id => o_message_id, o_hash => o_hash, o_drop => o_drop);
  v_keys := ARRAY(SELECT CASE WHEN t.code IS DISTINCT FROM 0 THEN t.key END
        FROM unnest(v_keys, v_turns.codes) WITH ORDINALITY AS t (key, code, ord) ORDER BY t.ord);
  IF cardinality(array_remove(v_keys, NULL)) > 0 THEN
    v_keys := "holdfast".store_messages_1(
      p_now => v_now, p_known => v_to.known, p_key => v_keys, m_kind => m_kind, m_body => m_body, m_due_at => m_due_at,
m_due_in => m_due_in, m_start_name => m_start_name,
m_start_version => m_start_version, m_start_parent => m_start_parent,
m_message_id => m_message_id, m_hash => m_hash, m_drop => m_drop);
  END IF;
  v_codes := ARRAY(SELECT CASE WHEN t.key IS NULL AND t.code IS DISTINCT FROM 0 THEN 1 ELSE 0 END
                     FROM unnest(v_keys, v_turns.codes) WITH ORDINALITY AS t (key, code, ord) ORDER BY t.ord);
  IF cardinality(array_remove(v_keys, NULL)) > 0 THEN
    v_keys := "holdfast".claim_instances_1(v_keys, k_lock_for);
  END IF;
  v_done := "holdfast".delete_empty_ready_1(v_to.keys);
  RETURN QUERY
  SELECT * FROM "holdfast".claimed_rows_1(v_codes, v_keys, k_inline);
  RETURN QUERY
  SELECT * FROM "holdfast".turn_rows_1(v_turns.codes, v_turns.bad_events, v_turns.last_events, v_turns.left_over, v_turns.tokens);
END
$$;


CREATE FUNCTION holdfast.enqueue_claiming_1(p_to text[], m_kind text[], m_body bytea[], m_due_at bigint[], m_due_in bigint[], m_start_name text[], m_start_version text[], m_start_parent text[], m_message_id text[], m_hash bytea[], m_drop boolean[], k_lock_for bigint[], k_inline integer[]) RETURNS TABLE(part text, instance_key bigint, element integer, code integer, instance_id text, name text, version text, execution_id bigint, token bigint, delivery_count integer, last_event_id bigint, store_time bigint, ready_at bigint, visible_at bigint, seq bigint, kind text, data bytea, parent_instance_id text, message_id text, discard_if_unknown boolean, event_id bigint, recorded_at bigint)
    LANGUAGE plpgsql
    AS $$
#variable_conflict use_column
DECLARE
  v_to    record;
  v_keys  bigint[];
  v_codes integer[] := array_fill(0, ARRAY[cardinality(p_to)]);
  v_done  boolean   := "holdfast".reserve_token_range_1();
BEGIN
  v_to := "holdfast".keys_of_1(p_to, array_position(m_start_name, NULL) IS NULL);
  v_keys := "holdfast".store_messages_1(
    p_now => "holdfast".now_micros_1(), p_known => v_to.known, p_key => v_to.keys,
    m_kind => m_kind, m_body => m_body, m_due_at => m_due_at,
m_due_in => m_due_in, m_start_name => m_start_name,
m_start_version => m_start_version, m_start_parent => m_start_parent,
m_message_id => m_message_id, m_hash => m_hash, m_drop => m_drop);
  IF array_position(v_keys, NULL) IS NOT NULL THEN
    v_codes := ARRAY(SELECT CASE WHEN k.key IS NULL THEN 1 ELSE 0 END
                       FROM unnest(v_keys) WITH ORDINALITY AS k (key, ord) ORDER BY k.ord);
  END IF;
  v_keys := "holdfast".claim_instances_1(v_keys, k_lock_for);
  RETURN QUERY
  SELECT * FROM "holdfast".claimed_rows_1(v_codes, v_keys, k_inline);
END
$$;


CREATE FUNCTION holdfast.enqueue_one_1(p_to text, m_kind text, m_body bytea, m_due_at bigint, m_due_in bigint, m_start_name text, m_start_version text, m_start_parent text, m_message_id text, m_hash bytea, m_drop boolean) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
DECLARE
  v_now    bigint := "holdfast".now_micros_1();
  v_at     bigint := greatest(v_now, m_due_at, v_now + m_due_in);
  v_key    bigint;
  v_done   boolean;
  v_stored boolean[];
BEGIN
  IF m_start_name IS NOT NULL THEN
    v_key := "holdfast".store_start_1(
      p_to => p_to, p_visible_at => v_at, p_seq => nextval('"holdfast".order_seq'::regclass),
      m_kind => m_kind, m_body => m_body, m_due_at => m_due_at,
m_due_in => m_due_in, m_start_name => m_start_name,
m_start_version => m_start_version, m_start_parent => m_start_parent,
m_message_id => m_message_id, m_hash => m_hash, m_drop => m_drop);
    IF v_key IS NOT NULL THEN
      INSERT INTO "holdfast".ready (instance_key, ready_at, tie_breaker) VALUES (v_key, v_at, nextval('"holdfast".order_seq'::regclass));
      RETURN true;
    END IF;
  END IF;

  IF m_message_id IS NULL THEN
    SELECT i.instance_key INTO v_key FROM "holdfast".instance i WHERE i.instance_id = p_to AND i.execution_id > 0;
    IF FOUND THEN
      v_done := "holdfast".store_message_1(
        v_key, v_at, m_kind, m_body, m_start_name, m_start_version, m_start_parent, m_drop);
      RETURN true;
    END IF;
  END IF;

  v_stored := "holdfast".enqueue_1(
    p_to => ARRAY[p_to],
    m_kind => ARRAY[m_kind], m_body => ARRAY[m_body], m_due_at => ARRAY[m_due_at],
m_due_in => ARRAY[m_due_in], m_start_name => ARRAY[m_start_name],
m_start_version => ARRAY[m_start_version], m_start_parent => ARRAY[m_start_parent],
m_message_id => ARRAY[m_message_id], m_hash => ARRAY[m_hash], m_drop => ARRAY[m_drop]);
  RETURN coalesce(v_stored[1], true);
END
$$;


CREATE FUNCTION holdfast.enqueue_one_ahead_1(p_to text, m_kind text, m_body bytea, m_due_at bigint, m_due_in bigint, m_start_name text, m_start_version text, m_start_parent text, m_message_id text, m_hash bytea, m_drop boolean, k_lock_for bigint, k_inline integer, t_on_execution bigint, t_on_event bigint, t_execution bigint, t_name text, t_version text, t_parent text, t_status text, t_ended boolean, t_output bytea, t_first_event bigint, t_ascending boolean, e_id bigint[], e_kind text[], e_data bytea[], e_recorded_at bigint[], a_id bigint[], a_name text[], a_input bytea[], a_orchestration text[], a_version text[], a_lock_for bigint[]) RETURNS TABLE(part text, instance_key bigint, element integer, code integer, instance_id text, name text, version text, execution_id bigint, token bigint, delivery_count integer, last_event_id bigint, store_time bigint, ready_at bigint, visible_at bigint, seq bigint, kind text, data bytea, parent_instance_id text, message_id text, discard_if_unknown boolean, event_id bigint, recorded_at bigint)
    LANGUAGE plpgsql
    AS $$
#variable_conflict use_column
DECLARE
  v_done boolean := "holdfast".reserve_token_range_1();
  v_now  bigint  := "holdfast".now_micros_1();
  v_key  bigint;
  v_rows bigint;
  tokens bigint[];
BEGIN
  IF greatest(v_now, m_due_at, v_now + m_due_in) <= v_now AND m_start_name IS NOT NULL AND t_name IS NOT NULL
     AND t_on_execution = 1 AND t_on_event = 0 AND t_ascending AND (t_first_event > 0) IS NOT FALSE THEN
    -- No other transaction can know the number before the end of this one, so there is nothing to lock.
    INSERT INTO "holdfast".instance (
             instance_id, name, version, parent_instance_id, created_at, updated_at, execution_id, acked_epoch)
    VALUES (p_to, t_name, t_version, t_parent, v_now, v_now, t_execution, nextval('"holdfast".order_seq'::regclass))
        ON CONFLICT (instance_id) DO NOTHING
    RETURNING instance_key INTO v_key;
    IF v_key IS NOT NULL THEN
      IF m_message_id IS NOT NULL THEN
        INSERT INTO "holdfast".message_id (instance_key, message_id, content_hash) VALUES (v_key, m_message_id, m_hash);
      END IF;
      IF cardinality(a_id) > 0 THEN
        IF cardinality(a_lock_for) > 0 THEN
  tokens := ARRAY(SELECT CASE WHEN true AND a.lock_for IS NOT NULL THEN nextval('"holdfast".order_seq'::regclass) END
                    FROM unnest( a_lock_for) AS a ( lock_for));
END IF;
INSERT INTO "holdfast".activity (
         instance_key, execution_id, activity_id, seq, name, input,
         orchestration_name, orchestration_version, ready_at, lock_epoch, delivery_count, owner)
SELECT v_key, t_execution, a.id, nextval('"holdfast".order_seq'::regclass), a.name, a.input,
       a.orchestration, a.version,
       CASE WHEN a.token IS NULL THEN v_now ELSE least(v_now + a.lock_for, 253402300799999999) END,
       coalesce(a.token, 0),
       CASE WHEN a.token IS NULL THEN 0 ELSE 1 END,
       CASE WHEN a.token IS NOT NULL THEN "holdfast".owner_of_session_1() END
  FROM unnest( a_id, a_name, a_input, a_orchestration, a_version, a_lock_for, tokens)
         AS a ( id, name, input, orchestration, version, lock_for, token)
 WHERE true
   AND NOT EXISTS (SELECT FROM "holdfast".activity q
                    WHERE q.instance_key = v_key AND q.execution_id = t_execution AND q.activity_id = a.id);
GET DIAGNOSTICS v_rows = ROW_COUNT;
IF v_rows < cardinality(a_id)  THEN
  RAISE EXCEPTION USING ERRCODE = 'HF002', MESSAGE = 'an activity identity is queued already';
END IF;
      END IF;
      WITH executed AS (
        INSERT INTO "holdfast".execution (instance_key, execution_id, status, output, started_at, completed_at)
        VALUES (v_key, t_execution, coalesce(t_status, 'RUNNING'), t_output, v_now, CASE WHEN t_ended THEN v_now END)
      )
      INSERT INTO "holdfast".history (instance_key, execution_id, event_id, kind, data, recorded_at)
SELECT v_key, t_execution, e.id, e.kind, e.data, e.recorded_at
  FROM unnest( e_id, e_kind, e_data, e_recorded_at) AS e ( id, kind, data, recorded_at)
 WHERE true;
      part := 'c';
element := 1;
code := 0;
RETURN NEXT;
part := 't';
discard_if_unknown := false;
RETURN NEXT;
part := 'k';
FOR at IN 1..coalesce(cardinality(tokens), 0) LOOP
  IF tokens[at] IS NOT NULL THEN
    element := at;
    token := tokens[at];
    RETURN NEXT;
  END IF;
END LOOP;
RETURN;
    END IF;
  END IF;

  RETURN QUERY
  SELECT * FROM "holdfast".enqueue_ahead_1(
    p_to => ARRAY[p_to],
    m_kind => ARRAY[m_kind], m_body => ARRAY[m_body], m_due_at => ARRAY[m_due_at],
m_due_in => ARRAY[m_due_in], m_start_name => ARRAY[m_start_name],
m_start_version => ARRAY[m_start_version], m_start_parent => ARRAY[m_start_parent],
m_message_id => ARRAY[m_message_id], m_hash => ARRAY[m_hash], m_drop => ARRAY[m_drop],
    k_lock_for => ARRAY[k_lock_for], k_inline => ARRAY[k_inline],
    t_on_execution => ARRAY[t_on_execution], t_on_event => ARRAY[t_on_event], t_execution => ARRAY[t_execution],
t_name => ARRAY[t_name], t_version => ARRAY[t_version], t_parent => ARRAY[t_parent], t_status => ARRAY[t_status],
t_ended => ARRAY[t_ended], t_output => ARRAY[t_output], t_first_event => ARRAY[t_first_event],
t_ascending => ARRAY[t_ascending],
e_ack => array_fill(1, ARRAY[cardinality(e_id)]), e_id => e_id, e_kind => e_kind, e_data => e_data,
e_recorded_at => e_recorded_at,
a_ack => array_fill(1, ARRAY[cardinality(a_id)]), a_id => a_id, a_name => a_name, a_input => a_input,
a_orchestration => a_orchestration, a_version => a_version, a_lock_for => a_lock_for,
c_ack => '{}', c_execution => '{}', c_activity => '{}', o_ack => '{}', o_to => '{}',
o_kind => '{}', o_body => '{}', o_due_at => '{}', o_due_in => '{}', o_start_name => '{}', o_start_version => '{}',
o_start_parent => '{}', o_message_id => '{}', o_hash => '{}', o_drop => '{}');
END
$$;


CREATE FUNCTION holdfast.enqueue_one_claiming_1(p_to text, m_kind text, m_body bytea, m_due_at bigint, m_due_in bigint, m_start_name text, m_start_version text, m_start_parent text, m_message_id text, m_hash bytea, m_drop boolean, k_lock_for bigint, k_inline integer) RETURNS TABLE(part text, instance_key bigint, element integer, code integer, instance_id text, name text, version text, execution_id bigint, token bigint, delivery_count integer, last_event_id bigint, store_time bigint, ready_at bigint, visible_at bigint, seq bigint, kind text, data bytea, parent_instance_id text, message_id text, discard_if_unknown boolean, event_id bigint, recorded_at bigint)
    LANGUAGE plpgsql
    AS $$
#variable_conflict use_column
DECLARE
  v_done  boolean := "holdfast".reserve_token_range_1();
  v_now   bigint  := "holdfast".now_micros_1();
  v_until bigint;
BEGIN
  IF m_start_name IS NOT NULL AND coalesce(m_due_at, 0) <= v_now AND coalesce(m_due_in, 0) <= 0 THEN
    seq := nextval('"holdfast".order_seq'::regclass);
    instance_key := "holdfast".store_start_1(
      p_to => p_to, p_visible_at => v_now, p_seq => seq,
      m_kind => m_kind, m_body => m_body, m_due_at => m_due_at,
m_due_in => m_due_in, m_start_name => m_start_name,
m_start_version => m_start_version, m_start_parent => m_start_parent,
m_message_id => m_message_id, m_hash => m_hash, m_drop => m_drop);
    IF instance_key IS NOT NULL THEN
      -- Nothing but this message can be in its batch.
      v_until := least(v_now + k_lock_for, 253402300799999999);
      token := nextval('"holdfast".order_seq'::regclass);
      INSERT INTO "holdfast".ready (instance_key, ready_at, locked_until, lock_epoch, batch_until, delivery_count, owner)
      VALUES (instance_key, v_until, v_until, token, v_now, 1, "holdfast".owner_of_session_1());

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
  SELECT * FROM "holdfast".enqueue_claiming_1(
    p_to => ARRAY[p_to],
    m_kind => ARRAY[m_kind], m_body => ARRAY[m_body], m_due_at => ARRAY[m_due_at],
m_due_in => ARRAY[m_due_in], m_start_name => ARRAY[m_start_name],
m_start_version => ARRAY[m_start_version], m_start_parent => ARRAY[m_start_parent],
m_message_id => ARRAY[m_message_id], m_hash => ARRAY[m_hash], m_drop => ARRAY[m_drop],
    k_lock_for => ARRAY[k_lock_for], k_inline => ARRAY[k_inline]);
END
$$;


CREATE FUNCTION holdfast.enter_1(p_owner bigint) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
BEGIN
  PERFORM set_config('synchronous_commit', 'off', true);
  PERFORM pg_advisory_lock_shared(p_owner);
  PERFORM set_config('holdfast.owner', p_owner::text, false);
  INSERT INTO "holdfast".owner AS o (number, server_started, sessions_cut)
  VALUES (p_owner, pg_postmaster_start_time(), "holdfast".sessions_cut_1())
      ON CONFLICT (number) DO UPDATE
     SET server_started = excluded.server_started, sessions_cut = excluded.sessions_cut, missing_since = NULL
   WHERE o.server_started <> excluded.server_started
      OR o.sessions_cut <> excluded.sessions_cut
      OR o.missing_since IS NOT NULL;
  RETURN true;
END
$$;


CREATE FUNCTION holdfast.fetch_activities_1(p_max integer, p_lock_for bigint, p_since bigint, p_max_bytes bigint, p_names text[]) RETURNS TABLE(part text, instance_key bigint, instance_id text, execution_id bigint, activity_id bigint, token bigint, delivery_count integer, ready_at bigint, seq bigint, name text, orchestration_name text, orchestration_version text, input bytea, store_time bigint)
    LANGUAGE plpgsql
    AS $$
#variable_conflict use_column
DECLARE
  v_now   bigint;
  v_since bigint;
  v_done  boolean;
BEGIN
  -- As for orchestrations.
  IF "holdfast".reserve_token_range_1() THEN
    v_done := set_config('synchronous_commit', 'off', true) = 'off';
  END IF;
  v_now := "holdfast".now_micros_1();

  FOREACH v_since IN ARRAY CASE WHEN p_since = 0 THEN ARRAY[0]
                                WHEN p_names IS NOT NULL THEN ARRAY[p_since] ELSE ARRAY[p_since, 0] END LOOP
    IF p_names IS NULL THEN
      RETURN QUERY
WITH ready AS MATERIALIZED (
  SELECT a.instance_key, a.execution_id, a.activity_id, a.ready_at, a.seq, octet_length(a.input) AS size
    FROM "holdfast".activity a
   WHERE a.ready_at BETWEEN v_since AND v_now
   ORDER BY a.ready_at, a.seq
   LIMIT p_max
     FOR UPDATE SKIP LOCKED
), pick AS MATERIALIZED (
  SELECT s.*
    FROM (SELECT r.*, row_number() OVER line = 1 OR sum(r.size) OVER line <= p_max_bytes AS fits
            FROM ready r
          WINDOW line AS (ORDER BY r.ready_at, r.seq)) s
   WHERE p_max_bytes IS NULL OR s.fits
)
UPDATE "holdfast".activity a
   SET lock_epoch = nextval('"holdfast".order_seq'::regclass),
       ready_at = least(v_now + p_lock_for, 253402300799999999),
       delivery_count = a.delivery_count + 1,
       owner = "holdfast".owner_of_session_1()
  FROM pick p
  JOIN "holdfast".instance i ON i.instance_key = p.instance_key
 WHERE a.instance_key = p.instance_key
   AND a.execution_id = p.execution_id
   AND a.activity_id = p.activity_id
RETURNING 'a', a.instance_key, i.instance_id, a.execution_id, a.activity_id, a.lock_epoch, a.delivery_count, p.ready_at,
          a.seq, a.name, a.orchestration_name, a.orchestration_version, a.input, v_now;
    ELSE
      -- Skips activities of other names. A statement of its own, so that a fetch without names has no filter to evaluate.
      RETURN QUERY
WITH ready AS MATERIALIZED (
  SELECT a.instance_key, a.execution_id, a.activity_id, a.ready_at, a.seq, octet_length(a.input) AS size
    FROM "holdfast".activity a
   WHERE a.ready_at BETWEEN v_since AND v_now AND a.name = ANY (p_names)
   ORDER BY a.ready_at, a.seq
   LIMIT p_max
     FOR UPDATE SKIP LOCKED
), pick AS MATERIALIZED (
  SELECT s.*
    FROM (SELECT r.*, row_number() OVER line = 1 OR sum(r.size) OVER line <= p_max_bytes AS fits
            FROM ready r
          WINDOW line AS (ORDER BY r.ready_at, r.seq)) s
   WHERE p_max_bytes IS NULL OR s.fits
)
UPDATE "holdfast".activity a
   SET lock_epoch = nextval('"holdfast".order_seq'::regclass),
       ready_at = least(v_now + p_lock_for, 253402300799999999),
       delivery_count = a.delivery_count + 1,
       owner = "holdfast".owner_of_session_1()
  FROM pick p
  JOIN "holdfast".instance i ON i.instance_key = p.instance_key
 WHERE a.instance_key = p.instance_key
   AND a.execution_id = p.execution_id
   AND a.activity_id = p.activity_id
RETURNING 'a', a.instance_key, i.instance_id, a.execution_id, a.activity_id, a.lock_epoch, a.delivery_count, p.ready_at,
          a.seq, a.name, a.orchestration_name, a.orchestration_version, a.input, v_now;
    END IF;
    IF FOUND THEN
      RETURN;
    END IF;
  END LOOP;

  IF p_names IS NULL THEN
    SELECT b.instance_key, b.execution_id, b.activity_id,
           (SELECT a.ready_at FROM "holdfast".activity a ORDER BY a.ready_at LIMIT 1)
      INTO instance_key, execution_id, activity_id, ready_at
      FROM (VALUES (1)) AS one
      LEFT JOIN (SELECT a.instance_key, a.execution_id, a.activity_id
                   FROM "holdfast".activity a
                  WHERE a.ready_at <= v_now ORDER BY a.ready_at, a.seq LIMIT 1) b ON true;
  ELSE
    SELECT b.instance_key, b.execution_id, b.activity_id,
           (SELECT a.ready_at FROM "holdfast".activity a WHERE a.ready_at > v_now ORDER BY a.ready_at LIMIT 1)
      INTO instance_key, execution_id, activity_id, ready_at
      FROM (VALUES (1)) AS one
      LEFT JOIN (SELECT a.instance_key, a.execution_id, a.activity_id
                   FROM "holdfast".activity a
                  WHERE a.ready_at BETWEEN v_since AND v_now AND a.name = ANY (p_names)
                  ORDER BY a.ready_at, a.seq LIMIT 1) b ON true;
  END IF;
  part := 'n';
  store_time := v_now;
  RETURN NEXT;
END
$$;


CREATE FUNCTION holdfast.fetch_orchestration_one_1(p_lock_for bigint, p_inline integer, p_since bigint, p_max_bytes bigint) RETURNS TABLE(part text, instance_key bigint, element integer, code integer, instance_id text, name text, version text, execution_id bigint, token bigint, delivery_count integer, last_event_id bigint, store_time bigint, ready_at bigint, visible_at bigint, seq bigint, kind text, data bytea, parent_instance_id text, message_id text, discard_if_unknown boolean, event_id bigint, recorded_at bigint)
    LANGUAGE plpgsql
    AS $$
#variable_conflict use_column
DECLARE
  v_now      bigint;
  v_until    bigint;
  v_key      bigint;
  v_ready_at bigint;
  v_token    bigint;
  v_delivery  integer;
  v_done     boolean;
BEGIN
  IF "holdfast".reserve_token_range_1() THEN
    v_done := set_config('synchronous_commit', 'off', true) = 'off';
  END IF;
  v_now := "holdfast".now_micros_1();
  v_until := least(v_now + p_lock_for, 253402300799999999);

  SELECT r.instance_key, r.ready_at INTO v_key, v_ready_at
  FROM "holdfast".ready r

 WHERE r.ready_at BETWEEN p_since AND v_now
 ORDER BY r.ready_at, r.tie_breaker
 LIMIT 1
   FOR UPDATE OF r SKIP LOCKED;
  IF FOUND THEN
    v_token := nextval('"holdfast".order_seq'::regclass);
    UPDATE "holdfast".ready r
       SET lock_epoch = v_token, locked_until = v_until, ready_at = v_until, batch_until = v_now,
delivery_count = r.delivery_count + 1, owner = "holdfast".owner_of_session_1()
     WHERE r.instance_key = v_key
    RETURNING r.delivery_count INTO v_delivery;
    RETURN QUERY
    SELECT * FROM "holdfast".item_rows_1(v_key, v_token, v_delivery, v_now, v_ready_at, p_inline, p_max_bytes);
    IF FOUND THEN
      RETURN;
    END IF;
    v_done := "holdfast".requeue_unready_1(ARRAY[v_key], v_now);
  END IF;
  RETURN QUERY
  SELECT * FROM "holdfast".fetch_orchestrations_1(1, p_lock_for, p_inline, 0, p_max_bytes);
END
$$;


CREATE FUNCTION holdfast.fetch_orchestrations_1(p_max integer, p_lock_for bigint, p_inline integer, p_since bigint, p_max_bytes bigint, p_codes text[] DEFAULT NULL::text[]) RETURNS TABLE(part text, instance_key bigint, element integer, code integer, instance_id text, name text, version text, execution_id bigint, token bigint, delivery_count integer, last_event_id bigint, store_time bigint, ready_at bigint, visible_at bigint, seq bigint, kind text, data bytea, parent_instance_id text, message_id text, discard_if_unknown boolean, event_id bigint, recorded_at bigint)
    LANGUAGE plpgsql
    AS $$
#variable_conflict use_column
DECLARE
  v_now     bigint;
  v_until   bigint;
  v_since   bigint := p_since;
  v_keys    bigint[];
  v_ready   bigint[]; -- since when they were ready
  v_useless bigint[];
  v_found   integer := 0;
  v_bytes   bigint;  -- of the messages, as far as they count
  v_left    bigint := p_max_bytes;
  v_more    boolean;
  v_rows    bigint;
  v_done    boolean;
BEGIN
  -- The commit need not wait for the disk: a fetch that a crash of the server undoes has never been.
  IF "holdfast".reserve_token_range_1() THEN
    v_done := set_config('synchronous_commit', 'off', true) = 'off';
  END IF;
  LOOP
    v_now := "holdfast".now_micros_1();
    v_until := least(v_now + p_lock_for, 253402300799999999);
    v_bytes := 0;
    v_more := true;
    IF p_codes IS NULL AND p_max_bytes IS NULL THEN
      WITH pick AS MATERIALIZED (
        SELECT r.instance_key, r.ready_at, r.tie_breaker
  FROM "holdfast".ready r

 WHERE r.ready_at BETWEEN v_since AND v_now
 ORDER BY r.ready_at, r.tie_breaker
 LIMIT p_max - v_found
   FOR UPDATE OF r SKIP LOCKED
      ), claimed AS (
        UPDATE "holdfast".ready r
           SET lock_epoch = nextval('"holdfast".order_seq'::regclass), locked_until = v_until, ready_at = v_until, batch_until = v_now,
delivery_count = r.delivery_count + 1, owner = "holdfast".owner_of_session_1()
          FROM pick p
         WHERE r.instance_key = p.instance_key
        RETURNING r.instance_key, p.ready_at, p.tie_breaker
      )
      SELECT array_agg(c.instance_key ORDER BY c.ready_at, c.tie_breaker),
             array_agg(c.ready_at ORDER BY c.ready_at, c.tie_breaker)
        INTO v_keys, v_ready
        FROM claimed c;
    ELSE
      -- Picked first, so that skipped instances are neither locked nor measured.
      IF p_codes IS NULL THEN
        SELECT array_agg(p.instance_key ORDER BY p.ready_at, p.tie_breaker)
          INTO v_keys
          FROM (SELECT r.instance_key, r.ready_at, r.tie_breaker
  FROM "holdfast".ready r

 WHERE r.ready_at BETWEEN v_since AND v_now
 ORDER BY r.ready_at, r.tie_breaker
 LIMIT p_max - v_found
   FOR UPDATE OF r SKIP LOCKED) p;
      ELSE
        SELECT array_agg(p.instance_key ORDER BY p.ready_at, p.tie_breaker)
          INTO v_keys
          FROM (SELECT r.instance_key, r.ready_at, r.tie_breaker
  FROM "holdfast".ready r
  JOIN "holdfast".instance i ON i.instance_key = r.instance_key
 WHERE r.ready_at BETWEEN v_since AND v_now AND CASE WHEN i.name IS NOT NULL THEN concat_ws(E'\n', i.name, i.version) = ANY (p_codes)
     ELSE coalesce((SELECT concat_ws(E'\n', m.start_name, m.start_version)
                      FROM "holdfast".message m
                     WHERE m.instance_key = i.instance_key AND m.visible_at <= v_now AND m.start_name IS NOT NULL
                     ORDER BY m.seq LIMIT 1) = ANY (p_codes), true) END
 ORDER BY r.ready_at, r.tie_breaker
 LIMIT p_max - v_found
   FOR UPDATE OF r SKIP LOCKED) p;
      END IF;
      WITH sized AS (
        SELECT k.key, k.ord, sum(b.size) OVER (ORDER BY k.ord) AS total
          FROM unnest(v_keys) WITH ORDINALITY AS k (key, ord)
         CROSS JOIN LATERAL (
               SELECT coalesce(sum(octet_length(m.body)), 0) AS size
                 FROM "holdfast".message m
                WHERE v_left IS NOT NULL AND m.instance_key = k.key AND m.visible_at <= v_now) b
      ), claimed AS (
        UPDATE "holdfast".ready r
           SET lock_epoch = nextval('"holdfast".order_seq'::regclass), locked_until = v_until, ready_at = v_until, batch_until = v_now,
delivery_count = r.delivery_count + 1, owner = "holdfast".owner_of_session_1()
          FROM (SELECT s.key, s.ord, s.total, o.ready_at
                  FROM sized s
                  JOIN "holdfast".ready o ON o.instance_key = s.key
                 WHERE v_left IS NULL OR s.total <= v_left OR (s.ord = 1 AND v_found = 0)) p
         WHERE r.instance_key = p.key
        RETURNING r.instance_key, p.ord, p.ready_at, p.total
      )
      SELECT array_agg(c.instance_key ORDER BY c.ord), array_agg(c.ready_at ORDER BY c.ord), coalesce(max(c.total), 0),
             count(*) >= cardinality(v_keys)
        INTO v_keys, v_ready, v_bytes, v_more
        FROM claimed c;
      v_left := v_left - v_bytes;
    END IF;

    IF v_keys IS NULL THEN
      EXIT WHEN v_found > 0 OR v_since = 0 OR p_codes IS NOT NULL;
      v_since := 0;
      CONTINUE;
    END IF;

    -- Read in statements of their own: they see everything that was committed before the rows were locked.
    RETURN QUERY
    WITH locked AS (
      SELECT k.key AS instance_key, k.ready_at, k.ord, r.lock_epoch AS token, r.batch_until, r.delivery_count,
             i.instance_id, i.name, i.version, greatest(1, i.execution_id) AS execution_id
        FROM unnest(v_keys, v_ready) WITH ORDINALITY AS k (key, ready_at, ord)
        JOIN "holdfast".ready r ON r.instance_key = k.key
        JOIN "holdfast".instance i ON i.instance_key = k.key
       WHERE EXISTS (SELECT FROM "holdfast".message m
         WHERE m.instance_key = k.key
           AND m.visible_at <= r.batch_until
           AND (i.execution_id > 0 OR m.start_name IS NOT NULL))
    )
    SELECT 'i'::text, l.instance_key, NULL::integer, NULL::integer, l.instance_id, l.name, l.version, l.execution_id, l.token,
       l.delivery_count, coalesce((SELECT h.event_id
   FROM "holdfast".history h
  WHERE h.instance_key = l.instance_key AND h.execution_id = l.execution_id
  ORDER BY h.event_id DESC LIMIT 1), 0),
       l.batch_until, l.ready_at, NULL::bigint, NULL::bigint, NULL::text, NULL::bytea, NULL::text, NULL::text,
       NULL::boolean, NULL::bigint, NULL::bigint
  FROM locked l
     ORDER BY l.ord;
    GET DIAGNOSTICS v_rows = ROW_COUNT;
    v_useless := NULL;
    IF v_rows < cardinality(v_keys) THEN
      v_useless := ARRAY(
        SELECT k.key
          FROM unnest(v_keys) AS k (key)
          JOIN "holdfast".instance i ON i.instance_key = k.key
         WHERE NOT EXISTS (SELECT FROM "holdfast".message m
         WHERE m.instance_key = k.key
           AND m.visible_at <= v_now
           AND (i.execution_id > 0 OR m.start_name IS NOT NULL)));
      v_done := "holdfast".requeue_unready_1(v_useless, v_now);
      v_keys := ARRAY(SELECT k.key FROM unnest(v_keys) AS k (key) WHERE k.key <> ALL (v_useless));
    END IF;

    RETURN QUERY
    WITH locked AS MATERIALIZED (
      SELECT k.key AS instance_key, k.ord, r.lock_epoch AS token, r.batch_until,
             greatest(1, i.execution_id) AS execution_id, p_inline AS inline
        FROM unnest(v_keys) WITH ORDINALITY AS k (key, ord)
        JOIN "holdfast".ready r ON r.instance_key = k.key
        JOIN "holdfast".instance i ON i.instance_key = k.key
    )
    SELECT 'm'::text, l.instance_key, NULL::integer, NULL::integer, NULL::text, m.start_name, m.start_version, NULL::bigint,
       NULL::bigint, NULL::integer, NULL::bigint, NULL::bigint, NULL::bigint, m.visible_at, m.seq, m.kind, m.body,
       m.start_parent, m.message_id, m.discard_if_unknown, NULL::bigint, NULL::bigint
  FROM locked l
  JOIN "holdfast".message m
    ON m.instance_key = l.instance_key AND (m.visible_at <= l.batch_until AND m.seq < l.token)
     UNION ALL
    SELECT 'e'::text, e.instance_key, NULL::integer, NULL::integer, NULL::text, NULL::text, NULL::text, NULL::bigint,
       NULL::bigint, NULL::integer, NULL::bigint, NULL::bigint, NULL::bigint, NULL::bigint, NULL::bigint, e.kind, e.data,
       NULL::text, NULL::text, NULL::boolean, e.event_id, e.recorded_at
      FROM (SELECT e.*, sum(octet_length(e.data)) OVER (ORDER BY l.ord, e.event_id) AS total
              FROM locked l
 CROSS JOIN LATERAL (
       SELECT l.instance_key, h.event_id, h.recorded_at, h.kind, h.data
         FROM "holdfast".history h
        WHERE h.instance_key = l.instance_key AND h.execution_id = l.execution_id
        ORDER BY h.event_id
        LIMIT l.inline) e) e
     WHERE v_left IS NULL OR e.total <= v_left;
    v_found := v_found + cardinality(v_keys);
    EXIT WHEN v_found >= p_max OR v_useless IS NULL OR NOT v_more;
  END LOOP;

  IF v_found = 0 THEN
    -- It returns "nothing" only if there is nothing. Rows that other transactions have locked were skipped, and those may be
    -- writing a message or giving the instance back: the caller waits for one of them and calls again.
    IF p_codes IS NULL THEN
      SELECT (SELECT r.instance_key
                FROM "holdfast".ready r
               WHERE r.ready_at <= v_now ORDER BY r.ready_at, r.tie_breaker LIMIT 1),
             (SELECT r.ready_at FROM "holdfast".ready r WHERE r.ready_at IS NOT NULL ORDER BY r.ready_at LIMIT 1)
        INTO instance_key, ready_at;
    ELSE
      SELECT (SELECT r.instance_key
                FROM "holdfast".ready r
                JOIN "holdfast".instance i ON i.instance_key = r.instance_key
               WHERE r.ready_at BETWEEN v_since AND v_now AND CASE WHEN i.name IS NOT NULL THEN concat_ws(E'\n', i.name, i.version) = ANY (p_codes)
     ELSE coalesce((SELECT concat_ws(E'\n', m.start_name, m.start_version)
                      FROM "holdfast".message m
                     WHERE m.instance_key = i.instance_key AND m.visible_at <= v_now AND m.start_name IS NOT NULL
                     ORDER BY m.seq LIMIT 1) = ANY (p_codes), true) END
               ORDER BY r.ready_at, r.tie_breaker LIMIT 1),
             (SELECT r.ready_at FROM "holdfast".ready r WHERE r.ready_at > v_now ORDER BY r.ready_at LIMIT 1)
        INTO instance_key, ready_at;
    END IF;
    part := 'n';
    store_time := v_now;
    RETURN NEXT;
  END IF;
END
$$;


CREATE FUNCTION holdfast.item_rows_1(p_key bigint, p_token bigint, p_delivery integer, p_now bigint, p_ready_at bigint, p_inline integer, p_max_bytes bigint) RETURNS TABLE(part text, instance_key bigint, element integer, code integer, instance_id text, name text, version text, execution_id bigint, token bigint, delivery_count integer, last_event_id bigint, store_time bigint, ready_at bigint, visible_at bigint, seq bigint, kind text, data bytea, parent_instance_id text, message_id text, discard_if_unknown boolean, event_id bigint, recorded_at bigint)
    LANGUAGE sql STABLE
    AS $$
  WITH locked AS MATERIALIZED (
    SELECT p_key AS instance_key, p_inline AS inline, p_token AS token, p_now AS batch_until, p_delivery AS delivery_count,
           p_ready_at AS ready_at, i.instance_id, i.name, i.version, greatest(1, i.execution_id) AS execution_id
      FROM "holdfast".instance i
     WHERE i.instance_key = p_key
       AND EXISTS (SELECT FROM "holdfast".message m
         WHERE m.instance_key = p_key
           AND m.visible_at <= p_now
           AND (i.execution_id > 0 OR m.start_name IS NOT NULL))
  )
  SELECT 'i'::text, l.instance_key, NULL::integer, NULL::integer, l.instance_id, l.name, l.version, l.execution_id, l.token,
       l.delivery_count, coalesce((SELECT h.event_id
   FROM "holdfast".history h
  WHERE h.instance_key = l.instance_key AND h.execution_id = l.execution_id
  ORDER BY h.event_id DESC LIMIT 1), 0),
       l.batch_until, l.ready_at, NULL::bigint, NULL::bigint, NULL::text, NULL::bytea, NULL::text, NULL::text,
       NULL::boolean, NULL::bigint, NULL::bigint
  FROM locked l
 UNION ALL
SELECT 'm'::text, l.instance_key, NULL::integer, NULL::integer, NULL::text, m.start_name, m.start_version, NULL::bigint,
       NULL::bigint, NULL::integer, NULL::bigint, NULL::bigint, NULL::bigint, m.visible_at, m.seq, m.kind, m.body,
       m.start_parent, m.message_id, m.discard_if_unknown, NULL::bigint, NULL::bigint
  FROM locked l
  JOIN "holdfast".message m
    ON m.instance_key = l.instance_key AND (m.visible_at <= l.batch_until AND m.seq < l.token)
 UNION ALL
SELECT 'e'::text, e.instance_key, NULL::integer, NULL::integer, NULL::text, NULL::text, NULL::text, NULL::bigint,
       NULL::bigint, NULL::integer, NULL::bigint, NULL::bigint, NULL::bigint, NULL::bigint, NULL::bigint, e.kind, e.data,
       NULL::text, NULL::text, NULL::boolean, e.event_id, e.recorded_at
  FROM locked l
 CROSS JOIN LATERAL (
       SELECT l.instance_key, h.event_id, h.recorded_at, h.kind, h.data, sum(octet_length(h.data)) OVER (ORDER BY h.event_id) AS total
         FROM "holdfast".history h
        WHERE h.instance_key = l.instance_key AND h.execution_id = l.execution_id
        ORDER BY h.event_id
        LIMIT l.inline) e
   WHERE p_max_bytes IS NULL
      OR e.total <= p_max_bytes - (SELECT coalesce(sum(octet_length(m.body)), 0)
                                     FROM "holdfast".message m
                                    WHERE m.instance_key = p_key AND m.visible_at <= p_now)
$$;


CREATE FUNCTION holdfast.keys_of_1(p_ids text[], p_new boolean, OUT keys bigint[], OUT known boolean) RETURNS record
    LANGUAGE plpgsql
    AS $$
DECLARE
  v_key     bigint;
  v_missing boolean;
BEGIN
  IF p_new AND cardinality(p_ids) = 1 THEN
    INSERT INTO "holdfast".instance (instance_id) VALUES (p_ids[1])
        ON CONFLICT (instance_id) DO NOTHING
    RETURNING instance_key INTO v_key;
    IF v_key IS NOT NULL THEN
      keys := ARRAY[v_key];
      known := false;
      RETURN;
    END IF;
  END IF;
  FOR attempt IN 1..2 LOOP
    SELECT array_agg(i.instance_key ORDER BY t.ord),
           bool_and(t.id IS NULL OR coalesce(i.execution_id, 0) > 0),
           bool_or(t.id IS NOT NULL AND i.instance_key IS NULL)
      INTO keys, known, v_missing
      FROM unnest(p_ids) WITH ORDINALITY AS t (id, ord)
      LEFT JOIN "holdfast".instance i ON i.instance_id = t.id;
    EXIT WHEN NOT v_missing;
    INSERT INTO "holdfast".instance (instance_id)
    SELECT DISTINCT t.id COLLATE "C"
      FROM unnest(p_ids) AS t (id)
     WHERE t.id IS NOT NULL
       AND NOT EXISTS (SELECT FROM "holdfast".instance i WHERE i.instance_id = t.id)
     ORDER BY 1
        ON CONFLICT (instance_id) DO NOTHING;
  END LOOP;
END
$$;


CREATE FUNCTION holdfast.leave_1(p_owner bigint) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
BEGIN
  PERFORM set_config('synchronous_commit', 'off', true);
  DELETE FROM "holdfast".owner o WHERE o.number = p_owner;
  RETURN true;
END
$$;


CREATE FUNCTION holdfast.lock_activities_1(p_id text[], p_execution bigint[], p_activity bigint[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
  PERFORM FROM unnest(p_id, p_execution, p_activity) AS t (id, execution_id, activity_id)
     JOIN "holdfast".instance i ON i.instance_id = t.id
     JOIN "holdfast".activity a
       ON a.instance_key = i.instance_key AND a.execution_id = t.execution_id AND a.activity_id = t.activity_id
    ORDER BY a.instance_key, a.execution_id, a.activity_id
      FOR UPDATE OF a;
END
$$;


CREATE FUNCTION holdfast.lock_ready_1(p_keys bigint[]) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
BEGIN
  INSERT INTO "holdfast".ready AS r (instance_key)
  SELECT DISTINCT k.key FROM unnest(p_keys) AS k (key) WHERE k.key IS NOT NULL ORDER BY 1
      ON CONFLICT (instance_key) DO UPDATE SET instance_key = r.instance_key WHERE false; -- locks, writes nothing
  RETURN true;
END
$$;


CREATE FUNCTION holdfast.now_micros_1() RETURNS bigint
    LANGUAGE sql PARALLEL SAFE
    AS $$ SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint $$;


CREATE FUNCTION holdfast.owner_of_session_1() RETURNS bigint
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT nullif(current_setting('holdfast.owner', true), '')::bigint $$;


CREATE FUNCTION holdfast.remove_activities_1(p_id text[], p_execution bigint[], p_activity bigint[], p_epoch bigint[], p_now bigint, OUT codes integer[], OUT keys bigint[], OUT known boolean) RETURNS record
    LANGUAGE plpgsql
    AS $$
DECLARE
  v_at   bigint[]; -- positions in the list
  v_keys bigint[]; -- and the instances there
BEGIN
  WITH held AS MATERIALIZED (
    SELECT t.ord, a.instance_key, a.execution_id, a.activity_id, a.ready_at, i.execution_id > 0 AS known
      FROM unnest(p_id, p_execution, p_activity, p_epoch) WITH ORDINALITY
             AS t (id, execution_id, activity_id, epoch, ord)
      JOIN "holdfast".instance i ON i.instance_id = t.id
      JOIN "holdfast".activity a
        ON a.instance_key = i.instance_key
       AND a.execution_id = t.execution_id
       AND a.activity_id = t.activity_id
       AND a.lock_epoch = t.epoch
     WHERE p_now - a.ready_at < 0 -- written so that the planner does not choose activity_order, which cannot find an identity
     ORDER BY a.instance_key, a.execution_id, a.activity_id -- the order of locks that all functions keep
       FOR UPDATE OF a
  ), removed AS (
    DELETE FROM "holdfast".activity a
     USING held h
     WHERE a.instance_key = h.instance_key AND a.execution_id = h.execution_id AND a.activity_id = h.activity_id
       AND "holdfast".now_micros_1() < h.ready_at -- it may have ended while this waited for its row (EXPIRY-17)
    RETURNING h.ord, h.instance_key, h.known
  )
  SELECT array_agg(r.ord), array_agg(r.instance_key), bool_and(r.known)
    INTO v_at, v_keys, known
    FROM removed r;

  IF v_at IS NULL OR cardinality(v_at) < cardinality(p_id) THEN
    codes := "holdfast".activity_codes_1(p_id, p_execution, p_activity, p_epoch, p_now);
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


CREATE FUNCTION holdfast.renew_activities_1(p_id text[], p_execution bigint[], p_activity bigint[], p_epoch bigint[], p_extend_for bigint) RETURNS integer[]
    LANGUAGE plpgsql
    AS $$
DECLARE
  v_now   bigint;
  v_codes integer[];
BEGIN
  PERFORM "holdfast".lock_activities_1(p_id, p_execution, p_activity);
  v_now := "holdfast".now_micros_1();
  v_codes := "holdfast".activity_codes_1(p_id, p_execution, p_activity, p_epoch, v_now);
  UPDATE "holdfast".activity a
     SET ready_at = least(v_now + p_extend_for, 253402300799999999)
    FROM unnest(p_id, p_execution, p_activity, v_codes) AS t (id, execution_id, activity_id, code)
    JOIN "holdfast".instance i ON i.instance_id = t.id
   WHERE t.code = 0
     AND a.instance_key = i.instance_key
     AND a.execution_id = t.execution_id
     AND a.activity_id = t.activity_id
     AND a.ready_at < v_now + p_extend_for;
  RETURN v_codes;
END
$$;


CREATE FUNCTION holdfast.renew_orchestrations_1(p_id text[], p_epoch bigint[], p_extend_for bigint) RETURNS integer[]
    LANGUAGE plpgsql
    AS $$
DECLARE
  v_now   bigint;
  v_key   bigint[];
  v_codes integer[];
BEGIN
  SELECT array_agg(i.instance_key ORDER BY t.ord) INTO v_key
    FROM unnest(p_id) WITH ORDINALITY AS t (id, ord)
    LEFT JOIN "holdfast".instance i ON i.instance_id = t.id;
  PERFORM FROM "holdfast".ready r WHERE r.instance_key = ANY (v_key) ORDER BY r.instance_key FOR UPDATE;

  v_now := "holdfast".now_micros_1();
  SELECT array_agg("holdfast".token_code_1(t.epoch, i.acked_epoch, r.lock_epoch, r.locked_until, v_now) ORDER BY t.ord)
    INTO v_codes
    FROM unnest(v_key, p_epoch) WITH ORDINALITY AS t (key, epoch, ord)
    LEFT JOIN "holdfast".instance i ON i.instance_key = t.key
    LEFT JOIN "holdfast".ready r ON r.instance_key = t.key;
  UPDATE "holdfast".ready r
     SET locked_until = least(v_now + p_extend_for, 253402300799999999),
         ready_at = least(v_now + p_extend_for, 253402300799999999)
    FROM unnest(v_key, v_codes) AS t (key, code)
   WHERE t.code = 0
     AND r.instance_key = t.key
     AND r.locked_until < v_now + p_extend_for;
  RETURN v_codes;
END
$$;


CREATE FUNCTION holdfast.report_activity_1(p_id text, p_execution bigint, p_activity bigint, p_epoch bigint, p_problem text) RETURNS integer
    LANGUAGE plpgsql
    AS $$
DECLARE
  v_now bigint;
  v_key bigint;
BEGIN
  -- Not joined: while the tables are small, the server would begin with the activities.
  SELECT i.instance_key INTO v_key FROM "holdfast".instance i WHERE i.instance_id = p_id;
  PERFORM FROM "holdfast".activity a
    WHERE a.instance_key = v_key AND a.execution_id = p_execution AND a.activity_id = p_activity
      FOR UPDATE;
  v_now := "holdfast".now_micros_1();
  UPDATE "holdfast".activity a
     SET problem = p_problem, problem_at = v_now
   WHERE a.instance_key = v_key AND a.execution_id = p_execution AND a.activity_id = p_activity AND a.lock_epoch = p_epoch
     AND v_now - a.ready_at < 0; -- written so that the planner does not choose activity_order, which cannot find an identity
  IF FOUND THEN
    RETURN 0;
  END IF;
  RETURN ("holdfast".activity_codes_1(ARRAY[p_id], ARRAY[p_execution], ARRAY[p_activity], ARRAY[p_epoch], v_now))[1];
END
$$;


CREATE FUNCTION holdfast.report_instance_1(p_id text, p_epoch bigint, p_problem text) RETURNS integer
    LANGUAGE plpgsql
    AS $$
DECLARE
  v_now   bigint;
  v_key   bigint;
  v_lock  bigint;
  v_until bigint;
  v_acked bigint;
  v_code  integer;
BEGIN
  SELECT i.instance_key INTO v_key FROM "holdfast".instance i WHERE i.instance_id = p_id;
  SELECT r.lock_epoch, r.locked_until INTO v_lock, v_until
    FROM "holdfast".ready r WHERE r.instance_key = v_key FOR UPDATE;
  v_now := "holdfast".now_micros_1();
  SELECT i.acked_epoch INTO v_acked FROM "holdfast".instance i WHERE i.instance_key = v_key;
  v_code := "holdfast".token_code_1(p_epoch, v_acked, v_lock, v_until, v_now);
  IF v_code = 0 THEN
    UPDATE "holdfast".instance i SET problem = p_problem, problem_at = v_now WHERE i.instance_key = v_key;
  END IF;
  RETURN v_code;
END
$$;


CREATE FUNCTION holdfast.requeue_unready_1(p_keys bigint[], p_now bigint) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
DECLARE
  v_key   bigint;
  v_known boolean;
  v_at    bigint;
BEGIN
  FOREACH v_key IN ARRAY p_keys LOOP
    SELECT i.execution_id > 0 INTO v_known FROM "holdfast".instance i WHERE i.instance_key = v_key;
    -- The instance is ready again with its next message or, before its first turn, with a start.
    SELECT min(m.visible_at) INTO v_at
      FROM "holdfast".message m
     WHERE m.instance_key = v_key AND (v_known OR m.start_name IS NOT NULL);

    IF v_at IS NULL AND NOT v_known THEN
      -- Without any start, messages with discard_if_unknown are discarded; the others wait, and no fetch sees them.
      DELETE FROM "holdfast".message m WHERE m.instance_key = v_key AND m.visible_at <= p_now AND m.discard_if_unknown;
      DELETE FROM "holdfast".message_id u
       WHERE u.instance_key = v_key
         AND NOT EXISTS (SELECT FROM "holdfast".message m
                          WHERE m.instance_key = v_key AND m.message_id = u.message_id);
      SELECT min(m.visible_at) INTO v_at
        FROM "holdfast".message m
       WHERE m.instance_key = v_key AND m.discard_if_unknown;
    END IF;

    UPDATE "holdfast".ready r
       SET ready_at = v_at, tie_breaker = nextval('"holdfast".order_seq'::regclass), locked_until = 0, lock_epoch = 0,
           delivery_count = r.delivery_count - 1
     WHERE r.instance_key = v_key;
  END LOOP;
  RETURN "holdfast".delete_empty_ready_1(p_keys);
END
$$;


CREATE FUNCTION holdfast.reserve_token_range_1() RETURNS boolean
    LANGUAGE plpgsql
    AS $$
DECLARE
  v_store text := ('"holdfast".order_seq'::regclass)::oid::text;
BEGIN
  IF current_setting('holdfast.fenced', true) = v_store THEN
    RETURN true;
  END IF;
  -- One at a time: of two concurrent skips the shorter one could undo the longer.
  PERFORM pg_advisory_xact_lock(x'686f6c66'::integer, hashtext(v_store));
  PERFORM setval('"holdfast".order_seq'::regclass, nextval('"holdfast".order_seq'::regclass) + 100000000);
  PERFORM set_config('holdfast.fenced', v_store, false);
  RETURN false;
END
$$;


CREATE FUNCTION holdfast.sessions_cut_1() RETURNS bigint
    LANGUAGE sql
    AS $$
  SELECT pg_stat_get_db_sessions_killed(d.oid) + pg_stat_get_db_sessions_fatal(d.oid)
    FROM pg_catalog.pg_database d WHERE d.datname = current_database()
$$;


CREATE FUNCTION holdfast.store_message_1(p_key bigint, p_visible_at bigint, m_kind text, m_body bytea, m_start_name text, m_start_version text, m_start_parent text, m_drop boolean, p_activity_epoch bigint DEFAULT NULL::bigint, p_activity_execution bigint DEFAULT NULL::bigint, p_activity_id bigint DEFAULT NULL::bigint) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
DECLARE
  m_message_id CONSTANT text := NULL;
BEGIN
  INSERT INTO "holdfast".ready AS r (instance_key, ready_at, tie_breaker)
  VALUES (p_key, p_visible_at, nextval('"holdfast".order_seq'::regclass))
  ON CONFLICT (instance_key) DO UPDATE
   SET ready_at = greatest(excluded.ready_at, r.locked_until), tie_breaker = excluded.tie_breaker
 WHERE r.lock_epoch = 0
   AND excluded.ready_at IS NOT NULL
   AND (r.ready_at IS NULL OR greatest(excluded.ready_at, r.locked_until) < r.ready_at);

  INSERT INTO "holdfast".message (
         instance_key, visible_at, seq, kind, body,
         start_name, start_version, start_parent, message_id, discard_if_unknown,
         activity_epoch, activity_execution, activity_id)
SELECT p_key, p_visible_at, nextval('"holdfast".order_seq'::regclass), m_kind, m_body,
       m_start_name, m_start_version, m_start_parent, m_message_id, m_drop,
       p_activity_epoch, p_activity_execution, p_activity_id;
  RETURN true;
END
$$;


CREATE FUNCTION holdfast.store_messages_1(p_now bigint, p_known boolean, p_key bigint[], m_kind text[], m_body bytea[], m_due_at bigint[], m_due_in bigint[], m_start_name text[], m_start_version text[], m_start_parent text[], m_message_id text[], m_hash bytea[], m_drop boolean[], p_activity_epoch bigint[] DEFAULT NULL::bigint[], p_activity_execution bigint[] DEFAULT NULL::bigint[], p_activity_id bigint[] DEFAULT NULL::bigint[]) RETURNS bigint[]
    LANGUAGE plpgsql
    AS $$
DECLARE
  v_done     boolean;
  v_key      bigint[] := p_key;
  v_with_ids boolean  := cardinality(array_remove(m_message_id, NULL)) > 0;
  v_mismatch text;
  v_rows     bigint;
  v_check    boolean  := false; -- whether rows may have been made that nothing is ready for
BEGIN
  IF v_with_ids THEN
    v_check := true;
    v_done := "holdfast".lock_ready_1(p_key);

    SELECT array_agg(CASE WHEN m.id IS NULL OR (m.first AND u.content_hash IS NULL) THEN m.key END ORDER BY m.ord),
           min(m.id) FILTER (WHERE m.key IS NOT NULL AND m.hash <> coalesce(u.content_hash, m.first_hash))
      INTO v_key, v_mismatch
      FROM (SELECT t.*, row_number() OVER same = 1 AS first, first_value(t.hash) OVER same AS first_hash
              FROM unnest(p_key, m_message_id, m_hash) WITH ORDINALITY AS t (key, id, hash, ord)
            WINDOW same AS (PARTITION BY t.key, t.id ORDER BY t.ord)) m
      LEFT JOIN "holdfast".message_id u ON u.instance_key = m.key AND u.message_id = m.id;
    IF v_mismatch IS NOT NULL THEN
      RAISE EXCEPTION USING ERRCODE = 'HF001', MESSAGE = v_mismatch;
    END IF;

    INSERT INTO "holdfast".message_id (instance_key, message_id, content_hash)
    SELECT m.key, m.id, m.hash
      FROM unnest(v_key, m_message_id, m_hash) AS m (key, id, hash)
     WHERE m.key IS NOT NULL AND m.id IS NOT NULL;
  END IF;

  -- An orphan without a start waits, and no fetch sees it, unless it has to be discarded.
  INSERT INTO "holdfast".ready AS r (instance_key, ready_at, tie_breaker)
  SELECT m.key,
         min(greatest(p_now, m.due_at, p_now + m.due_in))
           FILTER (WHERE p_known OR i.execution_id > 0 OR m.start_name IS NOT NULL OR m.drop),
         nextval('"holdfast".order_seq'::regclass)
    FROM unnest(v_key, m_due_at, m_due_in, m_start_name, m_drop) AS m (key, due_at, due_in, start_name, drop)
    LEFT JOIN "holdfast".instance i ON NOT p_known AND i.instance_key = m.key
   WHERE m.key IS NOT NULL
   GROUP BY m.key
   ORDER BY m.key
  ON CONFLICT (instance_key) DO UPDATE
   SET ready_at = greatest(excluded.ready_at, r.locked_until), tie_breaker = excluded.tie_breaker
 WHERE r.lock_epoch = 0
   AND excluded.ready_at IS NOT NULL
   AND (r.ready_at IS NULL OR greatest(excluded.ready_at, r.locked_until) < r.ready_at);
  GET DIAGNOSTICS v_rows = ROW_COUNT;

  INSERT INTO "holdfast".message (
         instance_key, visible_at, seq, kind, body,
         start_name, start_version, start_parent, message_id, discard_if_unknown,
         activity_epoch, activity_execution, activity_id)
SELECT m.key, greatest(p_now, m.due_at, p_now + m.due_in), nextval('"holdfast".order_seq'::regclass), m.kind, m.body,
       m.start_name, m.start_version, m.start_parent, m.message_id, m.drop,
       m.activity_epoch, m.activity_execution, m.activity_id
    FROM unnest(v_key, m_kind, m_body, m_due_at, m_due_in, m_start_name, m_start_version, m_start_parent,
                m_message_id, m_drop, p_activity_epoch, p_activity_execution, p_activity_id)
           AS m (key, kind, body, due_at, due_in, start_name, start_version, start_parent,
                 message_id, drop, activity_epoch, activity_execution, activity_id)
   WHERE m.key IS NOT NULL;

  IF v_with_ids AND p_activity_epoch IS NOT NULL THEN
    -- A completion that adds nothing is noted in the message that is there.
    UPDATE "holdfast".message m
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
    UPDATE "holdfast".ready r
       SET ready_at = n.at, tie_breaker = nextval('"holdfast".order_seq'::regclass)
      FROM (SELECT r.instance_key,
                   greatest(r.locked_until,
                            CASE WHEN i.execution_id > 0 THEN min(m.visible_at)
                                 ELSE coalesce(min(m.visible_at) FILTER (WHERE m.start_name IS NOT NULL),
                                               min(m.visible_at) FILTER (WHERE m.discard_if_unknown)) END) AS at
              FROM "holdfast".ready r
              JOIN "holdfast".instance i ON i.instance_key = r.instance_key
              JOIN "holdfast".message m ON m.instance_key = r.instance_key
             WHERE r.instance_key = ANY (v_key) AND r.lock_epoch = 0
             GROUP BY r.instance_key, r.locked_until, i.execution_id
            HAVING i.execution_id > 0 OR bool_or(m.start_name IS NOT NULL OR m.discard_if_unknown)) n
     WHERE r.instance_key = n.instance_key
       AND r.ready_at IS DISTINCT FROM n.at;
  END IF;
  IF v_check THEN
    v_done := "holdfast".delete_empty_ready_1(p_key);
  END IF;
  RETURN v_key;
END
$$;


CREATE FUNCTION holdfast.store_start_1(p_to text, p_visible_at bigint, p_seq bigint, m_kind text, m_body bytea, m_due_at bigint, m_due_in bigint, m_start_name text, m_start_version text, m_start_parent text, m_message_id text, m_hash bytea, m_drop boolean) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
  v_key bigint;
BEGIN
  -- No other transaction can know the number before the end of this one, so there is nothing to lock.
  WITH new AS (
    INSERT INTO "holdfast".instance (instance_id) VALUES (p_to)
        ON CONFLICT (instance_id) DO NOTHING
    RETURNING instance_key
  )
  INSERT INTO "holdfast".message (
         instance_key, visible_at, seq, kind, body,
         start_name, start_version, start_parent, message_id, discard_if_unknown,
         activity_epoch, activity_execution, activity_id)
SELECT n.instance_key, p_visible_at, p_seq, m_kind, m_body,
       m_start_name, m_start_version, m_start_parent, m_message_id, m_drop,
       NULL, NULL, NULL
    FROM new n
  RETURNING instance_key INTO v_key;
  IF v_key IS NOT NULL AND m_message_id IS NOT NULL THEN
    INSERT INTO "holdfast".message_id (instance_key, message_id, content_hash) VALUES (v_key, m_message_id, m_hash);
  END IF;
  RETURN v_key;
END
$$;


CREATE FUNCTION holdfast.token_code_1(p_epoch bigint, p_acked_epoch bigint, p_lock_epoch bigint, p_locked_until bigint, p_now bigint) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
  SELECT CASE
    WHEN p_acked_epoch IS NULL THEN 2
    WHEN p_acked_epoch = p_epoch THEN 1
    WHEN p_lock_epoch = p_epoch THEN CASE WHEN p_now < p_locked_until THEN 0 ELSE 3 END
    WHEN p_lock_epoch > 0 THEN 4
    ELSE 5
  END
$$;


CREATE FUNCTION holdfast.turn_rows_1(p_codes integer[], p_bad_events bigint[], p_last_events bigint[], p_left_over boolean, p_tokens bigint[]) RETURNS TABLE(part text, instance_key bigint, element integer, code integer, instance_id text, name text, version text, execution_id bigint, token bigint, delivery_count integer, last_event_id bigint, store_time bigint, ready_at bigint, visible_at bigint, seq bigint, kind text, data bytea, parent_instance_id text, message_id text, discard_if_unknown boolean, event_id bigint, recorded_at bigint)
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


CREATE TABLE holdfast.activity (
    instance_key bigint NOT NULL,
    execution_id bigint NOT NULL,
    activity_id bigint NOT NULL,
    seq bigint NOT NULL,
    name text NOT NULL,
    input bytea NOT NULL,
    orchestration_name text NOT NULL,
    orchestration_version text,
    ready_at bigint NOT NULL,
    lock_epoch bigint DEFAULT 0 NOT NULL,
    delivery_count integer DEFAULT 0 NOT NULL,
    owner bigint,
    problem text,
    problem_at bigint
)
WITH (fillfactor='70', autovacuum_vacuum_scale_factor='0.05', autovacuum_vacuum_threshold='1000', autovacuum_vacuum_cost_delay='0');


CREATE TABLE holdfast.execution (
    instance_key bigint NOT NULL,
    execution_id bigint NOT NULL,
    status text NOT NULL,
    output bytea,
    started_at bigint NOT NULL,
    completed_at bigint
)
WITH (fillfactor='80');


CREATE TABLE holdfast.function_set (
    number integer NOT NULL,
    revision integer NOT NULL,
    checksum text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);


CREATE TABLE holdfast.history (
    instance_key bigint NOT NULL,
    execution_id bigint NOT NULL,
    event_id bigint NOT NULL,
    kind text NOT NULL,
    data bytea NOT NULL,
    recorded_at bigint NOT NULL
);


CREATE TABLE holdfast.instance (
    instance_key bigint NOT NULL,
    instance_id text NOT NULL COLLATE pg_catalog."C",
    name text,
    version text,
    parent_instance_id text,
    created_at bigint,
    updated_at bigint DEFAULT 0 NOT NULL,
    execution_id bigint DEFAULT 0 NOT NULL,
    acked_epoch bigint DEFAULT 0 NOT NULL,
    problem text,
    problem_at bigint
)
WITH (fillfactor='80');


ALTER TABLE holdfast.instance ALTER COLUMN instance_key ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME holdfast.instance_instance_key_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE holdfast.message (
    instance_key bigint NOT NULL,
    visible_at bigint NOT NULL,
    seq bigint NOT NULL,
    kind text NOT NULL,
    body bytea NOT NULL,
    start_name text,
    start_version text,
    start_parent text,
    message_id text,
    discard_if_unknown boolean NOT NULL,
    activity_epoch bigint,
    activity_execution bigint,
    activity_id bigint,
    merged_acks bigint[],
    CONSTRAINT message_due_before_10000 CHECK ((visible_at <= '253402300799999999'::bigint))
)
WITH (autovacuum_vacuum_scale_factor='0.05', autovacuum_vacuum_threshold='1000', autovacuum_vacuum_cost_delay='0');


CREATE TABLE holdfast.message_id (
    instance_key bigint NOT NULL,
    message_id text NOT NULL COLLATE pg_catalog."C",
    content_hash bytea NOT NULL
);


CREATE SEQUENCE holdfast.order_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


CREATE UNLOGGED TABLE holdfast.owner (
    number bigint NOT NULL,
    server_started timestamp with time zone NOT NULL,
    sessions_cut bigint NOT NULL,
    missing_since timestamp with time zone
);


CREATE TABLE holdfast.ready (
    instance_key bigint NOT NULL,
    ready_at bigint,
    tie_breaker bigint DEFAULT 0 NOT NULL,
    locked_until bigint DEFAULT 0 NOT NULL,
    lock_epoch bigint DEFAULT 0 NOT NULL,
    batch_until bigint DEFAULT 0 NOT NULL,
    delivery_count integer DEFAULT 0 NOT NULL,
    owner bigint
)
WITH (fillfactor='70', autovacuum_vacuum_scale_factor='0.05', autovacuum_vacuum_threshold='1000', autovacuum_vacuum_cost_delay='0');


CREATE TABLE holdfast.schema_version (
    version integer NOT NULL,
    file text NOT NULL,
    checksum text NOT NULL,
    served_from integer NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);


INSERT INTO holdfast.activity VALUES (1, 1, 3, 100000007, 'activity', '\x696e707574206f662033', 'orchestration', NULL, 1732834825070266, 0, 0, NULL, NULL, NULL);
INSERT INTO holdfast.activity VALUES (1, 1, 2, 100000006, 'activity', '\x696e707574206f662032', 'orchestration', NULL, 1732834825155849, 100000014, 1, 7875864022351547294, NULL, NULL);


INSERT INTO holdfast.execution VALUES (1, 1, 'RUNNING', NULL, 1732834825070266, NULL);
INSERT INTO holdfast.execution VALUES (2, 1, 'COMPLETED', '\x646f6e65', 1732834825192221, 1732834825192221);
INSERT INTO holdfast.execution VALUES (3, 1, 'CONTINUED_AS_NEW', NULL, 1732834825215127, 1732834825215127);
INSERT INTO holdfast.execution VALUES (3, 2, 'RUNNING', NULL, 1732834825221646, NULL);


INSERT INTO holdfast.function_set VALUES (1, 1, '187a96d2eaf0b3d49ac1aeb1eae4cdabd28cd7cb98910938c5d49a7e0f95413f', '2024-11-28 23:00:24.363484+00');


INSERT INTO holdfast.history VALUES (1, 1, 1, 'happened', '\x6576656e742031', 1582979696123456);
INSERT INTO holdfast.history VALUES (1, 1, 2, 'happened', '\x6576656e742032', 1582979696123456);
INSERT INTO holdfast.history VALUES (1, 1, 3, 'happened', '\x6576656e742033', 1582979696123456);
INSERT INTO holdfast.history VALUES (2, 1, 1, 'happened', '\x6576656e742031', 1582979696123456);
INSERT INTO holdfast.history VALUES (2, 1, 2, 'happened', '\x6576656e742032', 1582979696123456);
INSERT INTO holdfast.history VALUES (3, 1, 1, 'happened', '\x6576656e742031', 1582979696123456);
INSERT INTO holdfast.history VALUES (3, 1, 2, 'happened', '\x6576656e742032', 1582979696123456);
INSERT INTO holdfast.history VALUES (3, 1, 3, 'happened', '\x6576656e742033', 1582979696123456);
INSERT INTO holdfast.history VALUES (3, 1, 4, 'happened', '\x6576656e742034', 1582979696123456);
INSERT INTO holdfast.history VALUES (3, 2, 1, 'happened', '\x6576656e742031', 1582979696123456);


INSERT INTO holdfast.instance OVERRIDING SYSTEM VALUE VALUES (1, 'running', 'orchestration', '1', NULL, 1732834825070266, 1732834825070266, 1, 100000004, 'it waits for a person', 1732834825170416);
INSERT INTO holdfast.instance OVERRIDING SYSTEM VALUE VALUES (2, 'finished', 'orchestration', '1', NULL, 1732834825192221, 1732834825192221, 1, 100000020, NULL, NULL);
INSERT INTO holdfast.instance OVERRIDING SYSTEM VALUE VALUES (3, 'continued', 'orchestration', '1', NULL, 1732834825215127, 1732834825221646, 2, 100000031, NULL, NULL);
INSERT INTO holdfast.instance OVERRIDING SYSTEM VALUE VALUES (4, 'waiting', NULL, NULL, NULL, NULL, 0, 0, 0, NULL, NULL);


INSERT INTO holdfast.message VALUES (1, 7258215845678901, 100000009, 'timer', '\x666172', NULL, NULL, NULL, 'm-timer', false, NULL, NULL, NULL, NULL);
INSERT INTO holdfast.message VALUES (1, 1732834825147462, 100000013, 'completed', '\x726573756c74206f662031', NULL, NULL, NULL, NULL, false, 100000011, 1, 1, NULL);
INSERT INTO holdfast.message VALUES (3, 1732834825224105, 100000034, 'poke', '\x706f6b65', NULL, NULL, NULL, NULL, false, NULL, NULL, NULL, NULL);
INSERT INTO holdfast.message VALUES (4, 1732834825226502, 100000035, 'start', '\x696e707574206f662077616974696e67', 'orchestration', '1', NULL, 'm-waiting', false, NULL, NULL, NULL, NULL);
INSERT INTO holdfast.message VALUES (4, 1732834825228397, 100000038, 'poke', '\x626568696e6420746865207374617274', NULL, NULL, NULL, NULL, false, NULL, NULL, NULL, NULL);


INSERT INTO holdfast.message_id VALUES (1, 'm-used', '\xe7e9dbc28c26936bda8799c07bb4ed1e3c09718a37955fc64bf478c8f3035351');
INSERT INTO holdfast.message_id VALUES (1, 'm-timer', '\xa44f3232439424f3de583924aed84d80cd2143e21f30db598ccc571f9a827284');
INSERT INTO holdfast.message_id VALUES (3, 'm-next', '\x8da5e6e3637a1e6b629d99130ab8f5ceedf5fc375d98d7d5399f4b43c9379332');
INSERT INTO holdfast.message_id VALUES (4, 'm-waiting', '\xa538ab0ecbc22d27008a429a5f6f599e9b058bbc2d9ef7a5367b933b0584dd6c');


INSERT INTO holdfast.owner VALUES (0, '2024-11-28 22:04:20.845471+00', 0, '2024-11-28 23:00:24.818318+00');


INSERT INTO holdfast.ready VALUES (1, 1732834825218581, 100000032, 1732834825218581, 0, 1732834825217080, 1, 7875864022351547294);
INSERT INTO holdfast.ready VALUES (3, 1732834825224105, 100000033, 0, 0, 0, 0, NULL);
INSERT INTO holdfast.ready VALUES (4, 1732834825226502, 100000036, 0, 0, 0, 0, NULL);


INSERT INTO holdfast.schema_version VALUES (1, 'V001__core.sql', 'f2c5031a96e747cf7d167084a2c32f2b041684d262c9ed3bfc4be76fa098af5d', 1, '2024-11-28 23:00:24.363484+00');
INSERT INTO holdfast.schema_version VALUES (2, 'V002__owners.sql', 'f20dcc663ee413b82e167cdff4379da75e4bbf2c7e5d07a2a7fe8bd21a74d89a', 2, '2024-11-28 23:00:24.363484+00');


SELECT pg_catalog.setval('holdfast.instance_instance_key_seq', 4, true);


SELECT pg_catalog.setval('holdfast.order_seq', 100000038, true);


ALTER TABLE ONLY holdfast.activity
    ADD CONSTRAINT activity_pkey PRIMARY KEY (instance_key, execution_id, activity_id);


ALTER TABLE ONLY holdfast.execution
    ADD CONSTRAINT execution_pkey PRIMARY KEY (instance_key, execution_id);


ALTER TABLE ONLY holdfast.function_set
    ADD CONSTRAINT function_set_pkey PRIMARY KEY (number);


ALTER TABLE ONLY holdfast.history
    ADD CONSTRAINT history_pkey PRIMARY KEY (instance_key, execution_id, event_id);


ALTER TABLE ONLY holdfast.instance
    ADD CONSTRAINT instance_instance_id_key UNIQUE (instance_id);


ALTER TABLE ONLY holdfast.instance
    ADD CONSTRAINT instance_pkey PRIMARY KEY (instance_key);


ALTER TABLE ONLY holdfast.message_id
    ADD CONSTRAINT message_id_pkey PRIMARY KEY (instance_key, message_id);


ALTER TABLE ONLY holdfast.message
    ADD CONSTRAINT message_pkey PRIMARY KEY (instance_key, visible_at, seq);


ALTER TABLE ONLY holdfast.owner
    ADD CONSTRAINT owner_pkey PRIMARY KEY (number);


ALTER TABLE ONLY holdfast.ready
    ADD CONSTRAINT ready_pkey PRIMARY KEY (instance_key);


ALTER TABLE ONLY holdfast.schema_version
    ADD CONSTRAINT schema_version_pkey PRIMARY KEY (version);


CREATE INDEX activity_order ON holdfast.activity USING btree (ready_at, seq);


CREATE INDEX ready_order ON holdfast.ready USING btree (ready_at, tie_breaker) WHERE (ready_at IS NOT NULL);


--
-- PostgreSQL database dump complete
--
