-- Inboxes of steps. Whoever appends to one or fetches from it has its row locked until the commit. Its messages are locked behind that,
-- in the order of inboxes and numbers, and time is read behind the locks.

-- Locks an inbox, which is made if there is none, and returns its number.
CREATE OR REPLACE FUNCTION :fn.lock_inbox(p_run_id text, p_step_id text, p_port text) RETURNS bigint
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_key bigint;
BEGIN
  LOOP
    SELECT i.inbox_key INTO v_key FROM :schema.inbox i WHERE :include(inbox_of; of = p_) FOR NO KEY UPDATE;
    IF NOT FOUND THEN
      INSERT INTO :schema.inbox AS i (run_id, step_id, port) VALUES (p_run_id, p_step_id, p_port)
          ON CONFLICT (run_id, step_id, port) DO NOTHING
      RETURNING i.inbox_key INTO v_key;
    END IF;
    EXIT WHEN v_key IS NOT NULL; -- or else it came and went meanwhile
  END LOOP;
  RETURN v_key;
END
$$;

-- Why a token does not hold the lock of a message: it was consumed, or else the token of its last lock; empty without a message.
CREATE OR REPLACE FUNCTION :fn.inbox_loss(p_consumed_at bigint, p_lock_epoch bigint) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT CASE WHEN p_consumed_at IS NOT NULL THEN 'CONSUMED' ELSE coalesce(p_lock_epoch::text, '') END
$$;

-- Appends a message, unless its id is known. p_ended says that the inbox takes no other one. Returns the number of the message,
-- negative when it was there, 0 when it is not taken. Raises HF001 when the id came with other content.
CREATE OR REPLACE FUNCTION :fn.append_inbox(
  p_run_id text, p_step_id text, p_port text, p_ended boolean, p_message_id text, p_payload bytea, p_reference text, p_hash bytea,
  p_order bigint, p_token text, p_place integer
) RETURNS bigint
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_key      bigint := :fn.lock_inbox(p_run_id, p_step_id, p_port);
  v_sequence bigint;
  v_hash     bytea;
BEGIN
  SELECT k.sequence, k.content_hash
    INTO v_sequence, v_hash
    FROM (SELECT m.sequence, m.content_hash
            FROM :schema.inbox_message m WHERE m.inbox_key = v_key AND m.message_id = p_message_id
           UNION ALL
          SELECT d.sequence, d.content_hash
            FROM :schema.inbox_id d WHERE d.inbox_key = v_key AND d.message_id = p_message_id) k;
  IF FOUND THEN
    IF v_hash <> p_hash THEN
      PERFORM :fn.refuse_state('HF001', p_message_id, p_place);
    END IF;
    RETURN -v_sequence;
  END IF;
  IF p_ended THEN
    DELETE FROM :schema.inbox i WHERE i.inbox_key = v_key AND i.last_sequence = 0; -- made to be locked
    RETURN 0;
  END IF;

  UPDATE :schema.inbox i
     SET last_sequence = i.last_sequence + 1,
         cursor_order = CASE WHEN i.cursor_order >= p_order THEN i.cursor_order ELSE coalesce(p_order, i.cursor_order) END,
         cursor_token = CASE WHEN p_order IS NULL OR i.cursor_order >= p_order THEN i.cursor_token ELSE p_token END
   WHERE i.inbox_key = v_key
  RETURNING i.last_sequence INTO v_sequence;
  INSERT INTO :schema.inbox_message (inbox_key, sequence, message_id, content_hash, payload_ref, appended_at, input_of,
                                cursor_order, cursor_token, payload)
  VALUES (v_key, v_sequence, p_message_id, p_hash, p_reference, :fn.now_micros(), CASE WHEN p_port = 'trigger' THEN p_run_id END,
          p_order, p_token, p_payload);
  RETURN v_sequence;
END
$$;

