// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.ProviderError;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CloseTest extends OnSqlite {

  static final Activity<String, String> STEP = Activity.named("step", String.class, String.class);
  static final Orchestration<String, String> CALLS =
      Orchestration.named(
          "calls", String.class, String.class, (ctx, in) -> ctx.call(STEP, in).await());

  @Test
  void anIdleWorkerClosesAtOnceAndCleanly() {
    Holdfast holdfast = work(b -> b.orchestration(CALLS));
    assertThat(holdfast.close(LONG).isClean()).isTrue();
    assertThat(holdfast.close(LONG)).isEqualTo(holdfast.close(Duration.ZERO));
  }

  @Test
  void whatIsUnderWayIsFinishedWithinTheGracePeriod() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    Holdfast holdfast =
        work(b ->
            b.orchestration(CALLS)
                .activity(
                    STEP,
                    (actx, in) -> {
                      running.countDown();
                      mayEnd.await();
                      return in;
                    }));
    holdfast.client().start(CALLS, "x", "done");
    running.await();
    AtomicBoolean clean = new AtomicBoolean();
    Thread closer = Thread.ofVirtual().start(() -> clean.set(holdfast.close(LONG).isClean()));
    mayEnd.countDown();
    closer.join();
    assertThat(clean).isTrue();
    // The completion was stored; another worker goes on from there.
    HoldfastClient client = work(b -> b.orchestration(CALLS)).client();
    assertThat(client.await(CALLS, "x", LONG)).isEqualTo("done");
  }

  @Test
  void whatIsLeftIsInterruptedReportedAndGivenBackUncounted() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    Holdfast holdfast =
        work(b ->
            b.orchestration(CALLS)
                .activity(
                    STEP,
                    (actx, in) -> {
                      running.countDown();
                      try {
                        new CountDownLatch(1).await();
                      } catch (InterruptedException e) {
                        interrupted.countDown();
                      }
                      return "too late";
                    }));
    holdfast.client().start(CALLS, "x", "in");
    running.await();
    CloseReport report = holdfast.close(Duration.ZERO);
    assertThat(report).isEqualTo(new CloseReport(List.of(), List.of("x/1/2")));
    assertThat(report.isClean()).isFalse();
    interrupted.await();
    AtomicInteger deliveries = new AtomicInteger();
    HoldfastClient client =
        work(b ->
                b.orchestration(CALLS)
                    .activity(
                        STEP,
                        (actx, in) -> {
                          deliveries.set(actx.deliveries());
                          return "in time";
                        }))
            .client();
    assertThat(client.await(CALLS, "x", LONG)).isEqualTo("in time");
    assertThat(deliveries).hasValue(1);
  }

  @Test
  void aProviderOfTheCallerStaysOpenAndOneOfItsOwnIsClosed() {
    work(b -> b.orchestration(CALLS)).close();
    assertThat(provider.latestExecutionId("x")).isEmpty();
    Holdfast own = Holdfast.builder("sqlite:" + directory.resolve("own.db")).start();
    own.close();
    assertThatThrownBy(() -> own.client().raise("x", "e", ""))
        .isInstanceOf(ProviderError.InvalidRequest.class);
  }
}
