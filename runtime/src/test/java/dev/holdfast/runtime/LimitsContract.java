// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.TagFilter;
import dev.holdfast.provider.state.LeaseAnswer;
import dev.holdfast.provider.state.Leases;
import dev.holdfast.worker.ActivityLimit;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Limits of activities, on a real store with its own clock. */
@Timeout(120)
abstract class LimitsContract {

  private static final Duration LONG = Duration.ofSeconds(90);
  private static final Duration DAY = Duration.ofDays(1);

  private static final Activity<Integer, Integer> BANK =
      Activity.named("bank", Integer.class, Integer.class);
  private static final Activity<Integer, Integer> FREE =
      Activity.named("free", Integer.class, Integer.class);
  private static final Activity<Integer, Integer> NOWHERE =
      Activity.named("nowhere", Integer.class, Integer.class);

  /** Calls the bank so many times at once. */
  private static final Orchestration<Integer, Integer> CALLS = calls("calls", BANK, null);

  private static final Orchestration<Integer, Integer> OTHERS = calls("others", FREE, null);
  private static final Orchestration<Integer, Integer> TAGGED = calls("tagged", FREE, "gpu");
  private static final Orchestration<Integer, Integer> LOST = calls("lost", NOWHERE, null);

  /** What the bank sees. */
  private final AtomicInteger inside = new AtomicInteger();

  private final AtomicInteger most = new AtomicInteger();
  private final AtomicInteger began = new AtomicInteger();
  private final Semaphore gate = new Semaphore(0);
  private final Deque<Holdfast> workers = new ArrayDeque<>();
  Provider provider;

  /** Another handle on the same store. */
  Provider second;

  abstract void close() throws Exception;

  @AfterEach
  void closeAll() throws Exception {
    workers.forEach(Holdfast::close);
    close();
  }

  private static Orchestration<Integer, Integer> calls(
      String name, Activity<Integer, Integer> activity, String tag) {
    return Orchestration.named(
        name,
        Integer.class,
        Integer.class,
        (ctx, n) -> {
          List<Integer> items = IntStream.range(0, n).boxed().toList();
          ActivityOptions options = ActivityOptions.defaults().withTag(tag);
          return ctx.fanOut(items, n, i -> ctx.call(activity, i, options)).size();
        });
  }

  private Integer guarded(Integer n) throws InterruptedException {
    began.incrementAndGet();
    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
    try {
      gate.acquire();
      return n;
    } finally {
      inside.decrementAndGet();
    }
  }

  private Holdfast work(Provider store, UnaryOperator<Holdfast.Builder> setUp) {
    Holdfast worker =
        setUp
            .apply(
                Holdfast.builder(store)
                    .closeOnShutdown(false)
                    .closeGrace(Duration.ZERO)
                    .orchestration(CALLS)
                    .orchestration(OTHERS)
                    .orchestration(TAGGED)
                    .orchestration(LOST)
                    .activity(BANK, (actx, n) -> guarded(n))
                    .activity(
                        FREE, (actx, n) -> actx.tag() == null ? Integer.valueOf(n) : guarded(n)))
            .start();
    workers.push(worker);
    return worker;
  }

  private static void assertThatOthersGoOn(HoldfastClient client, String id) throws Exception {
    client.start(OTHERS, id, 20);
    assertThat(client.await(OTHERS, id, LONG)).isEqualTo(20);
  }

  @Test
  void noMoreRunAtOnceAndOthersGoOn() throws Exception {
    HoldfastClient client =
        work(provider, b -> b.limit(ActivityLimit.concurrent(2), BANK)).client();
    client.start(CALLS, "x", 7);
    OnSqlite.await(() -> inside.get() == 2);
    assertThatOthersGoOn(client, "y");
    assertThat(began).hasValue(2);
    gate.release(7);
    assertThat(client.await(CALLS, "x", LONG)).isEqualTo(7);
    assertThat(most).hasValue(2);
  }

  @Test
  void noMoreBeginInAPeriodAndOthersGoOn() throws Exception {
    gate.release(100);
    HoldfastClient client = work(provider, b -> b.limit(ActivityLimit.rate(3, DAY), BANK)).client();
    client.start(CALLS, "x", 7);
    OnSqlite.await(() -> began.get() == 3);
    assertThatOthersGoOn(client, "y");
    assertThat(began).hasValue(3);
  }

