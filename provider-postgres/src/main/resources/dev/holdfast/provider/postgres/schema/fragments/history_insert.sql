INSERT INTO :schema.history (instance_key, execution_id, event_id, kind, data, recorded_at)
SELECT {key}, {execution}, e.id, e.kind, e.data, e.recorded_at
  FROM unnest({acks} e_id, e_kind, e_data, e_recorded_at) AS e ({ack} id, kind, data, recorded_at)
 WHERE {applied}
