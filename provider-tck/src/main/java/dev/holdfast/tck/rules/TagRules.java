// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.NotSupported;
import dev.holdfast.provider.TagFilter;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Snapshot;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Turn;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** What each tag filter takes, and how tags are stored. */
@RuleFamily("TAG")
final class TagRules {

  private static final int LONGEST = 256;
  private static final int FLOOR = 16;

  /** Tags that resemble each other, or that a pattern, a list or a collation could confuse. */
  private static final List<String> ALIKE =
      List.of(
          "gpu",
          "GPU",
          "gpu2",
          "gpu ",
          "g%",
          "g_u",
          "a,b",
          "'",
          "\u00e9",
          "e\u0301",
          "\ud83d\ude80",
          "a",
          "b");

  /**
   * Tags are honoured where they are declared, and refused where they are not.
   *
   * <p><b>Shape:</b> a turn schedules a tagged activity and a plain one. Declared: the filters get
   * one each. Undeclared: the ack is refused and changes nothing, the turn is applied without the
   * tag, fetches with {@code tags} and {@code untaggedOr} are refused, and {@code untagged} and
   * {@code any} get what there is, with count 1.
   */
  @Rule("TAG-01")
  void tagsAreHonouredOrRefused(StoreUnderTest store) {
    Handle first = store.first();
    first.create(Tagged.ORDER);
    first.poke(Tagged.ORDER);
    OrchestrationItem item = first.fetchOne(Tagged.ORDER);
    Turn turn = first.turn(item).activity(Tagged.task(1, "gpu")).activity(Tagged.task(2, null));
    if (store.declares(Feature.TAGS)) {
      turn.apply();
      String what = "A filter did not get exactly its own activity.";
      Tagged.expect(what, Tagged.fetch(first, TagFilter.untagged()), 2);
      Tagged.expect(what, Tagged.fetch(store.second(), TagFilter.tags("gpu")), 1);
      return;
    }
    Snapshot before = store.snapshot(Tagged.ORDER);
    turn.reject("A tag was accepted that is not declared.", NotSupported.class);
    store.expectUnchanged("An ack that was refused changed something.", before);
    first.turn(item).activities(1, 2).apply();
    for (TagFilter filter : List.of(TagFilter.tags("gpu"), TagFilter.untaggedOr("gpu"))) {
      Expect.thrown(
          "A filter was accepted that is not declared.",
          NotSupported.class,
          () -> Tagged.fetch(first, filter));
    }
    Expect.none("none takes something.", Tagged.fetch(first, TagFilter.none()));
    String what = "A filter that names no tag does not work without tags.";
    Tagged.expect(what, Tagged.fetch(first, 1, TagFilter.untagged()), 1);
    Tagged.expect(what, Tagged.fetch(first, TagFilter.any()), 2);
  }

  /**
   * The default takes what has no tag, in its order.
   *
   * <p><b>Shape:</b> untagged, tagged, untagged: a fetch that names no filter gets the first and
   * the third, one with {@code untagged} then nothing.
   */
  @Rule("TAG-02")
  void theDefaultTakesWhatHasNoTag(StoreUnderTest store) {
    Handle first = Tagged.order(store, null, "gpu", null);
    Tagged.expect(
        "A fetch without a filter took something else than what has no tag.",
        first.fetchActivities(Handle.ALL),
        1,
        3);
    Expect.none(
        "untagged takes a tagged activity.", Tagged.fetch(store.second(), TagFilter.untagged()));
  }

  /**
   * Named tags take what has one of them, in one order.
   *
   * <p><b>Shape:</b> tags c, b, none, a, c: {@code tags(a, c)} gets the first with max 1, and the
   * other two then.
   */
  @Rule("TAG-03")
  void namedTagsTakeWhatHasOneOfThem(StoreUnderTest store) {
    Handle first = Tagged.order(store, "c", "b", null, "a", "c");
    TagFilter filter = TagFilter.tags("a", "c");
    String what = "tags(a, c) took something else than those two tags, in their order.";
    Tagged.expect(what, Tagged.fetch(first, 1, filter), 1);
    Tagged.expect(what, Tagged.fetch(store.second(), filter), 4, 5);
    Expect.none("An activity came twice.", Tagged.fetch(first, filter));
  }

