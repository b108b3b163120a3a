// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a worker does with turns that its engines compute ahead. */
class AheadTurnTest extends OnSqlite {

  /** Calls of the store and what the engine notes, in one order. */
  private final Queue<String> seen = new ConcurrentLinkedQueue<>();

  private final Foreseeing engine = new Foreseeing();
  private final AtomicBoolean unused = new AtomicBoolean();
  private final AtomicReference<Runnable> afterAck = new AtomicReference<>(() -> {});
  private Intercepted store;
  private WorkerSettings settings = QUICK;

  /**
   * Sums up; the first message of an instance asks for the activity, the second one ends it. It
   * knows how far its instances are, which are all called x.
   */
  private final class Foreseeing extends Counters {
    volatile long last;
    volatile long sum;
    volatile boolean fails;
    volatile boolean refused;
    volatile @Nullable Instant foreseen;

    Foreseeing() {
      super("counter");
    }

    @Override
    public Turn take(TurnContext context) throws Exception {
      seen.add("take");
      TurnOutput output = output(context);
      return new Noted(context.instanceId(), new TurnResult.Ack(output)) {
        @Override
        public void applied(TurnOutput stored) {
          knows(stored);
        }

        @Override
        public void close() {
          seen.add("close");
        }
      };
    }

    @Override
    public @Nullable AheadTurn ahead(OrchestratorMessage message, Instant now) {
      seen.add("ahead");
      foreseen = now;
      if (fails) {
        throw new IllegalStateException("not ahead");
      }
      boolean asks = message.kind().equals("ask");
      long before = message.start() == null ? last : 0;
      long result = sum + (asks ? 0 : Long.parseLong(message.body().asUtf8()));
      TurnOutput.Builder output =
          TurnOutput.of(1)
              .historyDelta(
                  List.of(
                      new HistoryEvent(
                          before + 1, asks ? "asked" : "ended", Payload.utf8("" + result), now)))
              .metadata(ExecutionMetadata.builder().name("counter").build());
      if (asks || refused) {
        output.activities(
            List.of(
                ActivityTask.builder(
                        new ActivityIdentity(
                            refused ? "somebody else" : message.instanceId(), 1, 1),
                        message.body().asUtf8(),
                        Payload.empty(),
                        "counter")
                    .build()));
      }
      return new AheadNoted(before, output.build());
    }

    private void knows(TurnOutput stored) {
      HistoryEvent event = stored.historyDelta().getLast();
      last = event.eventId();
      sum = Long.parseLong(event.data().asUtf8());
    }

    private final class AheadNoted implements AheadTurn {
      private final long before;
      private final TurnOutput output;

      AheadNoted(long before, TurnOutput output) {
        this.before = before;
        this.output = output;
      }

      @Override
      public long onExecutionId() {
        return 1;
      }

      @Override
      public long onLastEventId() {
        return before;
      }

      @Override
      public @Nullable Instant onLastEventAt() {
        return null;
      }

      @Override
      public TurnResult result() {
        return new TurnResult.Ack(output);
      }

      @Override
      public void applied(TurnOutput stored) {
        knows(stored);
        for (int i = 0; i < 1_000; i++) {
          Thread.yield(); // time enough for an activity that begins too early
        }
        seen.add("applied ahead");
      }

      @Override
      public void close() {
        seen.add("close ahead");
      }
    }
  }

  @BeforeEach
  void intercept() {
    store = new Intercepted(provider);
    store.around((name, arguments, real) -> {
      switch (name) {
        case "ackActivityItem" -> {
          ActivityAck ack = (ActivityAck) arguments[0];
          EagerInstance claim = ack.eager();
          if (unused.get() && claim != null) {
            arguments[0] =
                new ActivityAck(ack.lockToken(), ack.completion(), claim.withTurnAhead(null));
          }
          Object result = real.call();
          seen.add(claim != null && claim.turnAhead() != null ? "ack+turn" : "ack");
          afterAck.get().run();
          return result;
        }
        case "enqueue" -> {
          Object result = real.call();
          seen.add(
              arguments.length == 2 && ((EagerInstance) arguments[1]).turnAhead() != null
                  ? "start+turn"
                  : "start");
          return result;
        }
        case "ackOrchestrationItem" -> {
          seen.add("ack turn");
          return real.call();
        }
        default -> {
          return real.call();
        }
      }
    });
  }

