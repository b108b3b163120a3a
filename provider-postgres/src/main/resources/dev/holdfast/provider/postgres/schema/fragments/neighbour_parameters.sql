-- Which changes of a kind a function applies: from p_first to p_last, neighbours in their lists. h_ack and h_place are those of these.
  p_codes integer[],
  p_first integer,
  p_last  integer,
  h_ack   integer[],
  h_place integer[]
