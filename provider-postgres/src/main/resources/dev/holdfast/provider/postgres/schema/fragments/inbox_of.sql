-- Which inbox a key is of; {of} is what the names of its parts begin with.
i.run_id = {of}run_id AND i.step_id = {of}step_id AND i.port = {of}port
