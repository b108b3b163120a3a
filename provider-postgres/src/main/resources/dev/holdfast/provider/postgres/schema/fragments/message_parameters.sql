-- A message in the parameters of a function; {of} makes arrays of them, and {m} is what their names begin with.
  {m}kind          text{of},
  {m}body          bytea{of},
  {m}due_at        bigint{of},
  {m}due_in        bigint{of},
  {m}start_name    text{of},
  {m}start_version text{of},
  {m}start_parent  text{of},
  {m}message_id    text{of},
  {m}hash          bytea{of},
  {m}drop          boolean{of}
