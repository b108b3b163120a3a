-- Passes on the parameters of state_parameters.
s_what => s_what, s_run => s_run, s_step => s_step, s_version => s_version, s_status => s_status, s_payload => s_payload,
s_suspends => s_suspends, s_suspension_step => s_suspension_step, s_suspension_reason => s_suspension_reason,
s_suspension_state => s_suspension_state, s_suspension_metadata => s_suspension_metadata, s_error => s_error,
s_retryable => s_retryable, s_steps => s_steps
