-- Writes the turns whose code in `codes` is 0, of the instances v_key: all but messages, and what they remove. {p} is what the
-- names of their parameters begin with, {epoch} their tokens; v_valued says whether one of the instances has key-values.
-- The last part of the statement does not see what the part before it has inserted.
IF cardinality(array_remove({p}parent, NULL)) > 0 THEN
  :include(lock_parents; which = i.instance_id = ANY ({p}parent))
END IF;

WITH acked AS (
  UPDATE :schema.instance i
     SET :include(instance_changes; name = t.name; version = t.version; parent = t.parent; execution = t.execution_id; status = t.status;
                  epoch = t.epoch)
    FROM unnest(v_key, codes, {epoch}, {p}execution, {p}name, {p}version, {p}parent, {p}status, {p}ended, {p}output)
           AS t (key, code, epoch, execution_id, name, version, parent, status, ended, output)
   WHERE t.code = 0 AND i.instance_key = t.key
  RETURNING i.instance_key, i.updated_at, t.execution_id, t.status, t.ended, t.output
), created AS (
  :include(execution_insert; key = a.instance_key; execution = a.execution_id; status = a.status; output = a.output;
           ended = a.ended) DO NOTHING
)
UPDATE :schema.execution x
   SET :include(execution_changes; status = a.status; output = a.output; ended = a.ended; at = a.updated_at)
  FROM acked a
 WHERE (a.status IS NOT NULL OR a.output IS NOT NULL)
   AND x.instance_key = a.instance_key AND x.execution_id = a.execution_id;

IF cardinality(e_ack) > 0 THEN
  :include(history_insert; key = v_key[e.ack]; execution = {p}execution[e.ack]; acks = e_ack,; ack = ack,;
           applied = codes[e.ack] = 0);
END IF;

IF cardinality(a_ack) > 0 THEN
  :include(schedule_activities; key = v_key[a.ack]; execution = {p}execution[a.ack]; acks = a_ack,; ack = ack,;
           applied = codes[a.ack] = 0;
           unless = AND v_rows < (SELECT count(*) FROM unnest(a_ack) AS a (ack) WHERE codes[a.ack] = 0))
END IF;

IF cardinality(x_ack) > 0 THEN
  UPDATE :schema.instance i
     SET pin = x.pin::integer[]
    FROM unnest(x_ack, x_pin) AS x (ack, pin)
   WHERE codes[x.ack] = 0 AND x.pin IS NOT NULL
     AND i.instance_key = v_key[x.ack] AND i.execution_id = {p}execution[x.ack]
     AND {p}status[x.ack] IS DISTINCT FROM 'CONTINUED_AS_NEW';
  INSERT INTO :schema.custom_status AS s (instance_key, value, version)
  SELECT v_key[x.ack], x.value, 1
    FROM unnest(x_ack, x_set, x_value) AS x (ack, set, value)
   WHERE codes[x.ack] = 0 AND x.set IS NOT NULL
      ON CONFLICT (instance_key) DO UPDATE SET value = excluded.value, version = s.version + 1;
END IF;

IF cardinality(s_ack) > 0 THEN
  v_valued := :fn.change_key_values(v_key, codes, s_ack, s_key, s_value);
END IF;
IF v_valued AND true = ANY ({p}ended) THEN
  PERFORM :fn.merge_key_values(
    ARRAY(SELECT CASE WHEN t.code = 0 AND t.ended THEN t.key END
            FROM unnest(v_key, codes, {p}ended) WITH ORDINALITY AS t (key, code, ended, ord) ORDER BY t.ord),
    {p}execution);
END IF;
