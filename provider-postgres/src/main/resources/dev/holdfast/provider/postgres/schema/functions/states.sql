-- Changes of runs and steps, see changes.sql. The rows of a call are locked before the first is written: runs in the order of
-- their ids, then steps in the order of runs and ids. A change of a step needs its run only to exist, and locks its key, so that
-- steps of one run do not wait for each other or for a change of the run.

-- What a summary of a run is read from, as a text. No identifier has a control character.
CREATE OR REPLACE FUNCTION :fn.run_text(r :schema.run) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT array_to_string(ARRAY[r.run_id, r.kind, r.status, r.version::text, r.attempt::text, r.created_at::text, r.updated_at::text,
                               r.started_at::text, r.suspended_at::text, r.ended_at::text], chr(31), '')
$$;

-- Likewise of a step.
CREATE OR REPLACE FUNCTION :fn.step_text(p_run_id text, s :schema.step) RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
AS $$
  SELECT array_to_string(ARRAY[p_run_id, s.step_id, s.status, s.version::text, s.attempt::text, s.retryable::text, s.created_at::text,
                               s.updated_at::text, s.scheduled_at::text, s.started_at::text, s.suspended_at::text,
                               s.ended_at::text], chr(31), '')
$$;

-- Whether a status is one that a run or a step can have. A row with another one is damaged: it is refused, and not changed
-- (CHANGE-23).
CREATE OR REPLACE FUNCTION :fn.is_status(p_status text) RETURNS boolean
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT p_status IN ('IDLE', 'SCHEDULED', 'RUNNING', 'SUSPENDED', 'PAUSED', 'RECOVERING', 'COMPLETED', 'FAILED', 'SKIPPED', 'CANCELLED')
$$;

-- Whether a change may lead a run from one status to another one (RUN-04, RUN-05).
CREATE OR REPLACE FUNCTION :fn.run_may_become(p_from text, p_to text) RETURNS boolean
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT CASE p_from
           WHEN 'SCHEDULED' THEN p_to IN ('RUNNING', 'FAILED', 'CANCELLED')
           WHEN 'RUNNING' THEN p_to IN ('SUSPENDED', 'PAUSED', 'RECOVERING', 'COMPLETED', 'FAILED', 'CANCELLED')
           WHEN 'SUSPENDED' THEN p_to IN ('RUNNING', 'RECOVERING', 'FAILED', 'CANCELLED')
           WHEN 'PAUSED' THEN p_to IN ('RUNNING', 'RECOVERING', 'FAILED', 'CANCELLED')
           WHEN 'RECOVERING' THEN p_to IN ('RUNNING', 'SUSPENDED', 'COMPLETED', 'FAILED', 'CANCELLED')
           ELSE false
         END
$$;

-- Whether a change may lead a step from one status to another one (STEP-05, STEP-06).
CREATE OR REPLACE FUNCTION :fn.step_may_become(p_from text, p_to text) RETURNS boolean
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT CASE p_from
           WHEN 'IDLE' THEN p_to IN ('SCHEDULED', 'RUNNING', 'SKIPPED', 'CANCELLED')
           WHEN 'SCHEDULED'
             THEN p_to IN ('SCHEDULED', 'RUNNING', 'SUSPENDED', 'COMPLETED', 'FAILED', 'SKIPPED', 'CANCELLED')
           WHEN 'RUNNING' THEN p_to IN ('SCHEDULED', 'SUSPENDED', 'PAUSED', 'COMPLETED', 'FAILED', 'CANCELLED')
           WHEN 'SUSPENDED' THEN p_to IN ('SCHEDULED', 'RUNNING', 'FAILED', 'CANCELLED')
           WHEN 'PAUSED' THEN p_to IN ('SCHEDULED', 'RUNNING', 'FAILED', 'CANCELLED')
           WHEN 'FAILED' THEN p_to IN ('SCHEDULED', 'CANCELLED')
           ELSE false
         END
