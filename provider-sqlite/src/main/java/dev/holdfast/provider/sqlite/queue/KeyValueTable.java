// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.queue;

import dev.holdfast.provider.KeyValue;
import dev.holdfast.provider.KeyValueMutation;
import dev.holdfast.provider.Limits;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.jdbc.row.Decoding;
import dev.holdfast.provider.jdbc.row.KeyValueChanges;
import dev.holdfast.provider.sqlite.store.Session;
import dev.holdfast.provider.support.RequestChecks;
import dev.holdfast.provider.support.StoreTime;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Small named values of instances. What the running execution changes stands beside what ended ones
 * have left, until it ends (KV-06, KV-07).
 */
public final class KeyValueTable {

  private static final String MARK =
      "UPDATE holdfast_instance SET has_values = 1 WHERE instance_key = ?";

  private static final String SET =
      """
      INSERT INTO holdfast_key_value (instance_key, key, changed_at, value) VALUES (?, ?, ?, ?)
      ON CONFLICT (instance_key, key)
         DO UPDATE SET changed_at = excluded.changed_at, value = excluded.value
      """;

  /** What was never merged is gone; what was merged is hidden. */
  private static final String DROP =
      """
      DELETE FROM holdfast_key_value WHERE instance_key = ?1 AND key = ?2 AND merged_at IS NULL
      """;

  private static final String HIDE =
      """
      UPDATE holdfast_key_value SET changed_at = ?3, value = NULL
       WHERE instance_key = ?1 AND key = ?2
      """;

  private static final String DROP_ALL =
      "DELETE FROM holdfast_key_value WHERE instance_key = ? AND merged_at IS NULL";

  private static final String HIDE_ALL =
      "UPDATE holdfast_key_value SET changed_at = ?2, value = NULL WHERE instance_key = ?1";

  private static final String DROP_CLEARED =
      """
      DELETE FROM holdfast_key_value
       WHERE instance_key = ? AND changed_at IS NOT NULL AND value IS NULL
      """;

  private static final String MERGE =
      """
      UPDATE holdfast_key_value
         SET merged = value, merged_at = changed_at, value = NULL, changed_at = NULL
       WHERE instance_key = ? AND changed_at IS NOT NULL
      """;

  private static final String SNAPSHOT =
      """
      SELECT key, merged_at, merged FROM holdfast_key_value
       WHERE instance_key = ? AND merged_at IS NOT NULL
      """;

  /** What clients see, of an instance that is known. */
  private static final String SEEN_KEYS =
      """
      SELECT key FROM holdfast_key_value
       WHERE instance_key = ? AND (changed_at IS NULL OR value IS NOT NULL)
      """;

  private static final String COUNT_SEEN = "SELECT count(*) FROM (" + SEEN_KEYS + ")";

  private static final int MOST_KEYS = Limits.floor().maxKeysPerInstance();

  private static final String SEEN =
      """
      SELECT k.key, coalesce(k.changed_at, k.merged_at),
             CASE WHEN k.changed_at IS NULL THEN k.merged ELSE k.value END
        FROM holdfast_instance i
        JOIN holdfast_key_value k ON k.instance_key = i.instance_key
       WHERE i.instance_id = ? AND (k.changed_at IS NULL OR k.value IS NOT NULL)
      """;

  private static final String SEEN_ONE = SEEN + " AND k.key = ?";

  private KeyValueTable() {}

  /** {@return why an ack would give an instance too many keys (KV-24); null when it would not} */
  static @Nullable InvalidRequest refusal(
      Session session, String operation, InstanceRow instance, List<KeyValueMutation> mutations)
      throws SQLException {
    KeyValueChanges changes = KeyValueChanges.of(mutations);
    long keys = changes.sets();
    if (keys == 0) {
      return null;
    }
    if (instance.hasValues() && !changes.clearsAll()) {
      keys += Objects.requireNonNull(session.number(COUNT_SEEN, instance.key()));
      if (keys > MOST_KEYS) {
        keys -= changedAmongSeen(session, instance, changes);
      }
    }
    return keys > MOST_KEYS
        ? RequestChecks.tooManyKeys(operation, instance.id(), keys, MOST_KEYS)
        : null;
  }

