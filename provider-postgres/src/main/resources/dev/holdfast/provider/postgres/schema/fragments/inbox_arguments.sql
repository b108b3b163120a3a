-- Passes on the parameters of inbox_parameters.
i_what => i_what, i_run => i_run, i_step => i_step, i_port => i_port, i_sequence => i_sequence, i_epoch => i_epoch,
i_message_id => i_message_id, i_payload => i_payload, i_reference => i_reference, i_hash => i_hash, i_order => i_order,
i_token => i_token
