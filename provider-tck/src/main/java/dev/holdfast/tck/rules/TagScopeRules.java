// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.EagerActivities;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.TagFilter;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Parked;
import dev.holdfast.tck.words.Snapshot;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Together;
import dev.holdfast.tck.words.Turn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Tags and everybody else: what is passed by, other workers, waiting and claims. */
@RuleFamily("TAG")
final class TagScopeRules {

  private static final int FOREIGN = 600;
  private static final int DRAINED = 240;
  private static final int WAITERS = 5;

  /**
   * Foreign activities hide nothing, and are not touched.
   *
   * <p><b>Shape:</b> hundreds of activities of one tag, then one of another and one without: each
   * of their filters gets it at the first fetch, with max 1; what was passed by is unchanged.
   */
  @Rule("TAG-11")
  void foreignActivitiesHideNothing(StoreUnderTest store) {
    Handle first = Tagged.order(store);
    Tagged.schedule(first, 1, Collections.nCopies(FOREIGN, "foreign"));
    store.moveTime(store.tick());
    Tagged.schedule(first, FOREIGN + 1, Arrays.asList("gpu", null));
    String what = "An activity is hidden by %d others.".formatted(FOREIGN);
    Tagged.expect(what, Tagged.fetch(first, 1, TagFilter.tags("gpu")), FOREIGN + 1);
    Tagged.expect(what, Tagged.fetch(first, 1, TagFilter.untaggedOr("cpu")), FOREIGN + 2);
    Expect.equal(
        "Activities are missing that were passed by.",
        FOREIGN,
        Tagged.fetch(store.second(), TagFilter.any()).size());
  }

  /**
   * What a filter leaves out is neither locked nor counted.
   *
   * <p><b>Shape:</b> ten fetches with foreign filters leave everything as it was; the right filter
   * gets the activities with count 1.
   */
  @Rule("TAG-12")
  void whatIsLeftOutIsNotTouched(StoreUnderTest store) {
    Handle first = Tagged.order(store, "gpu", "gpu", "cpu");
    Snapshot before = store.snapshot(Tagged.ORDER);
    for (int n = 0; n < 10; n++) {
      Expect.none("A foreign activity came.", Tagged.fetch(first, TagFilter.tags("x", "y")));
      Expect.none("A foreign activity came.", Tagged.fetch(first, TagFilter.untaggedOr("z")));
      Expect.none("A tagged activity came.", first.fetchActivities(1));
    }
    store.expectUnchanged("A fetch changed what its filter leaves out.", before);
    Tagged.expect(
        "The right filter does not get them.", Tagged.fetch(first, TagFilter.tags("gpu")), 1, 2);
  }

  /**
   * However many fetch at once, each activity is delivered once, and to a filter that matches.
   *
   * <p><b>Shape:</b> activities of tags a and b and without one; together, workers with {@code
   * tags(a)}, {@code tags(b)}, {@code tags(a, b)}, {@code untaggedOr(a)} and {@code any} on both
   * handles fetch until they get nothing.
   */
  @Rule("TAG-13")
  void eachIsDeliveredOnceToAFilterThatMatches(StoreUnderTest store) {
    Handle first = Tagged.order(store);
    List<String> kinds = Arrays.asList("a", "b", null);
    List<String> tags = new ArrayList<>();
    for (int n = 0; n < DRAINED; n++) {
      tags.add(kinds.get(n % kinds.size()));
    }
    Tagged.schedule(first, 1, tags);
    List<TagFilter> filters =
        List.of(
            TagFilter.tags("a"),
            TagFilter.tags("b"),
            TagFilter.tags("a", "b"),
            TagFilter.untaggedOr("a"),
            TagFilter.any());
    Handle second = store.second();
    List<List<ActivityItem>> taken =
        Together.times(filters.size(), n -> drain(n % 2 == 0 ? first : second, filters.get(n)));
    Set<ActivityIdentity> seen = new HashSet<>();
    for (int n = 0; n < filters.size(); n++) {
      for (ActivityItem item : taken.get(n)) {
        Expect.that(
            "%s got an activity with tag %s.".formatted(filters.get(n), item.task().tag()),
            filters.get(n).matches(item.task().tag()));
        Expect.that(
            "An activity was delivered twice: %s.".formatted(item.task().identity()),
            seen.add(item.task().identity()));
        Expect.equal("A delivery was counted twice.", 1, item.deliveryCount());
      }
    }
    Expect.equal("Activities are missing.", DRAINED, seen.size());
  }

  private static List<ActivityItem> drain(Handle handle, TagFilter filter) {
    List<ActivityItem> all = new ArrayList<>();
    List<ActivityItem> items = Tagged.fetch(handle, 3, filter);
    while (!items.isEmpty()) {
      all.addAll(items);
      items = Tagged.fetch(handle, 3, filter);
    }
    return all;
  }