  /**
   * Untagged or named takes both in one insertion order.
   *
   * <p><b>Shape:</b> activities without a tag, of two named tags and of a foreign one, in one turn
   * and in turns of their own, with time between them: what comes, two at a time, is what was
   * scheduled without the foreign ones.
   */
  @Rule("TAG-04")
  void bothKindsComeInOneOrder(StoreUnderTest store) {
    List<String> kinds = List.of("a", "", "x", "b", "", "b", "x", "a", "");
    Handle first = Tagged.order(store);
    List<Long> wanted = new ArrayList<>();
    for (int n = 0; n < kinds.size() * 2; n++) {
      String kind = kinds.get(n % kinds.size());
      if (n >= kinds.size()) {
        store.moveTime(store.tick());
      }
      Tagged.schedule(first, n + 1, Collections.singletonList(kind.isEmpty() ? null : kind));
      if (!kind.equals("x")) {
        wanted.add(n + 1L);
      }
    }
    List<Long> got = new ArrayList<>();
    TagFilter filter = TagFilter.untaggedOr("a", "b");
    List<ActivityItem> items = Tagged.fetch(first, 2, filter);
    while (!items.isEmpty()) {
      got.addAll(Claims.numbers(items));
      items = Tagged.fetch(first, 2, filter);
    }
    Expect.equal("Tagged and untagged activities did not come in one order.", wanted, got);
  }

  /**
   * Any takes everything, and none takes nothing.
   *
   * <p><b>Shape:</b> untagged and differently tagged activities: {@code none} gets nothing; {@code
   * any} gets all, in their order, with count 1.
   */
  @Rule("TAG-05")
  void anyTakesEverythingAndNoneNothing(StoreUnderTest store) {
    Handle first = Tagged.order(store, "a", null, "b", null, "a");
    Snapshot before = store.snapshot(Tagged.ORDER);
    Expect.none("none takes something.", Tagged.fetch(first, TagFilter.none()));
    store.expectUnchanged("A fetch with none changed something.", before);
    Tagged.expect(
        "any does not take everything in its order.",
        Tagged.fetch(store.second(), TagFilter.any()),
        1,
        2,
        3,
        4,
        5);
  }

  /**
   * A filter holds as many names as the limits say, at least sixteen, and never none.
   *
   * <p><b>Shape:</b> as many tags as the limit: one filter with all of them gets each activity, as
   * {@code tags} and as {@code untaggedOr}; one name more is {@code InvalidRequest}, and so is no
   * name; nothing is locked by that.
   */
  @Rule("TAG-06")
  void aFilterHoldsAsManyNamesAsTheLimitsSay(StoreUnderTest store) {
    Tagged.requireDeclared(store);
    int most = store.first().provider().info().limits().maxTagsPerFilter();
    Expect.that("A filter may hold only %d names.".formatted(most), most >= FLOOR);
    int used = Math.min(most, 1_000);
    List<String> names = IntStream.range(0, used).mapToObj(n -> "tag " + n).toList();
    Handle first = Tagged.order(store, names.toArray(String[]::new));
    Expect.thrown(
        "tags without a name was accepted.", InvalidRequest.class, () -> TagFilter.tags());
    Expect.thrown(
        "untaggedOr without a name was accepted.",
        InvalidRequest.class,
        () -> TagFilter.untaggedOr());
    if (used == most) {
      Set<String> tooMany = new LinkedHashSet<>(names);
      tooMany.add("one more");
      for (TagFilter filter :
          List.of(new TagFilter.Tags(tooMany), new TagFilter.UntaggedOr(tooMany))) {
        Expect.thrown(
            "A filter with %d names was accepted.".formatted(most + 1),
            InvalidRequest.class,
            () -> Tagged.fetch(first, filter));
      }
    }
    Set<String> all = new LinkedHashSet<>(names);
    List<ActivityItem> half = Tagged.fetch(first, used / 2, new TagFilter.Tags(all));
    List<ActivityItem> rest = Tagged.fetch(first, new TagFilter.UntaggedOr(all));
    Tagged.expect(
        "A filter with %d names does not get what has the first ones.".formatted(used),
        half,
        IntStream.rangeClosed(1, used / 2).asLongStream().toArray());
    Tagged.expect(
        "A filter with %d names does not get what has the last ones.".formatted(used),
        rest,
        IntStream.rangeClosed(used / 2 + 1, used).asLongStream().toArray());
  }

