-- A token of an activity in the parameters of a function; {of} makes arrays of them.
  p_id        text{of},
  p_execution bigint{of},
  p_activity  bigint{of},
  p_epoch     bigint{of}
