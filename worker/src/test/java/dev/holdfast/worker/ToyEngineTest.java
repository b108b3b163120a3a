// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.OrchestrationCode;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Engines without a history prove what a worker asks of an engine. */
class ToyEngineTest extends OnSqlite {

  private final Counters counters = new Counters("counter");

  @Test
  void eachMessageIsAddedOnceAndATurnStoresOneEvent() {
    Worker worker = work(counters);
    assertThat(worker.enqueue(Counters.start("counter", "x", 1))).isTrue();
    IntStream.rangeClosed(2, 50).forEach(n -> worker.enqueue(Counters.add("x", n)));
    await(() -> Counters.sum(provider, "x") == 50 * 51 / 2);
    worker.enqueue(Counters.stop("x"));
    await(() -> Counters.last(provider, "x").equals("stopped"));
    worker.close();
    List<HistoryEvent> events = provider.readHistory("x", 1, 0, 1_000).events();
    assertThat(counters.notes.stream().filter("applied x"::equals)).hasSameSizeAs(events);
    assertThat(counters.notes).endsWith("closed");
  }

  @Test
  void aStartThatWasStoredBeforeIsNotStoredAgain() {
    Worker worker = work(counters);
    OrchestratorMessage once =
        OrchestratorMessage.builder("x", "add", Payload.utf8("7"))
            .start(new dev.holdfast.provider.ExecutionStart("counter", null, null))
            .messageId("once")
            .build();
    assertThat(worker.enqueue(once)).isTrue();
    assertThat(worker.enqueue(once)).isFalse();
    await(() -> Counters.sum(provider, "x") == 7);
  }

  @Test
  void activitiesOfSeveralEnginesComeBack() {
    Worker worker =
        start(
            Worker.builder(provider)
                .settings(QUICK)
                .turns(counters)
                .activities(new Sums("ten", delivery -> 10))
                .activities(new Sums("double", delivery -> number(delivery) * 2)));
    worker.enqueue(Counters.start("counter", "x", 3));
    await(() -> Counters.sum(provider, "x") == 3);
    worker.enqueue(Counters.ask("x", "ten"));
    await(() -> Counters.sum(provider, "x") == 13);
    worker.enqueue(Counters.ask("x", "double"));
    await(() -> Counters.sum(provider, "x") == 39);
  }

  private static int number(ActivityDelivery delivery) {
    return Integer.parseInt(delivery.task().input().asUtf8());
  }

  @Test
  void twoEnginesWorkInOneWorkerAndWriteToEachOther() {
    Counters sender =
        new Counters("sender") {
          @Override
          TurnOutput output(TurnContext context) {
            TurnOutput plain = super.output(context);
            return new TurnOutput(
                1,
                plain.historyDelta(),
                plain.activities(),
                List.of(Counters.add("x", 1_000)),
                plain.metadata(),
                plain.cancelledActivities());
          }
        };
    Worker worker = start(Worker.builder(provider).settings(QUICK).turns(counters).turns(sender));
    worker.enqueue(Counters.start("counter", "x", 1));
    worker.enqueue(Counters.start("sender", "y", 2));
    await(() -> Counters.sum(provider, "x") == 1_001 && Counters.sum(provider, "y") == 2);
    worker.close();
    assertThat(counters.notes).contains("take x").doesNotContain("take y");
    assertThat(sender.notes).contains("take y").doesNotContain("take x").endsWith("closed");
  }