$$;

-- Refuses a change, and with it all of the call: HF006 another version, the message is the one found; HF007 an unknown run, or step
-- if the message names one; HF008 a transition that is not in the table, the message is the present status; HF009 a run that has
-- not ended, the message is its status; HF010 a row that cannot be read, the message is its status. What else is raised says
-- append_inbox and consume_inbox.
CREATE OR REPLACE FUNCTION :fn.refuse_state(p_state text, p_message text, p_place integer) RETURNS boolean
  LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = p_state, MESSAGE = p_message, DETAIL = p_place;
END
$$;

-- Keeps a run from being made until this transaction has ended, or with p_shared keeps away who would make it.
CREATE OR REPLACE FUNCTION :fn.lock_unmade_run(p_run_id text, p_shared boolean) RETURNS boolean
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_run integer := hashtext((:order_seq)::oid::text || ' ' || p_run_id);
BEGIN
  IF p_shared THEN
    PERFORM pg_advisory_xact_lock_shared(x'686f6c72'::integer, v_run);
  ELSE
    PERFORM pg_advisory_xact_lock(x'686f6c72'::integer, v_run);
  END IF;
  RETURN true;
END
$$;

-- The status of a run, which stays until this transaction has ended; NULL for an unknown run, which nobody makes so long.
CREATE OR REPLACE FUNCTION :fn.share_run(p_run_id text) RETURNS text
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_status text;
  v_done   boolean;
BEGIN
  SELECT r.status INTO v_status FROM :schema.run r WHERE r.run_id = p_run_id FOR SHARE;
  IF NOT FOUND THEN
    -- Without a row to be locked, it could be made and come to its end before this transaction.
    v_done := :fn.lock_unmade_run(p_run_id, true);
    SELECT r.status INTO v_status FROM :schema.run r WHERE r.run_id = p_run_id FOR SHARE;
  END IF;
  RETURN v_status;
END
$$;

-- Locks the runs and steps that changes name. p_delivered are the runs that inputs are for.
CREATE OR REPLACE FUNCTION :fn.lock_states(
  p_codes integer[], s_ack integer[], s_what integer[], s_run text[], s_step text[], s_steps text[], p_delivered text[]
) RETURNS boolean
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_run    record;
  v_done   boolean;
  v_status text;
BEGIN
  FOR v_run IN
    SELECT t.run_id, max(t.strength) AS strength, bool_or(t.made) AS made
      FROM (SELECT s.run_id, s.what = 1 AS made,
                   CASE WHEN s.what = 1 THEN 0 WHEN s.what = 4 THEN 4 WHEN s.what IN (2, 3) THEN 3 ELSE 1 END AS strength
              FROM unnest(s_ack, s_what, s_run) AS s (ack, what, run_id)
             WHERE p_codes[s.ack] = 0
             UNION ALL
            SELECT d.run_id, false, 2 FROM unnest(p_delivered) AS d (run_id)) t
     GROUP BY t.run_id
     ORDER BY t.run_id COLLATE "C"
  LOOP
    IF v_run.made THEN
      v_done := :fn.lock_unmade_run(v_run.run_id, false);
    END IF;
    CASE v_run.strength
      WHEN 4 THEN PERFORM FROM :schema.run r WHERE r.run_id = v_run.run_id FOR UPDATE;
      WHEN 3 THEN PERFORM FROM :schema.run r WHERE r.run_id = v_run.run_id FOR NO KEY UPDATE;
      WHEN 2 THEN v_status := :fn.share_run(v_run.run_id);
      WHEN 1 THEN PERFORM FROM :schema.run r WHERE r.run_id = v_run.run_id FOR KEY SHARE;
      ELSE NULL;
    END CASE;
  END LOOP;
  PERFORM FROM :schema.run r
    JOIN (SELECT t.run_id, t.step_id
            FROM unnest(s_ack, s_what, s_run, s_step) AS t (ack, what, run_id, step_id)
           WHERE p_codes[t.ack] = 0 AND t.what = 6
           UNION
          SELECT t.run_id, json_array_elements_text(t.steps::json)
            FROM unnest(s_ack, s_what, s_run, s_steps) AS t (ack, what, run_id, steps)
           WHERE p_codes[t.ack] = 0 AND t.what = 3) n ON n.run_id = r.run_id
    JOIN :schema.step s ON s.run_key = r.run_key AND s.step_id = n.step_id
   ORDER BY s.run_key, s.step_id
     FOR NO KEY UPDATE OF s;
  RETURN true;
