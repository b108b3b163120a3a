{m}kind => {open}{m}kind{close}, {m}body => {open}{m}body{close}, {m}due_at => {open}{m}due_at{close},
{m}due_in => {open}{m}due_in{close}, {m}start_name => {open}{m}start_name{close},
{m}start_version => {open}{m}start_version{close}, {m}start_parent => {open}{m}start_parent{close},
{m}message_id => {open}{m}message_id{close}, {m}hash => {open}{m}hash{close}, {m}drop => {open}{m}drop{close}
