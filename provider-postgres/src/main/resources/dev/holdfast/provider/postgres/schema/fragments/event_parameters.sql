-- The events that acks add to histories.
  e_id          bigint[],
  e_kind        text[],
  e_data        bytea[],
  e_recorded_at bigint[]
