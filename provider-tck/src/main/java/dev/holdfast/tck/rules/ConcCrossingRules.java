// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.Sample;
import dev.holdfast.tck.harness.StoreUnderTest;
import dev.holdfast.tck.harness.Together;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Writes that cross each other do not fail each other. */
@RuleFamily("CONC")
final class ConcCrossingRules {

  private static final int THREADS = 8;
  private static final int HANDLES = 4;
  private static final int PAIRS = 16;

  /**
   * Many children that complete at once do not fail each other.
   *
   * <p><b>Shape:</b> 20 parents with 5 children and 30 with 4; all children are acked together,
   * each with a message to its parent; every parent is given all of them.
   */
  @Rule("CONC-04")
  void childrenThatCompleteAtOnceDoNotFail(StoreUnderTest store) {
    finishTrees(store, "wide", 20, 5);
    finishTrees(store, "many", 30, 4);
  }

  private static void finishTrees(StoreUnderTest store, String name, int parents, int children) {
    Handle first = store.first();
    for (int p = 0; p < parents; p++) {
      String parent = name + "-" + p;
      first.start(parent);
      OrchestratorMessage[] starts =
          IntStream.range(0, children)
              .mapToObj(c -> Sample.start(parent + "/" + c, Sample.NAME, null))
              .toArray(OrchestratorMessage[]::new);
      first.turn(first.fetchOne(parent)).name(Sample.NAME).send(starts).apply();
      // Its children are locked at once, so that the next parent is the only instance that is
      // ready.
      Expect.equal(
          "Not every child was delivered.", children, hold(store, parent, children).size());
    }
    List<OrchestrationItem> held = holdAll(store, parents * children);
    List<Handle> handles = store.newHandles(HANDLES);
    int threads = THREADS * 2;
    Together.times(
        threads,
        n -> {
          for (int i = n; i < held.size(); i += threads) {
            OrchestrationItem child = held.get(i);
            String parent = child.instanceId().substring(0, child.instanceId().indexOf('/'));
            Handle handle = handles.get(n % HANDLES);
            OrchestrationAck ack =
                handle
                    .turn(child)
                    .name(Sample.NAME)
                    .event(1)
                    .send(Sample.message(parent, "done " + child.instanceId()))
                    .build();
            Expect.applied(Contention.repeated(() -> handle.provider().ackOrchestrationItem(ack)));
          }
          return n;
        });
    List<OrchestrationItem> ready = first.fetch(parents + 1);
    Expect.equal("Not every parent heard of its children.", parents, ready.size());
    for (OrchestrationItem item : ready) {
      Expect.equal("A parent did not hear of all its children.", children, item.messages().size());
      first.finish(item);
    }
  }

  private static List<OrchestrationItem> hold(StoreUnderTest store, String parent, int children) {
    List<OrchestrationItem> items = store.first().fetch(children + 1);
    items.forEach(item ->
        Expect.that(
            "Another instance was delivered than the children of " + parent + ".",
            item.instanceId().startsWith(parent + "/")));
    return items;
  }

  private static List<OrchestrationItem> holdAll(StoreUnderTest store, int expected) {
    store.moveTime(store.lockFor());
    List<OrchestrationItem> items = store.second().fetch(expected + 1);
    Expect.equal("Not every child was delivered again.", expected, items.size());
    return items;
  }

  /**
   * Instances that message each other do not fail each other, whatever the order of the lists they
   * are acked in.
   *
   * <p><b>Shape:</b> 16 pairs; the two of a pair are acked together, each with a message to the
   * other; then two lists with the same targets in opposite order, together.
   */
  @Rule("CONC-04")
  void crossingWritesDoNotFail(StoreUnderTest store) {
    List<OrchestrationItem> items = new ArrayList<>();
    for (int n = 0; n < 2 * PAIRS; n++) {
      store.first().start("order-" + n);
    }
    items.addAll(store.first().fetch(2 * PAIRS));
    Expect.equal("Not every instance was delivered.", 2 * PAIRS, items.size());
    List<Handle> handles = store.newHandles(HANDLES);
    Together.times(
        items.size(),
        n -> {
          Handle handle = handles.get(n % HANDLES);
          OrchestrationItem item = items.get(n);
          OrchestrationAck ack =
              handle
                  .turn(item)
                  .name(Sample.NAME)
                  .send(Sample.message(partner(item.instanceId()), "crossing"))
                  .build();
          Expect.applied(Contention.repeated(() -> handle.provider().ackOrchestrationItem(ack)));
          return n;
        });
    List<OrchestrationItem> crossed = store.first().fetch(2 * PAIRS);
    Expect.equal("Not every crossing message arrived.", 2 * PAIRS, crossed.size());

    List<List<OrchestrationItem>> halves =
        List.of(crossed.subList(0, PAIRS), crossed.subList(PAIRS, 2 * PAIRS));
    Together.times(
        2,
        n -> {
          Handle handle = handles.get(n);
          List<OrchestrationAck> acks = new ArrayList<>();
          for (int i = 0; i < PAIRS; i++) {
            int target = n == 0 ? i : PAIRS - 1 - i;
            acks.add(
                handle
                    .turn(halves.get(n).get(i))
                    .send(Sample.message("order-" + target, "list " + n))
                    .build());
          }
          Contention.repeated(() -> handle.provider().ackOrchestrationItems(acks))
              .forEach(Expect::applied);
          return n;
        });
    long arrived =
        store.first().fetch(Handle.ALL).stream().mapToLong(item -> item.messages().size()).sum();
    Expect.equal("Not every message of the lists arrived.", 2L * PAIRS, arrived);
  }

  private static String partner(String id) {
    int number = Integer.parseInt(id.substring("order-".length()));
    return "order-" + (number ^ 1);
  }
}
