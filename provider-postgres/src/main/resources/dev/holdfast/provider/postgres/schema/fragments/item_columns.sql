-- The rows that describe locked instances. ItemColumn has the same names. By `part`:
--   'c'  an element of a call that claims: element = its position, code, instance_key = the instance it gets or NULL
--   'i'  an instance: token to ready_at (since when it was ready); before its messages and events
--   'm'  a message of its batch: visible_at, seq, kind, data = body; of its start: name, version, parent_instance_id
--   'e'  an event of its history: event_id, recorded_at, kind, data
--   'v'  a key-value of its snapshot: name = key, store_time = when it was set, data
--   't'  what became of a turn ahead: element, code; event_id and last_event_id as the bad_events and last_events of
--        ack_orchestrations; discard_if_unknown = its left_over
--   'k'  an activity of a turn ahead was locked: element = its position among all activities of the call, token
--   'h'  what results of changes are made of: element = its place, token = a number, name = a text; either may be there
--   'n'  no instance was locked: ready_at = when the next one is ready, NULL for never; instance_key = one that is ready
--        and whose row another transaction has in hand
  part               text,
  instance_key       bigint,
  element            integer,
  code               integer,
  instance_id        text,
  name               text,
  version            text,
  execution_id       bigint,
  token              bigint,
  delivery_count      integer,
  last_event_id      bigint,
  store_time         bigint,
  ready_at           bigint,
  visible_at         bigint,
  seq                bigint,
  kind               text,
  data               bytea,
  parent_instance_id text,
  message_id         text,
  discard_if_unknown     boolean,
  event_id           bigint,
  recorded_at        bigint