  private static long changedAmongSeen(
      Session session, InstanceRow instance, KeyValueChanges changes) throws SQLException {
    long[] changed = {0};
    session.visit(
        SEEN_KEYS,
        row -> {
          if (changes.keys().containsKey(row.getString(1))) {
            changed[0]++;
          }
          return true;
        },
        instance.key());
    return changed[0];
  }

  /**
   * Applies the changes of an ack, and makes what the execution has changed part of what ended
   * executions have left, if the ack ends it (KV-10 to KV-13).
   *
   * @param ends whether the ack ends the current execution
   */
  static void change(
      Session session,
      InstanceRow instance,
      List<KeyValueMutation> mutations,
      boolean ends,
      long at)
      throws SQLException {
    KeyValueChanges changes = KeyValueChanges.of(mutations);
    if (!changes.isEmpty()) {
      write(session, instance, changes, at);
    }
    if (ends && (instance.hasValues() || !changes.isEmpty())) {
      session.update(DROP_CLEARED, instance.key());
      session.update(MERGE, instance.key());
    }
  }

  private static void write(Session session, InstanceRow instance, KeyValueChanges changes, long at)
      throws SQLException {
    List<@Nullable Object[]> sets = new ArrayList<>();
    List<@Nullable Object[]> drops = new ArrayList<>();
    List<@Nullable Object[]> hides = new ArrayList<>();
    changes
        .keys()
        .forEach((key, value) -> {
          if (value.isPresent()) {
            sets.add(new @Nullable Object[] {instance.key(), key, at, Rows.bytes(value.get())});
          } else {
            drops.add(new @Nullable Object[] {instance.key(), key});
            hides.add(new @Nullable Object[] {instance.key(), key, at});
          }
        });
    if (instance.hasValues()) {
      if (changes.clearsAll()) {
        session.update(DROP_ALL, instance.key());
        session.update(HIDE_ALL, instance.key(), at);
      }
      session.updateEach(DROP, drops);
      session.updateEach(HIDE, hides);
    } else if (!sets.isEmpty()) {
      session.update(MARK, instance.key());
    }
    session.updateEach(SET, sets);
  }

  /** {@return what ended executions have left, for the item of an instance} */
  static Map<String, KeyValue> snapshot(Session session, InstanceRow instance) throws SQLException {
    return instance.hasValues()
        ? all(session, Delivery.OPERATION, instance.id(), SNAPSHOT, instance.key())
        : Map.of();
  }

  /** {@return what clients see, by key} */
  public static Map<String, KeyValue> read(Session session, String operation, String instanceId)
      throws SQLException {
    return all(session, operation, instanceId, SEEN, instanceId);
  }

  /** {@return what clients see of one key} */
  public static Optional<KeyValue> read(
      Session session, String operation, String instanceId, String key) throws SQLException {
    return Optional.ofNullable(
        all(session, operation, instanceId, SEEN_ONE, instanceId, key).get(key));
  }

  private static Map<String, KeyValue> all(
      Session session,
      String operation,
      String instanceId,
      String sql,
      @Nullable Object... parameters)
      throws SQLException {
    Map<String, KeyValue> values = new LinkedHashMap<>();
    session.visit(
        sql,
        row -> {
          String key = row.getString(1);
          values.put(key, value(operation, instanceId, key, row));
          return true;
        },
        parameters);
    return Map.copyOf(values);
  }

  private static KeyValue value(String operation, String instanceId, String key, ResultSet row)
      throws SQLException {
    return Decoding.decode(
        operation,
        instanceId,
        "the value of key " + key,
        () -> new KeyValue(Rows.payload(row, 3), StoreTime.fromMicros(row.getLong(2))));
  }
}
