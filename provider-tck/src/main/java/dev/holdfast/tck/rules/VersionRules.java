// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import static dev.holdfast.tck.rules.Pins.filter;
import static dev.holdfast.tck.rules.Pins.major;
import static dev.holdfast.tck.rules.Pins.range;
import static dev.holdfast.tck.rules.Pins.version;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.NotSupported;
import dev.holdfast.provider.VersionFilter;
import dev.holdfast.provider.VersionRange;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Which versions a filter lets pass. */
@RuleFamily("VERSION")
final class VersionRules {

  private static final int MAX = Integer.MAX_VALUE;

  /**
   * Filters and pins are honoured, or refused where they are not declared.
   *
   * <p><b>Shape:</b> declared: a pinned instance is left out by one filter and delivered by
   * another. Undeclared: a fetch with any filter and an ack with a pin are refused; then the
   * instance has delivery count 1, and the same token acks without the pin.
   */
  @Rule("VERSION-01")
  void filtersAndPinsAreHonouredOrRefused(StoreUnderTest store) {
    Handle first = store.first();
    if (store.declares(Feature.VERSION_FILTER)) {
      Pins.create(first, "order", version(1, 0, 0));
      first.poke("order");
      Expect.none("A filter was not honoured.", Pins.fetch(store, 1, filter(major(2))));
      Expect.equal(
          "A filter was not honoured.", List.of("order"), Pins.delivered(store, filter(major(1))));
      return;
    }
    first.create("order");
    first.poke("order");
    for (VersionFilter any : List.of(filter(), filter(major(1)))) {
      Expect.thrown(
          "A filter that is not declared was not refused.",
          NotSupported.class,
          () -> Pins.fetch(store, 1, any));
    }
    OrchestrationItem item = first.fetchOne("order");
    Expect.equal("A refused fetch was counted.", 1, item.deliveryCount());
    Expect.rejected(
        "A pin that is not declared was not refused.",
        NotSupported.class,
        first.turn(item).metadata(m -> m.runtimeVersion(version(1, 0, 0))).ack());
    first.turn(item).apply();
  }

  /**
   * Without a filter anything is delivered.
   *
   * <p><b>Shape:</b> one instance without a pin, two with different ones; one fetch gets all three.
   */
  @Rule("VERSION-02")
  void withoutAFilterAnythingIsDelivered(StoreUnderTest store) {
    Pins.requireDeclared(store);
    Handle first = store.first();
    first.create("plain");
    Pins.create(first, "old", version(1, 0, 0));
    Pins.create(first, "new", version(99, 0, 0));
    List.of("plain", "old", "new").forEach(first::poke);
    Expect.equal(
        "A fetch without a filter left an instance out.",
        List.of("new", "old", "plain"),
        Pins.ids(first.fetch(3)));
  }

  /**
   * An empty filter matches nothing, not even what has no pin.
   *
   * <p><b>Shape:</b> pinned and unpinned work; the empty filter gets nothing; without a filter both
   * come, counted once.
   */
  @Rule("VERSION-03")
  void anEmptyFilterMatchesNothing(StoreUnderTest store) {
    Pins.requireDeclared(store);
    Handle first = store.first();
    first.create("plain");
    Pins.create(first, "pinned", version(1, 0, 0));
    first.poke("plain");
    first.poke("pinned");
    first.start("new");
    Expect.none("An empty filter let something pass.", Pins.fetch(store, Handle.ALL, filter()));
    List<OrchestrationItem> all = first.fetch(Handle.ALL);
    Expect.equal("Something was lost.", List.of("new", "pinned", "plain"), Pins.ids(all));
    all.forEach(
        item -> Expect.equal("What an empty filter left was counted.", 1, item.deliveryCount()));
  }

  /**
   * Both ends of a range are included.
   *
   * <p><b>Shape:</b> pins at both ends of 1.2.3 to 1.9.9 and one beyond each; then a range of one
   * version.
   */
  @Rule("VERSION-04")
  void bothEndsAreIncluded(StoreUnderTest store) {
    Pins.requireDeclared(store);
    Handle first = store.first();
    Pins.create(first, "below", version(1, 2, 2));
    Pins.create(first, "from", version(1, 2, 3));
    Pins.create(first, "to", version(1, 9, 9));
    Pins.create(first, "above", version(1, 9, 10));
    List.of("below", "from", "to", "above").forEach(first::poke);
    Expect.equal(
        "An end of a range does not belong to it, or something beyond it does.",
        List.of("from", "to"),
        Pins.delivered(store, filter(range(version(1, 2, 3), version(1, 9, 9)))));
    Expect.equal(
        "A range of one version does not take exactly that.",
        List.of("above"),
        Pins.delivered(store, filter(range(version(1, 9, 10), version(1, 9, 10)))));
  }

