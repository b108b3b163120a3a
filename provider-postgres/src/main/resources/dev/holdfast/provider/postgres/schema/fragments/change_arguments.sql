-- Passes on the parameters of change_parameters.
h_ack => h_ack, h_place => h_place, h_what => h_what, h_to => h_to,
:include(message_arguments; m = h_; open =; close =),
:include(state_arguments),
:include(inbox_arguments),
n_streams => n_streams,
n_projections => n_projections