  /**
   * A wider filter gets exactly what the narrower ones have not locked.
   *
   * <p><b>Shape:</b> {@code tags(a)} locks one; {@code any} gets all others; {@code tags(a)} gets
   * nothing more; after the lock ends {@code any} gets that one.
   */
  @Rule("TAG-14")
  void aWiderFilterGetsTheRest(StoreUnderTest store) {
    Handle first = Tagged.order(store, "a", null, "a", "b");
    Tagged.expect("tags(a) does not begin.", Tagged.fetch(first, 1, TagFilter.tags("a")), 1);
    for (ActivityItem item :
        Tagged.expect(
            "any does not get what is not locked.",
            Tagged.fetch(store.second(), TagFilter.any()),
            2,
            3,
            4)) {
      first.complete(item);
    }
    Expect.none("An activity came twice.", Tagged.fetch(first, TagFilter.tags("a")));
    store.moveTime(store.lockFor());
    Expect.equal(
        "any does not get what is free again.",
        List.of(1L),
        Claims.numbers(Tagged.fetch(first, TagFilter.any())));
  }

  /**
   * Each waiter is woken by what it can take, whoever waited first.
   *
   * <p><b>Shape:</b> waiters for a tag each wait on A, and on B; activities come in another order,
   * one at a time: each waiter returns its own within the bound, and one who serves nothing of it
   * waits on.
   */
  @Rule("TAG-16")
  void eachWaiterIsWokenByItsOwn(StoreUnderTest store) {
    Handle first = Tagged.order(store);
    for (Handle handle : List.of(first, store.second())) {
      long from = handle == first ? 1 : WAITERS + 1;
      try (Parked<List<ActivityItem>> foreign = park(store, handle, TagFilter.tags("foreign"))) {
        List<Parked<List<ActivityItem>>> waiters = new ArrayList<>();
        for (int n = 0; n < WAITERS; n++) {
          waiters.add(park(store, handle, TagFilter.tags("tag " + n)));
        }
        for (int n = WAITERS - 1; n >= 0; n--) {
          Tagged.schedule(first, from + n, List.of("tag " + n));
          try (Parked<List<ActivityItem>> waiter = waiters.get(n)) {
            Tagged.expect(
                "A waiting fetch did not get what its filter names.",
                waiter.within(
                    "A waiting fetch was not woken within the bound by what its filter names.",
                    Waiters.bound(store)),
                from + n);
          }
        }
        Expect.that("A waiting fetch got what its filter does not name.", !foreign.isDone());
      }
    }
  }

  private static Parked<List<ActivityItem>> park(
      StoreUnderTest store, Handle handle, TagFilter filter) {
    ActivityFetch fetch =
        ActivityFetch.of(1, store.lockFor())
            .withTagFilter(filter)
            .withWaitUpTo(Waiters.longWait(store));
    return Parked.call(store.pace(), () -> handle.provider().fetchActivityItems(fetch));
  }

  /**
   * A claim takes what a fetch with its filter would.
   *
   * <p><b>Shape:</b> acks that schedule activities without a tag, with a and with b, claim with
   * each filter: what it names is claimed, in its order and with its tag, and the rest is left for
   * the others with count 1.
   */
  @Rule("TAG-03")
  void aClaimTakesWhatAFetchWould(StoreUnderTest store) {
    Tagged.requireDeclared(store);
    Handle first = store.first();
    first.create(Tagged.ORDER);
    List<TagFilter> filters =
        List.of(
            TagFilter.tags("a"),
            TagFilter.tags("a", "b"),
            TagFilter.untaggedOr("b"),
            TagFilter.untagged(),
            TagFilter.any());
    long from = 1;
    for (TagFilter filter : filters) {
      first.poke(Tagged.ORDER);
      Turn turn = first.turn(first.fetchOne(Tagged.ORDER));
      List<String> tags = Arrays.asList("b", null, "a", "a");
      List<Long> wanted = new ArrayList<>();
      for (int n = 0; n < tags.size(); n++) {
        turn.activity(Tagged.task(from + n, tags.get(n)));
        if (filter.matches(tags.get(n)) && store.declares(Feature.EAGER_DISPATCH)) {
          wanted.add(from + n);
        }
      }
      List<ActivityItem> claimed =
          Claims.scheduled(
              turn.eager(new EagerActivities(Handle.ALL, store.lockFor(), filter, null)));
      Expect.equal(
          "A claim with %s did not take what a fetch would.".formatted(filter),
          wanted,
          Claims.numbers(claimed));
      for (ActivityItem item : claimed) {
        Expect.equal(
            "The tag of a claimed activity changed.",
            tags.get((int) (item.task().activityId() - from)),
            item.task().tag());
      }
      Expect.equal(
          "What a claim left out is not there.",
          tags.size() - wanted.size(),
          Tagged.fetch(store.second(), TagFilter.any()).size());
      from += tags.size();
    }
  }
}
