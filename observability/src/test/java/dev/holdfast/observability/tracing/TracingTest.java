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
import dev.holdfast.worker.tracing.Tracing;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.nio.charset.StandardCharsets;
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

  /** The traces of one process. */
  private static final class Traced {
    final InMemorySpanExporter spans = InMemorySpanExporter.create();
    final OpenTelemetrySdk sdk =
        OpenTelemetrySdk.builder()
            .setTracerProvider(
                SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(spans))
                    .build())
            .build();
    final Tracing tracing = OpenTelemetryTracing.of(sdk);
  }

  /** A span of whichever process. */
  private record Seen(String name, String trace, String id, String parent, String status) {
    static Seen of(SpanData span) {
      return new Seen(
          span.getName(),
          span.getTraceId(),
          span.getSpanId(),
          span.getParentSpanId(),
          span.getStatus().getStatusCode().name());
    }

    static Seen of(String line) {
      String[] parts = line.split("\\|");
      return new Seen(parts[0], parts[1], parts[2], parts[3], parts[4]);
    }
  }

  private String url() {
    return "sqlite:" + directory.resolve("t.db") + "?synchronous=normal";
  }

  private Provider open() {
    return Providers.open(ProviderConfig.url(url()).build());
  }

  private Process activityProcess() throws Exception {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            ActivityProcess.class.getName(),
            url())
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  @Test
  void oneTraceLeadsThroughAllProcesses() throws Exception {
    Traced starter = new Traced();
    Traced turns = new Traced();
    List<Seen> seen = new ArrayList<>();
    Span request = starter.sdk.getTracer("test").spanBuilder("request").startSpan();
    try (Provider first = open();
        Provider second = open();
        HoldfastClient client =
            HoldfastClient.on(first, DataConverter.jackson(), starter.tracing)) {
      Process activities = activityProcess();
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
        activities.getOutputStream().close();
        new String(activities.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
            .lines()
            .filter(line -> line.contains("|"))
            .map(Seen::of)
            .forEach(seen::add);
      } finally {
        activities.destroyForcibly();
      }
    }
    request.end();
    starter.spans.getFinishedSpanItems().stream().map(Seen::of).forEach(seen::add);
    turns.spans.getFinishedSpanItems().stream().map(Seen::of).forEach(seen::add);

    assertThat(seen).extracting(Seen::trace).containsOnly(request.getSpanContext().getTraceId());
    Map<String, Seen> byId = seen.stream().collect(Collectors.toMap(Seen::id, Function.identity()));
    Map<String, Long> counts =
        seen.stream().collect(Collectors.groupingBy(Seen::name, Collectors.counting()));
    assertThat(counts)
        .containsEntry("request", 1L)
        .containsEntry("start order", 1L)
        .containsEntry("activity charge", 3L)
        .containsKeys("turn order", "turn ship");
    for (Seen span : seen) {
      Seen parent = byId.get(span.parent());
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
        .extracting(Seen::name)
        .isEqualTo("activity charge");
  }

  @Test
  void aReplayMakesNoSpans() throws Exception {
    Traced traced = new Traced();
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
    Traced traced = new Traced();
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
    Traced traced = new Traced();
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