  private Worker.Builder builder(Sums activities) {
    return Worker.builder(store.provider()).settings(settings).turns(engine).activities(activities);
  }

  /** A worker that knows the store's time. */
  private Worker working(Worker.Builder builder) {
    Worker worker = start(builder);
    worker.enqueue(Counters.start("counter", "warm", 1));
    await(() -> seen.contains("close"));
    seen.clear();
    engine.sum = 0;
    return worker;
  }

  private Sums ten() {
    return new Sums(
        "ten",
        delivery -> {
          seen.add("run");
          return 10;
        });
  }

  private static OrchestratorMessage asking(String id) {
    return OrchestratorMessage.builder(id, "ask", Payload.utf8("ten"))
        .start(new ExecutionStart("counter", null, null))
        .build();
  }

  private void awaitSeen(String what, int times) {
    await(() -> seen.stream().filter(what::equals).count() == times);
  }

  @Test
  void turnsGoToTheStoreWithTheCallsThatCauseThem() {
    Worker worker = working(builder(ten()));
    worker.enqueue(asking("x"));
    awaitSeen("close ahead", 2);
    worker.close();
    // The activity begins when the engine knows that its turn is stored; which of the two is closed
    // first does not matter.
    assertThat(seen.stream().filter(what -> !what.equals("close ahead")))
        .containsExactly(
            "ahead", "start+turn", "applied ahead", "run", "ahead", "ack+turn", "applied ahead");
    assertThat(List.copyOf(seen)).endsWith("close ahead");
    assertThat(Counters.sum(provider, "x")).isEqualTo(10);
    assertThat(Counters.last(provider, "x")).isEqualTo("ended");
  }

  @Test
  void nothingIsComputedAheadBeforeTheStoresTimeIsKnown() {
    Worker worker = start(builder(ten()));
    worker.enqueue(Counters.start("counter", "x", 1));
    await(() -> seen.contains("close"));
    assertThat(List.copyOf(seen)).containsExactly("start", "take", "ack turn", "close");
  }

  @Test
  void theTimeOfATurnAheadIsThatOfTheStore() {
    clock.advance(Duration.ofDays(400));
    Worker worker = working(builder(ten()));
    Instant before = clock.instant();
    worker.enqueue(asking("x"));
    awaitSeen("close ahead", 2);
    assertThat(engine.foreseen)
        .isBeforeOrEqualTo(clock.instant())
        .isAfter(before.minus(Duration.ofDays(1)));
  }

  @Test
  void aTurnThatIsNotUsedIsClosedBeforeTheInstanceBegins() {
    unused.set(true);
    Worker worker = working(builder(ten()));
    worker.enqueue(asking("x"));
    awaitSeen("close", 1);
    worker.close();
    // The turn of the start is closed at some time after its activity has begun.
    assertThat(List.copyOf(seen))
        .containsSubsequence("ahead", "ack+turn", "close ahead", "take", "ack turn", "close")
        .filteredOn("close ahead"::equals)
        .hasSize(2);
  }

  @Test
  void aTurnNeedsNoFreeSlot() {
    settings = QUICK.withConcurrency(1, 4); // which is kept for fetches
    Worker worker = working(builder(ten()));
    worker.enqueue(asking("x"));
    awaitSeen("close ahead", 2);
    worker.close();
    assertThat(List.copyOf(seen)).contains("start+turn", "ack+turn").doesNotContain("take");
  }