END
$$;

-- The version with which a new row begins (RUN-28).
CREATE OR REPLACE FUNCTION :fn.first_version() RETURNS bigint
  LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
  RETURN coalesce((SELECT d.version FROM :schema.deleted_version d), 0) + 1;
END
$$;

-- Makes a run, and begins its versions above every one that was deleted. The deletion of a run of this id, if it is under way, is
-- over once the row is in; what it has noted is read behind that.
CREATE OR REPLACE FUNCTION :fn.create_run(p_run_id text, p_kind text, p_status text, p_data bytea, p_place integer) RETURNS text
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_done  boolean := :fn.lock_unmade_run(p_run_id, false);
  v_now   bigint;
  v_run   :schema.run;
  v_first bigint;
BEGIN
  LOOP
    v_now := :fn.now_micros();
    INSERT INTO :schema.run AS r (run_id, kind, status, version, attempt, created_at, updated_at, started_at, data)
    VALUES (p_run_id, p_kind, p_status, :fn.first_version(), 1, v_now, v_now, CASE WHEN p_status = 'RUNNING' THEN v_now END, p_data)
        ON CONFLICT (run_id) DO NOTHING
    RETURNING r.* INTO v_run;
    IF FOUND THEN
      v_first := :fn.first_version();
      IF v_first > v_run.version THEN
        UPDATE :schema.run r SET version = v_first WHERE r.run_key = v_run.run_key RETURNING r.* INTO v_run;
      END IF;
      RETURN :fn.run_text(v_run);
    END IF;
    SELECT r.* INTO v_run FROM :schema.run r WHERE r.run_id = p_run_id;
    IF FOUND THEN
      PERFORM :fn.refuse_state('HF006', v_run.version::text, p_place);
    END IF;
  END LOOP;
END
$$;

-- Locks a run for a change of its row, and refuses what does not fit. p_version is the one that was seen.
CREATE OR REPLACE FUNCTION :fn.seen_run(p_run_id text, p_version bigint, p_place integer) RETURNS :schema.run
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_run :schema.run;
BEGIN
  SELECT r.* INTO v_run FROM :schema.run r WHERE r.run_id = p_run_id FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    PERFORM :fn.refuse_state('HF007', '', p_place);
  END IF;
  IF v_run.version <> p_version THEN
    PERFORM :fn.refuse_state('HF006', v_run.version::text, p_place);
  END IF;
  RETURN v_run;
END
$$;

-- Deletes a run, whose row is locked against every other call, with its steps. Returns how many these were.
CREATE OR REPLACE FUNCTION :fn.delete_run(p_run_key bigint) RETURNS bigint
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_version bigint;
  v_steps   bigint;
BEGIN
  WITH gone AS (
    DELETE FROM :schema.step s WHERE s.run_key = p_run_key RETURNING s.version
  )
  SELECT count(*), max(g.version) INTO v_steps, v_version FROM gone g;
  SELECT greatest(r.version, v_version) INTO v_version FROM :schema.run r WHERE r.run_key = p_run_key;
  UPDATE :schema.deleted_version d SET version = v_version WHERE d.version < v_version;
  DELETE FROM :schema.run r WHERE r.run_key = p_run_key;
  RETURN v_steps;
END
$$;

