-- What operators ask: lists in the order of creation, trees, the oldest completions.

CREATE INDEX holdfast_instance_created ON holdfast_instance (created_at DESC, instance_id) WHERE created_at IS NOT NULL;
CREATE INDEX holdfast_instance_parent ON holdfast_instance (parent_instance_id) WHERE parent_instance_id IS NOT NULL;
CREATE INDEX holdfast_execution_completed ON holdfast_execution (completed_at, instance_key) WHERE completed_at IS NOT NULL;

-- Failures are what is looked for among many that are none.
CREATE INDEX holdfast_execution_failed ON holdfast_execution (instance_key) WHERE status = 'FAILED';

-- Instances that have old executions.
CREATE INDEX holdfast_instance_continued ON holdfast_instance (instance_key) WHERE execution_id > 1;

-- NULL in activities that were scheduled before.
ALTER TABLE holdfast_activity ADD COLUMN scheduled_at INTEGER;
