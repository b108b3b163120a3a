-- Completions tell in full which activity they came from.

-- With activity_epoch, the token that acked the activity. NULL in completions that were stored before.
ALTER TABLE holdfast_message ADD COLUMN activity_execution INTEGER;
ALTER TABLE holdfast_message ADD COLUMN activity_id INTEGER;

-- The tokens of acks whose completion was equal to this message and therefore added none, as /execution.activity.epoch/
ALTER TABLE holdfast_message ADD COLUMN merged_acks TEXT;

-- Whose lock it is, so that the locks of a process that has died can be ended: the owner's number plus lock_epoch. It
-- says nothing when the difference is no owner's number, as after a lock by code that knows no owners.
ALTER TABLE holdfast_instance ADD COLUMN lock_owner INTEGER NOT NULL DEFAULT 0;
ALTER TABLE holdfast_activity ADD COLUMN lock_owner INTEGER NOT NULL DEFAULT 0;

-- How often an activity became ready under the number it had: a fetch that remembers how far it has looked must look
-- again at those of that moment.
ALTER TABLE holdfast_counter ADD COLUMN given_back INTEGER NOT NULL DEFAULT 0;

-- Why an instance or an activity is not moving, as its holder has reported it.
ALTER TABLE holdfast_instance ADD COLUMN problem TEXT;
ALTER TABLE holdfast_instance ADD COLUMN problem_at INTEGER;
ALTER TABLE holdfast_activity ADD COLUMN problem TEXT;
ALTER TABLE holdfast_activity ADD COLUMN problem_at INTEGER;

CREATE INDEX holdfast_activity_problem ON holdfast_activity (instance_key, problem_at) WHERE problem IS NOT NULL;
