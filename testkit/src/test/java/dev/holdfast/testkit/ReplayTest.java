// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.DataConversionException;
import dev.holdfast.runtime.HoldfastException;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.OrchestrationFunction;
import dev.holdfast.runtime.RaiseOptions;
import dev.holdfast.runtime.RecordedHistory;
import dev.holdfast.runtime.RetryPolicy;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Recorded histories against the same code, against changed code, and damaged ones. */
@Timeout(180)
class ReplayTest {

  private static final Activity<String, String> UPPER =
      Activity.named("upper", String.class, String.class);
  private static final Orchestration<String, String> TWICE =
      code((ctx, in) -> {
        String once = ctx.call(UPPER, in, RetryPolicy.attempts(3)).await();
        ctx.timer(Duration.ofDays(1)).await();
        return ctx.call(UPPER, once).await();
      });

  @TempDir private Path directory;

  private static Orchestration<String, String> code(OrchestrationFunction<String, String> code) {
    return Orchestration.named("twice", String.class, String.class, code);
  }

  /** The history of an instance that has ended; its texts need care. */
  private static RecordedHistory recorded() throws InterruptedException {
    try (OrchestrationTest test = OrchestrationTest.create()) {
      test.activity(UPPER)
          .failsTimes(1, new IllegalStateException("down"))
          .answers(in -> in + "ü\"\n\uD83D\uDE00");
      test.run(TWICE, "a/b", "x");
      return test.history("a/b");
    }
  }

  /** The history of an instance that waits for its timer. */
  private static RecordedHistory underWay() throws InterruptedException {
    try (OrchestrationTest test = OrchestrationTest.create()) {
      test.activity(UPPER).answers(in -> in);
      test.start(TWICE, "a", "x").advance(Duration.ofHours(1));
      return test.history("a");
    }
  }

  @Test
  void aHistoryIsTheSameAfterItsFile() throws Exception {
    RecordedHistory history = recorded();

    RecordedHistory read = RecordedHistory.parse(history.toJson());

    assertThat(read).isEqualTo(history);
    assertThat(read.toJson()).isEqualTo(history.toJson());
    assertThat(history.toJson().lines().count()).isEqualTo(history.eventCount() + 4);
  }

  @Test
  void theSameCodeFollows() throws Exception {
    RecordedHistory history = recorded();

    assertThatCode(() -> Replay.of(history).with(TWICE).verify()).doesNotThrowAnyException();
  }

  @Test
  void whatIsUnderWayIsReplayedAsFarAsItGot() throws Exception {
    RecordedHistory history = underWay();
    Replay same = Replay.of(history).with(TWICE);
    Replay longer =
        Replay.of(history)
            .with(
                code((ctx, in) -> {
                  ctx.call(UPPER, in, RetryPolicy.attempts(3)).await();
                  ctx.timer(Duration.ofDays(1)).await();
                  return "what comes later may change";
                }));

    assertThatCode(same::verify).doesNotThrowAnyException();
    assertThatCode(longer::verify).doesNotThrowAnyException();
  }

  @Test
  void changedCodeIsToldWhereItDiffers() throws Exception {
    Replay replay =
        Replay.of(recorded())
            .with(
                code((ctx, in) -> {
                  String once = ctx.call(UPPER, in, RetryPolicy.attempts(3)).await();
                  return ctx.call(UPPER, once).await();
                }));

    assertThatThrownBy(replay::verify)
        .isInstanceOfSatisfying(
            ReplayError.class,
            error -> {
              assertThat(error.eventId()).isEqualTo(8);
              assertThat(error.expected()).isEqualTo("TimerCreated");
              assertThat(error.found()).isEqualTo("ActivityScheduled \"upper\"");
            })
        .hasMessageContaining("instance \"a/b\", execution 1: at event 8");
  }

  @Test
  void codeThatDoesLessOrMoreIsFound() throws Exception {
    RecordedHistory history = recorded();

    assertThatThrownBy(() -> Replay.of(history).with(code((ctx, in) -> in)).verify())
        .isInstanceOf(ReplayError.class)
        .hasMessageContaining("the code did OrchestrationCompleted");
    assertThatThrownBy(() ->
            Replay.of(history)
                .with(
                    code((ctx, in) -> {
                      ctx.call(UPPER, in, RetryPolicy.attempts(3));
                      return ctx.call(UPPER, in).await();
                    }))
                .verify())
        .isInstanceOf(ReplayError.class)
        .hasMessageContaining("no further command");
  }