  @Test
  void anInstanceThatComesInPlaceOfItsTurnIsProcessedThoughNoSlotWasFree() {
    settings = QUICK.withConcurrency(1, 4);
    unused.set(true);
    Worker worker = working(builder(ten()));
    worker.enqueue(asking("x"));
    awaitSeen("close", 1);
    engine.sum = 0;
    worker.enqueue(Counters.start("counter", "y", 1));
    await(() -> Counters.sum(provider, "y") == 1);
    worker.close();
    assertThat(Counters.sum(provider, "x")).isEqualTo(10);
  }

  @Test
  void onlyTheFirstDeliveryOfAnActivityCausesOne() {
    AtomicBoolean bad = new AtomicBoolean(true);
    Sums sums =
        new Sums(
            "ten",
            delivery -> {
              if (bad.getAndSet(false)) {
                throw new IllegalStateException("not this time");
              }
              return 10;
            });
    Worker worker = working(builder(sums));
    worker.enqueue(asking("x"));
    await(() -> Counters.sum(provider, "x") == 10);
    worker.close();
    assertThat(List.copyOf(seen))
        .startsWith("ahead", "start+turn", "applied ahead", "close ahead")
        .endsWith("ack", "take", "ack turn", "close");
  }

  @Test
  void anEngineThatFailsAheadChangesNothing() {
    Worker worker = working(builder(ten()));
    engine.fails = true;
    worker.enqueue(asking("x"));
    await(() -> Counters.sum(provider, "x") == 10);
    worker.close();
    assertThat(List.copyOf(seen)).startsWith("ahead", "start", "take").doesNotContain("ack+turn");
  }

  @Test
  void aRepeatedCallHasNoTurnAndTheEngineDoesNotBelieveInTheFirst() {
    AtomicBoolean lost = new AtomicBoolean(true);
    afterAck.set(() -> {
      if (lost.getAndSet(false)) {
        throw new ProviderError.OutcomeUnknown("ackActivityItem", "the answer was lost", null);
      }
    });
    Worker worker = working(builder(ten()));
    worker.enqueue(asking("x"));
    awaitSeen("ack", 1);
    worker.close();
    // The turn of the start is closed at some time after its activity has begun.
    assertThat(List.copyOf(seen))
        .containsSubsequence("run", "ahead", "ack+turn", "close ahead", "ack")
        .containsOnlyOnce("ack+turn", "ack")
        .filteredOn("close ahead"::equals)
        .hasSize(2);
    assertThat(Counters.last(provider, "x")).as("it was applied all the same").isEqualTo("ended");
  }

  @Test
  void aRejectedTurnIsDelivered() {
    Worker worker = working(builder(ten()));
    engine.refused = true;
    worker.enqueue(Counters.start("counter", "x", 7));
    awaitSeen("close", 1);
    worker.close();
    assertThat(List.copyOf(seen))
        .containsExactly("ahead", "start+turn", "close ahead", "take", "ack turn", "close");
    assertThat(Counters.sum(provider, "x")).isEqualTo(7);
  }

  @Test
  void listenersAreToldOfATurnThatWasNeverDelivered() {
    Queue<String> told = new ConcurrentLinkedQueue<>();
    WorkerListener listener =
        new WorkerListener() {
          @Override
          public void begun(Work work) {
            told.add("begun " + work.kind() + " " + work.instanceId() + " " + work.deliveries());
          }

          @Override
          public void ended(Work work, boolean stored, Duration took) {
            assertThat(took).isPositive();
            told.add("ended " + work.kind() + " " + work.instanceId() + " " + stored);
          }
        };
    Worker worker = working(builder(ten()).listener(listener));
    await(() -> told.contains("ended TURN warm true"));
    told.clear();
    worker.enqueue(asking("x"));
    await(() -> told.contains("ended ACTIVITY x true"));
    worker.close();
    assertThat(List.copyOf(told))
        .containsExactly(
            "begun TURN x 1",
            "ended TURN x true",
            "begun ACTIVITY x 1",
            "begun TURN x 1",
            "ended TURN x true",
            "ended ACTIVITY x true");
  }
}
