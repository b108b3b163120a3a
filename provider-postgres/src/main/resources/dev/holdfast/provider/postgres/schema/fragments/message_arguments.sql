m_kind => {open}m_kind{close}, m_body => {open}m_body{close}, m_due_at => {open}m_due_at{close},
m_due_in => {open}m_due_in{close}, m_start_name => {open}m_start_name{close},
m_start_version => {open}m_start_version{close}, m_start_parent => {open}m_start_parent{close},
m_message_id => {open}m_message_id{close}, m_hash => {open}m_hash{close}, m_drop => {open}m_drop{close}