-- Consumes a message. Returns 1 when it was consumed with this token before, or else 0. Raises HF007 when it is unknown, HF008 when it
-- cannot be consumed for the status that is the message, and HF011 when the token does not hold its lock, see inbox_loss.
CREATE OR REPLACE FUNCTION :fn.consume_inbox(
  p_run_id text, p_step_id text, p_port text, p_sequence bigint, p_epoch bigint, p_place integer
) RETURNS bigint
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_key     bigint;
  v_now     bigint;
  v_message record;
BEGIN
  SELECT i.inbox_key INTO v_key FROM :schema.inbox i WHERE :include(inbox_of; of = p_);
  SELECT m.consumed_at, m.lock_epoch, m.locked_until
    INTO v_message
    FROM :schema.inbox_message m WHERE m.inbox_key = v_key AND m.sequence = p_sequence FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    PERFORM :fn.refuse_state('HF007', '', p_place);
  END IF;
  v_now := :fn.now_micros();
  IF v_message.consumed_at IS NOT NULL THEN
    IF v_message.lock_epoch = p_epoch THEN
      RETURN 1;
    END IF;
    PERFORM :fn.refuse_state('HF008', 'CONSUMED', p_place);
  END IF;
  IF v_message.lock_epoch <> p_epoch OR (p_epoch IS NOT NULL AND v_message.locked_until <= v_now) THEN
    PERFORM :fn.refuse_state('HF011', :fn.inbox_loss(NULL, v_message.lock_epoch), p_place);
  END IF;
  IF p_epoch IS NULL AND v_message.locked_until > v_now THEN
    PERFORM :fn.refuse_state('HF008', 'LOCKED', p_place);
  END IF;
  UPDATE :schema.inbox_message m
     SET consumed_at = v_now, lock_epoch = coalesce(p_epoch, 0), locked_until = 0, input_of = NULL
   WHERE m.inbox_key = v_key AND m.sequence = p_sequence;
  RETURN 0;
END
$$;

-- Applies the changes of inboxes from p_first to p_last, neighbours in their lists; h_ack and h_place are those of these. i_what: 1
-- appends a message, 2 consumes one, 3 delivers an input. Returns one number for each, see append_inbox and consume_inbox; NULL for those that
-- nothing is looked at of.
CREATE OR REPLACE FUNCTION :fn.change_inboxes(
  :include(neighbour_parameters),
  :include(inbox_parameters)
) RETURNS bigint[]
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_number  bigint;
  v_numbers bigint[] := '{}';
BEGIN
  FOR n IN p_first..p_last LOOP
    v_number := NULL;
    IF p_codes[h_ack[n - p_first + 1]] = 0 THEN
      v_number := CASE i_what[n]
        WHEN 2 THEN
          :fn.consume_inbox(i_run[n], i_step[n], i_port[n], i_sequence[n], i_epoch[n], h_place[n - p_first + 1])
        ELSE
          :fn.append_inbox(
            i_run[n], i_step[n], i_port[n],
            CASE WHEN i_what[n] = 3 THEN coalesce(:fn.share_run(i_run[n]) IN ('COMPLETED', 'CANCELLED'), false) ELSE false END,
            i_message_id[n], i_payload[n], i_reference[n], i_hash[n], i_order[n], i_token[n], h_place[n - p_first + 1])
        END;
    END IF;
    v_numbers := v_numbers || v_number;
  END LOOP;
  RETURN v_numbers;
END
$$;

-- Locks the inboxes that changes append to, and those of runs that they delete, in the order of their keys; then the messages that
-- they consume, and the one whose lock is the fence, unless f_sequence is NULL. That one is shared: other calls may show it too, but a fetch
-- waits.
CREATE OR REPLACE FUNCTION :fn.lock_inboxes(
  p_codes integer[], i_ack integer[], i_what integer[], i_run text[], i_step text[], i_port text[], i_sequence bigint[],
  p_deleted text[], f_run text, f_step text, f_port text, f_sequence bigint
) RETURNS boolean
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_key     bigint;
  v_inbox   record;
  v_message record;
