// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.retention;

import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.SnapshotInfo;
import dev.holdfast.provider.stream.Snapshots;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.StreamInfo;
import dev.holdfast.provider.stream.StreamList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds the snapshots that go. Not thread-safe. */
final class SnapshotSweep {

  private final Parts store;
  private final Removal removal;

  SnapshotSweep(Parts store, Removal removal) {
    this.store = store;
    this.removal = removal;
  }

  long run(List<SnapshotRule> rules) {
    return rules.stream().mapToLong(this::run).sum();
  }

  private long run(SnapshotRule rule) {
    EventStreams streams = store.need(EventStreams.class);
    int page = streams.limits().maxPageSize();
    long all = 0;
    String after = null;
    while (removal.mayGoOn()) {
      StreamList list = streams.streams(rule.category(), after, page);
      for (StreamInfo stream : list.streams()) {
        all += run(stream.stream(), rule.keep(), page);
      }
      after = list.nextAfterId();
      if (after == null) {
        break;
      }
    }
    return all;
  }

  private long run(StreamId stream, int keep, int page) {
    Map<String, Integer> seen = new LinkedHashMap<>();
    Map<String, Long> going = new LinkedHashMap<>();
    for (SnapshotInfo one : store.need(Snapshots.class).list(stream, page)) {
      int newer = seen.merge(one.schema(), 1, Integer::sum) - 1;
      if (newer >= keep && !one.anchor()) {
        going.merge(one.schema(), 1L, Long::sum);
      }
    }
    long all = 0;
    for (Map.Entry<String, Long> schema : going.entrySet()) {
      if (!removal.mayGoOn()) {
        break;
      }
      all += removal.snapshots(stream, schema.getKey(), keep, schema.getValue());
    }
    return all;
  }
}
