// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.Provider;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CancelTest extends OnSqlite {

  static final Activity<String, String> DO = Activity.named("do", String.class, String.class);
  static final Activity<String, String> HANG = Activity.named("hang", String.class, String.class);

  private final Queue<String> done = new ConcurrentLinkedQueue<>();
  private final CountDownLatch hanging = new CountDownLatch(1);
  private final CountDownLatch interrupted = new CountDownLatch(1);

  private Holdfast.Builder setUp(Holdfast.Builder builder) {
    return builder
        .activity(
            DO,
            (actx, in) -> {
              done.add(in);
              return in;
            })
        .activity(
            HANG,
            (actx, in) -> {
              try {
                hanging.countDown();
                new CountDownLatch(1).await();
                return in;
              } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
              }
            });
  }

  private static final Orchestration<String, String> SAGA =
      Orchestration.named(
          "saga",
          String.class,
          String.class,
          (ctx, in) -> {
            ctx.call(DO, "reserve").await();
            try {
              return ctx.event("paid", String.class).await();
            } catch (OrchestrationCancelledException e) {
              ctx.call(DO, "release").await();
              ctx.timer(Duration.ZERO).await();
              if (in.equals("swallow")) {
                return "compensated";
              }
              throw e;
            }
          });

  @ParameterizedTest
  @ValueSource(ints = {0, 100})
  void cancelledCodeMayCompensateAndEndsAsCancelled(int cacheSize) throws Exception {
    HoldfastClient client = work(b -> setUp(b).orchestration(SAGA).cacheSize(cacheSize)).client();
    client.start(SAGA, "x", "");
    awaitEvents("x", "ActivityCompleted", 1);
    client.cancel("x", "customer left");
    assertThatThrownBy(() -> client.await(SAGA, "x", LONG))
        .isInstanceOfSatisfying(
            OrchestrationCancelledException.class,
            e -> {
              assertThat(e.reason()).isEqualTo("customer left");
              assertThat(e).hasMessage("instance \"x\" was cancelled: customer left");
            });
    assertThat(done).containsExactly("reserve", "release");
    assertThat(client.status("x").state()).isEqualTo(InstanceState.CANCELLED);
  }

  @Test
  void codeThatHandlesTheCancellationMayCompleteAndASecondRequestIsIgnored() throws Exception {
    HoldfastClient client = work(b -> setUp(b).orchestration(SAGA)).client();
    client.start(SAGA, "x", "swallow");
    awaitEvents("x", "ActivityCompleted", 1);
    client.cancel("x", "first");
    client.cancel("x", "second");
    assertThat(client.await(SAGA, "x", LONG)).isEqualTo("compensated");
    assertThat(kinds("x").stream().filter("CancelRequested"::equals)).hasSize(1);
    client.cancel("x", "too late");
    assertThat(client.status("x").state()).isEqualTo(InstanceState.COMPLETED);
  }

  @Test
  void activitiesAndChildrenUnderWayAreCancelledToo() throws Exception {
    Orchestration<String, String> child =
        Orchestration.named(
            "child", String.class, String.class, (ctx, in) -> ctx.call(HANG, in).await());
    Orchestration<String, String> parent =
        Orchestration.named(
            "parent",
            String.class,
            String.class,
            (ctx, in) -> {
              DurableFuture<String> answer = ctx.child(child, "c", in);
              try {
                return answer.await();
              } catch (OrchestrationCancelledException e) {
                try {
                  return answer.await();
                } catch (ChildFailedException failed) {
                  done.add("child was cancelled: " + failed.isCancelled());
                  throw e;
                }
              }
            });
    HoldfastClient client = work(b -> setUp(b).orchestration(parent).orchestration(child)).client();
    client.start(parent, "p", "");
    hanging.await();
    client.cancel("p", "stop");
    assertThat(client.awaitStatus("p", LONG).state()).isEqualTo(InstanceState.CANCELLED);
    assertThat(client.awaitStatus("c", LONG).state()).isEqualTo(InstanceState.CANCELLED);
    assertThat(done).containsOnly("child was cancelled: true");
    interrupted.await();
  }

  @Test
  void aWorkerElsewhereLearnsOfTheCancellationFromItsLock() throws Exception {
    Orchestration<String, String> calls =
        Orchestration.named(
            "calls", String.class, String.class, (ctx, in) -> ctx.call(HANG, in).await());
    work(blind("fetchActivityItems"), b -> b.orchestration(calls));
    work(blind("fetchOrchestrationItems"), b -> setUp(b).lockFor(Duration.ofMillis(300)));
    HoldfastClient client = closing(HoldfastClient.on(provider, DataConverter.jackson()));
    client.start(calls, "x", "");
    hanging.await();
    client.cancel("x", "stop");
    interrupted.await();
    assertThat(client.awaitStatus("x", LONG).state()).isEqualTo(InstanceState.CANCELLED);
  }

  /** A handle that finds nothing in one of the queues. */
  private Provider blind(String fetch) {
    Intercepted handle = new Intercepted(openHandle());
    handle.around((name, arguments, real) -> {
      if (!name.equals(fetch)) {
        return real.call();
      }
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return List.of();
    });
    return handle.provider();
  }

  @Test
  void aRequestThatComesWithTheStartCancelsAtTheFirstWait() throws Exception {
    HoldfastClient client = closing(HoldfastClient.on(provider, DataConverter.jackson()));
    client.start(SAGA, "x", "");
    client.cancel("x", "changed my mind");
    work(b -> setUp(b).orchestration(SAGA));
    assertThat(client.awaitStatus("x", LONG).state()).isEqualTo(InstanceState.CANCELLED);
    assertThat(done).isEmpty();
  }
}
