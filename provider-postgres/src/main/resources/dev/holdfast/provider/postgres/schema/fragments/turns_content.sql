-- What the turns of several elements write; x_ack says which element a row belongs to. Their messages are o_ because the
-- elements have messages of their own.
  e_ack           integer[],
  :include(event_parameters),
  a_ack           integer[],
  :include(activity_parameters),
  :include(extra_parameters; default =),
  c_ack           integer[],
  c_execution     bigint[],
  c_activity      bigint[],
  o_ack           integer[],
  o_to            text[],
  :include(message_parameters; m = o_; of = [])
