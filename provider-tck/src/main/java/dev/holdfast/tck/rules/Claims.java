// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.EagerActivities;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.TagFilter;
import dev.holdfast.tck.FixturePart;
import dev.holdfast.tck.NotMeasured;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Turn;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Claims as tests make them, and the answers to them. Stateless. */
final class Claims {

  private Claims() {}

  /** Ends a test of what only a provider with claims can do. */
  static void requireDeclared(StoreUnderTest store) {
    if (!store.declares(Feature.EAGER_DISPATCH)) {
      throw new NotMeasured(FixturePart.FEATURE, Feature.EAGER_DISPATCH.name());
    }
  }

  /** A claim of the addressed instance, with as much history as a fetch brings. */
  static EagerInstance instance(Duration lockFor) {
    return new EagerInstance(lockFor, OrchestrationFetch.DEFAULT_INLINE_HISTORY, null);
  }

  /** A claim of scheduled activities with neither tag nor session. */
  static EagerActivities activities(int max, Duration lockFor) {
    return new EagerActivities(max, lockFor, TagFilter.untagged(), null);
  }

  /** Acks a turn, which must be applied, and answers the activities that it claimed. */
  static List<ActivityItem> scheduled(Turn turn) {
    return scheduled(turn.ack());
  }

  /** The activities that an applied orchestration ack claimed. */
  static List<ActivityItem> scheduled(AckResult result) {
    AckResult.Applied applied = Expect.applied(result);
    Expect.equal(
        "An orchestration ack claimed an instance.",
        Optional.empty(),
        Optional.ofNullable(applied.eagerInstance()));
    return applied.eagerActivities();
  }

  /** The instance that an applied activity ack claimed. */
  static Optional<OrchestrationItem> completed(AckResult result) {
    AckResult.Applied applied = Expect.applied(result);
    Expect.none("An activity ack claimed activities.", applied.eagerActivities());
    return Optional.ofNullable(applied.eagerInstance());
  }

  /** What was claimed, where something must be. */
  static OrchestrationItem claimed(String what, Optional<OrchestrationItem> item) {
    return item.orElseThrow(() -> Expect.violation(what, "a claimed item", "none"));
  }

  /** The numbers of activities, in their order. */
  static List<Long> numbers(List<ActivityItem> items) {
    return items.stream().map(item -> item.task().activityId()).toList();
  }
}
