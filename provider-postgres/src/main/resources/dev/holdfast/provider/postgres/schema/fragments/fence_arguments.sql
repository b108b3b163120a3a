-- Passes on the parameters of fence_parameters.
f_what => f_what, f_id => f_id, f_execution => f_execution, f_activity => f_activity, f_epoch => f_epoch, f_step => f_step, f_port => f_port
