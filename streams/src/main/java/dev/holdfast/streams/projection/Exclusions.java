// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.ParkedEvent;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The events that are not in the rows of a generation though its checkpoint is behind them. */
record Exclusions(Map<StreamId, LogPosition> parkedFrom, Set<LogPosition> positions) {

  static Exclusions of(Site<?, ?> site, int generation) {
    List<ParkedEvent> parked = site.parkedEvents(generation).all();
    Map<StreamId, LogPosition> from = new HashMap<>();
    parked.forEach(event -> from.putIfAbsent(event.stream(), event.position()));
    Set<LogPosition> positions = new HashSet<>(site.meta(generation).dropped());
    return new Exclusions(Map.copyOf(from), Set.copyOf(positions));
  }

  boolean has(StreamEvent event) {
    LogPosition from = parkedFrom.get(event.stream());
    return positions.contains(event.position())
        || (from != null && !event.position().isBefore(from));
  }
}
