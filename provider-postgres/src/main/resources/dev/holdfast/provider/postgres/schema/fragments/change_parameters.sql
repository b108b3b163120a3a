-- The changes of a call. The first columns have one element per change: h_ack is the element of the call that it belongs to,
-- from 1; h_place its place in the list there, from 0; h_what its kind, see apply_changes. The columns of a kind have one
-- element for each change of that kind, in the same order. Those of messages come first, then those
-- of runs and steps, then those of inboxes. An input of a trigger has an element among messages and one among inboxes. Those of
-- streams are fields of one parameter, NULL for none, and those of projections of another one.
  h_ack   integer[],
  h_place integer[],
  h_what  integer[],
  h_to    text[],
  :include(message_parameters; m = h_; of = []),
  :include(state_parameters),
  :include(inbox_parameters),
  n_streams :schema.stream_changes,
  n_projections :schema.projection_changes