  /**
   * Tags are compared exactly.
   *
   * <p><b>Shape:</b> activities whose tags resemble each other; each filter of one name gets
   * exactly its own, with its tag.
   */
  @Rule("TAG-07")
  void tagsAreComparedExactly(StoreUnderTest store) {
    Handle first = Tagged.order(store, ALIKE.toArray(String[]::new));
    for (int n = ALIKE.size(); n > 0; n--) {
      String tag = ALIKE.get(n - 1);
      TagFilter filter = n % 2 == 0 ? TagFilter.tags(tag) : TagFilter.untaggedOr(tag);
      List<ActivityItem> items = Tagged.fetch(first, filter);
      Tagged.expect("The filter \"%s\" got something else.".formatted(tag), items, n);
      Expect.equal("A tag came back changed.", tag, items.get(0).task().tag());
    }
  }

  /**
   * Long tags come back whole, and invalid ones are refused before anything is written.
   *
   * <p><b>Shape:</b> 256 units outside the basic plane are stored, and found and returned; two of
   * them differ in their last character; an empty tag, 257 units and a control character are {@code
   * InvalidRequest} in an activity and in a filter, and the store is as before.
   */
  @Rule("TAG-08")
  void longTagsComeBackAndInvalidOnesAreRefused(StoreUnderTest store) {
    String longest = "\ud83d\ude80".repeat(LONGEST / 2);
    String other = "\ud83d\ude80".repeat(LONGEST / 2 - 1) + "\ud83d\ude81";
    Handle first = Tagged.order(store, longest, other);
    Snapshot before = store.snapshot(Tagged.ORDER);
    for (String bad : List.of("", "x".repeat(LONGEST + 1), "a\u0000b", "a\nb", "\ud83d")) {
      Expect.invalid(
          "A filter with an invalid tag was accepted.",
          () -> Tagged.fetch(first, TagFilter.tags(bad)));
      Expect.invalid(
          "A filter with an invalid tag was accepted.",
          () -> Tagged.fetch(first, TagFilter.untaggedOr("good", bad)));
      Expect.invalid("An invalid tag was accepted.", () -> Tagged.task(9, bad));
    }
    store.expectUnchanged("A refused tag changed something.", before);
    for (String tag : List.of(other, longest)) {
      List<ActivityItem> items = Tagged.fetch(store.second(), TagFilter.tags(tag));
      Expect.equal("A long tag was not found exactly once.", 1, items.size());
      Expect.equal("A long tag came back changed.", tag, items.get(0).task().tag());
    }
  }

  /**
   * Each activity of an ack has its own tag, in both forms of ack.
   *
   * <p><b>Shape:</b> a single ack, and a list of three acks of different instances, that schedule
   * activities with tag a, without one and with tag b: each filter gets its own of all four.
   */
  @Rule("TAG-09")
  void eachActivityHasItsOwnTag(StoreUnderTest store) {
    Tagged.requireDeclared(store);
    Handle first = store.first();
    List<String> ids = List.of("one", "two", "three", Tagged.ORDER);
    List<Turn> turns = new ArrayList<>();
    for (String id : ids) {
      first.create(id);
    }
    for (String id : ids) {
      first.poke(id);
      Turn turn = first.turn(first.fetchOne(id));
      turn.activity(Tagged.task(id, 1, "a"));
      turn.activity(Tagged.task(id, 2, null));
      turn.activity(Tagged.task(id, 3, "b"));
      turns.add(turn);
    }
    turns.get(0).apply();
    for (AckResult result :
        first
            .provider()
            .ackOrchestrationItems(turns.subList(1, 4).stream().map(Turn::build).toList())) {
      Expect.applied(result);
    }
    String what = "A filter did not get its own activity of each ack.";
    Tagged.expect(what, Tagged.fetch(first, TagFilter.tags("b")), 3, 3, 3, 3);
    Tagged.expect(what, Tagged.fetch(first, TagFilter.untagged()), 2, 2, 2, 2);
    Tagged.expect(what, Tagged.fetch(first, TagFilter.tags("a")), 1, 1, 1, 1);
  }

