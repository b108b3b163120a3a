-- Passes on the parameters of turn_parameters, as arrays, and of turns_content.
t_on_execution => t_on_execution, t_on_event => t_on_event, t_on_event_at => t_on_event_at, t_execution => t_execution, t_name => t_name,
t_version => t_version, t_parent => t_parent, t_status => t_status, t_ended => t_ended, t_output => t_output,
t_first_event => t_first_event, t_ascending => t_ascending,
e_ack => e_ack, e_id => e_id, e_kind => e_kind, e_data => e_data, e_recorded_at => e_recorded_at,
a_ack => a_ack, a_id => a_id, a_name => a_name, a_input => a_input, a_orchestration => a_orchestration,
a_version => a_version, a_lock_for => a_lock_for, a_tag => a_tag, a_session => a_session,
x_ack => x_ack, x_pin => x_pin, x_set => x_set, x_value => x_value,
c_ack => c_ack, c_execution => c_execution, c_activity => c_activity,
o_ack => o_ack, o_to => o_to, :include(message_arguments; m = o_; open =; close =)
