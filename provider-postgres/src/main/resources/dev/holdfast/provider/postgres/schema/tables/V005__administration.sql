-- What operators ask: lists in the order of creation, trees, the oldest completions. Indexes on what changes once in the
-- life of an instance, so that its other updates stay on their page.

CREATE INDEX instance_created ON :schema.instance (created_at DESC, instance_id) WHERE created_at IS NOT NULL;

-- Compared with ids of instances, and in their order.
ALTER TABLE :schema.instance ALTER COLUMN parent_instance_id TYPE text COLLATE "C";

CREATE INDEX instance_parent ON :schema.instance (parent_instance_id) WHERE parent_instance_id IS NOT NULL;

CREATE INDEX execution_completed ON :schema.execution (completed_at, instance_key) WHERE completed_at IS NOT NULL;

-- Failures are what is looked for among many that are none, and what runs among many that have ended.
CREATE INDEX execution_failed ON :schema.execution (instance_key) WHERE status = 'FAILED';
CREATE INDEX execution_running ON :schema.execution (instance_key) WHERE status = 'RUNNING';

-- Instances that have old executions.
CREATE INDEX instance_continued ON :schema.instance (instance_key) WHERE execution_id > 1;

-- NULL in activities that were scheduled before.
ALTER TABLE :schema.activity ADD COLUMN scheduled_at bigint;
