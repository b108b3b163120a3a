// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.EnqueueResult;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Work that a worker makes ready itself is handed to it without a fetch. */
class EagerDispatchTest extends OnSqlite {

  static final Activity<String, String> STEP = Activity.named("step", String.class, String.class);

  static final Orchestration<String, String> CALLS =
      Orchestration.named(
          "calls", String.class, String.class, (ctx, in) -> ctx.call(STEP, in).await());

  static final Orchestration<Integer, Integer> FAN =
      Orchestration.named(
          "fan",
          Integer.class,
          Integer.class,
          (ctx, width) -> {
            List<DurableFuture<String>> calls = new ArrayList<>();
            for (int i = 0; i < width; i++) {
              calls.add(ctx.call(STEP, "" + i));
            }
            return ctx.<String>allOf(calls).await().size();
          });

  private final AtomicInteger fetched = new AtomicInteger();
  private final AtomicInteger claimed = new AtomicInteger();
  private final AtomicInteger claims = new AtomicInteger();
  private Intercepted store;

  @BeforeEach
  void countDeliveries() {
    store = new Intercepted(provider);
    store.around((name, arguments, real) -> counted(name, arguments, real.call()));
  }

  private Object counted(String name, Object[] arguments, Object answer) {
    if (name.startsWith("fetch")) {
      fetched.addAndGet(((List<?>) answer).size());
    } else if ((name.startsWith("ack") && claims(arguments[0]))
        || (name.equals("enqueue") && arguments.length == 2)) {
      claims.incrementAndGet();
      claimed.addAndGet(claimedBy(answer));
    }
    return answer;
  }

  /** Whether an ack asks for what it makes ready. */
  static boolean claims(Object ack) {
    return switch (ack) {
      case OrchestrationAck turn -> turn.eager() != null;
      case ActivityAck activity -> activity.eager() != null;
      default -> false;
    };
  }

  private static int claimedBy(Object answer) {
    return claimedInstances(answer) + eagerActivities(answer);
  }

  private static int claimedInstances(@Nullable Object answer) {
    return switch (answer) {
      case null -> 0;
      case AckResult.Applied applied -> applied.eagerInstance() == null ? 0 : 1;
      case EnqueueResult result -> result.eagerInstance() == null ? 0 : 1;
      default -> 0;
    };
  }

  private static int eagerActivities(@Nullable Object answer) {
    return switch (answer) {
      case null -> 0;
      case AckResult.Applied applied ->
          applied.eagerActivities().size() + eagerActivities(applied.turnAhead());
      case EnqueueResult result -> eagerActivities(result.turnAhead());
      default -> 0;
    };
  }

  /** Has every turn delivered, so that there is an instance to hand over. */
  private void noTurnsAhead() {
    store.around((name, arguments, real) -> {
      Object answer = real.call();
      return name.equals("info")
          ? without((ProviderInfo) answer, Feature.TURNS_AHEAD)
          : counted(name, arguments, answer);
    });
  }

  @Test
  void anOrchestrationRunsFromItsStartToItsEndWithoutAFetchedItem() throws Exception {
    noTurnsAhead();
    HoldfastClient client =
        work(store.provider(), b -> b.orchestration(CALLS).activity(STEP, (actx, in) -> in + "!"))
            .client();
    client.start(CALLS, "x", "done");
    assertThat(client.await(CALLS, "x", LONG)).isEqualTo("done!");
    assertThat(fetched).hasValue(0);
    assertThat(claimed).hasValue(3);
    assertThat(store.calls.stream().filter(call -> call.startsWith("ack"))).hasSize(3);
    assertThat(kinds("x"))
        .containsExactly(
            "OrchestrationStarted",
            "ActivityScheduled",
            "ActivityCompleted",
            "OrchestrationCompleted");
  }

  @Test
  void aStoreThatDoesNotKnowClaimsIsNotAskedForThem() throws Exception {
    store.around((name, arguments, real) -> {
      Object answer = real.call();
      return name.equals("info")
          ? without((ProviderInfo) answer, Feature.EAGER_DISPATCH)
          : counted(name, arguments, answer);
    });
    HoldfastClient client =
        work(store.provider(), b -> b.orchestration(CALLS).activity(STEP, (actx, in) -> in + "!"))
            .client();
    client.start(CALLS, "x", "done");
    assertThat(client.await(CALLS, "x", LONG)).isEqualTo("done!");
    assertThat(claims).hasValue(0);
    assertThat(fetched).hasValue(3);
  }

  static ProviderInfo without(ProviderInfo info, Feature feature) {
    Set<Feature> features = new HashSet<>(info.features());
    features.remove(feature);
    return new ProviderInfo(
        info.id(), info.version(), info.specVersion(), features, info.limits(), info.wakeUpBound());
  }

