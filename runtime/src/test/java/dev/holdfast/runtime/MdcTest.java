// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.worker.Work;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

/** Code logs under the names that activities log under. */
class MdcTest extends OnSqlite {

  private final ConcurrentLinkedQueue<Map<String, String>> seen = new ConcurrentLinkedQueue<>();

  private static final Activity<String, String> LOOK =
      Activity.named("look", String.class, String.class);

  private final Orchestration<String, String> twice =
      Orchestration.named(
          "twice",
          String.class,
          String.class,
          (ctx, input) -> {
            seen.add(mdc());
            MDC.put("own", "kept");
            String first = ctx.call(LOOK, input).await();
            seen.add(mdc());
            return first;
          });

  private Holdfast.Builder looking(Holdfast.Builder builder) {
    return builder
        .orchestration(twice)
        .activity(
            LOOK,
            (ctx, input) -> {
              seen.add(mdc());
              return input;
            });
  }

  private static Map<String, String> mdc() {
    return Objects.requireNonNullElse(MDC.getCopyOfContextMap(), Map.of());
  }

  @Test
  void codeIsNamedInTheMdcOfItsThread() throws Exception {
    Holdfast worker = work(builder -> looking(builder).aheadAtMost(Duration.ZERO));
    worker.client().start(twice, "x", "in");
    worker.client().await(twice, "x", LONG);

    List<Map<String, String>> all = List.copyOf(seen);
    assertThat(all).hasSize(3);
    for (Map<String, String> ofCode : List.of(all.get(0), all.get(2))) {
      assertThat(ofCode)
          .containsEntry(Work.MDC_INSTANCE, "x")
          .containsEntry(Work.MDC_EXECUTION, "1")
          .containsEntry(Work.MDC_NAME, "twice")
          .containsEntry(Work.MDC_DELIVERY, "1")
          .doesNotContainKey(Work.MDC_ACTIVITY);
    }
    assertThat(all.get(1)).containsEntry(Work.MDC_NAME, "look");
    assertThat(all.get(2)).containsEntry("own", "kept");
  }

  @Test
  void aTurnThatIsComputedAheadIsNoDelivery() throws Exception {
    Holdfast worker = work(this::looking);
    worker.client().start(twice, "x", "in");
    worker.client().await(twice, "x", LONG);

    assertThat(List.copyOf(seen))
        .filteredOn(mdc -> "twice".equals(mdc.get(Work.MDC_NAME)))
        .isNotEmpty()
        .allSatisfy(mdc ->
            assertThat(mdc)
                .containsEntry(Work.MDC_INSTANCE, "x")
                .doesNotContainKey(Work.MDC_ACTIVITY));
  }

  @Test
  void whatCodeFailedWithIsToldWithTheMdcOfTheCode() throws Exception {
    Orchestration<String, String> fails =
        Orchestration.named(
            "fails",
            String.class,
            String.class,
            (ctx, input) -> {
              MDC.put("customer", input);
              throw new IllegalStateException("no " + ctx.call(LOOK, input).await());
            });
    PrintStream before = System.err;
    try {
      System.setErr(
          new PrintStream(before, true, StandardCharsets.UTF_8) {
            @Override
            public void println(String line) {
              if (line.contains("instance x (fails) failed in its code")) {
                seen.add(mdc());
              }
            }
          });
      Holdfast worker = work(builder -> looking(builder).orchestration(fails));
      worker.client().start(fails, "x", "Ada");
      worker.client().awaitStatus("x", LONG);
      await(() -> seen.size() == 2);
    } finally {
      System.setErr(before);
    }

    assertThat(List.copyOf(seen).getLast())
        .containsEntry("customer", "Ada")
        .containsEntry(Work.MDC_INSTANCE, "x")
        .containsEntry(Work.MDC_NAME, "fails")
        .doesNotContainKey(Work.MDC_ACTIVITY);
  }
}