  @Test
  void aLimitOfATagHoldsWhateverTheNames() throws Exception {
    HoldfastClient client =
        work(
                provider,
                b ->
                    b.servesTags(TagFilter.untaggedOr("gpu"))
                        .limitTag(ActivityLimit.concurrent(1), "gpu"))
            .client();
    client.start(TAGGED, "x", 4);
    OnSqlite.await(() -> inside.get() == 1);
    assertThatOthersGoOn(client, "y"); // of the same name
    gate.release(4);
    assertThat(client.await(TAGGED, "x", LONG)).isEqualTo(4);
    assertThat(most).hasValue(1);
  }

  @Test
  void severalActivitiesMayShareALimit() throws Exception {
    HoldfastClient client =
        work(provider, b -> b.limit(ActivityLimit.concurrent(1), BANK, FREE)).client();
    client.start(CALLS, "x", 1);
    OnSqlite.await(() -> inside.get() == 1);
    client.start(OTHERS, "y", 1);
    gate.release();
    assertThat(client.await(OTHERS, "y", LONG)).isEqualTo(1);
    assertThat(inside).hasValue(0);
  }

  @Test
  void whatNoWorkerHasIsFoundAllTheSame() throws Exception {
    HoldfastClient client =
        work(
                provider,
                b ->
                    b.limit(ActivityLimit.concurrent(2), BANK)
                        .failUnrunnable(true)
                        .maxDeliveries(1)
                        .redeliveryBackoff(Duration.ZERO, Duration.ZERO))
            .client();
    client.start(CALLS, "x", 7);
    client.start(LOST, "y", 1);
    OnSqlite.await(() -> client.status("y").state() == InstanceState.FAILED);
    gate.release(7);
    assertThat(client.await(CALLS, "x", LONG)).isEqualTo(7);
    assertThat(most).hasValue(2);
  }

  @Test
  void aSharedLimitHoldsForAllWorkers() throws Exception {
    ActivityLimit limit = ActivityLimit.concurrent(3).acrossWorkers("bank");
    HoldfastClient client = work(provider, b -> b.limit(limit, BANK)).client();
    work(second, b -> b.limit(limit, BANK));
    client.start(CALLS, "x", 10);
    OnSqlite.await(() -> inside.get() == 3);
    assertThatOthersGoOn(client, "y");
    gate.release(10);
    assertThat(client.await(CALLS, "x", LONG)).isEqualTo(10);
    assertThat(most).hasValue(3);
  }

  @Test
  void aSharedRateHoldsForAllWorkers() throws Exception {
    gate.release(100);
    ActivityLimit limit = ActivityLimit.rate(3, DAY).acrossWorkers("mails");
    HoldfastClient client = work(provider, b -> b.limit(limit, BANK)).client();
    work(second, b -> b.limit(limit, BANK));
    client.start(CALLS, "x", 10);
    OnSqlite.await(() -> began.get() == 3);
    assertThatOthersGoOn(client, "y");
    assertThat(began).hasValue(3);
  }

  @Test
  void whatTheDeadHeldIsFreeWhenItsLeaseEnds() throws Exception {
    gate.release(100);
    assertThat(lease(Duration.ofSeconds(1))).isInstanceOf(LeaseAnswer.Acquired.class);
    ActivityLimit limit = ActivityLimit.concurrent(1).acrossWorkers("bank");
    HoldfastClient client = work(provider, b -> b.limit(limit, BANK)).client();
    client.start(CALLS, "x", 2);
    assertThat(client.await(CALLS, "x", LONG)).isEqualTo(2);
    OnSqlite.await(() -> lease(DAY) instanceof LeaseAnswer.Acquired); // and is given back
  }

  @Test
  void whatWaitsForASharedLimitIsGivenBackWhenItsWorkerCloses() throws Exception {
    gate.release(100);
    assertThat(lease(DAY)).isInstanceOf(LeaseAnswer.Acquired.class);
    ActivityLimit limit = ActivityLimit.concurrent(1).acrossWorkers("bank");
    Holdfast full = work(provider, b -> b.lockFor(DAY).limit(limit, BANK));
    full.client().start(CALLS, "x", 1);
    OnSqlite.await(() -> locked("x"));
    assertThat(full.close(LONG).isClean()).isTrue();
    assertThat(began).hasValue(0);
    assertThat(work(second, b -> b).client().await(CALLS, "x", LONG)).isEqualTo(1);
  }

  private LeaseAnswer lease(Duration leaseFor) {
    return second
        .capability(Leases.class)
        .orElseThrow()
        .acquire("holdfast.limit/bank/run/0", "another", leaseFor);
  }

  private boolean locked(String id) {
    try (HoldfastClient client = HoldfastClient.on(second, DataConverter.jackson())) {
      var oldest = client.admin().facts(id).oldestActivity();
      return oldest != null && oldest.deliveryCount() > 0;
    }
  }
}