BEGIN
  FOR v_inbox IN
    SELECT t.run_id COLLATE "C" AS run_id, t.step_id COLLATE "C" AS step_id, t.port COLLATE "C" AS port
      FROM unnest(i_ack, i_what, i_run, i_step, i_port) AS t (ack, what, run_id, step_id, port)
     WHERE p_codes[t.ack] = 0 AND t.what <> 2
     UNION
    SELECT i.run_id, i.step_id, i.port FROM :schema.inbox i WHERE i.run_id = ANY (p_deleted)
     ORDER BY run_id, step_id, port
  LOOP
    v_key := :fn.lock_inbox(v_inbox.run_id, v_inbox.step_id, v_inbox.port);
  END LOOP;
  FOR v_message IN
    SELECT i.inbox_key, t.sequence, bool_or(t.consumed) AS consumed
      FROM (SELECT c.run_id, c.step_id, c.port, c.sequence, true AS consumed
              FROM unnest(i_ack, i_what, i_run, i_step, i_port, i_sequence) AS c (ack, what, run_id, step_id, port, sequence)
             WHERE p_codes[c.ack] = 0 AND c.what = 2
             UNION ALL
            SELECT f_run, f_step, f_port, f_sequence, false WHERE f_sequence IS NOT NULL) t
      JOIN :schema.inbox i ON :include(inbox_of; of = t.)
     GROUP BY i.inbox_key, t.sequence
     ORDER BY i.inbox_key, t.sequence
  LOOP
    IF v_message.consumed THEN
      PERFORM FROM :schema.inbox_message m
        WHERE m.inbox_key = v_message.inbox_key AND m.sequence = v_message.sequence FOR NO KEY UPDATE;
    ELSE
      PERFORM FROM :schema.inbox_message m
        WHERE m.inbox_key = v_message.inbox_key AND m.sequence = v_message.sequence FOR SHARE;
    END IF;
  END LOOP;
  RETURN true;
END
$$;

-- Locks the pending messages of an inbox with the lowest numbers for p_lock_for.
CREATE OR REPLACE FUNCTION :fn.fetch_inbox(p_run_id text, p_step_id text, p_port text, p_max integer, p_lock_for bigint)
  RETURNS TABLE (
    sequence bigint, message_id text, appended_at bigint, consumed_at bigint, payload_ref text, payload bytea, lock_epoch bigint,
    delivery_count integer)
  LANGUAGE plpgsql VOLATILE
AS $$
#variable_conflict use_column
DECLARE
  v_now   bigint := :fn.now_micros();
  v_key   bigint;
  v_found bigint[];
BEGIN
  -- Who finds nothing writes nothing.
  SELECT i.inbox_key INTO v_key FROM :schema.inbox i WHERE :include(inbox_of; of = p_);
  IF NOT EXISTS (SELECT FROM :schema.inbox_message m
                  WHERE m.inbox_key = v_key AND m.consumed_at IS NULL AND m.locked_until <= v_now) THEN
    RETURN;
  END IF;

  -- One fetch at a time: whoever waited for another one finds what that has left.
  PERFORM FROM :schema.inbox i WHERE i.inbox_key = v_key FOR NO KEY UPDATE;
  v_now := :fn.now_micros();
  v_found := ARRAY(
    SELECT m.sequence
      FROM :schema.inbox_message m
     WHERE m.inbox_key = v_key AND m.consumed_at IS NULL AND m.locked_until <= v_now
     ORDER BY m.sequence
     LIMIT p_max
       FOR NO KEY UPDATE);
  v_now := :fn.now_micros();
  RETURN QUERY
  WITH locked AS (
    UPDATE :schema.inbox_message m
       SET lock_epoch = nextval(:order_seq),
           locked_until = least(v_now + p_lock_for, :max_micros),
           delivery_count = m.delivery_count + 1
      -- As pairs, so that a server without statistics looks for each by key and number.
      FROM unnest(array_fill(v_key, ARRAY[cardinality(v_found)]), v_found) AS f (key, sequence)
     WHERE m.inbox_key = f.key AND m.sequence = f.sequence
    RETURNING m.*
  )
  SELECT l.sequence, l.message_id, l.appended_at, l.consumed_at, l.payload_ref, l.payload, l.lock_epoch, l.delivery_count
    FROM locked l
   ORDER BY l.sequence;
