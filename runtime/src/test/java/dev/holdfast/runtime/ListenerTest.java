// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.worker.Work;
import dev.holdfast.worker.WorkerListener;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** What an application that measures its worker is told. */
class ListenerTest extends OnSqlite {

  private static final Activity<String, String> ECHO =
      Activity.named("echo", String.class, String.class);
  private static final Orchestration<String, String> ONE =
      Orchestration.named(
          "one", String.class, String.class, (ctx, input) -> ctx.call(ECHO, input).await());

  @Test
  void everyTurnAndActivityIsTold() throws Exception {
    Queue<String> ended = new ConcurrentLinkedQueue<>();
    WorkerListener listener =
        new WorkerListener() {
          @Override
          public void ended(Work work, boolean stored, Duration took) {
            ended.add(work.kind() + " " + work.name() + " " + stored);
          }
        };
    Holdfast worker =
        work(b -> b.orchestration(ONE).activity(ECHO, (ctx, input) -> input).listener(listener));

    worker.client().start(ONE, "order", "a");
    assertThat(worker.client().await(ONE, "order", LONG)).isEqualTo("a");

    await(() -> ended.size() == 3);
    assertThat(ended)
        .containsExactlyInAnyOrder("TURN one true", "ACTIVITY echo true", "TURN one true");
  }
}
