-- Passes on the parameters of turns_content but those of messages.
e_ack => e_ack, e_id => e_id, e_kind => e_kind, e_data => e_data, e_recorded_at => e_recorded_at,
a_ack => a_ack, a_id => a_id, a_name => a_name, a_input => a_input, a_orchestration => a_orchestration,
a_version => a_version, a_lock_for => a_lock_for, a_tag => a_tag, a_session => a_session,
x_ack => x_ack, x_pin => x_pin, x_set => x_set, x_value => x_value, s_ack => s_ack, s_key => s_key, s_value => s_value,
c_ack => c_ack, c_execution => c_execution, c_activity => c_activity
