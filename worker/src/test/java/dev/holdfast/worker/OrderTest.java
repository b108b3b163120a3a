// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** The orders in which a worker calls its engines, and whom it interrupts. */
class OrderTest extends OnSqlite {

  // ---- parked before eagerly dispatched work begins ------------------------------------------

  @Test
  void aTurnIsParkedBeforeTheActivitiesBeginThatItScheduled() {
    Map<String, Boolean> parked = new ConcurrentHashMap<>();
    Queue<String> tooEarly = new ConcurrentLinkedQueue<>();
    Counters counters =
        new Counters("counter") {
          @Override
          public Turn take(TurnContext context) throws Exception {
            String id = context.instanceId();
            return new Noted(id, new TurnResult.Ack(output(context))) {
              @Override
              public void applied(TurnOutput stored) {
                for (int i = 0; i < 1_000; i++) {
                  Thread.yield(); // time enough for an activity that begins too early
                }
                parked.put(id, true);
              }
            };
          }
        };
    Sums sums =
        new Sums(
            "ten",
            delivery -> {
              if (!parked.containsKey(delivery.task().instanceId())) {
                tooEarly.add(delivery.task().instanceId());
              }
              return 10;
            });
    Intercepted store = new Intercepted(provider);
    AtomicBoolean noFetch = new AtomicBoolean(true);
    store.around((name, arguments, real) ->
        name.equals("fetchActivityItems") && noFetch.get() ? List.of() : real.call());
    Worker worker =
        start(Worker.builder(store.provider()).settings(QUICK).turns(counters).activities(sums));
    for (int i = 0; i < 20; i++) {
      String id = "x" + i;
      worker.enqueue(asking(id));
      await(() -> Counters.sum(provider, id) == 10);
    }
    assertThat(tooEarly).isEmpty();
  }

  private static dev.holdfast.provider.OrchestratorMessage asking(String id) {
    return dev.holdfast.provider.OrchestratorMessage.builder(id, "ask", Payload.utf8("ten"))
        .start(new dev.holdfast.provider.ExecutionStart("counter", null, null))
        .build();
  }

  // ---- closed always and last ----------------------------------------------------------------

  @Test
  void aStoredTurnIsToldSoAndThenClosed() {
    Counters counters = new Counters("counter");
    try (Worker worker = work(counters)) {
      worker.enqueue(Counters.start("counter", "x", 1));
      await(() -> counters.notes.contains("close x"));
    }
    assertThat(counters.notes).containsExactly("take x", "applied x", "close x", "closed");
  }

  @Test
  void aTurnThatWasNotStoredIsClosedAndNotToldOtherwise() {
    Counters counters = new Counters("counter");
    Intercepted store = new Intercepted(provider);
    AtomicBoolean lost = new AtomicBoolean(true);
    store.around((name, arguments, real) -> {
      if (name.equals("ackOrchestrationItem") && lost.getAndSet(false)) {
        LockToken token = ((dev.holdfast.provider.OrchestrationAck) arguments[0]).lockToken();
        return dev.holdfast.provider.AckResult.rejected(
            new ProviderError.LockLost(name, token, "the test says so"));
      }
      return real.call();
    });
    start(Worker.builder(store.provider()).settings(QUICK).turns(counters))
        .enqueue(Counters.start("counter", "x", 1));
    await(() -> counters.notes.contains("close x"));
    assertThat(counters.notes).containsExactly("take x", "close x");
  }

  @Test
  void aTurnIsClosedWhateverItThrows() {
    AtomicBoolean bad = new AtomicBoolean(true);
    Counters counters =
        new Counters("counter") {
          @Override
          public Turn take(TurnContext context) throws Exception {
            if (!bad.getAndSet(false)) {
              return super.take(context);
            }
            return new Noted(context.instanceId(), new TurnResult.Ack(output(context))) {
              @Override
              public TurnResult result() {
                throw new AssertionError("this turn has no result");
              }
            };
          }
        };
    work(counters).enqueue(Counters.start("counter", "x", 1));
    await(() -> Counters.sum(provider, "x") == 1);
    await(() -> counters.notes.size() == 4);
    assertThat(counters.notes).containsExactly("close x", "take x", "applied x", "close x");
  }

