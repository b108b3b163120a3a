// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.TagFilter;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Parked;
import dev.holdfast.tck.words.Payloads;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.Snapshot;
import dev.holdfast.tck.words.StoreUnderTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Fetches of activities that take a part of them only. */
@RuleFamily("QUEUE")
final class ActivityFilterRules {

  private static final int AHEAD = 1_200;
  private static final int NAMES = 1_000;

  /**
   * A fetch with the tag filter {@code none} gets nothing and changes nothing, whatever is
   * declared.
   *
   * <p><b>Shape:</b> two activities are ready; fetches with {@code none}, at once and with a wait,
   * come back empty and leave everything as it was; a plain fetch gets both with count 1.
   */
  @Rule("QUEUE-23")
  void aFetchForNoTagGetsNothing(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.schedule("order", 1, 2);
    Snapshot before = store.snapshot("order");
    ActivityFetch nothing =
        ActivityFetch.of(Handle.ALL, store.lockFor()).withTagFilter(TagFilter.none());

    Expect.none(
        "A fetch with the tag filter none got something.",
        first.provider().fetchActivityItems(nothing));
    Duration wait = store.pace().prompt();
    try (Parked<List<ActivityItem>> waiting =
        Parked.beginning(
            () -> store.second().provider().fetchActivityItems(nothing.withWaitUpTo(wait)))) {
      Expect.none("A waiting fetch with the tag filter none got something.", waiting.answer());
      Expect.that(
          "A fetch with the tag filter none that was to wait %s came back after %s."
              .formatted(wait, waiting.took()),
          waiting.took().compareTo(wait) >= 0);
    }

    store.expectUnchanged("A fetch with the tag filter none changed something.", before);
    List<ActivityItem> items = first.fetchActivities(Handle.ALL);
    Expect.equal("The activities are not there any more.", 2, items.size());
    for (ActivityItem item : items) {
      Expect.equal("A fetch that got nothing counted.", 1, item.deliveryCount());
    }
  }

  /**
   * A fetch gets the activities whose names are served, exactly, and leaves all others as they are.
   *
   * <p><b>Shape:</b> activities whose names resemble each other; for each name a fetch gets exactly
   * its own; what is passed by has not changed, and comes with count 1 in the end.
   */
  @Rule("QUEUE-24")
  void onlyActivitiesThatAreServedAreDelivered(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    List<String> names = List.of("pay", "Pay", "pay ", "paying", Sample.NAME, "ship");
    schedule(first, names);
    Expect.none(
        "An activity was delivered that is not served.", fetch(first, "nobody", "pays", "PAY"));
    for (int n = 0; n < names.size() - 1; n++) {
      List<ActivityItem> items = fetch(n % 2 == 0 ? first : store.second(), names.get(n));
      Expect.equal(
          "A fetch did not get exactly the activities named \"%s\".".formatted(names.get(n)),
          List.of(n + 1L),
          numbers(items));
      Expect.equal(
          "A delivery that passed others by was counted.", 1, items.get(0).deliveryCount());
      Snapshot before = store.snapshot("order");
      Expect.none("An activity was delivered twice.", fetch(first, names.get(n)));
      store.expectUnchanged("A fetch changed activities that it passed by.", before);
    }
    ActivityItem last = store.second().fetchActivity(names.size());
    Expect.equal("What was passed by was counted.", 1, last.deliveryCount());
  }

  /**
   * What is passed by hides nothing behind it and keeps its place; many names are taken, and an
   * empty set is refused.
   *
   * <p><b>Shape:</b> more than a thousand ready activities of other names, then one that is served:
   * a fetch with max 1 gets that one, also when it names 1,000; then nothing; time moves, and one
   * more is scheduled: a fetch without a filter gets the oldest one first, with count 1.
   */
  @Rule("QUEUE-24")
  void activitiesThatArePassedByHideNothingAndKeepTheirPlace(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    List<String> names = new ArrayList<>(Collections.nCopies(AHEAD, "other"));
    schedule(first, names);
    store.moveTime(store.tick());
    first.poke("order");
    first.turn(first.fetchOne("order")).activity(task(AHEAD + 1, "served")).apply();
    Set<String> many = new HashSet<>(Set.of("served"));
    for (int n = 1; n < NAMES; n++) {
      many.add("activity with a name of some length, number " + n);
    }
    ActivityFetch one = ActivityFetch.of(1, store.lockFor());

    List<ActivityItem> items = first.provider().fetchActivityItems(one.withServed(many));
    Expect.equal(
        "An activity is hidden by others that are not served.",
        List.of(AHEAD + 1L),
        numbers(items));
    first.provider().ackActivityItem(ActivityAck.of(items.get(0).lockToken(), null));
    Expect.none(
        "An activity was delivered that is not served.",
        store.second().provider().fetchActivityItems(one.withServed(many)));
    Expect.invalid(
        "A fetch for no activity was accepted.",
        () -> first.provider().fetchActivityItems(one.withServed(Set.of())));
    store.moveTime(store.lockFor());
    first.poke("order");
    first.turn(first.fetchOne("order")).activity(task(AHEAD + 2, "other")).apply();
    ActivityItem oldest = store.second().fetchActivity(1);
    Expect.equal("What was passed by was counted.", 1, oldest.deliveryCount());
  }