  @Test
  void whatIsNotRegisteredHereIsNotClaimed() {
    Duration never = Duration.ofHours(1);
    HoldfastClient client =
        work(store.provider(), b -> b.orchestration(CALLS).redeliveryBackoff(never, never))
            .client();
    client.start(CALLS, "x", "done");
    awaitEvents("x", "ActivityScheduled", 1);
    client.start(FAN, "y", 1);
    assertThat(claims).as("the start of x only").hasValue(1);
  }

  @Test
  void noMoreIsInHandThanTheWorkerMayHave() throws Exception {
    int turns = 5;
    int activities = 3;
    AtomicInteger turnsInHand = new AtomicInteger();
    AtomicInteger activitiesInHand = new AtomicInteger();
    AtomicInteger mostTurns = new AtomicInteger();
    AtomicInteger mostActivities = new AtomicInteger();
    store.around((name, arguments, real) -> {
      Object answer = real.call();
      if (name.equals("ackOrchestrationItem")) {
        turnsInHand.decrementAndGet();
      } else if (name.equals("ackActivityItem")) {
        activitiesInHand.decrementAndGet();
      }
      int newTurns = claimedInstances(answer);
      int newActivities = eagerActivities(answer);
      if (answer instanceof List<?> items) {
        newTurns = (int) items.stream().filter(OrchestrationItem.class::isInstance).count();
        newActivities = (int) items.stream().filter(ActivityItem.class::isInstance).count();
      }
      mostTurns.accumulateAndGet(turnsInHand.addAndGet(newTurns), Math::max);
      mostActivities.accumulateAndGet(activitiesInHand.addAndGet(newActivities), Math::max);
      return counted(name, arguments, answer);
    });
    HoldfastClient client =
        work(
                store.provider(),
                b ->
                    b.orchestration(FAN)
                        .activity(STEP, (actx, in) -> in)
                        .maxConcurrentTurns(turns)
                        .maxConcurrentActivities(activities))
            .client();
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      ids.add("i" + i);
      client.start(FAN, "i" + i, 6);
    }
    for (String id : ids) {
      assertThat(client.await(FAN, id, LONG)).isEqualTo(6);
    }
    assertThat(claimed).hasPositiveValue();
    assertThat(fetched).hasPositiveValue();
    assertThat(mostTurns).hasValueLessThanOrEqualTo(turns);
    assertThat(mostActivities).hasValueLessThanOrEqualTo(activities);
  }

  @Test
  void endlessChainsDoNotKeepOthersWaiting() throws Exception {
    AtomicBoolean stopped = new AtomicBoolean();
    Orchestration<Integer, Integer> endless =
        Orchestration.named(
            "endless",
            Integer.class,
            Integer.class,
            (ctx, in) -> {
              String more = "";
              for (int i = 0; i < 20; i++) {
                more = ctx.call(STEP, "chain").await();
              }
              return more.equals("stop") ? in : ctx.continueAsNew(in + 1);
            });
    HoldfastClient client =
        work(
                store.provider(),
                b ->
                    b.orchestration(CALLS)
                        .orchestration(endless)
                        .activity(
                            STEP, (actx, in) -> in.equals("chain") && stopped.get() ? "stop" : in)
                        .maxConcurrentTurns(4)
                        .maxConcurrentActivities(4))
            .client();
    for (int i = 0; i < 2; i++) {
      client.start(endless, "chain" + i, 0);
    }
    await(() -> claimed.get() > 20);
    // From elsewhere, so that nobody claims their starts.
    HoldfastClient elsewhere = HoldfastClient.on(openHandle(), DataConverter.jackson());
    for (int i = 0; i < 20; i++) {
      elsewhere.start(CALLS, "other" + i, "done");
    }
    for (int i = 0; i < 20; i++) {
      assertThat(client.await(CALLS, "other" + i, LONG)).isEqualTo("done");
    }
    for (int i = 0; i < 2; i++) {
      assertThat(client.status("chain" + i).state()).isEqualTo(InstanceState.RUNNING);
    }
    stopped.set(true);
    for (int i = 0; i < 2; i++) {
      client.await(endless, "chain" + i, LONG);
    }
  }

  @Test
  void workThatIsHandedOverWhileClosingIsGivenBack() throws Exception {
    CountDownLatch handedOver = new CountDownLatch(1);
    CountDownLatch fetchesEnded = new CountDownLatch(2);
    store.around((name, arguments, real) -> {
      Object answer = real.call();
      if (eagerActivities(answer) > 0) {
        handedOver.countDown();
        fetchesEnded.await();
      } else if (name.startsWith("fetch") && Thread.currentThread().isInterrupted()) {
        fetchesEnded.countDown();
      }
      return counted(name, arguments, answer);
    });
    AtomicBoolean ranHere = new AtomicBoolean();
    Holdfast holdfast =
        work(
            store.provider(),
            b ->
                b.orchestration(CALLS)
                    .activity(
                        STEP,
                        (actx, in) -> {
                          ranHere.set(true);
                          return in;
                        }));
    await(() -> store.calls.containsAll(List.of("fetchOrchestrationItems", "fetchActivityItems")));
    holdfast.client().start(CALLS, "x", "in");
    handedOver.await();
    assertThat(holdfast.close(LONG).isClean()).isTrue();
    assertThat(ranHere).isFalse();
    assertThat(store.calls).contains("abandonActivity");
    AtomicInteger deliveries = new AtomicInteger();
    HoldfastClient client =
        work(b ->
                b.orchestration(CALLS)
                    .activity(
                        STEP,
                        (actx, in) -> {
                          deliveries.set(actx.deliveries());
                          return "elsewhere";
                        }))
            .client();
    assertThat(client.await(CALLS, "x", LONG)).isEqualTo("elsewhere");
    assertThat(deliveries).hasValue(1);
  }

  @Test
  void aCallThatIsRepeatedKeepsNoSlots() throws Exception {
    CountDownLatch refusals = new CountDownLatch(2);
    AtomicBoolean away = new AtomicBoolean(true);
    store.around((name, arguments, real) -> {
      if (name.equals("ackActivityItem") && away.get()) {
        refusals.countDown();
        throw new ProviderError.StoreUnavailable(name, "the test has taken the store away", null);
      }
      Object answer = real.call();
      return name.equals("info")
          ? without((ProviderInfo) answer, Feature.TURNS_AHEAD)
          : counted(name, arguments, answer);
    });
    HoldfastClient client =
        work(
                store.provider(),
                b ->
                    b.orchestration(CALLS)
                        .activity(STEP, (actx, in) -> in)
                        .maxConcurrentTurns(2)
                        .maxConcurrentActivities(2))
            .client();
    client.start(CALLS, "x", "done");
    refusals.await();
    assertThat(claimed).as("the instance and its activity").hasValue(2);
    // The first turn of x is over, but perhaps still about to leave its slot.
    AtomicInteger others = new AtomicInteger();
    await(() -> {
      client.start(CALLS, "y" + others.getAndIncrement(), "done");
      return claimed.get() > 2;
    });
    away.set(false);
    assertThat(client.await(CALLS, "x", LONG)).isEqualTo("done");
    assertThat(client.await(CALLS, "y0", LONG)).isEqualTo("done");
  }

  @Test
  void aWorkerWithOneSlotEachClaimsNothing() throws Exception {
    noTurnsAhead();
    HoldfastClient client =
        work(
                store.provider(),
                b ->
                    b.orchestration(FAN)
                        .activity(STEP, (actx, in) -> in)
                        .maxConcurrentTurns(1)
                        .maxConcurrentActivities(1))
            .client();
    client.start(FAN, "x", 3);
    assertThat(client.await(FAN, "x", LONG)).isEqualTo(3);
    assertThat(claims).hasValue(0);
  }

  @Test
  void whatClaimsDoNotNeedIsLentToFetches() throws Exception {
    int slots = 8;
    CountDownLatch together = new CountDownLatch(slots);
    store.around((name, arguments, real) -> {
      if (arguments != null && arguments[0] instanceof OrchestrationAck ack) {
        arguments[0] = withoutClaim(ack); // so that all of it has to be fetched
      }
      return real.call();
    });
    HoldfastClient client =
        work(
                store.provider(),
                b ->
                    b.orchestration(CALLS)
                        .maxConcurrentActivities(slots)
                        .activity(
                            STEP,
                            (actx, in) -> {
                              together.countDown();
                              together.await();
                              return in;
                            }))
            .client();
    for (int i = 0; i < slots; i++) {
      client.start(CALLS, "x" + i, "in");
    }
    for (int i = 0; i < slots; i++) {
      assertThat(client.await(CALLS, "x" + i, LONG)).isEqualTo("in");
    }
  }

  private static OrchestrationAck withoutClaim(OrchestrationAck ack) {
    return OrchestrationAck.builder(ack.lockToken(), ack.executionId())
        .historyDelta(ack.historyDelta())
        .activities(ack.activities())
        .messages(ack.messages())
        .metadata(ack.metadata())
        .cancelledActivities(ack.cancelledActivities())
        .build();
  }
}
