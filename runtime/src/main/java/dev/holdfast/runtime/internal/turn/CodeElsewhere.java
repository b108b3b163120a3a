// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.turn;

import dev.holdfast.provider.ActivityTask;
import dev.holdfast.runtime.internal.Registry;
import dev.holdfast.runtime.internal.event.StreamWait;
import dev.holdfast.worker.TurnOutput;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells once of each activity that is called here and registered elsewhere, if anywhere: a worker
 * without any activity never fetches one, so that nothing else would say that a registration was
 * forgotten. One with a tag is meant for other workers. Thread-safe.
 */
final class CodeElsewhere {

  private static final Logger LOG = LoggerFactory.getLogger(CodeElsewhere.class);

  /** How many names are remembered; further ones are not told of. */
  private static final int MOST = 1_000;

  private final Registry registry;
  private final Set<String> told = ConcurrentHashMap.newKeySet();

  CodeElsewhere(Registry registry) {
    this.registry = registry;
  }

  /** Looks at a turn that was stored. */
  void stored(TurnOutput turn) {
    for (ActivityTask task : turn.activities()) {
      String name = task.name();
      if (registry.activity(name) == null
          && task.tag() == null
          && !isOfTheEngine(name)
          && told.size() < MOST
          && told.add(name)) {
        LOG.info(
            "instance {} calls the activity \"{}\", which is not registered here; it waits for a"
                + " worker that has it",
            task.identity().instanceId(),
            name);
      }
    }
  }

  /** Workers that have any activity wait for events of streams too. */
  private boolean isOfTheEngine(String name) {
    return name.equals(StreamWait.ACTIVITY) && !registry.activities().isEmpty();
  }
}