  @Test
  void aTurnIsClosedBeforeItsInstanceIsFailed() {
    Counters counters =
        new Counters("counter") {
          @Override
          public Turn take(TurnContext context) {
            notes.add("take " + context.instanceId());
            WorkFailure refused = WorkFailure.of(WorkFailure.Reason.REFUSED, "it cannot be stored");
            return new Noted(context.instanceId(), new TurnResult.Failed(refused));
          }
        };
    work(counters).enqueue(Counters.start("counter", "x", 1));
    await(() -> Counters.last(provider, "x").equals("failed"));
    await(() -> counters.notes.size() == 5);
    assertThat(counters.notes)
        .containsExactly("take x", "close x", "fail x REFUSED", "applied x", "close x");
  }

  // ---- a shorter ack after a refused one ------------------------------------------------------

  @Test
  void whenFailingIsRefusedAShorterAckIsStored() {
    List<TurnOutput> stored = new ArrayList<>();
    Counters counters =
        new Counters("counter") {
          @Override
          TurnOutput output(TurnContext context) {
            return refused(super.output(context));
          }

          @Override
          public Turn fail(TurnContext context, WorkFailure why) {
            notes.add("fail " + context.instanceId() + " " + why.reason());
            TurnOutput shorter =
                TurnOutput.of(1).historyDelta(List.of(event(context, "failed", 0))).build();
            TurnResult result = new TurnResult.Ack(List.of(refused(shorter), shorter));
            return new Noted(context.instanceId(), result) {
              @Override
              public void applied(TurnOutput output) {
                super.applied(output);
                stored.add(output);
              }
            };
          }
        };
    work(counters).enqueue(Counters.start("counter", "x", 1));
    await(() -> Counters.last(provider, "x").equals("failed"));
    await(() -> counters.notes.size() == 5);
    assertThat(counters.notes)
        .containsExactly("take x", "close x", "fail x REFUSED", "applied x", "close x");
    assertThat(stored).hasSize(1);
    assertThat(stored.getFirst().activities()).isEmpty();
  }

  @Test
  void whenNoAlternativeCanBeStoredTheInstanceComesAgain() {
    AtomicBoolean hopeless = new AtomicBoolean(true);
    Counters counters =
        new Counters("counter") {
          @Override
          TurnOutput output(TurnContext context) {
            return hopeless.get() ? refused(super.output(context)) : super.output(context);
          }

          @Override
          public Turn fail(TurnContext context, WorkFailure why) {
            notes.add("fail " + why.reason());
            TurnOutput output =
                TurnOutput.of(1).historyDelta(List.of(event(context, "failed", 0))).build();
            hopeless.set(false);
            return Turn.of(new TurnResult.Ack(List.of(refused(output), refused(output))));
          }
        };
    work(counters).enqueue(Counters.start("counter", "x", 1));
    await(() -> Counters.sum(provider, "x") == 1);
    assertThat(counters.notes).startsWith("take x", "close x", "fail REFUSED", "take x");
  }

  /** The same with an activity of another instance, which a store refuses. */
  private static TurnOutput refused(TurnOutput output) {
    return TurnOutput.of(1)
        .historyDelta(output.historyDelta())
        .metadata(output.metadata())
        .activities(
            List.of(
                ActivityTask.builder(
                        new ActivityIdentity("somebody-else", 1, 1),
                        "ten",
                        Payload.empty(),
                        "counter")
                    .build()))
        .build();
  }

  // ---- only code of users is interrupted ------------------------------------------------------

  /** A store in which every lock of a kind is lost as soon as it is to be renewed. */
  private Intercepted losing(Class<? extends LockToken> kind, AtomicBoolean lost) {
    Intercepted store = new Intercepted(provider);
    store.around((name, arguments, real) -> {
      if (name.startsWith("renew")
          && lost.get()
          && arguments[0] instanceof java.util.Collection<?> tokens
          && tokens.stream().allMatch(kind::isInstance)) {
        return Set.of();
      }
      return real.call();
    });
    return store;
  }

