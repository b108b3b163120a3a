// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.TurnContent;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.Direction;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.Expected;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.runtime.StartResult.Kind;
import dev.holdfast.worker.Work;
import dev.holdfast.worker.tracing.Traced;
import dev.holdfast.worker.tracing.Tracing;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

/** Which spans there are, what they belong to, and what is stored for them. */
class SpansTest extends OnSqlite {

  private static final StartOptions REPLACE = StartOptions.ifId(IdPolicy.REPLACE_FINISHED);

  private static final Activity<String, String> STEP =
      Activity.named("step", String.class, String.class);

  private static final Orchestration<String, String> CHILD =
      Orchestration.named(
          "child", String.class, String.class, (ctx, in) -> ctx.call(STEP, in).await());

  private static final Orchestration<String, String> PARENT =
      Orchestration.named(
          "parent",
          String.class,
          String.class,
          (ctx, in) ->
              ctx.call(STEP, in).await() + ctx.child(CHILD, ctx.instanceId() + "/c", in).await());

  private final SpanRecords spans = new SpanRecords();
  private final ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean broken = new AtomicBoolean();

  private HoldfastClient alone() {
    return closing(HoldfastClient.on(provider, DataConverter.jackson(), spans));
  }

  private Holdfast.Builder all(Holdfast.Builder builder) {
    return builder
        .orchestration(PARENT)
        .orchestration(CHILD)
        .activity(
            STEP,
            (ctx, in) -> {
              if (broken.get()) {
                throw new IllegalStateException("broken");
              }
              return in;
            })
        .aheadAtMost(Duration.ZERO);
  }

  private Holdfast traced() {
    return work(builder -> all(builder).tracing(spans));
  }

  private static long executionId(SpanRecords.Ended span) {
    return switch (span.what()) {
      case Traced.Turn turn -> turn.executionId();
      case Traced.Attempt attempt -> attempt.executionId();
      case Traced other -> 0;
    };
  }

  /** Closes a worker: a turn is known to others before its worker has ended the span. */
  private static void done(Holdfast worker) {
    worker.close(LONG);
  }

  @Test
  void aReplayMakesNoSpans() throws Exception {
    Holdfast worker = work(builder -> all(builder).cacheSize(0).tracing(spans));
    worker.client().start(PARENT, "x", "in");
    worker.client().await(PARENT, "x", LONG);
    done(worker);

    assertThat(spans.names())
        .containsExactlyInAnyOrder(
            "START parent",
            "TURN parent",
            "ATTEMPT step",
            "TURN parent",
            "TURN child",
            "ATTEMPT step",
            "TURN child",
            "TURN parent");
    assertThat(spans.ended())
        .extracting(SpanRecords.Ended::context)
        .allMatch(c -> c.startsWith("a/"));
  }

  @Test
  void aTurnThatSuspendsWasNoneAndTheFirstOneBelongsToItsStart() throws Exception {
    HoldfastClient client = alone();
    client.start(CHILD, "x", "in");
    client.suspend("x", "not yet");
    Holdfast worker = traced();
    client.resume("x");
    client.await(CHILD, "x", LONG);
    done(worker);

    String start = spans.only("a", "START child").context();
    List<SpanRecords.Ended> turns =
        spans.ended().stream().filter(one -> one.name().equals("TURN child")).toList();
    assertThat(turns).hasSize(2).extracting(SpanRecords.Ended::parent).containsOnly(start);
    assertThat(spans.only("a", "ATTEMPT step").parent()).isEqualTo(turns.getFirst().context());
  }

  @Test
  void whatIsRetriedGoesOnInItsTrace() throws Exception {
    broken.set(true);
    Holdfast worker = traced();
    HoldfastClient client = alone();
    client.start(PARENT, "x", "in");
    assertThat(client.awaitStatus("x", LONG).state()).isEqualTo(InstanceState.FAILED);
    broken.set(false);
    spans.caller = "operator";
    client.retry("x");
    client.await(PARENT, "x", LONG);
    done(worker);

    String start = spans.only("a", "START parent").context();
    assertThat(spans.ended()).noneMatch(one -> one.context().startsWith("none/"));
    assertThat(spans.ended())
        .filteredOn(one -> one.name().equals("ATTEMPT step") && one.error() == null)
        .anyMatch(one -> start.equals(one.parent()))
        .hasSize(2);
  }