-- Deletes the runs of some ids, whatever they are, and their inboxes, which need no run (RUN-27).
CREATE OR REPLACE FUNCTION :fn.delete_runs(p_ids text[]) RETURNS boolean
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_key  bigint;
  v_rows bigint;
BEGIN
  FOR v_key IN
    SELECT r.run_key FROM :schema.run r WHERE r.run_id = ANY (p_ids) ORDER BY r.run_id FOR UPDATE
  LOOP
    v_rows := :fn.delete_run(v_key);
  END LOOP;
  v_rows := :fn.delete_inboxes(p_ids);
  RETURN true;
END
$$;

-- Locks the key of a run, so that it stays while its steps change, and returns its number.
CREATE OR REPLACE FUNCTION :fn.known_run(p_run_id text, p_place integer) RETURNS bigint
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_key bigint;
BEGIN
  SELECT r.run_key INTO v_key FROM :schema.run r WHERE r.run_id = p_run_id FOR KEY SHARE;
  IF NOT FOUND THEN
    PERFORM :fn.refuse_state('HF007', '', p_place);
  END IF;
  RETURN v_key;
END
$$;

-- Makes steps idle, whatever they are (RUN-12).
CREATE OR REPLACE FUNCTION :fn.begin_steps_again(p_run_key bigint, p_steps text[], p_place integer) RETURNS boolean
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_unknown text;
BEGIN
  PERFORM FROM :schema.step s WHERE s.run_key = p_run_key AND s.step_id = ANY (p_steps) ORDER BY s.step_id FOR NO KEY UPDATE;
  SELECT min(n.step_id COLLATE "C")
    INTO v_unknown
    FROM unnest(p_steps) AS n (step_id)
   WHERE NOT EXISTS (SELECT FROM :schema.step s WHERE s.run_key = p_run_key AND s.step_id = n.step_id);
  IF v_unknown IS NOT NULL THEN
    PERFORM :fn.refuse_state('HF007', v_unknown, p_place);
  END IF;
  UPDATE :schema.step s
     SET attempt = s.attempt + CASE WHEN s.status = 'IDLE' THEN 0 ELSE 1 END, status = 'IDLE', version = s.version + 1,
         updated_at = :fn.now_micros(), scheduled_at = NULL, started_at = NULL, ended_at = NULL, outputs = NULL
   WHERE s.run_key = p_run_key AND s.step_id = ANY (p_steps);
  RETURN true;
END
$$;

-- Applies the changes of states from p_first to p_last, neighbours in their lists; h_ack and h_place are those of these. s_what: 1 creates
-- a run, 2 changes one, 3 restarts one, 4 deletes one; 5 ensures a step, 6 changes one. s_step is the kind of a run that is created,
-- s_steps a JSON array. A run has the number 0, one that was deleted the number of its steps and as its text that of its
-- messages, and a step 1 if it was created.
CREATE OR REPLACE FUNCTION :fn.change_states(
  :include(neighbour_parameters),
  :include(state_parameters),
  OUT numbers bigint[],
  OUT texts   text[]
)
  LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
  v_place integer;
  v_now   bigint;
  v_key   bigint;
  v_from  text;
  v_done  boolean;
  v_run   :schema.run;
  v_step  :schema.step;