  /**
   * One matching range is enough, wherever it stands.
   *
   * <p><b>Shape:</b> four ranges, one pin inside each; every order of the ranges delivers all; a
   * pin that lies in the last range only is delivered alone; ranges that overlap and touch.
   */
  @Rule("VERSION-05")
  void oneMatchingRangeIsEnough(StoreUnderTest store) {
    Pins.requireDeclared(store);
    Handle first = store.first();
    List<String> ids = List.of("in-1", "in-3", "in-5", "in-7");
    for (int i = 0; i < ids.size(); i++) {
      Pins.create(first, ids.get(i), version(2 * i + 1, 4, 0));
    }
    ids.forEach(first::poke);
    for (List<VersionRange> order : permutations(List.of(major(1), major(3), major(5), major(7)))) {
      Expect.equal(
          "A list of ranges depends on their order: " + order,
          ids,
          Pins.matching(store, new VersionFilter(order)));
    }
    Expect.equal(
        "The last range of a list is not looked at.",
        List.of("in-7"),
        Pins.matching(store, filter(major(2), major(4), major(7))));
    Expect.equal(
        "Ranges that overlap or touch do not work.",
        List.of("in-3", "in-5"),
        Pins.matching(
            store,
            filter(
                range(version(4, 0, 0), version(6, 0, 0)),
                range(version(2, 0, 0), version(4, 0, 0)),
                range(version(3, 0, 0), version(5, 0, 0)))));
  }

  private static List<List<VersionRange>> permutations(List<VersionRange> ranges) {
    if (ranges.isEmpty()) {
      return List.of(List.of());
    }
    List<List<VersionRange>> all = new ArrayList<>();
    for (int i = 0; i < ranges.size(); i++) {
      List<VersionRange> rest = new ArrayList<>(ranges);
      VersionRange head = rest.remove(i);
      for (List<VersionRange> tail : permutations(rest)) {
        List<VersionRange> one = new ArrayList<>(Collections.singleton(head));
        one.addAll(tail);
        all.add(one);
      }
    }
    return all;
  }

  /**
   * What lies between two ranges does not match.
   *
   * <p><b>Shape:</b> ranges 1.x and 3.x, pin 2.5.0 stays; a filter with 2.x gets it, counted once.
   */
  @Rule("VERSION-06")
  void whatLiesBetweenDoesNotMatch(StoreUnderTest store) {
    Pins.requireDeclared(store);
    Pins.create(store.first(), "order", version(2, 5, 0));
    store.first().poke("order");
    Expect.none(
        "A version between two ranges matched.", Pins.fetch(store, 1, filter(major(1), major(3))));
    List<OrchestrationItem> items = Pins.fetch(store, 1, filter(major(1), major(2)));
    Expect.equal("A range did not match.", List.of("order"), Pins.ids(items));
    Expect.equal("A skipped instance was counted.", 1, items.get(0).deliveryCount());
  }

  /**
   * Versions compare number by number.
   *
   * <p><b>Shape:</b> pairs that text, or numbers packed into one, would order wrongly; the greatest
   * numbers as pin and as bound.
   */
  @Rule("VERSION-07")
  void versionsCompareNumberByNumber(StoreUnderTest store) {
    Pins.requireDeclared(store);
    Handle first = store.first();
    Pins.create(first, "1.10.0", version(1, 10, 0));
    Pins.create(first, "10.0.0", version(10, 0, 0));
    Pins.create(first, "1.1.0", version(1, 1, 0));
    Pins.create(first, "1.0.1000000", version(1, 0, 1_000_000));
    Pins.create(first, "max", version(MAX, MAX, MAX));
    List.of("1.10.0", "10.0.0", "1.1.0", "1.0.1000000", "max").forEach(first::poke);
    expectMatching(store, range(version(1, 9, 0), version(9, 0, 0)), "1.10.0");
    expectMatching(store, range(version(9, 0, 0), version(11, 0, 0)), "10.0.0");
    expectMatching(store, range(version(1, 0, 1_000_001), version(1, 9, 0)), "1.1.0");
    expectMatching(store, range(version(1, 0, 0), version(1, 0, MAX)), "1.0.1000000");
    expectMatching(store, range(version(MAX, MAX, MAX), version(MAX, MAX, MAX)), "max");
    expectMatching(
        store,
        range(version(0, 0, 0), version(MAX, MAX, MAX - 1)),
        "1.0.1000000",
        "1.1.0",
        "1.10.0",
        "10.0.0");
  }

