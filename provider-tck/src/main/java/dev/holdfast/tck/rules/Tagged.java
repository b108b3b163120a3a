// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.TagFilter;
import dev.holdfast.tck.FixturePart;
import dev.holdfast.tck.NotMeasured;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Activities with tags, and fetches that ask for them. Stateless. */
final class Tagged {

  /** The instance of {@link #order} and {@link #schedule}. */
  static final String ORDER = "order";

  private Tagged() {}

  /** Ends a test of what only a provider with tags can do. */
  static void requireDeclared(StoreUnderTest store) {
    if (!store.declares(Feature.TAGS)) {
      throw new NotMeasured(FixturePart.FEATURE, Feature.TAGS.name());
    }
  }

  /** A store where an instance schedules activities with these tags, numbered from 1. */
  static Handle order(StoreUnderTest store, @Nullable String... tags) {
    requireDeclared(store);
    Handle first = store.first();
    first.create(ORDER);
    schedule(first, 1, Arrays.asList(tags));
    return first;
  }

  /** Schedules activities with these tags, numbered from a number on. */
  static void schedule(Handle handle, long from, List<? extends @Nullable String> tags) {
    if (tags.isEmpty()) {
      return;
    }
    handle.poke(ORDER);
    var turn = handle.turn(handle.fetchOne(ORDER));
    for (int n = 0; n < tags.size(); n++) {
      turn.activity(task(from + n, tags.get(n)));
    }
    turn.apply();
  }

  static ActivityTask task(long activityId, @Nullable String tag) {
    return task(ORDER, activityId, tag);
  }

  static ActivityTask task(String instanceId, long activityId, @Nullable String tag) {
    return ActivityTask.builder(
            new ActivityIdentity(instanceId, 1, activityId),
            "activity",
            Payload.empty(),
            Sample.NAME)
        .tag(tag)
        .build();
  }

  /** Fetches as many as there are. */
  static List<ActivityItem> fetch(Handle handle, TagFilter filter) {
    return fetch(handle, Handle.ALL, filter);
  }

  static List<ActivityItem> fetch(Handle handle, int max, TagFilter filter) {
    return handle
        .provider()
        .fetchActivityItems(ActivityFetch.of(max, handle.lockFor()).withTagFilter(filter));
  }

  /** Expects activities by their numbers, in this order, each delivered for the first time. */
  static List<ActivityItem> expect(String what, List<ActivityItem> items, long... numbers) {
    Expect.equal(what, Arrays.stream(numbers).boxed().toList(), Claims.numbers(items));
    items.forEach(item ->
        Expect.equal(
            "A delivery was counted that nobody got: %s.".formatted(item.task().identity()),
            1,
            item.deliveryCount()));
    return items;
  }
}
