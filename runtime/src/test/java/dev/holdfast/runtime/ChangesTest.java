// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes of code inside one version of an orchestration. */
class ChangesTest extends OnSqlite {

  private static final Activity<String, String> STEP =
      Activity.named("step", String.class, String.class);

  private final Queue<String> done = new ConcurrentLinkedQueue<>();

  private Orchestration<String, String> code(OrchestrationFunction<String, String> function) {
    return Orchestration.named("code", String.class, String.class, function);
  }

  private Holdfast worker(Orchestration<String, String> code, int cacheSize) {
    return work(b ->
        b.orchestration(code)
            .cacheSize(cacheSize)
            .activity(
                STEP,
                (actx, in) -> {
                  done.add(in);
                  return in;
                }));
  }

  private final Orchestration<String, String> before =
      code((ctx, in) -> {
        ctx.call(STEP, "old").await();
        return ctx.event("go", String.class).await() + ctx.call(STEP, "end").await();
      });

  private final Orchestration<String, String> after =
      code((ctx, in) -> {
        boolean first = ctx.patched("checked");
        if (first) {
          ctx.call(STEP, "check").await();
          ctx.call(STEP, "new").await();
        } else {
          ctx.call(STEP, "old").await();
        }
        String go = ctx.event("go", String.class).await();
        // What was answered once stays the answer.
        boolean again = ctx.patched("checked");
        boolean behind = ctx.patched("behind the event");
        return go + ctx.call(STEP, "end").await() + first + again + behind;
      });

  @ParameterizedTest
  @ValueSource(ints = {0, 100})
  void oldExecutionsTakeTheOldBranchAndNewOnesTheNewOne(int cacheSize) throws Exception {
    try (Holdfast old = worker(before, cacheSize)) {
      old.client().start(before, "x", "");
      awaitEvents("x", "ActivityCompleted", 1);
    }
    HoldfastClient client = worker(after, cacheSize).client();
    client.start(after, "y", "");
    awaitEvents("y", "ActivityCompleted", 2);
    client.raise("x", "go", "!");
    client.raise("y", "go", "!");
    // The second change lies before the old execution.
    assertThat(client.await(after, "x", LONG)).isEqualTo("!endfalsefalsetrue");
    assertThat(client.await(after, "y", LONG)).isEqualTo("!endtruetruetrue");
    assertThat(kinds("x").stream().filter("VersionChosen"::equals)).hasSize(1);
    assertThat(kinds("y").stream().filter("VersionChosen"::equals)).hasSize(2);
  }

  @Test
  void aVersionThatTheCodeHasNoMoreIsNamed() throws Exception {
    try (Holdfast old = worker(before, 0)) {
      old.client().start(before, "x", "");
      awaitEvents("x", "ActivityCompleted", 1);
    }
    Orchestration<String, String> without =
        code((ctx, in) -> {
          ctx.version("checked", 1, 2);
          ctx.call(STEP, "check").await();
          return "";
        });
    try (Logs logs = new Logs()) {
      HoldfastClient client = worker(without, 0).client();
      client.raise("x", "go", "!");
      await(() -> logs.text().contains("version 0 of change \"checked\""));
      assertThat(logs.text()).contains("only versions 1 to 2");
      assertThat(client.status("x").state()).isEqualTo(InstanceState.RUNNING);
    }
  }

  @Test
  void theNewestVersionIsRecordedOnceAndKept() throws Exception {
    Orchestration<String, String> two =
        code((ctx, in) -> ctx.version("change", 0, 2) + ctx.event("go", String.class).await());
    Orchestration<String, String> three =
        code((ctx, in) -> ctx.version("change", 1, 3) + ctx.event("go", String.class).await());
    try (Holdfast old = worker(two, 0)) {
      old.client().start(two, "x", "");
      awaitEvents("x", "VersionChosen", 1);
    }
    HoldfastClient client = worker(three, 0).client();
    client.start(three, "y", "");
    client.raise("x", "go", "!");
    client.raise("y", "go", "!");
    assertThat(client.await(three, "x", LONG)).isEqualTo("2!");
    assertThat(client.await(three, "y", LONG)).isEqualTo("3!");
  }
}
