-- Schedules activities, and locks those that have a lock_for. Duplicates are found by a read and not by the insert: that
-- would wait for a transaction that is removing the activity and may be waiting for this one. No other transaction can add
-- the identity meanwhile.
IF cardinality(a_lock_for) > 0 THEN
  tokens := ARRAY(SELECT CASE WHEN {applied} AND a.lock_for IS NOT NULL THEN nextval(:order_seq) END
                    FROM unnest({acks} a_lock_for) AS a ({ack} lock_for));
END IF;
INSERT INTO :schema.activity (
         instance_key, execution_id, activity_id, seq, name, input,
         orchestration_name, orchestration_version, scheduled_at, ready_at, lock_epoch, delivery_count, owner, tag,
         session_id)
SELECT {key}, {execution}, a.id, nextval(:order_seq), a.name, a.input,
       a.orchestration, a.version, v_now,
       CASE WHEN a.token IS NULL THEN v_now ELSE least(v_now + a.lock_for, :max_micros) END,
       coalesce(a.token, 0),
       CASE WHEN a.token IS NULL THEN 0 ELSE 1 END,
       CASE WHEN a.token IS NOT NULL THEN :fn.owner_of_session() END,
       a.tag, a.session
  FROM unnest({acks} a_id, a_name, a_input, a_orchestration, a_version, a_lock_for, tokens, a_tag, a_session)
         AS a ({ack} id, name, input, orchestration, version, lock_for, token, tag, session)
 WHERE {applied}
   AND NOT EXISTS (SELECT FROM :schema.activity q
                    WHERE q.instance_key = {key} AND q.execution_id = {execution} AND q.activity_id = a.id);
GET DIAGNOSTICS v_rows = ROW_COUNT;
IF v_rows < cardinality(a_id) {unless} THEN
  RAISE EXCEPTION USING ERRCODE = 'HF002', MESSAGE = 'an activity identity is queued already';
END IF;