END
$$;

-- Prolongs live locks of messages, and shortens none. Returns whether the tokens hold them, in order.
CREATE OR REPLACE FUNCTION :fn.renew_inboxes(
  p_run_id text[], p_step_id text[], p_port text[], p_sequence bigint[], p_epoch bigint[], p_extend_for bigint
) RETURNS boolean[]
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_now bigint;
  v_key bigint[];
BEGIN
  SELECT array_agg(i.inbox_key ORDER BY t.ord)
    INTO v_key
    FROM unnest(p_run_id, p_step_id, p_port) WITH ORDINALITY AS t (run_id, step_id, port, ord)
    LEFT JOIN :schema.inbox i ON :include(inbox_of; of = t.);
  PERFORM FROM unnest(v_key, p_sequence) AS t (key, sequence)
    JOIN :schema.inbox_message m ON m.inbox_key = t.key AND m.sequence = t.sequence
   ORDER BY m.inbox_key, m.sequence
     FOR NO KEY UPDATE OF m;
  v_now := :fn.now_micros();
  UPDATE :schema.inbox_message m
     SET locked_until = least(v_now + p_extend_for, :max_micros)
    FROM unnest(v_key, p_sequence, p_epoch) AS t (key, sequence, epoch)
   WHERE m.inbox_key = t.key AND m.sequence = t.sequence AND m.lock_epoch = t.epoch
     AND m.locked_until > v_now AND m.locked_until < v_now + p_extend_for;
  RETURN ARRAY(
    SELECT coalesce(m.lock_epoch = t.epoch AND m.locked_until > v_now, false)
      FROM unnest(v_key, p_sequence, p_epoch) WITH ORDINALITY AS t (key, sequence, epoch, ord)
      LEFT JOIN :schema.inbox_message m ON m.inbox_key = t.key AND m.sequence = t.sequence
     ORDER BY t.ord);
END
$$;

-- Gives a message back, also after the lock end while nobody has fetched it again. Returns NULL, or why not, see inbox_loss.
CREATE OR REPLACE FUNCTION :fn.abandon_inbox(p_run_id text, p_step_id text, p_port text, p_sequence bigint, p_epoch bigint)
  RETURNS text
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_key     bigint;
  v_message record;
BEGIN
  SELECT i.inbox_key INTO v_key FROM :schema.inbox i WHERE :include(inbox_of; of = p_);
  UPDATE :schema.inbox_message m
     SET locked_until = 0
   WHERE m.inbox_key = v_key AND m.sequence = p_sequence AND m.lock_epoch = p_epoch AND m.consumed_at IS NULL;
  IF FOUND THEN
    RETURN NULL;
  END IF;
  SELECT m.consumed_at, m.lock_epoch
    INTO v_message
    FROM :schema.inbox_message m WHERE m.inbox_key = v_key AND m.sequence = p_sequence;
  RETURN :fn.inbox_loss(v_message.consumed_at, v_message.lock_epoch);
END
$$;

-- Deletes messages that are locked by this transaction, and keeps their ids for p_memory. Forgets up to p_forget ids whose
-- time is over, and waits for none that another clean-up forgets. Returns how many messages there were.
CREATE OR REPLACE FUNCTION :fn.remove_messages(p_key bigint[], p_sequence bigint[], p_memory bigint, p_forget integer)
  RETURNS integer
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_now  bigint := :fn.now_micros();
  v_rows integer;
