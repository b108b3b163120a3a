// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static dev.holdfast.runtime.OnSqlite.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.Provider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is done to instances from outside, on a real store. */
abstract class LifeContract {

  static final Duration LONG = Duration.ofSeconds(60);

  static final Event<String> WORD = Event.named("word", String.class);
  static final Activity<String, String> STEP = Activity.named("step", String.class, String.class);
  static final Activity<String, String> GATE = Activity.named("gate", String.class, String.class);

  static final Orchestration<String, String> LISTENS =
      Orchestration.named(
          "listens",
          String.class,
          String.class,
          (ctx, in) -> {
            String first = ctx.event(WORD).await();
            String step = ctx.call(STEP, first).await();
            return in + " " + step + " " + ctx.event(WORD).await();
          });

  static final Orchestration<String, String> PASSES =
      Orchestration.named(
          "passes", String.class, String.class, (ctx, in) -> ctx.call(GATE, in).await());

  static final Orchestration<String, String> PARENT =
      Orchestration.named(
          "parent",
          String.class,
          String.class,
          (ctx, in) -> ctx.child(PASSES, ctx.instanceId() + "/child", in).await() + "!");

  static final Orchestration<String, List<String>> MANY =
      Orchestration.named(
          "many",
          new TypeRef<String>() {},
          new TypeRef<List<String>>() {},
          (ctx, in) -> {
            List<DurableFuture<String>> all = new ArrayList<>();
            for (String part : in.split(",", -1)) {
              all.add(ctx.call(STEP, part));
            }
            List<String> done = ctx.<String>allOf(all).await();
            return List.of(done.get(0), ctx.call(STEP, "last").await());
          });

  /** The id of the instance of a test. */
  final String id = UUID.randomUUID().toString().substring(0, 8);

  final Queue<String> steps = new ConcurrentLinkedQueue<>();
  final Queue<String> keys = new ConcurrentLinkedQueue<>();
  final Queue<String> broken = new ConcurrentLinkedQueue<>();
  final CountDownLatch atGate = new CountDownLatch(1);
  final Semaphore gate = new Semaphore(0);
  private final List<Holdfast> workers = new ArrayList<>();

  Provider provider;
  HoldfastClient client;

  @BeforeEach
  void openClient() {
    client = HoldfastClient.on(provider, DataConverter.jackson());
  }

  @AfterEach
  void closeWorkers() {
    workers.forEach(Holdfast::close);
    client.close();
  }

  final Holdfast work(int cacheSize, Orchestration<?, ?>... code) {
    Holdfast.Builder builder =
        Holdfast.builder(provider)
            .closeOnShutdown(false)
            .closeGrace(Duration.ZERO)
            .cacheSize(cacheSize)
            .activity(
                STEP,
                (actx, in) -> {
                  steps.add(in);
                  keys.add(actx.idempotencyKey());
                  if (broken.contains(in)) {
                    throw new IllegalStateException("broken " + in);
                  }
                  return in + "'";
                })
            .activity(
                GATE,
                (actx, in) -> {
                  atGate.countDown();
                  gate.acquire();
                  return in;
                });
    List.of(code).forEach(builder::orchestration);
    Holdfast worker = builder.start();
    workers.add(worker);
    return worker;
  }

  final List<String> kinds(long executionId) {
    return provider.readHistory(id, executionId, 0, 1_000).events().stream()
        .map(HistoryEvent::kind)
        .toList();
  }

  final void awaitKind(String kind, int count) {
    await(() -> kinds(1).stream().filter(kind::equals).count() >= count);
  }

