-- Passes on the only turn of a call, which concerns only its own instance, as lists.
t_on_execution => ARRAY[t_on_execution], t_on_event => ARRAY[t_on_event], t_execution => ARRAY[t_execution],
t_name => ARRAY[t_name], t_version => ARRAY[t_version], t_parent => ARRAY[t_parent], t_status => ARRAY[t_status],
t_ended => ARRAY[t_ended], t_output => ARRAY[t_output], t_first_event => ARRAY[t_first_event],
t_ascending => ARRAY[t_ascending],
e_ack => array_fill(1, ARRAY[cardinality(e_id)]), e_id => e_id, e_kind => e_kind, e_data => e_data,
e_recorded_at => e_recorded_at,
a_ack => array_fill(1, ARRAY[cardinality(a_id)]), a_id => a_id, a_name => a_name, a_input => a_input,
a_orchestration => a_orchestration, a_version => a_version, a_lock_for => a_lock_for, a_tag => a_tag, a_session => a_session,
x_ack => '{}', x_pin => '{}', x_set => '{}', x_value => '{}', s_ack => '{}', s_key => '{}',
s_value => '{}',
c_ack => '{}', c_execution => '{}', c_activity => '{}', o_ack => '{}', o_to => '{}',
o_kind => '{}', o_body => '{}', o_due_at => '{}', o_due_in => '{}', o_start_name => '{}', o_start_version => '{}',
o_start_parent => '{}', o_message_id => '{}', o_hash => '{}', o_drop => '{}'
