// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.streams.internal.json.Jsons;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a comparison of rows with the log came to (ES-25).
 *
 * @param rows how many rows were compared
 * @param events how many events say so
 * @param differences where the two differ, in the order of the keys; none when the rows are right,
 *     and {@link #LISTED} at most
 * @param found how many differences there are, also of those that are not listed
 */
public record Verification(long rows, long events, List<RowDifference> differences, long found) {

  /** How many differences {@link Projector#verify} lists at most. */
  public static final int LISTED = 10_000;

  /** Copies the list. */
  public Verification {
    differences = List.copyOf(differences);
  }

  /**
   * Lists all that was found.
   *
   * @param rows how many rows were compared
   * @param events how many events say so
   * @param differences where the two differ
   */
  public Verification(long rows, long events, List<RowDifference> differences) {
    this(rows, events, differences, differences.size());
  }

  /**
   * Compares two representations of the same rows, such as those of a projection and of a former
   * table.
   *
   * @param stored the one, by key; values that are written as JSON
   * @param expected the other
   * @return where they differ; without positions, and from no events
   */
  public static Verification between(Map<String, ?> stored, Map<String, ?> expected) {
    Set<String> keys = new TreeSet<>(CodePoints::compare);
    keys.addAll(stored.keySet());
    keys.addAll(expected.keySet());
    List<RowDifference> differences = new ArrayList<>();
    for (String key : keys) {
      differences.addAll(
          Differences.of(
              new Audit.Finding(
                  key,
                  payload(stored.get(key)),
                  payload(expected.get(key)),
                  0,
                  LogPosition.START)));
    }
    return new Verification(stored.size(), 0, differences);
  }

  private static @Nullable Payload payload(@Nullable Object value) {
    return value == null ? null : Jsons.write(Jsons.MAPPER, value);
  }

  /** {@return 0 when there is no difference, else 1: what a program may exit with} */
  public int exitCode() {
    return found == 0 ? 0 : 1;
  }
}
