-- What there is once in each of several acks of turns.
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
  p_ascending       boolean[]
