-- What there is once in each of several acks of turns, and the events and activities, each with the ack that it belongs to.
  p_id              text[],
  p_epoch           bigint[],
  p_execution       bigint[],
  p_name            text[],
  p_version         text[],
  p_parent          text[],
  p_status          text[],
  p_ended           boolean[],
  p_output          bytea[],
  p_first_event     bigint[],  -- the first event id of the delta, NULL without events
  p_ascending       boolean[],
  e_ack             integer[],
  :include(event_parameters),
  a_ack             integer[],
  :include(activity_parameters)
