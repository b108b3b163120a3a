// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.testkit.guide;

import static dev.holdfast.testkit.guide.Orders.CHARGE;
import static dev.holdfast.testkit.guide.Orders.SHIP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.RetryPolicy;
import dev.holdfast.testkit.Replay;
import dev.holdfast.testkit.ReplayError;
import dev.holdfast.testkit.guide.Orders.Order;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The guide to tests says what the code does: its programs are compiled and run by the build. */
class GuideTest {

  private static final Path RECORDED = Path.of("src/test/resources/histories/order-1.json");

  /** The code of the guide, changed in a way that breaks what is under way. */
  private static final Orchestration<Order, String> CHANGED =
      Orchestration.named(
          "process-order",
          Order.class,
          String.class,
          (ctx, order) ->
              ctx.call(CHARGE, order, RetryPolicy.attempts(5)).await()
                  + ctx.call(SHIP, order).await());

  private static String guide() throws IOException {
    return Files.readString(Path.of("..", "docs", "guide", "testing.md"));
  }

  @ParameterizedTest
  @CsvSource({
    "Orders, testing.md",
    "OrdersTest, testing.md",
    "HistoriesTest, testing.md",
    "NightlyReport, schedules.md",
    "NightlyReportTest, schedules.md"
  })
  void theProgramsAreThoseOfTheGuide(String name, String guide) throws IOException {
    String source =
        Files.readString(Path.of("src/test/java/dev/holdfast/testkit/guide/" + name + ".java"));

    assertThat(Files.readString(Path.of("..", "docs", "guide", guide)))
        .contains(
            "```java\n" + source.substring(source.indexOf("package ")).stripTrailing() + "\n```");
  }

  @Test
  void theErrorIsTheOneOfTheGuide() throws IOException {
    Replay replay = Replay.of(RECORDED).with(CHANGED);

    ReplayError error = catchThrowableOfType(ReplayError.class, replay::verify);

    assertThat(error.executionId()).isEqualTo(1);
    assertThat(error.eventId()).isEqualTo(8);
    assertThat(error.expected()).isEqualTo("TimerCreated");
    assertThat(error.found()).isEqualTo("ActivityScheduled \"ship\"");
    assertThat(guide()).contains("```\n" + error.getMessage() + "\n```");
  }
}
