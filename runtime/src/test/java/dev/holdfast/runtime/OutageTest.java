// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ProviderError;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutageTest extends OnSqlite {

  static final Activity<String, String> STEP = Activity.named("step", String.class, String.class);
  static final Orchestration<String, String> THREE =
      Orchestration.named(
          "three",
          String.class,
          String.class,
          (ctx, in) -> {
            String all = "";
            for (int i = 0; i < 3; i++) {
              all += ctx.call(STEP, in + i).await();
            }
            return all;
          });

  private final Queue<String> effects = new ConcurrentLinkedQueue<>();
  private Intercepted store;

  @BeforeEach
  void intercept() {
    store = new Intercepted(provider);
  }

  private HoldfastClient client(Duration lockFor) {
    return work(
            store.provider(),
            b ->
                b.orchestration(THREE)
                    .lockFor(lockFor)
                    .activity(
                        STEP,
                        (actx, in) -> {
                          effects.add(in);
                          return in + ";";
                        }))
        .client();
  }

  private static ProviderError.StoreUnavailable away(String call) {
    return new ProviderError.StoreUnavailable(call, "the test has taken the store away", null);
  }

  @Test
  void everyCallMayFailNowAndThenAndNothingIsLostOrFailed() throws Exception {
    Random random = new Random(42);
    Set<String> spared = Set.of("info", "close", "capability", "enqueue");
    store.around((name, arguments, real) -> {
      int dice;
      synchronized (random) {
        dice = random.nextInt(4);
      }
      if (dice == 0 && !spared.contains(name)) {
        throw away(name);
      }
      Object answer = real.call();
      if (dice == 1 && name.startsWith("ack")) {
        endLocksOf(answer);
        throw new ProviderError.OutcomeUnknown(name, "the reply was lost", null);
      }
      return answer;
    });
    HoldfastClient client = client(Duration.ofSeconds(30));
    List<String> ids = IntStream.range(0, 30).mapToObj(i -> "i" + i + "-").toList();
    ids.forEach(id -> client.start(THREE, id, id));
    for (String id : ids) {
      assertThat(client.await(THREE, id, LONG)).isEqualTo("%s0;%s1;%s2;".formatted(id, id, id));
    }
    // The locks lived through all of it, so that no result was thrown away and no step repeated.
    assertThat(effects).hasSize(90).doesNotHaveDuplicates();
  }

  /**
   * Work that a lost answer handed over comes back when its lock ends; nobody waits for it here.
   */
  private void endLocksOf(Object answer) {
    if (answer instanceof AckResult.Applied applied) {
      AbandonOptions uncounted = AbandonOptions.now().uncounted();
      applied.eagerActivities().forEach(item -> provider.abandon(item.lockToken(), uncounted));
      Optional.ofNullable(applied.eagerInstance())
          .ifPresent(item -> provider.abandon(item.lockToken(), uncounted));
      Optional.ofNullable(applied.turnAhead()).ifPresent(this::endLocksOf);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ackOrchestrationItem", "ackActivityItem"})
  void whatALostAnswerHandedOverComesBackAtItsLockEnd(String lossy) throws Exception {
    AtomicInteger acks = new AtomicInteger();
    AtomicInteger claimsAfterLoss = new AtomicInteger();
    store.around((name, arguments, real) -> {
      if (name.equals(lossy) && acks.getAndIncrement() < 2) {
        boolean repeated = acks.get() == 2;
        if (repeated && EagerDispatchTest.claims(arguments[0])) {
          claimsAfterLoss.incrementAndGet();
        }
        Object answer = real.call();
        if (!repeated) {
          throw new ProviderError.OutcomeUnknown(name, "the reply was lost", null);
        }
        // The lost call may have applied the turn that follows too: then no completion is left by
        // which the store could tell that this is a repetition.
        assertThat(answer)
            .matches(result ->
                result instanceof AckResult.AlreadyApplied
                    || result instanceof AckResult.Rejected(ProviderError.LockLost lost));
        clock.advance(Duration.ofMinutes(1));
        return answer;
      }
      return real.call();
    });
    HoldfastClient client = client(Duration.ofSeconds(30));
    client.start(THREE, "x", "x");
    assertThat(client.await(THREE, "x", LONG)).isEqualTo("x0;x1;x2;");
    assertThat(effects).containsExactly("x0", "x1", "x2");
    assertThat(claimsAfterLoss).as("a repeated ack claims nothing").hasValue(0);
  }

  @Test
  void aResultWaitsForTheStoreToComeBack() throws Exception {
    AtomicBoolean down = new AtomicBoolean();
    CountDownLatch refused = new CountDownLatch(3);
    store.around((name, arguments, real) -> {
      if (down.get() && !name.equals("enqueue")) {
        if (name.equals("ackActivityItem")) {
          refused.countDown();
        }
        throw away(name);
      }
      if (name.equals("ackActivityItem") && refused.getCount() > 0) {
        down.set(true);
        refused.countDown();
        throw away(name);
      }
      return real.call();
    });
    HoldfastClient client = client(Duration.ofSeconds(30));
    client.start(THREE, "x", "x");
    refused.await();
    down.set(false);
    assertThat(client.await(THREE, "x", LONG)).isEqualTo("x0;x1;x2;");
    assertThat(effects).containsExactly("x0", "x1", "x2");
  }

  @Test
  void aTurnWhoseLockRanOutIsDoneAgainByWhoGetsItNext() throws Exception {
    AtomicInteger acks = new AtomicInteger();
    store.around((name, arguments, real) -> {
      if (name.equals("ackOrchestrationItem") && acks.getAndIncrement() == 1) {
        clock.advance(Duration.ofHours(1)); // the lock is lost before the ack arrives
      }
      return real.call();
    });
    HoldfastClient client = client(Duration.ofSeconds(30));
    client.start(THREE, "x", "x");
    assertThat(client.await(THREE, "x", LONG)).isEqualTo("x0;x1;x2;");
    assertThat(effects).containsExactly("x0", "x1", "x2");
  }

  @Test
  void whoAwaitsIsToldTheEndByTheWorkerOfTheSameProcess() throws Exception {
    CountDownLatch looked = new CountDownLatch(1);
    store.around((name, arguments, real) -> {
      if (name.startsWith("read") || name.equals("latestExecutionId")) {
        looked.countDown();
        throw away(name);
      }
      return real.call();
    });
    HoldfastClient client =
        work(
                store.provider(),
                b ->
                    b.orchestration(THREE)
                        .activity(
                            STEP,
                            (actx, in) -> {
                              looked.await();
                              return in + ";";
                            }))
            .client();
    client.start(THREE, "x", "x");
    assertThat(client.await(THREE, "x", LONG)).isEqualTo("x0;x1;x2;");
  }

  @Test
  void renewalsThatFailCancelNothing() throws Exception {
    CountDownLatch renewals = new CountDownLatch(3);
    Set<Boolean> cancelled = ConcurrentHashMap.newKeySet();
    store.around((name, arguments, real) -> {
      if (name.equals("renewActivities")) {
        renewals.countDown();
        throw away(name);
      }
      return real.call();
    });
    Activity<String, String> slow = Activity.named("slow", String.class, String.class);
    Orchestration<String, String> calls =
        Orchestration.named(
            "calls", String.class, String.class, (ctx, in) -> ctx.call(slow, in).await());
    HoldfastClient client =
        work(
                store.provider(),
                b ->
                    b.orchestration(calls)
                        .lockFor(Duration.ofSeconds(1))
                        .activity(
                            slow,
                            (actx, in) -> {
                              renewals.await();
                              cancelled.add(actx.isCancelled());
                              return in;
                            }))
            .client();
    client.start(calls, "x", "done");
    assertThat(client.await(calls, "x", LONG)).isEqualTo("done");
    assertThat(cancelled).contains(false);
  }

  @Test
  void aLongActivityKeepsItsLock() throws Exception {
    Duration lock = Duration.ofMillis(900);
    CountDownLatch renewals = new CountDownLatch(4);
    AtomicInteger deliveries = new AtomicInteger();
    clock.freeze();
    store.around((name, arguments, real) -> {
      Object answer = real.call();
      if (name.equals("renewActivities")) {
        clock.advance(lock.multipliedBy(2).dividedBy(3));
        renewals.countDown();
      }
      return answer;
    });
    Activity<String, String> slow = Activity.named("slow", String.class, String.class);
    Orchestration<String, String> calls =
        Orchestration.named(
            "calls", String.class, String.class, (ctx, in) -> ctx.call(slow, in).await());
    HoldfastClient client =
        work(
                store.provider(),
                b ->
                    b.orchestration(calls)
                        .lockFor(lock)
                        .activity(
                            slow,
                            (actx, in) -> {
                              deliveries.incrementAndGet();
                              renewals.await();
                              return in;
                            }))
            .client();
    client.start(calls, "x", "done");
    assertThat(client.await(calls, "x", LONG)).isEqualTo("done");
    assertThat(deliveries).hasValue(1);
  }
}
