-- The changes of a call. The first columns have one element per change: h_ack is the element of the call that it belongs to,
-- from 1; h_place its place in the list there, from 0; h_what its kind, see apply_changes. The columns of a kind have one
-- element for each change of that kind, in the same order. Those of messages come first.
  h_ack   integer[],
  h_place integer[],
  h_what  integer[],
  h_to    text[],
  :include(message_parameters; m = h_; of = [])
