// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.Expected;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.ActivityFailure;
import dev.holdfast.runtime.ActivityOptions;
import dev.holdfast.runtime.DurableFuture;
import dev.holdfast.runtime.InstanceState;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.OrchestrationCancelledException;
import dev.holdfast.runtime.OrchestrationFailedException;
import dev.holdfast.runtime.RetryPolicy;
import dev.holdfast.runtime.TypeRef;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Orchestrations in virtual time, on a store in memory. */
@Timeout(180)
class OrchestrationTestTest {

  private static final Activity<String, String> UPPER =
      Activity.named("upper", String.class, String.class);
  private static final Activity<Integer, Integer> SQUARE =
      Activity.named("square", Integer.class, Integer.class);

  private static final Orchestration<String, String> SHOUT =
      Orchestration.named(
          "shout", String.class, String.class, (ctx, in) -> ctx.call(UPPER, in).await());
  private static final Orchestration<Integer, Instant> HOURLY =
      Orchestration.named(
          "hourly",
          Integer.class,
          Instant.class,
          (ctx, hours) -> {
            for (int i = 0; i < hours; i++) {
              ctx.timer(Duration.ofHours(1)).await();
            }
            return ctx.now();
          });
  private static final Orchestration<String, String> LISTEN =
      Orchestration.named(
          "listen", String.class, String.class, (ctx, in) -> ctx.event(in, String.class).await());

  private final OrchestrationTest test = OrchestrationTest.create();

  @AfterEach
  void close() {
    test.close();
  }

  @Test
  void aMonthOfTimersPassesAtOnceAndToTheMicrosecond() throws Exception {
    test.replayEachTurn(false);

    assertThat(test.run(HOURLY, 24 * 30))
        .isEqualTo(OrchestrationTest.START.plus(Duration.ofDays(30)));
    assertThat(test.now()).isEqualTo(OrchestrationTest.START.plus(Duration.ofDays(30)));
  }

  @Test
  void timeStandsStillUntilItIsToldToPass() throws Exception {
    test.start(HOURLY, "h", 3);

    test.settle();
    assertThat(test.now()).isEqualTo(OrchestrationTest.START);
    assertThat(test.history("h").latest().kinds()).endsWith("TimerCreated").hasSize(2);

    test.advance(Duration.ofMinutes(119));
    assertThat(test.history("h").latest().kinds()).filteredOn("TimerFired"::equals).hasSize(1);
    assertThat(test.now()).isEqualTo(OrchestrationTest.START.plus(Duration.ofMinutes(119)));

    test.advance(Duration.ofMinutes(1));
    assertThat(test.history("h").latest().kinds()).filteredOn("TimerFired"::equals).hasSize(2);

    test.advance(Duration.ofDays(1));
    assertThat(test.status("h").output(Instant.class))
        .isEqualTo(OrchestrationTest.START.plus(Duration.ofHours(3)));
  }

  @Test
  void activitiesReturnFailAndAreTriedAgainAfterVirtualPauses() throws Exception {
    Orchestration<String, String> patient =
        Orchestration.named(
            "patient",
            String.class,
            String.class,
            (ctx, in) -> ctx.call(UPPER, in, RetryPolicy.attempts(3)).await());
    test.activity(UPPER).failsTimes(2, new IllegalStateException("down")).answers(in -> in + "!");

    assertThat(test.run(patient, "p", "a")).isEqualTo("a!");

    assertThat(test.activity(UPPER).calls())
        .extracting(ActivityCall::attempt, ActivityCall::input, ActivityCall::at)
        .containsExactly(
            tuple(1, "a", OrchestrationTest.START),
            tuple(2, "a", OrchestrationTest.START.plusSeconds(1)),
            tuple(3, "a", OrchestrationTest.START.plusSeconds(3)));
    assertThat(test.activity(UPPER).inputs()).containsExactly("a");

    test.activity(UPPER).fails(ActivityFailure.nonRetryable("never"));
    assertThatThrownBy(() -> test.run(patient, "b"))
        .isInstanceOf(OrchestrationFailedException.class)
        .hasMessageContaining("never");
    assertThat(test.activity(UPPER).calls()).hasSize(4);
  }

