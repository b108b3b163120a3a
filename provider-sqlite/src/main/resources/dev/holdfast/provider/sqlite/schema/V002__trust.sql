-- Completions tell in full which activity they came from.

-- With activity_epoch, the token that acked the activity. NULL in completions that were stored before.
ALTER TABLE holdfast_message ADD COLUMN activity_execution INTEGER;
ALTER TABLE holdfast_message ADD COLUMN activity_id INTEGER;

-- The tokens of acks whose completion was equal to this message and therefore added none, as /execution.activity.epoch/
ALTER TABLE holdfast_message ADD COLUMN merged_acks TEXT;
