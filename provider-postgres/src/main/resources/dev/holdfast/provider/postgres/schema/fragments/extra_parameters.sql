-- What few turns have; x_ack says which element a row belongs to. x_pin is the text of an array of three numbers. x_set is
-- NULL where the custom status stays, and false where it is cleared.
  x_ack           integer[]{default},
  x_pin           text[]{default},
  x_set           boolean[]{default},
  x_value         bytea[]{default}