  @Test
  void theSameCodeInTwoEnginesIsRefused() {
    Worker.Builder turns = Worker.builder(provider).turns(counters).turns(new Counters("counter"));
    assertThatThrownBy(turns::start).isInstanceOf(IllegalArgumentException.class);
    Worker.Builder activities =
        Worker.builder(provider)
            .activities(new Sums("ten", delivery -> 10))
            .activities(new Sums("ten", delivery -> 11));
    assertThatThrownBy(activities::start).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatHasNoNameComesToTheFirstEngine() {
    Counters nameless =
        new Counters("nameless") {
          @Override
          TurnOutput output(TurnContext context) {
            // Nothing is stored, not even an instance: only the message is removed.
            return TurnOutput.of(1).build();
          }
        };
    Worker worker = start(Worker.builder(provider).settings(QUICK).turns(nameless).turns(counters));
    worker.enqueue(Counters.start("nameless", "x", 1));
    await(() -> nameless.notes.contains("applied x"));
    nameless.notes.clear();
    worker.enqueue(Counters.add("x", 1)); // known, but without a row
    await(() -> nameless.notes.contains("applied x"));
    assertThat(counters.notes).isEmpty();
  }

  @Test
  void anEngineMayDismissWhatNoEngineHasTheCodeOf() {
    try (Worker worker = work(counters)) {
      worker.enqueue(Counters.start("counter", "x", 1));
      await(() -> Counters.sum(provider, "x") == 1);
    }
    provider.enqueue(Counters.add("x", 1));
    Counters other =
        new Counters("other") {
          @Override
          public Turn dismiss(TurnContext context) {
            notes.add("dismiss " + context.name());
            return Turn.of(new TurnResult.Ack(TurnOutput.of(1).build()));
          }
        };
    work(other);
    await(() -> other.notes.contains("dismiss counter"));
    await(() ->
        provider
            .fetchOrchestrationItems(dev.holdfast.provider.OrchestrationFetch.of(1, LONG))
            .isEmpty());
    assertThat(Counters.sum(provider, "x")).isOne();
  }

  @Test
  void aTurnThatLastsGivesItsSlotUpAndKeepsItsLock() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    Counters slow =
        new Counters("counter") {
          @Override
          public Turn take(TurnContext context) throws Exception {
            if (context.instanceId().equals("slow")) {
              context.giveUpSlot();
              context.giveUpSlot();
              context.report("it takes its time");
              goOn.await();
            }
            return super.take(context);
          }
        };
    Worker worker =
        start(Worker.builder(provider).settings(QUICK.withConcurrency(1, 1)).turns(slow));
    worker.enqueue(Counters.start("counter", "slow", 1));
    await(() -> problems("slow").equals(List.of("it takes its time")));
    for (int i = 0; i < 5; i++) {
      String id = "quick-" + i;
      worker.enqueue(Counters.start("counter", id, 2));
      await(() -> Counters.sum(provider, id) == 2);
    }
    goOn.countDown();
    await(() -> Counters.sum(provider, "slow") == 1);
  }

  @Test
  void theLargestInlineHistoryIsAskedFor() {
    Queue<Integer> inline = new ConcurrentLinkedQueue<>();
    Counters reader =
        new Counters("reader") {
          @Override
          public int inlineHistory() {
            return 3;
          }

          @Override
          public Turn take(TurnContext context) throws Exception {
            inline.add(context.history().events().size());
            return super.take(context);
          }
        };
    Worker worker = start(Worker.builder(provider).settings(QUICK).turns(counters).turns(reader));
    worker.enqueue(Counters.start("reader", "x", 1));
    for (int i = 2; i <= 5; i++) {
      int sum = i - 1;
      await(() -> Counters.sum(provider, "x") == sum);
      worker.enqueue(Counters.add("x", 1));
    }
    await(() -> Counters.sum(provider, "x") == 5);
    assertThat(inline).containsExactly(0, 1, 2, 3, 3);
  }

  @Test
  void anEngineWithoutCodeTakesNothing() {
    Counters idle =
        new Counters("idle") {
          @Override
          public Set<OrchestrationCode> code() {
            return Set.of();
          }
        };
    Intercepted store = new Intercepted(provider);
    try (Worker worker = Worker.builder(store.provider()).settings(QUICK).turns(idle).start()) {
      assertThat(worker.enqueue(Counters.start("counter", "x", 1))).isTrue();
    }
    assertThat(store.calls).doesNotContain("fetchOrchestrationItems", "fetchActivityItems");
    assertThat(idle.notes).containsExactly("closed");
  }
}