  /**
   * The tag survives abandon, lock end and reopening.
   *
   * <p><b>Shape:</b> a tagged activity is fetched, abandoned, fetched, left until its lock has
   * ended, fetched, abandoned, and the store reopened: each time {@code untagged} gets nothing, and
   * the matching filter gets it with the next count and a greater token.
   */
  @Rule("TAG-10")
  void theTagSurvives(StoreUnderTest store) {
    Handle handle = Tagged.order(store, "gpu");
    long token = 0;
    for (int delivery = 1; delivery <= 4; delivery++) {
      Expect.none(
          "An activity lost its tag before delivery %d.".formatted(delivery),
          Tagged.fetch(handle, TagFilter.untagged()));
      ActivityItem item = one(Tagged.fetch(handle, TagFilter.tags("gpu")));
      Expect.equal("A delivery was not counted once.", delivery, item.deliveryCount());
      Expect.equal("The tag of an activity changed.", "gpu", item.task().tag());
      Expect.above("A later token is not greater.", token, item.lockToken().epoch());
      token = item.lockToken().epoch();
      if (delivery == 2) {
        store.moveTime(store.lockFor());
      } else {
        handle.abandon(item, AbandonOptions.now());
      }
      if (delivery == 3) {
        handle = store.reopen();
      }
    }
  }

  private static ActivityItem one(List<ActivityItem> items) {
    Expect.equal("The matching filter did not get the activity again.", 1, items.size());
    return items.get(0);
  }

  /**
   * Cancelling and completing know nothing of tags.
   *
   * <p><b>Shape:</b> three tagged activities; one is locked and cancelled by a turn, which ends its
   * lock, one cancelled while it waits, and the third completed, whose message is in the next
   * batch.
   */
  @Rule("TAG-15")
  void cancellingAndCompletingKnowNothingOfTags(StoreUnderTest store) {
    Handle first = Tagged.order(store, "a", "a", "b");
    ActivityItem locked = one(Tagged.fetch(first, 1, TagFilter.tags("a")));
    ActivityItem completed = one(Tagged.fetch(first, TagFilter.tags("b")));
    first.poke(Tagged.ORDER);
    first
        .turn(first.fetchOne(Tagged.ORDER))
        .cancel(locked.task().identity(), Tagged.task(2, "a").identity())
        .apply();
    first.renewLost("A cancelled tagged activity could be renewed.", locked.lockToken());
    Expect.none("A cancelled activity was delivered.", Tagged.fetch(first, TagFilter.any()));
    Expect.equal(
        "The completion of a tagged activity did not reach its instance.",
        List.of(first.complete(completed).body()),
        first.fetchOne(Tagged.ORDER).messages().stream().map(message -> message.body()).toList());
  }

  /**
   * The bound on bytes and the served names hold together with a tag filter.
   *
   * <p><b>Shape:</b> two tags; a fetch that serves another name gets nothing, one that serves the
   * right name gets those of its tag.
   */
  @Rule("TAG-03")
  void theOtherFiltersHoldTogetherWithTags(StoreUnderTest store) {
    Handle first = Tagged.order(store, "a", "b", "a");
    ActivityFetch fetch =
        ActivityFetch.of(Handle.ALL, store.lockFor()).withTagFilter(TagFilter.tags("a"));
    Expect.none(
        "An activity was delivered whose code the caller has not.",
        first.provider().fetchActivityItems(fetch.withServed(Set.of("another"))));
    Tagged.expect(
        "A fetch for a name and a tag did not get what has both.",
        first.provider().fetchActivityItems(fetch.withServed(Set.of("another", "activity"))),
        1,
        3);
  }
}
