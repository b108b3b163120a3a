// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.mutants;

import java.util.List;

/** All mutants of this provider's SQL. */
final class SqlMutants {

  private static final String INSTANCES = "queue.InstanceTable";
  private static final String MESSAGES = "queue.MessageTable";
  private static final String ACTIVITIES = "queue.ActivityTable";
  private static final String HISTORY = "queue.HistoryTable";
  private static final String EXECUTIONS = "queue.ExecutionTable";
  private static final String MESSAGE_IDS = "queue.MessageIdTable";
  private static final String LEASES = "state.SqliteLeaseRows";
  private static final String AUDIT = "state.SqliteAuditRows";
  private static final String INBOXES = "state.InboxWriter";
  private static final String INBOX_ROWS = "state.SqliteInboxRows";
  private static final String PROJECTIONS = "stream.ProjectionTable";
  private static final String UPDATES = "stream.ProjectionWriter";
  private static final String NOTHING = "DELETE FROM holdfast_counter WHERE id = 0";

  static final List<SqlMutant> ALL =
      List.of(
          SqlMutant.of(
              "a-later-parent-replaces-the-first",
              "CREATE-10",
              "The parent link follows the latest ack that gives one.",
              INSTANCES,
              "UPDATE holdfast_instance SET\n",
              "UPDATE holdfast_instance SET parent_instance_id = coalesce(?3,"
                  + " parent_instance_id),\n"),
          SqlMutant.of(
              "an-absent-version-clears-the-version",
              "CREATE-11,CREATE-04",
              "An ack without a version takes away the version that was there.",
              INSTANCES,
              "coalesce(?2, version)",
              "?2"),
          SqlMutant.of(
              "instances-in-order-of-birth",
              "FETCH-06,FETCH-07",
              "Ready instances are delivered in the order in which they were first heard of.",
              INSTANCES,
              "ORDER BY ready_at, ready_seq",
              "ORDER BY instance_key"),
          SqlMutant.of(
              "pages-overlap",
              "FETCH-11",
              "A page of history begins with the event that the last one ended with.",
              HISTORY,
              "event_id > ?",
              "event_id >= ?"),
          SqlMutant.of(
              "last-event-of-any-execution",
              "FETCH-10,FETCH-11",
              "The last event id is that of all executions so far.",
              HISTORY,
              "max(event_id) FROM holdfast_history WHERE instance_key = ? AND execution_id = ?",
              "max(event_id) FROM holdfast_history WHERE instance_key = ? AND execution_id <= ?"),
          SqlMutant.of(
              "locked-stays-ready",
              "LOCK-01,LOCK-09",
              "A locked instance stays among the ready ones.",
              INSTANCES,
              "SET lock_epoch = ?, locked_until = ?, ready_at = ?, ready_seq = ?,",
              "SET lock_epoch = ?, locked_until = ?, ready_at = min(ready_at, ?), ready_seq = ?,"),
          SqlMutant.of(
              "the-ack-deletes-what-came-later",
              "LOCK-06",
              "An ack deletes all visible messages and not only its batch.",
              MESSAGES,
              "visible_at <= ? AND seq <= ?",
              "? > 0 AND ? > 0"),
          SqlMutant.of(
              "activities-locked-a-tick-long",
              "EXPIRY-01",
              "An activity is held at the end of its lock.",
              ACTIVITIES,
              "a.ready_at <= ?",
              "a.ready_at < ?"),
          SqlMutant.of(
              "renewal-widens-the-batch",
              "EXPIRY-08",
              "A renewal takes messages that came meanwhile into the batch.",
              INSTANCES,
              "SET locked_until = ?, ready_at = ? WHERE",
              "SET locked_until = ?, ready_at = ?, batch_seq = batch_seq + 1000 WHERE"),
          SqlMutant.of(
              "a-message-ends-the-delay",
              "EXPIRY-12",
              "The delay of an abandoned instance is forgotten when a message comes.",
              INSTANCES,
              "SET lock_epoch = 0, locked_until = ?, ready_at",
              "SET lock_epoch = 0, locked_until = 0 * ?, ready_at"),
          SqlMutant.of(
              "abandon-keeps-the-token",
              "EXPIRY-13",
              "The token is good for a second abandon.",
              INSTANCES,
              "SET lock_epoch = 0, locked_until = ?, ready_at",
              "SET lock_epoch = lock_epoch, locked_until = ?, ready_at"),
          SqlMutant.of(
                  "every-statement-commits",
                  "ATOM-01",
                  "There is no transaction around the statements of an ack.",
                  "store.WriteCombiner",
                  "BEGIN IMMEDIATE",
                  NOTHING)
              .and("COMMIT", NOTHING),
          SqlMutant.of(
              "duplicates-are-not-looked-up",
              "ATOM-05",
              "An event id that is taken is refused as being out of order.",
              HISTORY,
              "SELECT 1 FROM holdfast_history\n"
                  + " WHERE instance_key = ? AND execution_id = ? AND event_id = ?",
              "SELECT 1 FROM holdfast_history\n"
                  + " WHERE instance_key = ? AND execution_id = ? AND event_id = -?"),
          SqlMutant.of(
              "forgets-the-acked-token",
              "ATOM-08",
              "The token that was acked last is not stored.",
              INSTANCES,
              "acked_epoch = ?6",
              "acked_epoch = 0 * ?6"),
          SqlMutant.of(
              "forgets-acked-activities",
              "ATOM-15",
              "The completion does not tell which token enqueued it.",
              MESSAGES,
              "activity_epoch = ?2",
              "activity_epoch = -?2"),
          SqlMutant.of(
              "acked-activities-by-epoch",
              "LOCK-10",
              "The repeat of an activity's ack is recognised by its epoch, under any identity.",
              MESSAGES,
              "activity_execution = ?3 AND activity_id = ?4",
              "?3 = ?3 AND ?4 = ?4"),
          SqlMutant.of(
              "merged-completions-leave-no-mark",
              "ATOM-15",
              "A completion that is equal to a queued message does not tell which token sent it.",
              MESSAGES,
              "coalesce(merged_acks, '') || ?",
              "iif(? = '', '', merged_acks)"),
          SqlMutant.of(
              "message-ids-are-global",
              "QUEUE-10",
              "A message id is looked up in all instances.",
              MESSAGE_IDS,
              "WHERE instance_key = ? AND message_id = ?",
              "WHERE instance_key >= min(0, ?) AND message_id = ?"),
          SqlMutant.of(
              "message-ids-are-never-forgotten",
              "QUEUE-10",
              "Without an instance a message id is remembered after its message was consumed.",
              MESSAGE_IDS,
              "WHERE instance_key = ?1\n",
              "WHERE instance_key = -?1\n"),
          SqlMutant.of(
              "all-orphans-are-dropped",
              "QUEUE-14",
              "Discarding marked orphans discards the others with them.",
              MESSAGES,
              "DELETE FROM holdfast_message\n"
                  + " WHERE instance_key = ? AND visible_at <= ? AND discard_if_unknown = 1",
              "DELETE FROM holdfast_message\n WHERE instance_key = ? AND visible_at <= ?"),
          SqlMutant.of(
              "activities-by-number",
              "QUEUE-18",
              "Activities are delivered in insertion order, whenever they became ready.",
              ACTIVITIES,
              "ORDER BY a.ready_at, a.seq",
              "ORDER BY a.seq"),
          SqlMutant.of(
              "the-last-ack-decides",
              "MULTI-05,MULTI-03",
              "The current execution is the one that was acked last.",
              INSTANCES,
              "max(execution_id, ?5)",
              "?5"),
          SqlMutant.of(
              "the-first-status-stays",
              "MULTI-07",
              "A status is stored only when the execution's row is made.",
              EXECUTIONS,
              "status = coalesce(?3, e.status)",
              "status = e.status"),
          SqlMutant.of(
              "held-activities-survive",
              "CANCEL-03",
              "An activity that is locked is not deleted.",
              ACTIVITIES,
              "DELETE FROM holdfast_activity\n WHERE instance_key = ?",
              "DELETE FROM holdfast_activity\n WHERE lock_epoch = 0 AND instance_key = ?"),
          SqlMutant.of(
              "cancels-in-every-execution",
              "CANCEL-07",
              "The execution is missing in the delete of activities.",
              ACTIVITIES,
              "DELETE FROM holdfast_activity\n WHERE instance_key = ? AND execution_id = ?",
              "DELETE FROM holdfast_activity\n"
                  + " WHERE instance_key = ? AND execution_id >= min(0, ?)"),
          SqlMutant.of(
              "schedules-again",
              "CANCEL-08",
              "Scheduling an identity that is queued makes it ready again.",
              ACTIVITIES,
              "DO NOTHING",
              "DO UPDATE SET ready_at = excluded.ready_at"),
          SqlMutant.of(
              "the-count-survives-the-ack",
              "POISON-02",
              "An ack does not set the delivery count back.",
              INSTANCES,
              "delivery_count = 0",
              "delivery_count = delivery_count"),
          SqlMutant.of(
              "activities-are-not-counted",
              "POISON-01,POISON-03",
              "The delivery count of an activity is not raised.",
              ACTIVITIES,
              "delivery_count = delivery_count + 1",
              "delivery_count = delivery_count"),
          SqlMutant.of(
              "an-ended-lease-is-released",
              "LEASE-08",
              "A token of a lease that has ended releases it.",
              LEASES,
              "epoch = ? AND lease_until > ?",
              "epoch = ? AND lease_until > min(0, ?)"),
          SqlMutant.of(
              "the-label-stays",
              "LEASE-01,LEASE-02,LEASE-07",
              "An acquisition after the end keeps the label of the former holder.",
              LEASES,
              "SET holder = ?2, epoch = ?3",
              "SET epoch = ?3"),
          SqlMutant.of(
              "pages-of-leases-skip-equal-ends",
              "LEASE-12",
              "A page begins behind the end of the last lease, whatever its name.",
              LEASES,
              "(lease_until, name) > (?2, ?3)",
              "(lease_until, 0) > (?2, ?3 IS NULL)"),
          SqlMutant.of(
              "the-bound-is-removed-too",
              "LEASE-13",
              "A clean-up removes what ended at the bound.",
              LEASES,
              "WHERE lease_until < ?",
              "WHERE lease_until <= ?"),
          SqlMutant.of(
              "the-moment-of-a-record-is-removed-too",
              "AUDIT-09",
              "A clean-up removes what was stored at the bound.",
              AUDIT,
              "WHERE stored_at < ?",
              "WHERE stored_at <= ?"),
          SqlMutant.of(
              "the-newest-record-is-removed-first",
              "AUDIT-09",
              "A clean-up begins with the newest record.",
              AUDIT,
              "ORDER BY stored_at, sequence",
              "ORDER BY stored_at DESC, sequence"),
          SqlMutant.of(
              "inbox-ids-are-known-to-all-runs",
              "INBOX-02",
              "A message id is looked up in all inboxes.",
              INBOXES,
              "holdfast_inbox_message_id WHERE inbox_key = (SELECT k.inbox_key FROM holdfast_inbox"
                  + " k WHERE k.run_id = ? AND k.step_id = ? AND k.port = ?)",
              "holdfast_inbox_message_id WHERE ? > '' AND ? > '' AND ? > ''"),
          SqlMutant.of(
              "the-highest-messages-first",
              "INBOX-11",
              "A fetch begins with the message that was appended last.",
              INBOX_ROWS,
              "m.locked_until <= ?\n ORDER BY m.sequence",
              "m.locked_until <= ?\n ORDER BY m.sequence DESC"),
          SqlMutant.of(
              "locked-a-tick-long",
              "INBOX-13",
              "A message is held at the end of its lock.",
              INBOX_ROWS,
              "m.locked_until <= ?",
              "m.locked_until < ?"),
          SqlMutant.of(
              "a-consumed-message-keeps-its-place",
              "TRIGGER-13",
              "An input that was consumed counts among those that wait.",
              INBOXES,
              "locked_until = 0, input_of = NULL",
              "locked_until = 0"),
          SqlMutant.of(
              "the-last-cursor-stays",
              "TRIGGER-12",
              "The cursor is that of the input that was delivered last.",
              INBOXES,
              "(cursor_order IS NULL OR cursor_order < ?2)",
              "(cursor_order IS NULL OR ?2 = ?2)"),
          SqlMutant.of(
              "the-moment-of-consumption-is-removed-too",
              "INBOX-21",
              "A clean-up removes what was consumed at the bound.",
              INBOX_ROWS,
              "WHERE consumed_at < ?",
              "WHERE consumed_at <= ?"),
          SqlMutant.of(
              "the-number-of-the-bound-is-removed-too",
              "INBOX-21",
              "A clean-up of one inbox removes the message at the bound.",
              INBOX_ROWS,
              "sequence < ? AND consumed_at",
              "sequence <= ? AND consumed_at"),
          SqlMutant.of(
              "ids-go-with-their-messages",
              "INBOX-09",
              "The next clean-up forgets an id, however short its time has been.",
              INBOX_ROWS,
              "WHERE removed_at <= ?",
              "WHERE removed_at <= 9000000000000000 + 0 * ?"),
          SqlMutant.of(
              "ids-are-kept-for-ever",
              "INBOX-24",
              "No clean-up forgets an id.",
              INBOX_ROWS,
              "WHERE removed_at <= ?",
              "WHERE removed_at <= -?"),
          SqlMutant.of(
              "inboxes-outlive-their-run",
              "RUN-26",
              "Deleting a run leaves the numbers of its inboxes.",
              INBOXES,
              "DELETE FROM holdfast_inbox WHERE run_id = ?",
              "DELETE FROM holdfast_inbox WHERE run_id = -?"),
          SqlMutant.of(
              "all-shards-move-together",
              "PROJECTION-07",
              "An update moves the checkpoints of all shards.",
              UPDATES,
              "SET position = ?, updated_at = ?\n WHERE generation_key = ? AND shard = ?",
              "SET position = ?, updated_at = ?\n WHERE generation_key = ? AND shard >= 0 * ?"),
          SqlMutant.of(
              "the-checkpoint-of-another-shard",
              "PROJECTION-05,PROJECTION-07",
              "The checkpoint that is compared is that of the first shard.",
              UPDATES,
              "FROM holdfast_checkpoint WHERE generation_key = ? AND shard = ?",
              "FROM holdfast_checkpoint WHERE generation_key = ? AND shard = 0 * ?"),
          SqlMutant.of(
              "removed-from-all-generations",
              "PROJECTION-15",
              "A row is removed from every generation.",
              UPDATES,
              "DELETE FROM holdfast_projection_row WHERE generation_key = ?",
              "DELETE FROM holdfast_projection_row WHERE generation_key > 0 * ?"),
          SqlMutant.of(
              "versions-of-rows-begin-again",
              "PROJECTION-10",
              "The version of a row is counted by the row.",
              UPDATES,
              "VALUES (?1, ?2, ?3, ?4, ?5)\n"
                  + "ON CONFLICT (generation_key, key) DO UPDATE SET version = ?3",
              "VALUES (?1, ?2, 1 + 0 * ?3, ?4, ?5)\nON CONFLICT (generation_key, key) DO UPDATE SET"
                  + " version = version + 1"),
          SqlMutant.of(
              "unparks-all-from-there-on",
              "PROJECTION-27",
              "All events from the position on are unparked.",
              UPDATES,
              "DELETE FROM holdfast_parked_event WHERE generation_key = ? AND position = ?",
              "DELETE FROM holdfast_parked_event WHERE generation_key = ? AND position >= ?"),
          SqlMutant.of(
              "the-first-error-stays",
              "PROJECTION-27",
              "What is parked again keeps what was said of it.",
              UPDATES,
              "error = ?8",
              "error = CASE WHEN ?8 = '' THEN '' ELSE error END"),
          SqlMutant.of(
              "the-first-shard-decides-the-switch",
              "PROJECTION-17",
              "A switch looks at the shard that has got furthest.",
              PROJECTIONS,
              "SELECT min(position)",
              "SELECT max(position)"),
          SqlMutant.of(
              "a-drop-takes-more-than-it-may",
              "PROJECTION-20",
              "A step of a drop removes ten times as many rows.",
              PROJECTIONS,
              "ORDER BY r.key LIMIT ?",
              "ORDER BY r.key LIMIT 10 * ?"));

  private SqlMutants() {}
}
