// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker.internal;

import dev.holdfast.provider.OrchestrationCode;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.worker.ActivityHandler;
import dev.holdfast.worker.TurnHandler;
import dev.holdfast.worker.internal.util.Told;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The engines of a worker, and which of them has the code of what. Immutable. */
public final class Engines {

  private static final Logger LOG = LoggerFactory.getLogger(Engines.class);

  private final List<TurnHandler> turns;
  private final Map<OrchestrationCode, TurnHandler> byCode = new HashMap<>();
  private final Map<String, ActivityHandler> byName = new HashMap<>();
  private final @Nullable TurnHandler firstTurns;
  private final @Nullable ActivityHandler firstActivities;

  /**
   * Asks the engines what they have.
   *
   * @throws IllegalArgumentException when two have the same
   */
  public Engines(List<TurnHandler> turns, List<ActivityHandler> activities) {
    this.turns = List.copyOf(turns);
    TurnHandler firstTurns = null;
    for (TurnHandler handler : turns) {
      for (OrchestrationCode code : handler.code()) {
        add(byCode, code, handler);
        firstTurns = firstTurns == null ? handler : firstTurns;
      }
    }
    ActivityHandler firstActivities = null;
    for (ActivityHandler handler : activities) {
      for (String name : handler.names()) {
        add(byName, name, handler);
        firstActivities = firstActivities == null ? handler : firstActivities;
      }
    }
    this.firstTurns = firstTurns;
    this.firstActivities = firstActivities;
  }

  private static <K, H> void add(Map<K, H> handlers, K what, H handler) {
    if (handlers.putIfAbsent(what, handler) != null) {
      throw new IllegalArgumentException("two engines have " + what + "; one is to have it");
    }
  }

  Set<OrchestrationCode> code() {
    return Set.copyOf(byCode.keySet());
  }

  Set<String> activities() {
    return Set.copyOf(byName.keySet());
  }

  /** {@return the engines in order} */
  List<TurnHandler> turns() {
    return turns;
  }

  /** {@return the engine that has the code, or null} */
  @Nullable TurnHandler turns(String name, @Nullable String version) {
    return byCode.get(new OrchestrationCode(name, version));
  }

  /**
   * {@return the engine that an instance goes to: that which has its code, the first if it has no
   * name}
   */
  @Nullable TurnHandler turns(OrchestrationItem item) {
    String name = item.name();
    return name == null ? firstTurns : turns(name, item.version());
  }

  /** {@return the engine that ends what none has the code of} */
  TurnHandler firstTurns() {
    return present(firstTurns);
  }

  /** {@return the engine that has the activity, or null} */
  @Nullable ActivityHandler activity(String name) {
    return byName.get(name);
  }

  /** {@return the engine that ends activities which none has} */
  ActivityHandler firstActivities() {
    return present(firstActivities);
  }

  private static <H> H present(@Nullable H handler) {
    if (handler == null) {
      throw new IllegalStateException("nothing is fetched without an engine that has some code");
    }
    return handler;
  }

  /** {@return how many events instances are to bring along} */
  int inlineHistory() {
    int most = 0;
    for (TurnHandler handler : turns) {
      most = Math.max(most, handler.inlineHistory());
    }
    return most;
  }

  void memoryIsShort() {
    turns.forEach(handler -> each(handler::memoryIsShort));
  }

  void close() {
    turns.forEach(handler -> each(handler::close));
  }

  /** What one engine throws does not concern the others. */
  private static void each(Runnable call) {
    try {
      call.run();
    } catch (Throwable e) {
      Told.error(LOG, "an engine failed; going on without", e);
    }
  }
}
