-- The fence of a call. f_what says what it is of: 1 an instance, 2 an activity, 3 a lease, 4 a message of an inbox, whose number is f_activity;
-- NULL for no fence.
  f_what      integer,
  f_id        text,
  f_execution bigint,
  f_activity  bigint,
  f_epoch     bigint,
  f_step      text,
  f_port      text