  /** What is stored is followed by the code. */
  final void replays(Orchestration<?, ?> code) {
    HistoryReplay.builder().orchestration(code).build().run(RecordedHistory.read(provider, id));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100})
  void aSuspendedInstanceKeepsWhatComesAndRunsNoCode(int cacheSize) throws Exception {
    Holdfast first = work(cacheSize, LISTENS);
    client.start(LISTENS, id, "in");
    awaitKind("OrchestrationStarted", 1);
    client.suspend(id, "maintenance");
    InstanceStatus suspended = client.status(id);
    assertThat(suspended.state()).isEqualTo(InstanceState.SUSPENDED);
    assertThat(suspended.problems())
        .singleElement()
        .satisfies(problem -> assertThat(problem.text()).isEqualTo("it is suspended: maintenance"));

    client.raise(id, WORD, "one");
    awaitKind("EventRaised", 1);
    first.close();
    client.raise(id, WORD, "two");
    work(cacheSize, LISTENS);
    awaitKind("EventRaised", 2);
    client.suspend(id, "again");
    assertThat(client.status(id).state()).isEqualTo(InstanceState.SUSPENDED);
    assertThat(client.status(id).problems()).isEqualTo(suspended.problems());
    assertThat(steps).isEmpty();

    client.resume(id);
    assertThat(client.await(LISTENS, id, LONG)).isEqualTo("in one' two");
    assertThat(steps).containsExactly("one");
    replays(LISTENS);
  }

  @Test
  void aResultThatComesWhileSuspendedIsNotLost() throws Exception {
    work(100, PASSES);
    client.start(PASSES, id, "in");
    atGate.await();
    client.suspend(id, "wait");
    gate.release();
    awaitKind("ActivityCompleted", 1);
    assertThat(client.status(id).state()).isEqualTo(InstanceState.SUSPENDED);
    client.resume(id);
    assertThat(client.await(PASSES, id, LONG)).isEqualTo("in");
    replays(PASSES);
  }

  @Test
  void anInstanceIsSuspendedAndResumedBeforeAnyWorkerHasIt() throws Exception {
    client.start(LISTENS, id, "in");
    client.suspend(id, "not yet");
    assertThat(client.status(id).state()).isEqualTo(InstanceState.SUSPENDED);
    work(0, LISTENS);
    client.raise(id, WORD, "one");
    awaitKind("EventRaised", 1);
    assertThat(steps).isEmpty();
    client.resume(id);
    client.raise(id, WORD, "two");
    assertThat(client.await(LISTENS, id, LONG)).isEqualTo("in one' two");
    replays(LISTENS);
  }

  @Test
  void aSuspendedInstanceIsCancelledWhenItGoesOn() throws Exception {
    work(100, LISTENS);
    client.start(LISTENS, id, "in");
    client.suspend(id, "wait");
    client.cancel(id, "not needed");
    awaitKind("CancelRequested", 1);
    assertThat(client.status(id).state()).isEqualTo(InstanceState.SUSPENDED);
    client.resume(id);
    assertThat(client.awaitStatus(id, LONG).state()).isEqualTo(InstanceState.CANCELLED);
  }

  @Test
  void aTerminationNeedsNoWorkerAndEndsChildrenAndTellsTheParent() throws Exception {
    Holdfast worker = work(100, PARENT, PASSES);
    client.start(PARENT, id, "in");
    atGate.await();
    worker.close();
    client.terminate(id, "out of control");
    InstanceStatus ended = client.awaitStatus(id, LONG);
    assertThat(ended.state()).isEqualTo(InstanceState.TERMINATED);
    assertThat(ended.failure()).isEqualTo(new Failure(Failure.TERMINATED, "out of control"));
    assertThatThrownBy(() -> client.await(PARENT, id, LONG))
        .isInstanceOf(OrchestrationFailedException.class)
        .hasMessageContaining("out of control");
    work(100, PARENT, PASSES);
    assertThat(client.awaitStatus(id + "/child", LONG).state()).isEqualTo(InstanceState.TERMINATED);
    client.terminate(id, "twice");
    client.suspend(id, "too late");
    assertThat(client.status(id)).isEqualTo(ended);
  }

  @Test
  void aTerminatedChildFailsItsParent() throws Exception {
    work(0, PARENT, PASSES);
    client.start(PARENT, id, "in");
    atGate.await();
    client.terminate(id + "/child", "stuck");
    assertThatThrownBy(() -> client.await(PARENT, id, LONG))
        .isInstanceOfSatisfying(
            OrchestrationFailedException.class,
            e -> assertThat(e.failure().is(ChildFailedException.class)).isTrue())
        .hasMessageContaining("stuck");
  }

  @Test
  void aSuspendedInstanceCanBeTerminated() throws Exception {
    client.start(LISTENS, id, "in");
    client.suspend(id, "wait");
    client.terminate(id, "no more");
    assertThat(client.status(id).state()).isEqualTo(InstanceState.TERMINATED);
    work(0, LISTENS);
    client.resume(id);
    client.restart(id);
    client.raise(id, WORD, "a");
    client.raise(id, WORD, "b");
    assertThat(client.await(LISTENS, id, LONG)).isEqualTo("in a' b");
  }

  @Test
  void whatHasEndedBeginsAnew() throws Exception {
    Holdfast worker = work(100, LISTENS);
    worker.client().start(LISTENS, id, "in");
    worker.client().raise(id, WORD, "a");
    worker.client().raise(id, WORD, "b");
    assertThat(worker.client().await(LISTENS, id, LONG)).isEqualTo("in a' b");
    List<String> before = kinds(1);

    worker.client().restart(id);
    assertThat(worker.client().status(id).state()).isEqualTo(InstanceState.RUNNING);
    assertThatThrownBy(() -> worker.client().restart(id))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("RUNNING");
    worker.client().raise(id, WORD, "c");
    worker.client().raise(id, WORD, "d");
    assertThat(worker.client().await(LISTENS, id, LONG)).isEqualTo("in c' d");
    assertThat(worker.client().status(id).executionId()).isEqualTo(2);
    assertThat(kinds(1)).isEqualTo(before);
    replays(LISTENS);
    assertThatThrownBy(() -> client.restart("nobody" + id))
        .isInstanceOf(UnknownInstanceException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100})
  void whatFailedIsTriedAgainAndWhatSucceededIsNot(int cacheSize) throws Exception {
    broken.add("b");
    work(cacheSize, MANY);
    client.start(MANY, id, "a,b,c");
    assertThat(client.awaitStatus(id, LONG).state()).isEqualTo(InstanceState.FAILED);
    await(() -> steps.size() == 3);
    int good = (int) kinds(1).stream().filter("ActivityCompleted"::equals).count();
    List<String> firstKeys = List.copyOf(keys);

    client.retry(id);
    assertThat(client.awaitStatus(id, LONG).state()).isEqualTo(InstanceState.FAILED);
    broken.clear();
    client.retry(id);
    assertThat(client.await(MANY, id, LONG)).containsExactly("a'", "last'");

    assertThat(steps).filteredOn("b"::equals).hasSize(3);
    if (good == 2) {
      assertThat(steps).filteredOn("a"::equals).hasSize(1);
      assertThat(steps).filteredOn("c"::equals).hasSize(1);
    }
    assertThat(keys).contains(firstKeys.toArray(new String[0]));
    assertThat(keys.stream().distinct()).hasSize(4);
    assertThat(client.status(id).executionId()).isEqualTo(1);
    replays(MANY);
    assertThatThrownBy(() -> client.retry(id))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("COMPLETED");
  }

  @Test
  void aFailedChildIsTriedAgainWithItsParent() throws Exception {
    Orchestration<String, String> child =
        Orchestration.named(
            "child",
            String.class,
            String.class,
            (ctx, in) -> ctx.call(STEP, "x").await() + ctx.call(STEP, "y").await());
    Orchestration<String, String> parent =
        Orchestration.named(
            "p", String.class, String.class, (ctx, in) -> ctx.child(child, in).await() + "!");
    broken.add("y");
    work(0, child, parent);
    client.start(parent, id, "");
    assertThat(client.awaitStatus(id, LONG).state()).isEqualTo(InstanceState.FAILED);
    broken.clear();
    client.retry(id);
    assertThat(client.await(parent, id, LONG)).isEqualTo("x'y'!");
    assertThat(steps).containsExactly("x", "y", "y");
    replays(parent);
  }

  @Test
  void mendedCodeGoesOnBehindWhatItHasAskedFor() throws Exception {
    Orchestration<String, String> wrong =
        Orchestration.named(
            "code",
            String.class,
            String.class,
            (ctx, in) -> {
              String one = ctx.call(STEP, "one").await();
              ctx.raise("nobody-" + ctx.instanceId(), "noted", one);
              throw new IllegalArgumentException("a mistake");
            });
    Orchestration<String, String> right =
        Orchestration.named(
            "code",
            String.class,
            String.class,
            (ctx, in) -> {
              String one = ctx.call(STEP, "one").await();
              ctx.raise("nobody-" + ctx.instanceId(), "noted", one);
              return one + ctx.call(STEP, "two").await();
            });
    Holdfast before = work(100, wrong);
    client.start(wrong, id, "");
    assertThat(client.awaitStatus(id, LONG).state()).isEqualTo(InstanceState.FAILED);
    before.close();
    client.retry(id);
    assertThat(client.status(id).state()).isEqualTo(InstanceState.RUNNING);
    work(100, right);
    assertThat(client.await(right, id, LONG)).isEqualTo("one'two'");
    assertThat(steps).containsExactly("one", "two");
    assertThat(kinds(1)).filteredOn("EventSent"::equals).hasSize(1);
    replays(right);
  }

  @Test
  void whatWasTerminatedGoesOnWithItsActivities() throws Exception {
    Holdfast worker = work(100, PARENT, PASSES);
    client.start(PARENT, id, "in");
    atGate.await();
    client.terminate(id, "by mistake");
    client.awaitStatus(id + "/child", LONG);
    gate.release(2);
    client.retry(id);
    assertThat(client.await(PARENT, id, LONG)).isEqualTo("in!");
    assertThat(worker.client().status(id + "/child").state()).isEqualTo(InstanceState.COMPLETED);
  }
}
