-- Passes on the parameters of turn_parameters, as arrays, and of turns_content.
t_on_execution => t_on_execution, t_on_event => t_on_event, t_on_event_at => t_on_event_at, t_execution => t_execution, t_name => t_name,
t_version => t_version, t_parent => t_parent, t_status => t_status, t_ended => t_ended, t_output => t_output,
t_first_event => t_first_event, t_ascending => t_ascending,
:include(content_arguments),
o_ack => o_ack, o_to => o_to, :include(message_arguments; m = o_; open =; close =)
