// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.internal;

import dev.holdfast.provider.stream.StreamId;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * States that were loaded or made lately. Each is where a load begins, and never an answer by
 * itself: what is newer is read each time (ES-07). Thread-safe.
 */
final class StateCache<S> {

  private final int most;
  private final Map<StreamId, Folded<S>> states = new LinkedHashMap<>(16, 0.75f, true);

  StateCache(int most) {
    this.most = most;
  }

  synchronized @Nullable Folded<S> get(StreamId stream) {
    return states.get(stream);
  }

  /** Keeps a state, if it is not behind the one that is kept. */
  synchronized void put(Folded<S> folded) {
    if (most == 0 || folded.version() == 0 || folded.parked() != null) {
      return;
    }
    Folded<S> kept = states.get(folded.stream());
    if (kept != null && kept.version() > folded.version()) {
      return;
    }
    states.put(folded.stream(), folded);
    if (states.size() > most) {
      states.remove(states.keySet().iterator().next());
    }
  }
}