  @Test
  void activitiesThatTakeTimeRunSideBySide() throws Exception {
    Orchestration<Integer, List<Integer>> all =
        Orchestration.named(
            "all",
            new TypeRef<Integer>() {},
            new TypeRef<List<Integer>>() {},
            (ctx, count) -> {
              List<DurableFuture<Integer>> squares = new ArrayList<>();
              for (int i = 0; i < count; i++) {
                squares.add(ctx.call(SQUARE, i));
              }
              return ctx.allOf(squares).await();
            });
    test.activity(SQUARE).takes(Duration.ofHours(5)).answers(i -> i * i);

    assertThat(test.run(all, 100)).hasSize(100).endsWith(99 * 99);

    assertThat(test.now()).isEqualTo(OrchestrationTest.START.plus(Duration.ofHours(5)));
    List<Integer> inputs = test.activity(SQUARE).inputs();
    assertThat(inputs).isSorted().hasSize(100);
  }

  @Test
  void aSlowActivityLosesAgainstATimerAndIsCancelled() throws Exception {
    Orchestration<String, String> impatient =
        Orchestration.named(
            "impatient",
            String.class,
            String.class,
            (ctx, in) -> {
              DurableFuture<String> slow = ctx.call(UPPER, in);
              int first = ctx.select(List.of(slow, ctx.timer(Duration.ofHours(1))));
              return first == 0 ? slow.await() : "too slow";
            });
    test.activity(UPPER).takes(Duration.ofHours(2)).returns("X");

    assertThat(test.run(impatient, "a")).isEqualTo("too slow");
    assertThat(test.now()).isEqualTo(OrchestrationTest.START.plus(Duration.ofHours(1)));

    test.activity(UPPER).takes(Duration.ofMinutes(59));
    assertThat(test.run(impatient, "b")).isEqualTo("X");
  }

  @Test
  void eventsAreRaisedAtVirtualMoments() throws Exception {
    List<Instant> seen = new ArrayList<>();
    test.after(Duration.ofDays(400)).raise("l", "word", "hello");
    test.after(Duration.ofDays(3)).run(() -> seen.add(test.now()));
    test.at(OrchestrationTest.START.plusSeconds(5)).run(() -> seen.add(test.now()));

    assertThat(test.run(LISTEN, "l", "word")).isEqualTo("hello");

    assertThat(seen)
        .containsExactly(
            OrchestrationTest.START.plusSeconds(5),
            OrchestrationTest.START.plus(Duration.ofDays(3)));
    assertThat(test.now()).isEqualTo(OrchestrationTest.START.plus(Duration.ofDays(400)));
  }

  @Test
  void cancelReachesTheInstanceAndItsChild() throws Exception {
    Orchestration<String, String> parent =
        Orchestration.named(
            "parent",
            String.class,
            String.class,
            (ctx, in) -> ctx.child(LISTEN, "child", in).await());
    test.orchestration(LISTEN);
    test.start(parent, "p", "word").after(Duration.ofDays(1)).cancel("p", "no longer wanted");

    assertThatThrownBy(() -> test.await(parent, "p"))
        .isInstanceOf(OrchestrationCancelledException.class)
        .hasMessageContaining("no longer wanted");
    assertThat(test.awaitStatus("child").state()).isEqualTo(InstanceState.CANCELLED);
  }

  @Test
  void anInstanceThatNothingWillMoveIsFoundAtOnce() {
    assertThatThrownBy(() -> test.run(LISTEN, "l", "word"))
        .isInstanceOf(InstanceStuckError.class)
        .hasMessageContaining("instance \"l\" is RUNNING")
        .hasMessageContaining("OrchestrationStarted");
    assertThatThrownBy(() -> test.awaitStatus("nobody")).isInstanceOf(InstanceStuckError.class);
  }