  private static void expectMatching(StoreUnderTest store, VersionRange range, String... ids) {
    Expect.equal(
        "Versions are not compared number by number: " + range.from() + " to " + range.to(),
        List.of(ids),
        Pins.matching(store, filter(range)));
  }

  /**
   * A range that is upside down is refused before anything is locked.
   *
   * <p><b>Shape:</b> a fetch with such a range throws; the next one is counted once.
   */
  @Rule("VERSION-08")
  void anUpsideDownRangeIsRefused(StoreUnderTest store) {
    Pins.requireDeclared(store);
    store.first().create("order");
    store.first().poke("order");
    Expect.thrown(
        "A range whose ends are swapped was taken.",
        InvalidRequest.class,
        () -> Pins.fetch(store, 1, filter(range(version(2, 0, 0), version(1, 9, 9)))));
    Expect.equal(
        "A refused fetch was counted.", 1, store.first().fetchOne("order").deliveryCount());
  }

  /**
   * What has no pin matches every filter that is not empty.
   *
   * <p><b>Shape:</b> a start that is queued and a running instance without a pin, and a filter of
   * one unlikely version.
   */
  @Rule("VERSION-09")
  void whatHasNoPinMatches(StoreUnderTest store) {
    Pins.requireDeclared(store);
    Handle first = store.first();
    first.create("running");
    first.poke("running");
    first.start("new");
    Expect.equal(
        "A filter left out what has no pin.",
        List.of("new", "running"),
        Pins.delivered(store, filter(range(version(7, 7, 7), version(7, 7, 7)))));
  }

  /**
   * A pin stays until metadata says another.
   *
   * <p><b>Shape:</b> pinned by the first ack, by none, by another version; an instance without a
   * pin gets one later.
   */
  @Rule("VERSION-12")
  void aPinStaysUntilMetadataSaysAnother(StoreUnderTest store) {
    Pins.requireDeclared(store);
    Handle first = store.first();
    first.start("order");
    first
        .turn(first.fetchOne("order"))
        .name("flow")
        .metadata(m -> m.runtimeVersion(version(1, 0, 0)))
        .apply();
    first.poke("order");
    first.finish(first.fetchOne("order"));
    first.poke("order");
    Expect.none("An ack without a pin removed it.", Pins.matching(store, filter(major(2))));
    Expect.equal(
        "An ack without a pin changed it.",
        List.of("order"),
        Pins.matching(store, filter(major(1))));
    OrchestrationItem item = first.fetchOne("order");
    first.turn(item).metadata(m -> m.runtimeVersion(version(2, 0, 0))).apply();
    first.poke("order");
    Expect.none("The old pin still matches.", Pins.matching(store, filter(major(1))));
    Expect.equal(
        "The new pin does not match.", List.of("order"), Pins.delivered(store, filter(major(2))));

    first.create("late");
    Pins.pin(first, "late", version(3, 0, 0));
    first.poke("late");
    Expect.none("A later pin was not stored.", Pins.matching(store, filter(major(1))));
    Expect.equal(
        "A later pin does not match.", List.of("late"), Pins.delivered(store, filter(major(3))));
  }

  /**
   * A rejected ack leaves the pin as it was.
   *
   * <p><b>Shape:</b> an ack with another pin and an event that exists; after the lock the old
   * filter matches and the new one does not.
   */
  @Rule("VERSION-14")
  void aRejectedAckLeavesThePin(StoreUnderTest store) {
    Pins.requireDeclared(store);
    Handle first = store.first();
    Pins.create(first, "order", version(1, 0, 0));
    first.poke("order");
    first.turn(first.fetchOne("order")).event(1).apply();
    first.poke("order");
    OrchestrationItem item = first.fetchOne("order");
    AckResult result =
        first.turn(item).event(1).metadata(m -> m.runtimeVersion(version(2, 0, 0))).ack();
    Expect.is("An event was stored twice.", AckResult.Rejected.class, result);
    first.abandon(item);
    Expect.none("A rejected ack stored its pin.", Pins.matching(store, filter(major(2))));
    Expect.equal(
        "A rejected ack removed the pin.",
        List.of("order"),
        Pins.delivered(store, filter(major(1))));
  }
}
