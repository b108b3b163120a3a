// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.Provider;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Time-outs, fan-outs, sagas and calls to others, on a real store with its own clock. */
abstract class AuthorApiContract {

  private static final Duration LONG = Duration.ofSeconds(90);

  private static final Activity<String, String> STEP =
      Activity.named("step", String.class, String.class);
  private static final Event<String> WORD = Event.named("word", String.class);

  private static final Orchestration<String, String> LISTENS =
      Orchestration.named(
          "listens", String.class, String.class, (ctx, in) -> ctx.event(WORD).await());

  Provider provider;

  abstract void close() throws Exception;

  @AfterEach
  void closeStore() throws Exception {
    close();
  }

  private Holdfast work(Orchestration<?, ?> code) {
    return Holdfast.builder(provider)
        .closeOnShutdown(false)
        .closeGrace(Duration.ZERO)
        .cacheSize(0)
        .orchestration(code)
        .orchestration(LISTENS)
        .activity(
            STEP,
            (actx, in) -> {
              if (in.equals("hang")) {
                new CountDownLatch(1).await(); // until it is interrupted
              }
              if (in.equals("fail")) {
                throw new IllegalStateException(in);
              }
              return in + "!";
            })
        .start();
  }

  private List<String> kinds(String instanceId) {
    return provider.readHistory(instanceId, 1, 0, 1_000).events().stream()
        .map(HistoryEvent::kind)
        .toList();
  }

  @Test
  void anAttemptWhoseTimeIsOverIsTakenBackAndFails() throws Exception {
    ActivityOptions options = ActivityOptions.defaults().withAttemptTimeout(Duration.ofMillis(500));
    Orchestration<String, String> calls =
        Orchestration.named(
            "calls",
            String.class,
            String.class,
            (ctx, in) -> {
              try {
                return ctx.call(STEP, "hang", options).await();
              } catch (ActivityFailedException e) {
                ActivityOptions longer = options.withAttemptTimeout(LONG);
                return e.failure().type() + " " + ctx.call(STEP, in, longer).await();
              }
            });
    try (Holdfast holdfast = work(calls)) {
      holdfast.client().start(calls, "x", "a");
      assertThat(holdfast.client().await(calls, "x", LONG)).isEqualTo(Failure.TIMEOUT + " a!");
      assertThat(kinds("x"))
          .containsExactly(
              "OrchestrationStarted",
              "ActivityScheduled",
              "TimerFired",
              "ActivityCancelled",
              "ActivityScheduled",
              "ActivityCompleted",
              "OrchestrationCompleted");
    }
  }

  @Test
  void itemsFanOutAndAFailureUndoesWhatWasDone() throws Exception {
    Orchestration<Integer, String> fans =
        Orchestration.named(
            "fans",
            Integer.class,
            String.class,
            (ctx, n) -> {
              Saga saga = new Saga(ctx);
              List<Integer> items = IntStream.range(0, n).boxed().toList();
              List<String> all = ctx.fanOut(items, 4, i -> ctx.call(STEP, "" + i));
              saga.undo(() -> ctx.call(STEP, "undo"));
              try {
                saga.step(() -> ctx.call(STEP, "fail"), none -> ctx.call(STEP, "never"));
              } catch (ActivityFailedException e) {
                saga.compensate();
              }
              return String.join("", all);
            });
    try (Holdfast holdfast = work(fans)) {
      holdfast.client().start(fans, "x", 10);
      assertThat(holdfast.client().await(fans, "x", LONG)).isEqualTo("0!1!2!3!4!5!6!7!8!9!");
      assertThat(kinds("x").stream().filter("ActivityScheduled"::equals)).hasSize(12);
    }
  }

  @Test
  void othersAreStartedAndTold() throws Exception {
    Orchestration<String, Boolean> tells =
        Orchestration.named(
            "tells",
            String.class,
            Boolean.class,
            (ctx, in) -> {
              ctx.start(LISTENS, "y", "");
              ctx.start(LISTENS, "y", "twice");
              ctx.raise("y", WORD, in);
              ctx.raise("z", WORD, in + "?");
              return ctx.patched("change");
            });
    try (Holdfast holdfast = work(tells)) {
      HoldfastClient client = holdfast.client();
      client.start(tells, "x", "hello");
      assertThat(client.await(tells, "x", LONG)).isTrue();
      assertThat(client.await(LISTENS, "y", LONG)).isEqualTo("hello");
      client.start(LISTENS, "z", "");
      assertThat(client.await(LISTENS, "z", LONG)).isEqualTo("hello?");
      assertThat(kinds("x"))
          .containsExactly(
              "OrchestrationStarted",
              "InstanceStarted",
              "InstanceStarted",
              "EventSent",
              "EventSent",
              "VersionChosen",
              "OrchestrationCompleted");
    }
  }
}
