// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What runs around turns, code, activities and calls. */
class InterceptorTest extends OnSqlite {

  private static final Activity<String, String> STEP =
      Activity.named("step", String.class, String.class);
  private static final ThreadLocal<String> TENANT = new ThreadLocal<>();

  private static final Orchestration<String, String> CODE =
      Orchestration.named(
          "code",
          String.class,
          String.class,
          (ctx, in) -> {
            String before = TENANT.get();
            return before + " " + ctx.call(STEP, in).await() + " " + TENANT.get();
          });

  private final List<String> seen = new CopyOnWriteArrayList<>();

  private final class Noting implements Interceptor {
    private final String name;

    Noting(String name) {
      this.name = name;
    }

    @Override
    public void turn(InterceptedTurn turn, Runnable next) {
      seen.add(name + " turn of " + turn.orchestration() + " " + turn.instanceId());
      next.run();
    }

    @Override
    public <T extends @Nullable Object> T orchestration(
        OrchestrationContext context, Callable<T> next) throws Exception {
      TENANT.set("tenant of " + context.instanceId());
      return next.call();
    }

    @Override
    public <T extends @Nullable Object> T activity(ActivityContext activity, Callable<T> next)
        throws Exception {
      seen.add(name + " activity " + activity.name());
      try {
        return next.call();
      } finally {
        seen.add(name + " done");
      }
    }

    @Override
    public <T extends @Nullable Object> T client(ClientCall call, Callable<T> next)
        throws Exception {
      seen.add(name + " call " + call.operation() + " " + call.instanceId());
      return next.call();
    }
  }

  @Test
  void theFirstIsTheOutermostAndTheThreadIsTheirs() throws Exception {
    HoldfastClient client =
        work(b ->
                b.orchestration(CODE)
                    .activity(
                        STEP,
                        (actx, in) -> {
                          seen.add("step");
                          return in;
                        })
                    .aheadAtMost(Duration.ZERO)
                    .cacheSize(0)
                    .interceptor(new Noting("a"))
                    .interceptor(new Noting("b")))
            .client();
    client.start(CODE, "x", "in");
    assertThat(client.await(CODE, "x", LONG)).isEqualTo("tenant of x in tenant of x");
    assertThat(seen)
        .containsSubsequence("a call start x", "b call start x")
        .containsSubsequence(
            "a turn of code x",
            "b turn of code x",
            "a activity step",
            "b activity step",
            "step",
            "b done",
            "a done",
            "a turn of code x",
            "b turn of code x");
    assertThat(seen).filteredOn("a turn of code x"::equals).hasSize(2);
  }

  @Test
  void anExceptionOfTheCallIsPassedOnAndOneOfAnActivityIsItsFailure() throws Exception {
    Interceptor refuses =
        new Interceptor() {
          @Override
          public <T extends @Nullable Object> T activity(
              ActivityContext activity, Callable<T> next) {
            throw new IllegalStateException("not for " + activity.instanceId());
          }
        };
    HoldfastClient client =
        work(b ->
                b.orchestration(CODE)
                    .activity(STEP, (actx, in) -> in)
                    .interceptor(new Noting("a"))
                    .interceptor(refuses))
            .client();
    assertThatThrownBy(() -> client.raise("nobody", "e", ""))
        .isInstanceOf(UnknownInstanceException.class);
    client.start(CODE, "x", "in");
    assertThatThrownBy(() -> client.await(CODE, "x", LONG))
        .isInstanceOf(OrchestrationFailedException.class)
        .hasMessageContaining("not for x");
  }
}