BEGIN
  numbers := '{}';
  texts := '{}';
  FOR i IN p_first..p_last LOOP
    CONTINUE WHEN p_codes[h_ack[i - p_first + 1]] <> 0;
    v_place := h_place[i - p_first + 1];
    CASE s_what[i]
      WHEN 1 THEN
        numbers := numbers || 0::bigint;
        texts := texts || :fn.create_run(s_run[i], s_step[i], s_status[i], s_payload[i], v_place);

      WHEN 2 THEN
        v_run := :fn.seen_run(s_run[i], s_version[i], v_place);
        v_from := v_run.status;
        IF NOT :fn.is_status(v_from) THEN
          v_done := :fn.refuse_state('HF010', v_from, v_place);
        END IF;
        IF (s_status[i] IS NULL AND v_from IN ('COMPLETED', 'CANCELLED'))
           OR (s_status[i] IS NOT NULL AND NOT :fn.run_may_become(v_from, s_status[i])) THEN
          v_done := :fn.refuse_state('HF008', v_from, v_place);
        END IF;
        v_now := :fn.now_micros();
        UPDATE :schema.run r
           SET status = coalesce(s_status[i], r.status),
               version = r.version + 1,
               attempt = r.attempt + CASE WHEN s_status[i] = 'RECOVERING' THEN 1 ELSE 0 END,
               updated_at = v_now,
               started_at = coalesce(r.started_at, CASE WHEN s_status[i] = 'RUNNING' THEN v_now END),
               suspended_at = CASE WHEN s_status[i] = 'SUSPENDED' THEN v_now ELSE r.suspended_at END,
               ended_at = CASE WHEN s_status[i] IN ('COMPLETED', 'FAILED', 'CANCELLED') THEN v_now ELSE r.ended_at END,
               data = coalesce(s_payload[i], r.data),
               last_error = coalesce(s_error[i], r.last_error),
               :include(state_suspension; row = r)
         WHERE r.run_key = v_run.run_key
        RETURNING r.* INTO v_run;
        numbers := numbers || 0::bigint;
        texts := texts || :fn.run_text(v_run);

      WHEN 3 THEN
        v_run := :fn.seen_run(s_run[i], s_version[i], v_place);
        IF v_run.status <> 'FAILED' THEN
          v_done := :fn.refuse_state('HF008', v_run.status, v_place);
        END IF;
        v_done := :fn.begin_steps_again(
          v_run.run_key, ARRAY(SELECT json_array_elements_text(s_steps[i]::json)), v_place);
        UPDATE :schema.run r
           SET status = 'RECOVERING', version = r.version + 1, attempt = r.attempt + 1, updated_at = :fn.now_micros(), ended_at = NULL
         WHERE r.run_key = v_run.run_key
        RETURNING r.* INTO v_run;
        numbers := numbers || 0::bigint;
        texts := texts || :fn.run_text(v_run);

      WHEN 4 THEN
        PERFORM FROM :schema.run r WHERE r.run_id = s_run[i] FOR UPDATE;
        v_run := :fn.seen_run(s_run[i], s_version[i], v_place);
        IF v_run.status NOT IN ('COMPLETED', 'FAILED', 'CANCELLED') THEN
          v_done := :fn.refuse_state('HF009', v_run.status, v_place);
        END IF;
        numbers := numbers || :fn.delete_run(v_run.run_key);
        texts := texts || :fn.delete_inboxes(ARRAY[s_run[i]])::text;

      WHEN 5 THEN
        v_key := :fn.known_run(s_run[i], v_place);
        v_now := :fn.now_micros();
        INSERT INTO :schema.step AS s (run_key, step_id, status, version, attempt, created_at, updated_at)
        VALUES (v_key, s_step[i], 'IDLE', :fn.first_version(), 1, v_now, v_now)
            ON CONFLICT (run_key, step_id) DO NOTHING
        RETURNING s.* INTO v_step;
        v_done := FOUND;
        IF NOT v_done THEN
          SELECT s.* INTO v_step FROM :schema.step s WHERE s.run_key = v_key AND s.step_id = s_step[i];
          IF NOT :fn.is_status(v_step.status) THEN
            PERFORM :fn.refuse_state('HF010', v_step.status, v_place);
          END IF;
        END IF;
        numbers := numbers || CASE WHEN v_done THEN 1 ELSE 0 END::bigint;
        texts := texts || :fn.step_text(s_run[i], v_step);

      WHEN 6 THEN
        v_key := :fn.known_run(s_run[i], v_place);
        SELECT s.* INTO v_step
          FROM :schema.step s WHERE s.run_key = v_key AND s.step_id = s_step[i] FOR NO KEY UPDATE;
        v_done := NOT FOUND;
        IF v_done THEN
          IF s_version[i] > 0 THEN
            v_done := :fn.refuse_state('HF007', s_step[i], v_place);
          END IF;
          IF s_status[i] IS NULL OR s_status[i] NOT IN ('IDLE', 'SCHEDULED') THEN
            v_done := :fn.refuse_state('HF008', 'none', v_place);
          END IF;
          v_now := :fn.now_micros();
          INSERT INTO :schema.step AS s (run_key, step_id, status, version, attempt, retryable, created_at, updated_at, scheduled_at,
                                    last_error, has_suspension, suspension_step, suspension_reason, suspension_state,
                                    suspension_metadata, outputs)
          VALUES (v_key, s_step[i], s_status[i], :fn.first_version(), 1, s_retryable[i], v_now, v_now,
                  CASE WHEN s_status[i] = 'SCHEDULED' THEN v_now END, s_error[i], s_suspends[i], s_suspension_step[i],
                  s_suspension_reason[i], s_suspension_state[i], s_suspension_metadata[i], s_payload[i])
              ON CONFLICT (run_key, step_id) DO NOTHING
          RETURNING s.* INTO v_step;
          IF NOT FOUND THEN
            SELECT s.* INTO v_step FROM :schema.step s WHERE s.run_key = v_key AND s.step_id = s_step[i];
            v_done := :fn.refuse_state('HF006', v_step.version::text, v_place);
          END IF;
        ELSE
          IF v_step.version <> s_version[i] THEN
            v_done := :fn.refuse_state('HF006', v_step.version::text, v_place);
          END IF;
          v_from := v_step.status;
          IF NOT :fn.is_status(v_from) THEN
            v_done := :fn.refuse_state('HF010', v_from, v_place);
          END IF;
          IF (s_status[i] IS NULL AND v_from IN ('COMPLETED', 'SKIPPED', 'CANCELLED'))
             OR (s_status[i] IS NOT NULL AND NOT :fn.step_may_become(v_from, s_status[i])) THEN
            v_done := :fn.refuse_state('HF008', v_from, v_place);
          END IF;
          -- Another attempt, which has no times yet.
          IF s_status[i] = 'SCHEDULED' AND v_from IN ('RUNNING', 'FAILED') THEN
            v_step.attempt := v_step.attempt + 1;
            v_step.scheduled_at := NULL;
            v_step.started_at := NULL;
          END IF;
          v_now := :fn.now_micros();
          UPDATE :schema.step s
             SET status = coalesce(s_status[i], s.status),
                 version = s.version + 1,
                 attempt = v_step.attempt,
                 retryable = coalesce(s_retryable[i], s.retryable),
                 updated_at = v_now,
                 scheduled_at = coalesce(v_step.scheduled_at, CASE WHEN s_status[i] = 'SCHEDULED' THEN v_now END),
                 started_at = coalesce(v_step.started_at, CASE WHEN s_status[i] = 'RUNNING' THEN v_now END),
                 suspended_at = CASE WHEN s_status[i] = 'SUSPENDED' THEN v_now ELSE s.suspended_at END,
                 ended_at = CASE WHEN s_status[i] IS NULL THEN s.ended_at
                                 WHEN s_status[i] IN ('COMPLETED', 'FAILED', 'SKIPPED', 'CANCELLED') THEN v_now END,
                 outputs = coalesce(s_payload[i], s.outputs),
                 last_error = coalesce(s_error[i], s.last_error),
                 :include(state_suspension; row = s)
           WHERE s.run_key = v_key AND s.step_id = s_step[i]
          RETURNING s.* INTO v_step;
        END IF;
        numbers := numbers || CASE WHEN s_version[i] = 0 THEN 1 ELSE 0 END::bigint;
        texts := texts || :fn.step_text(s_run[i], v_step);
    END CASE;
  END LOOP;
END
$$;
