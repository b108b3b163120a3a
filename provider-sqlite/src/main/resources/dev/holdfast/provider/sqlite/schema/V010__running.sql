-- What runs is looked for among many that have ended, and what failed among many that have not: the planner knows neither number.
CREATE INDEX holdfast_execution_running ON holdfast_execution (instance_key) WHERE status = 'RUNNING';