  @Test
  void whatIsNotRegisteredIsNamed() {
    assertThatThrownBy(() -> test.run(SHOUT, "a"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("the activity \"upper\"")
        .hasMessageContaining("test.activity(...)");
    assertThatThrownBy(() -> test.activity(UPPER))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("\"upper\" comes too late");
    assertThatThrownBy(() -> test.start(LISTEN, "l", "x"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("\"listen\" comes too late");
  }

  @Test
  void aChildThatIsNotRegisteredIsNamed() {
    Orchestration<String, String> parent =
        Orchestration.named(
            "parent", String.class, String.class, (ctx, in) -> ctx.child(LISTEN, in).await());

    assertThatThrownBy(() -> test.run(parent, "a"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("\"listen\"")
        .hasMessageContaining("test.orchestration(...)");
  }

  @Test
  void anActivityOfWhichNothingIsSaidFailsWithThat() {
    test.activity(UPPER);

    assertThatThrownBy(() -> test.run(SHOUT, "a"))
        .isInstanceOf(OrchestrationFailedException.class)
        .hasMessageContaining("has not said what the activity \"upper\" does");
  }

  @Test
  void codeThatDoesNotFollowItsOwnHistoryIsFound() {
    AtomicInteger runs = new AtomicInteger();
    Orchestration<String, String> fickle =
        Orchestration.named(
            "fickle",
            String.class,
            String.class,
            (ctx, in) -> {
              if (runs.getAndIncrement() == 0) {
                ctx.timer(Duration.ofHours(1)).await();
              } else {
                ctx.call(UPPER, in).await();
              }
              return in;
            });
    test.activity(UPPER).returns("X");

    assertThatThrownBy(() -> test.run(fickle, "f", "a"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("instance \"f\" cannot go on")
        .hasMessageContaining("TimerCreated")
        .hasMessageContaining("ActivityScheduled \"upper\"");
  }

  @Test
  void anActivityThatNeverComesBackIsNamed() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    test.activity(UPPER)
        .runs((context, in) -> {
          begun.countDown();
          never.await();
          return in;
        });
    test.start(SHOUT, "a", "x");
    begun.await();
    test.realTimeAtMost(Duration.ofMillis(200));

    assertThatThrownBy(() -> test.await(SHOUT, "a"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("still under way")
        .hasMessageContaining("\"upper\" of instance \"a\"");
  }

  @Test
  void tagsAndSessionsAreServed() throws Exception {
    Orchestration<String, String> routed =
        Orchestration.named(
            "routed",
            String.class,
            String.class,
            (ctx, in) ->
                ctx.call(UPPER, in, ActivityOptions.defaults().withTag("gpu")).await()
                    + ctx.call(UPPER, in, ActivityOptions.defaults().withSession("s")).await());
    test.activity(UPPER).runs((context, in) -> context.tag() + "/" + context.session() + " ");

    assertThat(test.run(routed, "a")).isEqualTo("gpu/null null/s ");
  }

  @Test
  void continueAsNewGoesOnWithTheTime() throws Exception {
    Orchestration<Integer, Integer> loop =
        Orchestration.named(
            "loop",
            Integer.class,
            Integer.class,
            (ctx, left) -> {
              if (left == 0) {
                return 0;
              }
              ctx.timer(Duration.ofDays(1)).await();
              return ctx.continueAsNew(left - 1);
            });

    assertThat(test.run(loop, "l", 20)).isZero();
    assertThat(test.now()).isEqualTo(OrchestrationTest.START.plus(Duration.ofDays(20)));
    assertThat(test.history("l").executions()).hasSize(21);
  }

  @Test
  void anEventOfAStreamIsSeen() throws Exception {
    StreamId stream = new StreamId("order", "1");
    Orchestration<String, String> follow =
        Orchestration.named(
            "follow",
            String.class,
            String.class,
            (ctx, in) -> ctx.streamEvent(stream, 0).await().content().type());
    test.after(Duration.ofDays(1))
        .run(() ->
            test.client()
                .feature(EventStreams.class)
                .append(
                    AppendEvents.of(
                        stream, Expected.any(), NewEvent.of("paid", Payload.utf8("{}")))));

    assertThat(test.run(follow, "f", "x")).isEqualTo("paid");
    assertThat(test.now())
        .isBetween(
            OrchestrationTest.START.plus(Duration.ofDays(1)),
            OrchestrationTest.START.plus(Duration.ofDays(1).plusMinutes(1)));
  }

  @Test
  void aWaitForAnEventOfAStreamThatNeverComesIsStuck() {
    Orchestration<String, Long> follow =
        Orchestration.named(
            "follow",
            String.class,
            Long.class,
            (ctx, in) -> ctx.streamEvent(new StreamId("order", "1"), 0).await().version());

    assertThatThrownBy(() -> test.run(follow, "f", "x")).isInstanceOf(InstanceStuckError.class);
  }

  @Test
  void itEndsWhateverIsUnderWay() throws Exception {
    test.activity(UPPER).takes(Duration.ofDays(1)).returns("X");
    test.start(SHOUT, "a", "x").settle();

    test.close();
    test.close();

    assertThatThrownBy(test::client).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void badInputIsRefused() {
    assertThatThrownBy(() -> test.advance(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> test.after(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> test.activity(UPPER).takes(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> test.activity(UPPER).failsTimes(0, new Exception()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> test.activity(Activity.named("upper", Integer.class, String.class)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("other types");
    assertThatThrownBy(
            () -> test.orchestration(Orchestration.reference("r", String.class, String.class)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(test::client).isInstanceOf(IllegalStateException.class);
  }
}