  @Test
  void eachExecutionIsReplayedWithWhatTheOnesBeforeHaveLeft() throws Exception {
    Orchestration<Integer, String> loop =
        Orchestration.named(
            "loop",
            Integer.class,
            String.class,
            (ctx, left) -> {
              String word = ctx.event("word", String.class).await();
              return left == 0 ? word : ctx.continueAsNew(left - 1);
            });
    RecordedHistory history;
    try (OrchestrationTest test = OrchestrationTest.create()) {
      test.orchestration(loop);
      for (String word : List.of("a", "b", "c")) {
        test.client().raise("l", "word", word, RaiseOptions.defaults().waitingForStart());
      }
      assertThat(test.run(loop, "l", 2)).isEqualTo("c");
      history = test.history("l");
    }

    assertThat(history.executions()).hasSize(3);
    assertThatCode(() -> Replay.of(history).with(loop).verify()).doesNotThrowAnyException();
    RecordedHistory last = new RecordedHistory("l", List.of(history.latest()));
    assertThatThrownBy(() -> Replay.of(last).with(loop).verify())
        .isInstanceOf(HoldfastException.class)
        .hasMessageContaining("record all executions");
  }

  @Test
  void codeOfTheRecordedVersionIsNeeded() throws Exception {
    RecordedHistory history = recorded();

    assertThatThrownBy(() -> Replay.of(history).with(TWICE.version("2")).verify())
        .isInstanceOf(HoldfastException.class)
        .hasMessageContaining("no orchestration \"twice\" without a version");
    assertThatCode(
            () -> Replay.of(history).with(TWICE).with(code((ctx, in) -> in).version("2")).verify())
        .doesNotThrowAnyException();
  }

  @Test
  void codeThatDoesNotComeBackEndsTheReplay() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    Replay replay =
        Replay.of(recorded())
            .with(
                code((ctx, in) -> {
                  never.await();
                  return in;
                }))
            .codeAtMost(Duration.ofMillis(100));

    assertThatThrownBy(replay::verify)
        .isInstanceOf(HoldfastException.class)
        .hasMessageContaining("did not come back in time");
    never.countDown();
  }

  @Test
  void anEndThatAnEngineRecordedIsNotExpectedOfTheCode() throws Exception {
    RecordedHistory history = underWay();
    String end =
        ",\n"
            + "{\"eventId\":%d,\"kind\":\"OrchestrationFailed\",\"recordedAt\":\"2030-01-02T00:00:00Z\",\"data\":{\"failure\":{\"type\":\"%s\",\"message\":\"x\"},\"cancelled\":false}}\n"
            + "]}\n"
            + "]}";

    for (String type : List.of("holdfast.poison", "java.lang.IllegalStateException")) {
      RecordedHistory ended =
          RecordedHistory.parse(
              history.toJson().replace("\n]}\n]}", end.formatted(history.eventCount() + 1, type)));
      Replay replay = Replay.of(ended).with(TWICE);
      if (type.equals("holdfast.poison")) {
        assertThatCode(replay::verify).doesNotThrowAnyException();
      } else {
        assertThatThrownBy(replay::verify)
            .isInstanceOf(ReplayError.class)
            .hasMessageContaining("the history has OrchestrationFailed")
            .hasMessageContaining("nothing more");
      }
    }
  }

  @Test
  void filesOfAnotherFormAreRefusedWithTheirName() throws Exception {
    Path file = directory.resolve("x.json");
    assertThatThrownBy(() -> Replay.of(file))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("x.json");

    String good = recorded().toJson();
    for (String bad :
        List.of(
            "",
            "[]",
            "{}",
            "null",
            good.substring(0, good.length() / 2),
            good.replace("holdfast-history/1", "holdfast-history/2"),
            good.replace("\"instanceId\"", "\"instance\""),
            good.replace("\"kind\"", "\"sort\""),
            good.replace("\"eventId\":3", "\"eventId\":1"),
            good.replace("\"executionId\":1", "\"executionId\":0"))) {
      Files.writeString(file, bad);
      assertThatThrownBy(() -> Replay.of(file))
          .as(bad)
          .isInstanceOf(DataConversionException.class)
          .hasMessageContaining("x.json: not a recorded history");
    }
  }
}
