// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.plan;

import dev.holdfast.provider.state.InboxKey;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is next in a run. Either something must be there before it can be decided: rows to be made
 * ({@code EnsureStep}), or outputs to be read; then there are no decisions, and the planner is
 * asked again with them. Or the decisions are all that can be done now. Immutable.
 *
 * @param decisions what to do, in order
 * @param toCreate ids of steps that need a row first
 * @param toRead ids of steps whose outputs are needed
 * @param toReceive inboxes whose first pending messages are needed, with the most of each
 * @param wakeUp when to ask again though nothing has happened, for a retry or a time-out; absent
 *     when there is no such time
 */
public record Plan(
    List<Decision> decisions,
    Set<String> toCreate,
    Set<String> toRead,
    Map<InboxKey, Integer> toReceive,
    @Nullable Instant wakeUp) {

  /** The plan of a run for which there is nothing to do. */
  static final Plan NOTHING = new Plan(List.of(), null);

  /** Copies the parts. */
  public Plan {
    decisions = List.copyOf(decisions);
    toCreate = Set.copyOf(toCreate);
    toRead = Set.copyOf(toRead);
    toReceive = Map.copyOf(toReceive);
  }

  /** Creates a plan that is decided. */
  Plan(List<Decision> decisions, @Nullable Instant wakeUp) {
    this(decisions, Set.of(), Set.of(), Map.of(), wakeUp);
  }

  /** {@return whether nothing must be made or read before} */
  public boolean isDecided() {
    return toCreate.isEmpty() && toRead.isEmpty() && toReceive.isEmpty();
  }

  /**
   * Returns the first decisions, as many as fit into one list of changes; the others are made again
   * when these are stored.
   *
   * @param most how many changes the list may have
   * @return the first decisions, all of them if they fit
   */
  public List<Decision> fitting(int most) {
    int left = most;
    for (int i = 0; i < decisions.size(); i++) {
      left -=
          switch (decisions.get(i)) {
            case Decision.Fail fail -> 2;
            case Decision.Receive receive -> 2;
            case Decision.Fire fire -> 2;
            default -> 1;
          };
      if (left < 0) {
        return decisions.subList(0, i);
      }
    }
    return decisions;
  }
}
