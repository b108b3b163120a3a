// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps that are undone, also when the instance is cancelled meanwhile. */
class SagaTest extends OnSqlite {

  private static final Activity<String, String> DO =
      Activity.named("do", String.class, String.class);

  private final Queue<String> done = new ConcurrentLinkedQueue<>();
  private final CountDownLatch hanging = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);

  private HoldfastClient client(Orchestration<?, ?> code, int cacheSize) {
    return work(b ->
            b.orchestration(code)
                .cacheSize(cacheSize)
                .activity(
                    DO,
                    (actx, in) -> {
                      if (in.startsWith("hang")) {
                        hanging.countDown();
                        released.await();
                      }
                      done.add(in);
                      if (in.startsWith("fail")) {
                        throw new IllegalStateException(in);
                      }
                      return in + "!";
                    }))
        .client();
  }

  /** Steps by name; what follows a failure is not done, and what was done is undone. */
  private static Orchestration<String, String> saga() {
    return Orchestration.named(
        "saga",
        String.class,
        String.class,
        (ctx, steps) -> {
          Saga saga = new Saga(ctx);
          try {
            String last = "";
            for (String step : steps.split(" ")) {
              last = saga.step(() -> ctx.call(DO, step), did -> ctx.call(DO, "un" + did));
            }
            return last;
          } catch (RuntimeException e) {
            saga.compensate();
            saga.compensate(); // there is nothing left
            throw e;
          }
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100})
  void stepsAreUndoneInReverseOrder(int cacheSize) {
    HoldfastClient client = client(saga(), cacheSize);
    client.start(saga(), "x", "a b fail c");
    assertThatThrownBy(() -> client.await(saga(), "x", LONG))
        .isInstanceOf(OrchestrationFailedException.class)
        .hasMessageContaining("fail");
    assertThat(done).containsExactly("a", "b", "fail", "unb!", "una!");
  }

  @Test
  void withoutAFailureNothingIsUndone() throws Exception {
    HoldfastClient client = client(saga(), 0);
    client.start(saga(), "x", "a b");
    assertThat(client.await(saga(), "x", LONG)).isEqualTo("b!");
    assertThat(done).containsExactly("a", "b");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100})
  void aCompensationNeverOvertakesItsStepWhenTheInstanceIsCancelled(int cacheSize)
      throws Exception {
    HoldfastClient client = client(saga(), cacheSize);
    client.start(saga(), "x", "a hang b");
    hanging.await();
    client.cancel("x", "enough");
    awaitEvents("x", "CancelRequested", 1);
    assertThat(done).containsExactly("a");
    released.countDown();
    assertThat(client.awaitStatus("x", LONG).state()).isEqualTo(InstanceState.CANCELLED);
    assertThat(done).containsExactly("a", "hang", "unhang!", "una!");
    assertThat(kinds("x")).doesNotContain("ActivityCancelled");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100})
  void aRequestToCancelDoesNotStopACompensation(int cacheSize) throws Exception {
    Orchestration<String, String> undoes =
        Orchestration.named(
            "undoes",
            String.class,
            String.class,
            (ctx, in) -> {
              Saga saga = new Saga(ctx);
              saga.undo(() -> ctx.call(DO, "first"));
              saga.undo(() -> ctx.call(DO, "hang"));
              saga.compensate();
              done.add("compensated");
              ctx.timer(Duration.ofDays(1)).await();
              return "not cancelled";
            });
    HoldfastClient client = client(undoes, cacheSize);
    client.start(undoes, "x", "");
    hanging.await();
    client.cancel("x", "enough");
    awaitEvents("x", "CancelRequested", 1);
    released.countDown();
    assertThat(client.awaitStatus("x", LONG).state()).isEqualTo(InstanceState.CANCELLED);
    assertThat(done).startsWith("hang", "first").contains("compensated");
  }

  @Test
  void aCompensationThatFailsDoesNotKeepTheOthersFromBeingDone() throws Exception {
    Orchestration<String, String> undoes =
        Orchestration.named(
            "undoes",
            String.class,
            String.class,
            (ctx, in) -> {
              Saga saga = new Saga(ctx);
              saga.undo(() -> ctx.call(DO, "first"));
              saga.undo(() -> ctx.call(DO, "fail 2"));
              saga.undo(() -> ctx.call(DO, "fail 3"));
              try {
                saga.compensate();
                return "none failed";
              } catch (CompensationFailedException e) {
                assertThat(e.failures())
                    .hasSize(2)
                    .allMatch(ActivityFailedException.class::isInstance);
                return e.getMessage();
              }
            });
    HoldfastClient client = client(undoes, 0);
    client.start(undoes, "x", "");
    assertThat(client.await(undoes, "x", LONG))
        .startsWith("2 of the compensations failed; the first one: activity \"do\" failed")
        .endsWith("fail 3");
    assertThat(done).containsExactly("fail 3", "fail 2", "first");
  }

  @Test
  void aRequestThatWasHeldBackIsNotLostByContinuingAsNew() throws Exception {
    Orchestration<Integer, String> rounds =
        Orchestration.named(
            "rounds",
            Integer.class,
            String.class,
            (ctx, round) -> {
              if (round == 0) {
                ctx.shielded(() -> ctx.call(DO, "hang").await());
                return ctx.continueAsNew(1);
              }
              return "went on";
            });
    HoldfastClient client = client(rounds, 0);
    client.start(rounds, "x", 0);
    hanging.await();
    client.cancel("x", "enough");
    awaitEvents("x", "CancelRequested", 1);
    released.countDown();
    assertThat(client.awaitStatus("x", LONG).state()).isEqualTo(InstanceState.CANCELLED);
  }
}
