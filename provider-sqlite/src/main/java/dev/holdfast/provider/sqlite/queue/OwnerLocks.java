// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.queue;

import dev.holdfast.provider.sqlite.queue.ActivityTable.Place;
import dev.holdfast.provider.sqlite.store.Session;
import dev.holdfast.provider.sqlite.store.WriteTx;
import java.sql.SQLException;
import java.util.List;

/**
 * The live locks of one owner. A lock row keeps the sum of owner and epoch, so that a lock that was
 * taken by code which knows no owners has no owner, whatever the row has in that column.
 *
 * @param instances the keys of locked instances
 * @param activities the places of locked activities
 */
public record OwnerLocks(List<Long> instances, List<Place> activities) {

  private static final String LOCKED_INSTANCES =
      """
      SELECT instance_key FROM holdfast_instance
       WHERE ready_at > ? AND lock_owner - lock_epoch = ?
      """;

  private static final String LOCKED_ACTIVITIES =
      """
      SELECT instance_key, execution_id, activity_id FROM holdfast_activity
       WHERE tag IS NULL AND session_id IS NULL AND ready_at > ?1 AND lock_owner - lock_epoch = ?2
      UNION ALL
      SELECT instance_key, execution_id, activity_id FROM holdfast_activity
       WHERE (tag IS NOT NULL OR session_id IS NOT NULL)
         AND ready_at > ?1 AND lock_owner - lock_epoch = ?2
      """;

  private static final String END_INSTANCE =
      """
      UPDATE holdfast_instance
         SET locked_until = ?1, ready_at = ?1, ready_seq = ?2
       WHERE instance_key = ?3 AND ready_at > ?1 AND lock_owner - lock_epoch = ?4
      """;

  private static final String END_ACTIVITY =
      """
      UPDATE holdfast_activity
         SET ready_at = ?1
       WHERE instance_key = ?2 AND execution_id = ?3 AND activity_id = ?4
         AND ready_at > ?1 AND lock_owner - lock_epoch = ?5
      """;

  /**
   * Finds them by reading all rows that are locked, held back or due later; called in a read, so
   * that it does not keep writers waiting.
   */
  public static OwnerLocks find(Session session, long owner, long now) throws SQLException {
    return new OwnerLocks(
        session.list(LOCKED_INSTANCES, row -> row.getLong(1), now, owner),
        session.list(
            LOCKED_ACTIVITIES,
            row -> new Place(row.getLong(1), row.getLong(2), row.getLong(3)),
            now,
            owner));
  }

  /** {@return how many there are} */
  public int size() {
    return instances.size() + activities.size();
  }

  /** Ends those locks that are still this owner's; deliveries stay counted. */
  public void end(WriteTx tx, long owner) throws SQLException {
    long now = tx.now();
    for (long key : instances) {
      if (tx.session().update(END_INSTANCE, now, tx.next(), key, owner) > 0) {
        tx.orchestrationMayBeReady(key);
      }
    }
    for (Place place : activities) {
      tx.session()
          .update(
              END_ACTIVITY,
              now,
              place.instanceKey(),
              place.executionId(),
              place.activityId(),
              owner);
    }
    if (!activities.isEmpty()) {
      ActivityTable.noteGivenBack(tx.session());
      tx.activitiesMayBeReady();
    }
  }
}
