// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.TagFilter;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.Parked;
import dev.holdfast.tck.harness.Snapshot;
import dev.holdfast.tck.harness.StoreUnderTest;
import java.time.Duration;
import java.util.List;

/** Fetches of activities that take a part of them only. */
@RuleFamily("QUEUE")
final class ActivityFilterRules {

  /**
   * A fetch with the tag filter {@code none} gets nothing and changes nothing, whatever is
   * declared.
   *
   * <p><b>Shape:</b> two activities are ready; fetches with {@code none}, at once and with a wait,
   * come back empty and leave everything as it was; a plain fetch gets both with count 1.
   *
   * <p><b>If this fails, check:</b> is the filter read at all where tags are not declared? is a
   * filter without tags taken for one without a condition?
   */
  @Rule("QUEUE-23")
  void aFetchForNoTagGetsNothing(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.schedule("order", 1, 2);
    Snapshot before = s.snapshot("order");
    ActivityFetch nothing =
        ActivityFetch.of(Handle.ALL, s.lockFor()).withTagFilter(TagFilter.none());

    Expect.none(
        "A fetch with the tag filter none got something.",
        a.provider().fetchActivityItems(nothing));
    Duration wait = s.pace().prompt();
    try (Parked<List<ActivityItem>> waiting =
        Parked.beginning(() -> s.b().provider().fetchActivityItems(nothing.withWaitUpTo(wait)))) {
      Expect.none("A waiting fetch with the tag filter none got something.", waiting.answer());
      Expect.that(
          "A fetch with the tag filter none that was to wait %s came back after %s."
              .formatted(wait, waiting.took()),
          waiting.took().compareTo(wait) >= 0);
    }

    s.expectUnchanged("A fetch with the tag filter none changed something.", before);
    List<ActivityItem> items = a.fetchActivities(Handle.ALL);
    Expect.equal("The activities are not there any more.", 2, items.size());
    for (ActivityItem item : items) {
      Expect.equal("A fetch that got nothing counted.", 1, item.attemptCount());
    }
  }
}