  @Test
  void whatIsRestartedGoesOnInItsTraceAndWhatIsReplacedBeginsInThatOfItsCaller() throws Exception {
    Holdfast worker = traced();
    HoldfastClient client = alone();
    client.start(CHILD, "x", "in");
    client.await(CHILD, "x", LONG);
    spans.caller = "b";
    client.restart("x");
    client.await(CHILD, "x", LONG);
    assertThat(client.start(CHILD, "x", "in", REPLACE).kind()).isEqualTo(Kind.NEW);
    client.await(CHILD, "x", LONG);
    done(worker);

    assertThat(spans.ended())
        .filteredOn(one -> executionId(one) == 2)
        .hasSize(3)
        .allMatch(one -> one.context().startsWith("a/"));
    assertThat(spans.ended())
        .filteredOn(one -> executionId(one) == 3)
        .hasSize(3)
        .allMatch(one -> one.context().startsWith("b/"));
  }

  @Test
  void ofTwoThatReplaceInTracesOfTheirOwnTheSecondHasTheSameInputOrAnother() throws Exception {
    traced();
    HoldfastClient client = alone();
    client.start(CHILD, "x", "in");
    client.await(CHILD, "x", LONG);
    Intercepted late = new Intercepted(provider);
    HoldfastClient second =
        closing(HoldfastClient.on(late.provider(), DataConverter.jackson(), spans));
    for (String input : List.of("again", "other")) {
      AtomicBoolean once = new AtomicBoolean(true);
      late.around((name, arguments, real) -> {
        if (name.equals("enqueue") && once.getAndSet(false)) {
          spans.caller = "c";
          client.start(CHILD, "x", "again", REPLACE); // between the look and the request
          client.await(CHILD, "x", LONG);
        }
        return real.call();
      });
      assertThat(second.start(CHILD, "x", input, REPLACE))
          .isEqualTo(new StartResult(Kind.EXISTING, input.equals("other")));
    }
  }

  @Test
  void theCodeOfAnActivityIsInItsSpanOnWhicheverThread() throws Exception {
    Orchestration<String, String> watched =
        Orchestration.named(
            "watched",
            String.class,
            String.class,
            (ctx, in) ->
                ctx.call(STEP, in, ActivityOptions.defaults().withHeartbeatTimeout(LONG)).await()
                    + ctx.call(STEP, in).await());
    Interceptor within =
        new Interceptor() {
          @Override
          public <T extends @Nullable Object> T activity(ActivityContext activity, Callable<T> next)
              throws Exception {
            seen.add(spans.current() + " " + MDC.get(Work.MDC_TRACE));
            return next.call();
          }
        };
    HoldfastClient client =
        work(builder ->
                builder
                    .orchestration(watched)
                    .activity(
                        STEP,
                        (ctx, in) -> {
                          seen.add(spans.current() + " " + MDC.get(Work.MDC_TRACE));
                          return in;
                        })
                    .interceptor(within)
                    .tracing(spans))
            .client();
    client.start(watched, "x", "in");
    client.await(watched, "x", LONG);

    List<String> activities =
        spans.ended().stream()
            .filter(one -> one.name().equals("ATTEMPT step"))
            .map(one -> one.context() + " a")
            .toList();
    assertThat(activities).hasSize(2);
    assertThat(seen)
        .containsExactly(
            activities.get(0), activities.get(0), activities.get(1), activities.get(1));
  }

  @Test
  void theSpanOfAnAttemptThatIsSilentEndsWithoutItsCode() throws Exception {
    Orchestration<String, String> silent =
        Orchestration.named(
            "silent",
            String.class,
            String.class,
            (ctx, in) ->
                ctx.call(
                        STEP,
                        in,
                        ActivityOptions.defaults().withHeartbeatTimeout(Duration.ofMillis(10)))
                    .await());
    CountDownLatch hangs = new CountDownLatch(1);
    Holdfast worker =
        work(builder ->
            builder
                .orchestration(silent)
                .activity(
                    STEP,
                    (ctx, in) -> {
                      boolean interrupted = true;
                      while (interrupted) {
                        try {
                          hangs.await();
                          interrupted = false;
                        } catch (InterruptedException e) {
                          interrupted = true; // code that does not listen
                        }
                      }
                      return in;
                    })
                .tracing(spans));
    try {
      worker.client().start(silent, "x", "in");
      assertThatThrownBy(() -> worker.client().await(silent, "x", LONG))
          .isInstanceOf(OrchestrationFailedException.class);
      done(worker);
      assertThat(spans.only("a", "ATTEMPT step").error()).contains("no heartbeat");
      assertThat(spans.ended())
          .filteredOn(one -> one.name().equals("TURN silent") && one.error() != null)
          .hasSize(1);
    } finally {
      hangs.countDown();
    }
  }

