// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

/** Listeners are told of each delivery, and the MDC names it. */
class ListenerTest extends OnSqlite {

  private final Counters counters = new Counters("counter");
  private final ConcurrentLinkedQueue<String> told = new ConcurrentLinkedQueue<>();

  private final WorkerListener recording =
      new WorkerListener() {
        @Override
        public void begun(Work work) {
          told.add("begun " + text(work));
        }

        @Override
        public void ended(Work work, boolean stored, Duration took) {
          assertThat(took).isPositive();
          told.add("ended " + text(work) + (stored ? " stored" : " given back"));
        }

        private String text(Work work) {
          return "%s %s %s %d"
              .formatted(work.kind(), work.instanceId(), work.name(), work.deliveries());
        }
      };

  private Worker.Builder builder() {
    return Worker.builder(provider).settings(QUICK);
  }

  @Test
  void eachDeliveryBeginsAndEnds() {
    Worker worker =
        start(
            builder()
                .turns(counters)
                .activities(new Sums("ten", delivery -> 10))
                .listener(recording));
    worker.enqueue(Counters.start("counter", "x", 1));
    await(() -> Counters.sum(provider, "x") == 1);
    worker.enqueue(Counters.ask("x", "ten"));
    await(() -> Counters.sum(provider, "x") == 11);
    worker.close();
    assertThat(told)
        .containsOnlyOnce("begun ACTIVITY x ten 1", "ended ACTIVITY x ten 1 stored")
        .contains("ended TURN x counter 1 stored");
    assertThat(told.stream().filter(text -> text.startsWith("begun TURN")).count())
        .isEqualTo(told.stream().filter(text -> text.startsWith("ended TURN")).count())
        .isGreaterThan(2);
  }

  @Test
  void whatIsNotStoredIsToldSo() {
    Worker worker =
        start(
            builder()
                .turns(counters)
                .activities(
                    new Sums(
                        "ten",
                        delivery -> {
                          if (delivery.deliveries() == 1) {
                            throw new IllegalStateException("not this time");
                          }
                          return 10;
                        }))
                .listener(recording));
    worker.enqueue(Counters.start("counter", "x", 1));
    await(() -> Counters.sum(provider, "x") == 1);
    worker.enqueue(Counters.ask("x", "ten"));
    await(() -> Counters.sum(provider, "x") == 11);
    // The second delivery may be through before the first one has told that it gave back.
    await(() ->
        told.containsAll(
            List.of("ended ACTIVITY x ten 1 given back", "ended ACTIVITY x ten 2 stored")));
    worker.close();
  }

  @Test
  void aListenerThatFailsChangesNothing() {
    WorkerListener failing =
        new WorkerListener() {
          @Override
          public void begun(Work work) {
            throw new IllegalStateException("of the listener");
          }
        };
    Worker worker = start(builder().turns(counters).listener(failing).listener(recording));
    worker.enqueue(Counters.start("counter", "x", 1));
    await(() -> Counters.sum(provider, "x") == 1);
    await(() -> told.size() == 2);
  }

  @Test
  void theMdcNamesTheDelivery() {
    ConcurrentLinkedQueue<Map<String, String>> seen = new ConcurrentLinkedQueue<>();
    Worker worker =
        start(
            builder()
                .turns(counters)
                .activities(
                    new Sums(
                        "ten",
                        delivery -> {
                          seen.add(MDC.getCopyOfContextMap());
                          return 10;
                        })));
    worker.enqueue(Counters.start("counter", "x", 1));
    await(() -> Counters.sum(provider, "x") == 1);
    worker.enqueue(Counters.ask("x", "ten"));
    await(() -> Counters.sum(provider, "x") == 11);
    assertThat(List.copyOf(seen))
        .singleElement()
        .satisfies(mdc ->
            assertThat(mdc)
                .containsEntry(Work.MDC_INSTANCE, "x")
                .containsEntry(Work.MDC_EXECUTION, "1")
                .containsEntry(Work.MDC_NAME, "ten")
                .containsEntry(Work.MDC_DELIVERY, "1")
                .containsKey(Work.MDC_ACTIVITY));
  }
}
