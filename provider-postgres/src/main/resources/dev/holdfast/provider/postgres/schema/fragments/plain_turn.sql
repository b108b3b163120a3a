-- The parameters of a turn ahead that concerns only its own instance: no messages, nothing cancelled.
  :include(turn_parameters; of =),
  :include(event_parameters),
  :include(activity_parameters)