  /**
   * A waiting fetch goes on waiting while others' activities come, and gets its own in time, also
   * one that comes back.
   *
   * <p><b>Shape:</b> a fetch for one name waits on B; an activity of another name is scheduled; it
   * waits on; one of its own comes; another fetch waits until that one's lock has ended.
   */
  @Rule("QUEUE-24")
  void aWaitingFetchGetsItsOwnActivities(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    ActivityFetch fetch =
        ActivityFetch.of(1, store.lockFor())
            .withServed(Set.of("pay"))
            .withWaitUpTo(Waiters.longWait(store));
    try (Parked<List<ActivityItem>> waiting =
        Parked.call(store.pace(), () -> store.second().provider().fetchActivityItems(fetch))) {
      schedule(first, List.of("other", "paying"));
      first.poke("order");
      first.turn(first.fetchOne("order")).activity(task(3, "pay")).apply();
      expectOwn(store, waiting);
    }
    try (Parked<List<ActivityItem>> waiting =
        Parked.call(store.pace(), () -> store.second().provider().fetchActivityItems(fetch))) {
      store.moveTime(store.lockFor());
      expectOwn(store, waiting);
    }
    List<ActivityItem> others = first.fetchActivities(Handle.ALL);
    Expect.equal("What was passed by is not there.", List.of(1L, 2L), numbers(others));
    others.forEach(
        item -> Expect.equal("What was passed by was counted.", 1, item.deliveryCount()));
  }

  private static void expectOwn(StoreUnderTest store, Parked<List<ActivityItem>> waiting) {
    Expect.equal(
        "A waiting fetch was not given the activity that is served.",
        List.of(3L),
        numbers(
            waiting.within(
                "A waiting fetch was not woken within the bound by what it serves.",
                Waiters.bound(store))));
  }

  /**
   * An answer ends before the first activity that does not fit, the first one comes whatever its
   * size, and what is left out is neither locked nor counted.
   *
   * <p><b>Shape:</b> activities with inputs of 100, 100, 101 and 1 bytes: bounds of 1 to 302 bytes
   * bring one to four of them, and never the last without the third; a bound below one is refused.
   */
  @Rule("QUEUE-25")
  void anAnswerOfActivitiesIsBoundedInBytes(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    Map<Long, Integer> bounds =
        Map.of(1L, 1, 99L, 1, 199L, 1, 200L, 2, 300L, 2, 301L, 3, 302L, 4, Long.MAX_VALUE, 4);
    bounds.forEach((bound, count) -> {
      first.poke("order");
      first
          .turn(first.fetchOne("order"))
          .activity(sized(1, 100))
          .activity(sized(2, 100))
          .activity(sized(3, 101))
          .activity(sized(4, 1))
          .apply();
      List<ActivityItem> items = first.provider().fetchActivityItems(bounded(store, bound));
      Expect.equal(
          "A fetch with at most %d bytes did not bring the first %d activities."
              .formatted(bound, count),
          List.of(1L, 2L, 3L, 4L).subList(0, count),
          numbers(items));
      List<ActivityItem> rest = store.second().fetchActivities(Handle.ALL);
      Expect.equal(
          "What was left out is not there.",
          List.of(1L, 2L, 3L, 4L).subList(count, 4),
          numbers(rest));
      rest.forEach(item -> Expect.equal("What was left out was counted.", 1, item.deliveryCount()));
      for (ActivityItem item : Stream.concat(items.stream(), rest.stream()).toList()) {
        Expect.applied(first.provider().ackActivityItem(ActivityAck.of(item.lockToken(), null)));
      }
    });
    for (long bound : new long[] {0, -1}) {
      Expect.invalid(
          "A fetch with at most %d bytes was accepted.".formatted(bound),
          () -> first.provider().fetchActivityItems(bounded(store, bound)));
    }
  }

  private static ActivityFetch bounded(StoreUnderTest store, long bound) {
    return ActivityFetch.of(Handle.ALL, store.lockFor()).withMaxBytes(bound);
  }

  private static ActivityTask sized(long id, int size) {
    return ActivityTask.builder(
            new ActivityIdentity("order", 1, id), "activity", Payloads.ofSize(size), Sample.NAME)
        .build();
  }

  /** Schedules activities of these names, numbered from 1. */
  private static void schedule(Handle first, List<String> names) {
    first.poke("order");
    var turn = first.turn(first.fetchOne("order"));
    for (int n = 0; n < names.size(); n++) {
      turn.activity(task(n + 1, names.get(n)));
    }
    turn.apply();
  }

  private static ActivityTask task(long id, String name) {
    return ActivityTask.builder(
            new ActivityIdentity("order", 1, id), name, Payload.empty(), Sample.NAME)
        .build();
  }

  private static List<ActivityItem> fetch(Handle handle, String... names) {
    return handle
        .provider()
        .fetchActivityItems(
            ActivityFetch.of(Handle.ALL, handle.lockFor()).withServed(Set.of(names)));
  }

  private static List<Long> numbers(List<ActivityItem> items) {
    return items.stream().map(item -> item.task().activityId()).toList();
  }
}
