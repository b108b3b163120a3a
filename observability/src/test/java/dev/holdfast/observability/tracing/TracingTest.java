// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.observability.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import dev.holdfast.runtime.AlreadyStartedException;
import dev.holdfast.runtime.DataConverter;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.StartResult;
import dev.holdfast.worker.Work;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.MDC;

/** One trace leads through all processes that work on an instance. */
class TracingTest {

  private static final Duration LONG = Duration.ofSeconds(120);

  @TempDir Path directory;

  private String url() {
    return "sqlite:" + directory.resolve("t.db") + "?synchronous=normal";
  }

  private Provider open() {
    return Providers.open(ProviderConfig.url(url()).build());
  }

  @Test
  void oneTraceLeadsThroughAllProcesses() throws Exception {
    TracedHere starter = new TracedHere();
    TracedHere turns = new TracedHere();
    List<SeenSpan> seen = new ArrayList<>();
    Span request = starter.sdk.getTracer("test").spanBuilder("request").startSpan();
    try (Provider first = open();
        Provider second = open();
        HoldfastClient client =
            HoldfastClient.on(first, DataConverter.jackson(), starter.tracing)) {
      Process activities = SeenSpan.process(ActivityProcess.class, url());
      try (Holdfast worker =
          Holdfast.builder(second)
              .orchestration(TracedWork.ORDER)
              .orchestration(TracedWork.SHIP)
              .tracing(turns.tracing)
              .start()) {
        try (Scope scope = request.makeCurrent()) {
          client.start(TracedWork.ORDER, "o", "a");
        }
        assertThat(client.await(TracedWork.ORDER, "o", LONG)).isEqualTo("ab");
        worker.close(LONG);
        seen.addAll(SeenSpan.printed(activities));
      } finally {
        activities.destroyForcibly();
      }
    }
    request.end();
    seen.addAll(starter.seen());
    seen.addAll(turns.seen());

    assertThat(seen)
        .extracting(SeenSpan::trace)
        .containsOnly(request.getSpanContext().getTraceId());
    Map<String, SeenSpan> byId =
        seen.stream().collect(Collectors.toMap(SeenSpan::id, Function.identity()));
    Map<String, Long> counts =
        seen.stream().collect(Collectors.groupingBy(SeenSpan::name, Collectors.counting()));
    assertThat(counts)
        .containsEntry("request", 1L)
        .containsEntry("start order", 1L)
        .containsEntry("activity charge", 3L)
        .containsKeys("turn order", "turn ship");
    for (SeenSpan span : seen) {
      SeenSpan parent = byId.get(span.parent());
      switch (span.name()) {
        case "request" -> assertThat(parent).isNull();
        case "start order" -> assertThat(parent.name()).isEqualTo("request");
        case "turn order" -> assertThat(parent.name()).isEqualTo("start order");
        case "turn ship" -> assertThat(parent.name()).isEqualTo("turn order");
        default -> assertThat(parent.name()).startsWith("turn ");
      }
    }
    assertThat(seen)
        .filteredOn(span -> span.status().equals("ERROR"))
        .singleElement()
        .extracting(SeenSpan::name)
        .isEqualTo("activity charge");
  }

  @Test
  void aReplayMakesNoSpans() throws Exception {
    TracedHere traced = new TracedHere();
    try (Provider provider = open();
        Holdfast worker =
            Holdfast.builder(provider)
                .orchestration(TracedWork.ORDER)
                .orchestration(TracedWork.SHIP)
                .activity(TracedWork.CHARGE, (ctx, in) -> in)
                .cacheSize(0)
                .tracing(traced.tracing)
                .start()) {
      worker.client().start(TracedWork.ORDER, "o", "a");
      assertThat(worker.client().await(TracedWork.ORDER, "o", LONG)).isEqualTo("ab");
      worker.close(LONG);
    }

    assertThat(traced.spans.getFinishedSpanItems())
        .extracting(SpanData::getName)
        .containsExactlyInAnyOrder(
            "start order",
            "turn order",
            "turn order",
            "turn order",
            "turn ship",
            "turn ship",
            "activity charge",
            "activity charge");
  }

  @Test
  void theMdcHasTheTraceAndTheCodeItsSpan() throws Exception {
    TracedHere traced = new TracedHere();
    ConcurrentLinkedQueue<String> inMdc = new ConcurrentLinkedQueue<>();
    ConcurrentLinkedQueue<String> current = new ConcurrentLinkedQueue<>();
    try (Provider provider = open();
        Holdfast worker =
            Holdfast.builder(provider)
                .orchestration(TracedWork.SHIP)
                .activity(
                    TracedWork.CHARGE,
                    (ctx, in) -> {
                      inMdc.add(String.valueOf(MDC.get(Work.MDC_TRACE)));
                      current.add(Span.current().getSpanContext().getTraceId());
                      return in;
                    })
                .tracing(traced.tracing)
                .start()) {
      worker.client().start(TracedWork.SHIP, "s", "a");
      worker.client().await(TracedWork.SHIP, "s", LONG);
      worker.close(LONG);
    }

    String trace = traced.spans.getFinishedSpanItems().getFirst().getTraceId();
    assertThat(inMdc).containsExactly(trace);
    assertThat(current).containsExactly(trace);
    assertThat(MDC.get(Work.MDC_TRACE)).as("the caller's is as it was").isNull();
  }

  @Test
  void aStartThatIsRepeatedInAnotherTraceIsTheSame() throws Exception {
    TracedHere traced = new TracedHere();
    try (Provider provider = open();
        HoldfastClient client =
            HoldfastClient.on(provider, DataConverter.jackson(), traced.tracing)) {
      HoldfastClient strict = client.withStrictStarts();
      strict.start(TracedWork.SHIP, "s", "a");
      assertThat(strict.start(TracedWork.SHIP, "s", "a").kind())
          .as("not begun yet")
          .isEqualTo(StartResult.Kind.EXISTING);
      try (Holdfast worker =
          Holdfast.builder(provider)
              .orchestration(TracedWork.SHIP)
              .activity(TracedWork.CHARGE, (ctx, in) -> in)
              .start()) {
        worker.client().await(TracedWork.SHIP, "s", LONG);

        assertThat(strict.start(TracedWork.SHIP, "s", "a"))
            .isEqualTo(new StartResult(StartResult.Kind.EXISTING, false));
        assertThat(worker.client().withStrictStarts().start(TracedWork.SHIP, "s", "a").kind())
            .as("by one that does not trace")
            .isEqualTo(StartResult.Kind.EXISTING);
        assertThatThrownBy(() -> strict.start(TracedWork.SHIP, "s", "other"))
            .isInstanceOf(AlreadyStartedException.class);
      }
    }
  }

  @Test
  void nothingIsStoredWhereNothingIsTraced() throws Exception {
    try (Provider provider = open();
        Holdfast worker =
            Holdfast.builder(provider)
                .orchestration(TracedWork.SHIP)
                .activity(TracedWork.CHARGE, (ctx, in) -> in)
                .start()) {
      worker.client().start(TracedWork.SHIP, "s", "a");
      worker.client().await(TracedWork.SHIP, "s", LONG);

      assertThat(provider.readHistory("s", 1, 0, 100).events())
          .allSatisfy(event -> assertThat(event.data().asUtf8()).doesNotContain("trace"));
    }
  }
}