  /** Waits without being stopped by an interrupt, and long enough for one to come. */
  private static void yieldUntil(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      Thread.yield();
    }
    for (int i = 0; i < 1_000; i++) {
      Thread.yield();
    }
  }

  private static final WorkerSettings SHORT_LOCKS = QUICK.withLockFor(Duration.ofMillis(100));

  @Test
  void aLostLockInterruptsTheCodeOfAnActivityAndNothingAfterIt() throws Exception {
    Queue<String> seen = new ConcurrentLinkedQueue<>();
    AtomicBoolean lost = new AtomicBoolean(true);
    CountDownLatch over = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    ActivityHandler handler =
        new Sums("ten", delivery -> 10) {
          @Override
          public ActivityResult run(ActivityDelivery delivery) throws Exception {
            delivery.runInterruptibly(() -> {
              try {
                never.await();
              } catch (InterruptedException e) {
                seen.add("code interrupted");
                Thread.currentThread().interrupt(); // as well-behaved code does
              }
              return 10;
            });
            seen.add(Thread.currentThread().isInterrupted() ? "engine interrupted" : "engine not");
            over.countDown();
            return new ActivityResult.Done(message(delivery, 10));
          }
        };
    Intercepted store = losing(LockToken.OfActivity.class, lost);
    Worker worker =
        start(
            Worker.builder(store.provider())
                .settings(SHORT_LOCKS)
                .turns(new Counters("counter"))
                .activities(handler));
    worker.enqueue(asking("x"));
    await(() -> over.getCount() == 0);
    worker.close();
    assertThat(seen).containsSequence("code interrupted", "engine not");
    assertThat(seen).doesNotContain("engine interrupted");
  }

  @Test
  void aLostLockInterruptsNeitherEnginesOfActivitiesNorTurns() throws Exception {
    AtomicBoolean lost = new AtomicBoolean(true);
    Queue<String> seen = new ConcurrentLinkedQueue<>();
    CountDownLatch both = new CountDownLatch(2);
    Counters counters =
        new Counters("counter") {
          @Override
          public Turn take(TurnContext context) throws Exception {
            if (context.instanceId().equals("turn")) {
              yieldUntil(() -> !context.isLive());
              seen.add("turn " + Thread.currentThread().isInterrupted());
              both.countDown();
            }
            return super.take(context);
          }
        };
    ActivityHandler handler =
        new Sums("ten", delivery -> 10) {
          @Override
          public ActivityResult run(ActivityDelivery delivery) {
            yieldUntil(delivery::isCancelled);
            seen.add("activity " + Thread.currentThread().isInterrupted());
            both.countDown();
            return new ActivityResult.Done(null);
          }
        };
    Intercepted store = losing(LockToken.class, lost);
    Worker worker =
        start(
            Worker.builder(store.provider())
                .settings(SHORT_LOCKS)
                .turns(counters)
                .activities(handler));
    worker.enqueue(asking("x"));
    worker.enqueue(Counters.start("counter", "turn", 1));
    await(() -> both.getCount() == 0);
    assertThat(seen).contains("turn false", "activity false");
    assertThat(seen).doesNotContain("turn true", "activity true");
  }

  @Test
  void aTurnThatCancelsAnActivityInterruptsItAtOnce() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    Sums sums =
        new Sums(
            "ten",
            delivery -> {
              begun.countDown();
              try {
                never.await();
              } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
              }
              return 10;
            });
    Counters counters =
        new Counters("counter") {
          @Override
          TurnOutput output(TurnContext context) {
            TurnOutput plain = super.output(context);
            return new TurnOutput(
                1,
                plain.historyDelta(),
                plain.activities(),
                List.of(),
                plain.metadata(),
                plain.historyDelta().getFirst().kind().equals("stopped")
                    ? List.of(new ActivityIdentity(context.instanceId(), 1, 100))
                    : List.of());
          }
        };
    Worker worker =
        start(Worker.builder(provider).settings(QUICK).turns(counters).activities(sums));
    worker.enqueue(asking("x"));
    await(() -> begun.getCount() == 0);
    worker.enqueue(Counters.stop("x"));
    await(() -> interrupted.getCount() == 0);
    await(() -> Counters.last(provider, "x").equals("stopped"));
  }
}
