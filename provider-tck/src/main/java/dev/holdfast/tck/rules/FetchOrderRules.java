// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.Due;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Who comes first: the instance that is ready longest, so that nobody starves. */
@RuleFamily("FETCH")
final class FetchOrderRules {

  /**
   * Among instances the one whose earliest message became visible first comes first.
   *
   * <p><b>Shape:</b> timers of three instances, enqueued in another order than they come due; a
   * second, earlier message decides for one of them; single fetches follow the moments.
   */
  @Rule("FETCH-06")
  void theInstanceWhoseMessageIsVisibleLongestComesFirst(StoreUnderTest store) {
    Handle first = store.first();
    List.of("one", "two", "three").forEach(first::create);
    first.timer("two", part(store, 4));
    first.timer("three", part(store, 6));
    first.timer("one", part(store, 8));
    first.timer("one", part(store, 2));
    store.moveTime(part(store, 10));

    first.fetchOne("one");
    first.fetchOne("two");
    first.fetchOne("three");
  }

  /**
   * Ready is the latest of: a message became visible, the last lock ended or was released, the
   * delay ended.
   *
   * <p><b>Shape:</b> one instance is abandoned with a delay, one runs out, one is abandoned and one
   * is acked during its lock, one is new; they become ready in the reverse of their insertion;
   * single fetches follow the moments.
   */
  @Rule("FETCH-06")
  void theInstanceThatIsReadyLongestComesFirst(StoreUnderTest store) {
    Handle first = store.first();
    List.of("delayed", "expiring", "abandoned", "acked", "new").forEach(first::create);
    first.poke("delayed");
    first.abandon(first.fetchOne("delayed"), AbandonOptions.after(part(store, 25)));
    first.poke("expiring");
    first.fetch(OrchestrationFetch.of(1, part(store, 20)));
    first.poke("abandoned");
    OrchestrationItem abandoned = first.fetchOne("abandoned");
    first.poke("acked");
    OrchestrationItem acked = first.fetchOne("acked");
    first.poke("acked");

    store.moveTime(part(store, 3));
    first.poke("new");
    store.moveTime(part(store, 2));
    first.finish(acked);
    store.moveTime(part(store, 2));
    first.abandon(abandoned);
    store.moveTime(part(store, 20));

    for (String next : List.of("new", "acked", "abandoned", "expiring", "delayed")) {
      first.fetchOne(next);
    }
  }

  /**
   * An instance that is not known is ready since its start is visible, whatever waited before.
   *
   * <p><b>Shape:</b> orphans, a plain one and one that may be dropped, and one behind a start that
   * is delayed; then other instances become ready; then the starts come or become visible; single
   * fetches follow the moments of the starts.
   */
  @Rule("FETCH-06")
  void anInstanceThatIsNotKnownIsReadySinceItsStart(StoreUnderTest store) {
    Handle first = store.first();
    List.of("one", "two", "three").forEach(first::create);
    first.enqueue(startIn("delayed", part(store, 20)));
    first.enqueue(discardIfUnknown("delayed"));
    first.poke("plain");
    first.enqueue(discardIfUnknown("dropping"));

    store.moveTime(part(store, 3));
    first.poke("one");
    store.moveTime(part(store, 3));
    first.start("dropping");
    store.moveTime(part(store, 3));
    first.poke("two");
    store.moveTime(part(store, 3));
    first.start("plain");
    store.moveTime(part(store, 13));
    first.poke("three");

    for (String next : List.of("one", "dropping", "two", "plain", "delayed", "three")) {
      first.fetchOne(next);
    }
  }

  private static OrchestratorMessage startIn(String instanceId, Duration delay) {
    OrchestratorMessage start = Sample.start(instanceId, Sample.NAME, Sample.VERSION);
    return OrchestratorMessage.builder(instanceId, start.kind(), start.body())
        .start(start.start())
        .due(Due.in(delay))
        .build();
  }

  private static OrchestratorMessage discardIfUnknown(String instanceId) {
    return OrchestratorMessage.builder(instanceId, "signal", Payload.empty())
        .discardIfUnknown(true)
        .build();
  }

  /**
   * An abandoned instance goes behind those that are ready at that moment.
   *
   * <p><b>Shape:</b> four instances are ready; the first that is delivered is abandoned without
   * delay, and no time is made to pass; the three others come first.
   */
  @Rule("FETCH-06")
  void anAbandonedInstanceGoesBehindThoseOfTheSameMoment(StoreUnderTest store) {
    Handle first = store.first();
    start(first, "order", 4);
    OrchestrationItem abandoned = first.fetchOne();
    first.abandon(abandoned);

    List<String> others =
        IntStream.range(0, 3).mapToObj(i -> first.fetchOne().instanceId()).toList();

    Expect.that(
        "An abandoned instance came before others that were ready: " + others,
        !others.contains(abandoned.instanceId()));
    first.fetchOne(abandoned.instanceId());
  }

  /**
   * No instance starves while new ones keep coming.
   *
   * <p><b>Shape:</b> five instances and then an old one are ready; ten new ones become ready
   * between any two fetches; the old one is the sixth.
   */
  @Rule("FETCH-07")
  void newInstancesDoNotStarveAnOldOne(StoreUnderTest store) {
    Handle first = store.first();
    start(first, "before", 5);
    aMomentPasses(store);
    first.start("old");
    for (int fetches = 1; fetches <= 6; fetches++) {
      aMomentPasses(store);
      start(first, "new" + fetches, 10);
      if (first.fetchOne().instanceId().equals("old")) {
        return;
      }
    }
    throw Expect.violation(
        "An old instance was overtaken by newer ones.",
        "delivered within 6 fetches",
        "not delivered");
  }

  /**
   * An instance that is abandoned without delay each time does not starve the others.
   *
   * <p><b>Shape:</b> one instance that is always abandoned and three others behind it; each of the
   * others comes within as many fetches as there are instances.
   */
  @Rule("FETCH-07")
  void anInstanceThatIsAlwaysAbandonedDoesNotStarveTheOthers(StoreUnderTest store) {
    Handle first = store.first();
    first.start("poison");
    aMomentPasses(store);
    List<String> others = start(first, "healthy", 3);
    Set<String> delivered = new HashSet<>();
    for (int fetches = 0; fetches <= others.size(); fetches++) {
      aMomentPasses(store);
      OrchestrationItem item = first.fetchOne();
      if (item.instanceId().equals("poison")) {
        first.abandon(item);
      } else {
        delivered.add(item.instanceId());
        first.finish(item);
      }
    }
    Expect.equal("An abandoned instance kept others back.", Set.copyOf(others), delivered);
    first.fetchOne("poison");
  }

  /** Starts instances {@code prefix-0} and so on; answers their ids in sorted order. */
  private static List<String> start(Handle handle, String prefix, int n) {
    List<String> ids = ids(prefix, n);
    ids.forEach(handle::start);
    return ids;
  }

  private static List<String> ids(String prefix, int n) {
    return IntStream.range(0, n).mapToObj(i -> prefix + "-" + i).sorted().toList();
  }

  private static Duration part(StoreUnderTest store, int tenths) {
    return store.lockFor().multipliedBy(tenths).dividedBy(10);
  }

  /** The store's clock shows another time than before. */
  private static void aMomentPasses(StoreUnderTest store) {
    store.moveTime(ChronoUnit.MICROS.getDuration());
  }
}
