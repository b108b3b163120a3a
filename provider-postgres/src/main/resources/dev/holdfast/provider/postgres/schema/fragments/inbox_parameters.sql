-- Changes of inboxes, see change_inboxes. The cursor, i_order and i_token, is that of an input.
  i_what       integer[],
  i_run        text[],
  i_step       text[],
  i_port       text[],
  i_sequence   bigint[],
  i_epoch      bigint[],
  i_message_id text[],
  i_payload    bytea[],
  i_reference  text[],
  i_hash       bytea[],
  i_order      bigint[],
  i_token      text[]
