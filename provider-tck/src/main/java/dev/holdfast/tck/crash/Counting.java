// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.crash;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.stream.ProjectionRow;
import dev.holdfast.provider.stream.Projections;
import dev.holdfast.provider.stream.RowChange;
import dev.holdfast.provider.stream.StreamEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A projection that counts events by the id of their stream. Stateless. */
public final class Counting {

  private Counting() {}

  /**
   * The row changes that count some more events.
   *
   * @param calls the projections
   * @param projection the name
   * @param generation the generation
   * @param events the events
   * @param blind whether rows are put whatever version they are at; the checkpoint decides then
   * @return the changes
   */
  public static List<RowChange> rows(
      Projections calls,
      String projection,
      int generation,
      List<StreamEvent> events,
      boolean blind) {
    Map<String, Long> more = new TreeMap<>();
    events.forEach(event -> more.merge(event.stream().id(), 1L, Long::sum));
    List<RowChange> rows = new ArrayList<>();
    more.forEach((key, count) ->
        rows.add(row(calls.row(projection, generation, key).row(), key, count, blind)));
    return rows;
  }

  private static RowChange row(
      @Nullable ProjectionRow there, String key, long count, boolean blind) {
    long before = there == null ? 0 : Long.parseLong(there.value().asUtf8());
    long version = there == null ? 0 : there.version();
    return new RowChange.Put(
        key, Payload.utf8(String.valueOf(before + count)), blind ? null : version);
  }
}
