-- What few turns have; x_ack says which element a row belongs to. x_pin is the text of an array of three numbers. x_set is
-- NULL where the custom status stays, and false where it is cleared. Of the changes of key-values, s_value is NULL where a key
-- is cleared, and s_key too where all are.
  x_ack           integer[]{default},
  x_pin           text[]{default},
  x_set           boolean[]{default},
  x_value         bytea[]{default},
  s_ack           integer[]{default},
  s_key           text[]{default},
  s_value         bytea[]{default}
