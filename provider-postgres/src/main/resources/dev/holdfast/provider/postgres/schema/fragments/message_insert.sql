-- Stores messages. seq is drawn after the row is locked, so it grows in the order in which messages of an instance are
-- committed.
INSERT INTO :schema.message (
         instance_key, visible_at, seq, kind, body,
         start_name, start_version, start_parent, message_id, discard_if_unknown,
         activity_epoch, activity_execution, activity_id, behind_epoch)
SELECT {key}, {visible_at}, {seq}, {m}kind, {m}body,
       {m}start_name, {m}start_version, {m}start_parent, {m}message_id, {m}drop,
       {activity}, {behind}
