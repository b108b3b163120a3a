// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Abandonment;
import dev.holdfast.provider.Due;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.Sample;
import dev.holdfast.tck.harness.StoreUnderTest;
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
   *
   * <p><b>If this fails, check:</b> are instances ordered by insertion, or by their latest message?
   */
  @Rule("FETCH-06")
  void theInstanceWhoseMessageIsVisibleLongestComesFirst(StoreUnderTest s) {
    Handle a = s.a();
    List.of("one", "two", "three").forEach(a::create);
    a.timer("two", part(s, 4));
    a.timer("three", part(s, 6));
    a.timer("one", part(s, 8));
    a.timer("one", part(s, 2));
    s.moveTime(part(s, 10));

    a.fetchOne("one");
    a.fetchOne("two");
    a.fetchOne("three");
  }

  /**
   * Ready is the latest of: a message became visible, the last lock ended or was released, the
   * delay ended.
   *
   * <p><b>Shape:</b> one instance is abandoned with a delay, one runs out, one is abandoned and one
   * is acked during its lock, one is new; they become ready in the reverse of their insertion;
   * single fetches follow the moments.
   *
   * <p><b>If this fails, check:</b> which of the ready times is kept with the instance, and is it
   * set by abandon, by the ack that leaves messages and by the fetch, which knows the lock end?
   */
  @Rule("FETCH-06")
  void theInstanceThatIsReadyLongestComesFirst(StoreUnderTest s) {
    Handle a = s.a();
    List.of("delayed", "expiring", "abandoned", "acked", "new").forEach(a::create);
    a.poke("delayed");
    a.abandon(a.fetchOne("delayed"), Abandonment.after(part(s, 25)));
    a.poke("expiring");
    a.fetch(OrchestrationFetch.of(1, part(s, 20)));
    a.poke("abandoned");
    OrchestrationItem abandoned = a.fetchOne("abandoned");
    a.poke("acked");
    OrchestrationItem acked = a.fetchOne("acked");
    a.poke("acked");

    s.moveTime(part(s, 3));
    a.poke("new");
    s.moveTime(part(s, 2));
    a.finish(acked);
    s.moveTime(part(s, 2));
    a.abandon(abandoned);
    s.moveTime(part(s, 20));

    for (String next : List.of("new", "acked", "abandoned", "expiring", "delayed")) {
      a.fetchOne(next);
    }
  }

  /**
   * An instance that is not known is ready since its start is visible, whatever waited before.
   *
   * <p><b>Shape:</b> orphans, a plain one and one that may be dropped, and one behind a start that
   * is delayed; then other instances become ready; then the starts come or become visible; single
   * fetches follow the moments of the starts.
   *
   * <p><b>If this fails, check:</b> does an orphan set the ready time of its instance, which an
   * earlier moment then keeps? does a later message move it before a start that is delayed?
   */
  @Rule("FETCH-06")
  void anInstanceThatIsNotKnownIsReadySinceItsStart(StoreUnderTest s) {
    Handle a = s.a();
    List.of("one", "two", "three").forEach(a::create);
    a.enqueue(startIn("delayed", part(s, 20)));
    a.enqueue(dropIfOrphan("delayed"));
    a.poke("plain");
    a.enqueue(dropIfOrphan("dropping"));

    s.moveTime(part(s, 3));
    a.poke("one");
    s.moveTime(part(s, 3));
    a.start("dropping");
    s.moveTime(part(s, 3));
    a.poke("two");
    s.moveTime(part(s, 3));
    a.start("plain");
    s.moveTime(part(s, 13));
    a.poke("three");

    for (String next : List.of("one", "dropping", "two", "plain", "delayed", "three")) {
      a.fetchOne(next);
    }
  }

  private static OrchestratorMessage startIn(String instanceId, Duration delay) {
    OrchestratorMessage start = Sample.start(instanceId, Sample.NAME, Sample.VERSION);
    return OrchestratorMessage.builder(instanceId, start.kind(), start.body())
        .start(start.start())
        .due(Due.in(delay))
        .build();
  }

  private static OrchestratorMessage dropIfOrphan(String instanceId) {
    return OrchestratorMessage.builder(instanceId, "signal", Payload.empty())
        .dropIfOrphan(true)
        .build();
  }

  /**
   * An abandoned instance goes behind those that are ready at that moment.
   *
   * <p><b>Shape:</b> four instances are ready; the first that is delivered is abandoned without
   * delay, and no time is made to pass; the three others come first.
   *
   * <p><b>If this fails, check:</b> is there a place in the line besides the ready time, and does
   * abandon draw a new one?
   */
  @Rule("FETCH-06")
  void anAbandonedInstanceGoesBehindThoseOfTheSameMoment(StoreUnderTest s) {
    Handle a = s.a();
    start(a, "order", 4);
    OrchestrationItem abandoned = a.fetchOne();
    a.abandon(abandoned);

    List<String> others = IntStream.range(0, 3).mapToObj(i -> a.fetchOne().instanceId()).toList();

    Expect.that(
        "An abandoned instance came before others that were ready: " + others,
        !others.contains(abandoned.instanceId()));
    a.fetchOne(abandoned.instanceId());
  }

  /**
   * No instance starves while new ones keep coming.
   *
   * <p><b>Shape:</b> five instances and then an old one are ready; ten new ones become ready
   * between any two fetches; the old one is the sixth.
   *
   * <p><b>If this fails, check:</b> is there an order at all among candidates? do new instances
   * overtake?
   */
  @Rule("FETCH-07")
  void newInstancesDoNotStarveAnOldOne(StoreUnderTest s) {
    Handle a = s.a();
    start(a, "before", 5);
    aMomentPasses(s);
    a.start("old");
    for (int fetches = 1; fetches <= 6; fetches++) {
      aMomentPasses(s);
      start(a, "new" + fetches, 10);
      if (a.fetchOne().instanceId().equals("old")) {
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
   *
   * <p><b>If this fails, check:</b> does abandon move the instance behind those that are ready?
   */
  @Rule("FETCH-07")
  void anInstanceThatIsAlwaysAbandonedDoesNotStarveTheOthers(StoreUnderTest s) {
    Handle a = s.a();
    a.start("poison");
    aMomentPasses(s);
    List<String> others = start(a, "healthy", 3);
    Set<String> delivered = new HashSet<>();
    for (int fetches = 0; fetches <= others.size(); fetches++) {
      aMomentPasses(s);
      OrchestrationItem item = a.fetchOne();
      if (item.instanceId().equals("poison")) {
        a.abandon(item);
      } else {
        delivered.add(item.instanceId());
        a.finish(item);
      }
    }
    Expect.equal("An abandoned instance kept others back.", Set.copyOf(others), delivered);
    a.fetchOne("poison");
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

  private static Duration part(StoreUnderTest s, int tenths) {
    return s.lockFor().multipliedBy(tenths).dividedBy(10);
  }

  /** The store's clock shows another time than before. */
  private static void aMomentPasses(StoreUnderTest s) {
    s.moveTime(ChronoUnit.MICROS.getDuration());
  }
}
