-- The turns ahead of the elements of a call; a t_execution of NULL means that an element has none. t_on_execution,
-- t_on_event and t_on_event_at are the end of the history that a turn was computed on; the rest is what ack_orchestrations takes.
  t_on_execution  bigint{of},
  t_on_event      bigint{of},
  t_on_event_at   bigint{of},
  t_execution     bigint{of},
  t_name          text{of},
  t_version       text{of},
  t_parent        text{of},
  t_status        text{of},
  t_ended         boolean{of},
  t_output        bytea{of},
  t_first_event   bigint{of},
  t_ascending     boolean{of}
