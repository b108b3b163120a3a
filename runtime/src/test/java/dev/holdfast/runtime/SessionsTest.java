// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.Feature;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.admin.InstanceFacts;
import dev.holdfast.provider.feature.Sessions;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Activities of one session go to one worker, as long as that holds the session. */
class SessionsTest extends OnSqlite {

  private static final Activity<String, String> WHERE =
      Activity.named("where", String.class, String.class);
  private static final Duration HOUR = Duration.ofHours(1);

  /** Calls one after the other, in a session named by the input. */
  private static final Orchestration<String, List<String>> CHAIN =
      Orchestration.named(
          "chain",
          new TypeRef<String>() {},
          new TypeRef<List<String>>() {},
          (ctx, session) -> {
            List<String> workers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
              workers.add(ctx.call(WHERE, session, in(session)).await());
            }
            return workers;
          });

  /** One call in a session named by the input. */
  private static final Orchestration<String, String> ONE =
      Orchestration.named(
          "one",
          String.class,
          String.class,
          (ctx, session) -> ctx.call(WHERE, session, in(session)).await());

  private static ActivityOptions in(String session) {
    return ActivityOptions.defaults().withSession(session);
  }

  private Holdfast worker(String name, UnaryOperator<Holdfast.Builder> setUp) {
    return worker(openHandle(), (actx, in) -> name, setUp);
  }

  private Holdfast worker(
      Provider on, ActivityFunction<String, String> where, UnaryOperator<Holdfast.Builder> setUp) {
    return work(
        on, b -> setUp.apply(b.orchestration(CHAIN).orchestration(ONE).activity(WHERE, where)));
  }

  private static Holdfast.Builder holding(Holdfast.Builder builder) {
    return builder.servesSessions(100, HOUR, HOUR);
  }

  private InstanceFacts.@Nullable ActivityFacts oldest(String instanceId) {
    return provider
        .capability(InstanceAdmin.class)
        .orElseThrow()
        .facts(instanceId)
        .oldestActivity();
  }

  @Test
  void allOfASessionGoToTheWorkerThatHoldsIt() throws Exception {
    Holdfast one = worker("one", SessionsTest::holding);
    worker("two", SessionsTest::holding);
    for (int i = 0; i < 20; i++) {
      one.client().start(CHAIN, "x" + i, "s" + i % 4);
    }
    List<Queue<String>> workers = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      List<String> of = one.client().await(CHAIN, "x" + i, LONG);
      if (i < 4) {
        workers.add(new ConcurrentLinkedQueue<>());
      }
      workers.get(i % 4).addAll(of);
    }
    assertThat(workers).allSatisfy(of -> assertThat(of).hasSize(15).containsOnly(of.peek()));
  }

  @Test
  void aWorkerWithoutSessionsLeavesThemAlone() throws Exception {
    Holdfast plain = worker("plain", b -> b);
    plain.client().start(CHAIN, "x", "s");
    awaitEvents("x", "ActivityScheduled", 1);
    InstanceFacts.ActivityFacts waits = oldest("x");
    assertThat(waits).isNotNull();
    assertThat(waits.sessionId()).isEqualTo("s");
    assertThat(waits.sessionOwner()).isNull();
    worker("holder", SessionsTest::holding);
    assertThat(plain.client().await(CHAIN, "x", LONG)).containsOnly("holder");
  }

  @Test
  void aWorkerThatClosesReleasesWhatItHolds() throws Exception {
    Holdfast first = worker("first", SessionsTest::holding);
    first.client().start(ONE, "x", "s");
    assertThat(first.client().await(ONE, "x", LONG)).isEqualTo("first");
    Holdfast second = worker("second", SessionsTest::holding);
    second.client().start(ONE, "y", "s");
    assertThat(second.client().await(ONE, "y", LONG)).isEqualTo("first");
    first.close();
    second.client().start(ONE, "z", "s");
    assertThat(second.client().await(ONE, "z", LONG)).isEqualTo("second");
  }

  @Test
  void anotherWorkerTakesOverFromOneThatHasDied() throws Exception {
    AtomicBoolean dead = new AtomicBoolean();
    Holdfast first = worker(mortal(dead), (actx, in) -> "first", SessionsTest::holding);
    first.client().start(ONE, "x", "s");
    assertThat(first.client().await(ONE, "x", LONG)).isEqualTo("first");
    dead.set(true);
    first.close();
    Holdfast second = worker("second", SessionsTest::holding);
    second.client().start(ONE, "y", "s");
    awaitEvents("y", "ActivityScheduled", 1);
    InstanceFacts.ActivityFacts waits = oldest("y");
    assertThat(waits).isNotNull();
    assertThat(waits.sessionOwner()).isNotNull();
    assertThat(waits.deliveryCount()).isZero();
    clock.advance(HOUR);
    assertThat(second.client().await(ONE, "y", LONG)).isEqualTo("second");
  }

  /** A handle that reaches the store no more once it is dead. */
  private Provider mortal(AtomicBoolean dead) {
    return sessions(
        openHandle(),
        (name, arguments, real) -> {
          if (dead.get()) {
            throw new ProviderError.StoreUnavailable(name, "dead", null);
          }
          return real.call();
        });
  }

  /** A handle whose calls, and those of its sessions, a test may prevent. */
  private static Provider sessions(Provider target, Intercepted.Around around) {
    Intercepted store = new Intercepted(target);
    store.around((name, arguments, real) -> {
      if (name.equals("capability") && arguments[0] == Sessions.class) {
        Sessions sessions = target.capability(Sessions.class).orElseThrow();
        return Optional.of(
            Proxy.newProxyInstance(
                Sessions.class.getClassLoader(),
                new Class<?>[] {Sessions.class},
                (proxy, method, args) ->
                    around.call(
                        method.getName(),
                        args,
                        () -> {
                          try {
                            return method.invoke(sessions, args);
                          } catch (InvocationTargetException e) {
                            throw e.getCause();
                          }
                        })));
      }
      return name.equals("info") || name.equals("close")
          ? real.call()
          : around.call(name, arguments, real);
    });
    return store.provider();
  }

  @Test
  void aWorkerHoldsNoMoreThanItMay() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    AtomicInteger begun = new AtomicInteger();
    Holdfast first =
        worker(
            openHandle(),
            (actx, in) -> {
              begun.incrementAndGet();
              done.await();
              return "first";
            },
            b -> b.servesSessions(1, HOUR, HOUR));
    first.client().start(ONE, "x", "s1");
    await(() -> begun.get() == 1);
    first.client().start(ONE, "y", "s2");
    Holdfast second = worker("second", b -> b.servesSessions(1, HOUR, HOUR));
    assertThat(second.client().await(ONE, "y", LONG)).isEqualTo("second");
    done.countDown();
    assertThat(second.client().await(ONE, "x", LONG)).isEqualTo("first");
  }

  @Test
  void aSessionInUseIsRenewed() throws Exception {
    clock.freeze(); // a renewal that comes late on a busy machine is none that is lost
    CountDownLatch done = new CountDownLatch(1);
    try (Logs logs = new Logs()) {
      Holdfast worker =
          worker(
              openHandle(),
              (actx, in) -> {
                done.await();
                return "one";
              },
              b -> b.lockFor(HOUR).servesSessions(1, Duration.ofMillis(300), HOUR));
      worker.client().start(ONE, "x", "s");
      await(() -> end("x") != null);
      Instant first = end("x");
      clock.advance(Duration.ofMillis(200));
      await(() -> end("x") instanceof Instant later && later.isAfter(first));
      done.countDown();
      assertThat(worker.client().await(ONE, "x", LONG)).isEqualTo("one");
      assertThat(logs.lines("sessions lost")).isEmpty();
    }
  }

  private @Nullable Instant end(String instanceId) {
    InstanceFacts.ActivityFacts oldest = oldest(instanceId);
    return oldest == null ? null : oldest.sessionLeaseUntil();
  }

  @Test
  void aSessionThatIsLostIsToldOnceAndItsActivityGoesOn() throws Exception {
    clock.freeze();
    AtomicBoolean away = new AtomicBoolean();
    List<Integer> renewals = Collections.synchronizedList(new ArrayList<>());
    Provider store =
        sessions(
            openHandle(),
            (name, arguments, real) -> {
              boolean renews = name.equals("renewSessions");
              if (renews && away.get()) {
                throw new ProviderError.StoreUnavailable(name, "away", null);
              }
              Object result = real.call();
              if (renews) {
                renewals.add((Integer) result);
              }
              return result;
            });
    CountDownLatch done = new CountDownLatch(1);
    AtomicInteger begun = new AtomicInteger();
    try (Logs logs = new Logs()) {
      Holdfast first =
          worker(
              store,
              (actx, in) -> {
                begun.incrementAndGet();
                done.await();
                return "first";
              },
              b ->
                  b.lockFor(HOUR)
                      .maxConcurrentActivities(1) // so that it does not take the next one itself
                      .servesSessions(1, Duration.ofMillis(300), HOUR));
      first.client().start(ONE, "x", "s");
      await(() -> begun.get() == 1 && renewals.contains(1));
      away.set(true);
      // The activity of the other worker says that it has the session now.
      Holdfast second = worker("second", SessionsTest::holding);
      second.client().start(ONE, "y", "s");
      clock.advance(Duration.ofSeconds(1));
      assertThat(second.client().await(ONE, "y", LONG)).isEqualTo("second");
      renewals.clear();
      away.set(false);
      await(() -> renewals.size() >= 4);
      assertThat(renewals).containsOnly(0);
      assertThat(logs.lines("sessions lost: 1 of [s]")).hasSize(1);
      done.countDown();
      assertThat(second.client().await(ONE, "x", LONG)).isEqualTo("first");
    }
  }

  @Test
  void ofSeveralSessionsThoseThatAreNotLostAreReleasedAllTheSame() throws Exception {
    clock.freeze();
    AtomicBoolean oneIsLost = new AtomicBoolean();
    Provider store =
        sessions(
            openHandle(),
            (name, arguments, real) -> {
              Object result = real.call();
              return name.equals("renewSessions") && oneIsLost.get()
                  ? (Integer) result - 1
                  : result;
            });
    try (Logs logs = new Logs()) {
      Holdfast first =
          worker(
              store,
              (actx, in) -> "first",
              b -> b.lockFor(HOUR).servesSessions(2, Duration.ofMillis(300), HOUR));
      for (String session : List.of("s1", "s2")) {
        first.client().start(ONE, session, session);
        assertThat(first.client().await(ONE, session, LONG)).isEqualTo("first");
      }
      oneIsLost.set(true);
      await(() -> !logs.lines("sessions lost: 1 of [s1, s2]").isEmpty());
      first.close();
    }
    Holdfast second = worker("second", SessionsTest::holding);
    for (String session : List.of("s1", "s2")) {
      second.client().start(ONE, session + " again", session);
      assertThat(second.client().await(ONE, session + " again", LONG)).isEqualTo("second");
    }
  }

  @Test
  void whatIsLeftOfEndedSessionsIsRemoved() throws Exception {
    clock.freeze();
    Duration soon = Duration.ofMillis(300);
    AtomicInteger removed = new AtomicInteger();
    Provider store =
        sessions(
            openHandle(),
            (name, arguments, real) -> {
              Object result = real.call();
              removed.addAndGet(name.equals("cleanupSessions") ? (Integer) result : 0);
              return result;
            });
    Holdfast worker =
        worker(store, (actx, in) -> in, b -> b.lockFor(soon).servesSessions(1, soon, soon));
    worker.client().start(ONE, "x", "s");
    assertThat(worker.client().await(ONE, "x", LONG)).isEqualTo("s");
    clock.advance(HOUR);
    await(() -> removed.get() == 1);
  }

  @Test
  void aSessionWhoseActivityIsNotHereIsLetGo() throws Exception {
    Activity<String, String> other = Activity.named("other", String.class, String.class);
    Orchestration<String, String> calls =
        Orchestration.named(
            "calls",
            String.class,
            String.class,
            (ctx, session) -> ctx.call(other, session, in(session)).await());
    AtomicInteger met = new AtomicInteger();
    Provider store =
        sessions(
            openHandle(),
            (name, arguments, real) -> {
              Object result = real.call();
              met.addAndGet(name.equals("releaseSession") && Boolean.TRUE.equals(result) ? 1 : 0);
              return result;
            });
    Holdfast without =
        work(store, b -> holding(b).orchestration(calls).activity(WHERE, (actx, in) -> "without"));
    without.client().start(calls, "x", "s");
    await(() -> met.get() == 1);
    work(openHandle(), b -> holding(b).activity(other, (actx, in) -> "with"));
    assertThat(without.client().await(calls, "x", LONG)).isEqualTo("with");
  }

  @Test
  void aStoreWithoutSessionsIsTold() throws Exception {
    Provider poor = Featureless.without(provider, Feature.SESSIONS);
    assertThatThrownBy(() -> work(poor, SessionsTest::holding))
        .isInstanceOfSatisfying(
            ProviderError.NotSupported.class,
            error -> assertThat(error.feature()).isEqualTo(Feature.SESSIONS));
    HoldfastClient client =
        work(poor, b -> b.orchestration(ONE).activity(WHERE, (actx, in) -> in)).client();
    client.start(ONE, "x", "s");
    Failure failure = client.awaitStatus("x", LONG).failure();
    assertThat(failure).isNotNull();
    assertThat(failure.toString()).contains("session \"s\"", "SESSIONS", "\"sqlite\"");
  }
}