  @Test
  void aTurnWhoseSpanCannotBeginIsDeliveredAgain() throws Exception {
    AtomicBoolean fails = new AtomicBoolean(true);
    Tracing failing =
        new Tracing() {
          @Override
          public @Nullable String current() {
            return spans.current();
          }

          @Override
          public Span begin(Traced what, @Nullable String parent) {
            if (what instanceof Traced.Turn && fails.getAndSet(false)) {
              throw new IllegalStateException("out of spans");
            }
            return spans.begin(what, parent);
          }
        };
    Holdfast worker = work(builder -> all(builder).tracing(failing));
    HoldfastClient client = alone();
    client.start(CHILD, "x", "in");
    assertThat(client.await(CHILD, "x", LONG)).isEqualTo("in");
    done(worker);
    assertThat(fails).isFalse();
    assertThat(spans.names()).filteredOn("TURN child"::equals).hasSize(2);
  }

  /** All that passes through the store: starts, tasks, histories. */
  private List<String> stored(@Nullable Tracing tracing) throws Exception {
    List<Payload> payloads = new CopyOnWriteArrayList<>();
    Intercepted watched = new Intercepted(provider);
    watched.around((name, arguments, real) -> {
      for (Object argument : arguments == null ? new Object[0] : arguments) {
        if (argument instanceof OrchestratorMessage message) {
          payloads.add(message.body());
        } else if (argument instanceof OrchestrationAck ack) {
          TurnContent turn = ack.content();
          turn.messages().forEach(message -> payloads.add(message.body()));
          turn.historyDelta().forEach(event -> payloads.add(event.data()));
          for (ActivityTask task : turn.activities()) {
            payloads.add(task.input());
          }
        }
      }
      return real.call();
    });
    Orchestration<Integer, String> twice =
        Orchestration.named(
            "twice",
            Integer.class,
            String.class,
            (ctx, in) -> {
              if (in == 1) {
                return ctx.continueAsNew(2);
              }
              ctx.start(CHILD, ctx.instanceId() + "/other", "in");
              return ctx.child(PARENT, ctx.instanceId() + "/p", "in").await();
            });
    Holdfast worker =
        work(
            watched.provider(),
            builder -> {
              all(builder).orchestration(twice);
              return tracing == null ? builder : builder.tracing(tracing);
            });
    HoldfastClient client = worker.client();
    String id = tracing == null ? "plain" : "traced";
    client.start(twice, id, 1);
    client.await(twice, id, LONG);
    client.await(CHILD, id + "/other", LONG);
    client.start(CHILD, id + "/other", "again", REPLACE);
    client.await(CHILD, id + "/other", LONG);
    done(worker);
    return payloads.stream().map(Payload::asUtf8).toList();
  }

  @Test
  void nothingIsStoredWhereNothingIsTraced() throws Exception {
    List<String> plain = stored(null);
    assertThat(plain).noneMatch(text -> text.contains("trace"));
    assertThat(stored(spans))
        .as("as many, and those that begin something have it")
        .hasSameSizeAs(plain)
        .filteredOn(text -> text.contains("\"trace\":\"a/"))
        .hasSizeGreaterThanOrEqualTo(15);
  }

  @Test
  void whatATurnAppendsIsAPartOfIt() throws Exception {
    StreamId stream = new StreamId("orders", "o-1");
    NewEvent silent = NewEvent.of("Placed", Payload.utf8("{}"));
    NewEvent said =
        NewEvent.builder("Paid", Payload.utf8("{}")).metadata(Payload.utf8("its own")).build();
    Orchestration<String, String> appends =
        Orchestration.named(
            "appends",
            String.class,
            String.class,
            (ctx, in) -> {
              try {
                ctx.append(AppendEvents.of(stream, Expected.exactly(7), silent));
              } catch (AppendConflictException e) {
                ctx.append(AppendEvents.of(stream, Expected.noStream(), silent, said));
              }
              return ctx.call(STEP, in).await();
            });
    Holdfast worker = work(builder -> all(builder).orchestration(appends).tracing(spans));
    worker.client().start(appends, "x", "in");
    worker.client().await(appends, "x", LONG);
    done(worker);

    SpanRecords.Ended append = spans.only("a", "APPEND orders");
    assertThat(append.what()).isEqualTo(new Traced.Append("orders", "o-1"));
    assertThat(spans.ended())
        .filteredOn(one -> one.name().equals("TURN appends"))
        .extracting(SpanRecords.Ended::context)
        .contains(append.parent());
    assertThat(
            provider
                .capability(EventStreams.class)
                .orElseThrow()
                .readStream(stream, 1, Direction.FORWARDS, 10)
                .events())
        .extracting(event -> event.content().metadata().asUtf8())
        .containsExactly("{\"traceparent\":\"" + append.context() + "\"}", "its own");
  }
}