BEGIN
  WITH gone AS (
    DELETE FROM :schema.inbox_message m
     USING unnest(p_key, p_sequence) AS t (key, sequence)
     WHERE m.inbox_key = t.key AND m.sequence = t.sequence
    RETURNING m.inbox_key, m.message_id, m.sequence, m.content_hash
  )
  INSERT INTO :schema.inbox_id (inbox_key, message_id, sequence, content_hash, forget_at)
  SELECT g.inbox_key, g.message_id, g.sequence, g.content_hash, least(v_now + p_memory, :max_micros) FROM gone g;
  GET DIAGNOSTICS v_rows = ROW_COUNT;
  WITH over AS MATERIALIZED (
    SELECT d.inbox_key, d.message_id
      FROM :schema.inbox_id d
     WHERE d.forget_at <= v_now
     ORDER BY d.forget_at
     LIMIT p_forget
       FOR UPDATE SKIP LOCKED
  )
  DELETE FROM :schema.inbox_id d USING over o WHERE d.inbox_key = o.inbox_key AND d.message_id = o.message_id;
  RETURN v_rows;
END
$$;

-- Removes messages that were consumed before a moment, oldest first, and waits for none that is in use.
CREATE OR REPLACE FUNCTION :fn.clean_up_inboxes(p_before bigint, p_limit integer, p_memory bigint, p_forget integer)
  RETURNS integer
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_old record;
BEGIN
  SELECT array_agg(o.inbox_key) AS keys, array_agg(o.sequence) AS sequences
    INTO v_old
    FROM (SELECT m.inbox_key, m.sequence
            FROM :schema.inbox_message m
           WHERE m.consumed_at < p_before
           ORDER BY m.consumed_at, m.inbox_key, m.sequence
           LIMIT p_limit
             FOR UPDATE SKIP LOCKED) o;
  RETURN :fn.remove_messages(v_old.keys, v_old.sequences, p_memory, p_forget);
END
$$;

-- Removes consumed messages of one inbox below a number, lowest first, likewise.
CREATE OR REPLACE FUNCTION :fn.clean_up_inbox(
  p_run_id text, p_step_id text, p_port text, p_below bigint, p_limit integer, p_memory bigint, p_forget integer
) RETURNS integer
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_key bigint;
  v_old bigint[];
BEGIN
  SELECT i.inbox_key INTO v_key FROM :schema.inbox i WHERE :include(inbox_of; of = p_);
  v_old := ARRAY(
    SELECT m.sequence
      FROM :schema.inbox_message m
     WHERE m.inbox_key = v_key AND m.sequence < p_below AND m.consumed_at IS NOT NULL
     ORDER BY m.sequence
     LIMIT p_limit
       FOR UPDATE SKIP LOCKED);
  RETURN :fn.remove_messages(array_fill(v_key, ARRAY[cardinality(v_old)]), v_old, p_memory, p_forget);
END
$$;

-- Deletes the inboxes of some runs, with everything that is known of them. Returns how many messages these had.
CREATE OR REPLACE FUNCTION :fn.delete_inboxes(p_run_ids text[]) RETURNS bigint
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_key      bigint;
  v_rows     bigint;
  v_messages bigint := 0;
BEGIN
  FOR v_key IN
    SELECT i.inbox_key FROM :schema.inbox i WHERE i.run_id = ANY (p_run_ids) ORDER BY i.run_id, i.step_id, i.port FOR UPDATE
  LOOP
    DELETE FROM :schema.inbox_message m WHERE m.inbox_key = v_key;
    GET DIAGNOSTICS v_rows = ROW_COUNT;
    v_messages := v_messages + v_rows;
    DELETE FROM :schema.inbox_id d WHERE d.inbox_key = v_key; -- also what a clean-up has kept until now
    DELETE FROM :schema.inbox i WHERE i.inbox_key = v_key;
  END LOOP;
  RETURN v_messages;
END
$$;
