// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.replay;

import dev.holdfast.runtime.NondeterminismException;
import dev.holdfast.runtime.internal.event.Event;
import dev.holdfast.runtime.internal.event.HistoryEntry;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which version of each change of its code an execution follows. */
final class ChangeVersions {

  private final Execution execution;
  private final Map<String, Integer> chosen = new HashMap<>();

  ChangeVersions(Execution execution) {
    this.execution = execution;
  }

  int version(String change, int min, int max) {
    @Nullable Integer known = chosen.get(change);
    int version = known == null ? execution.guarded(() -> choose(change, max)) : known;
    chosen.put(change, version);
    if (version < min || version > max) {
      String expected = "version %d of change \"%s\"".formatted(version, change);
      String found = "nothing for it, only versions %d to %d".formatted(min, max);
      return execution.guarded(() -> {
        throw new NondeterminismException(
            execution.instanceId(), execution.log().peekId(), expected, found);
      });
    }
    return version;
  }

  /** Code that passed here before there was the change has recorded nothing. */
  private int choose(String change, int max) {
    CommandLog log = execution.log();
    if (log.isReplaying() && !log.isVersionNext(change)) {
      return 0;
    }
    HistoryEntry recorded = log.issue(new Event.VersionChosen(change, max));
    return recorded.event() instanceof Event.VersionChosen choice ? choice.version() : max;
  }
}
