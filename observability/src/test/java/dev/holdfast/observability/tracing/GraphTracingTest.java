// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.observability.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.graph.GraphClient;
import dev.holdfast.graph.Graphs;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One trace leads through all processes that work on a run. */
class GraphTracingTest {

  private static final Duration LONG = Duration.ofSeconds(120);

  @TempDir Path directory;

  private String url() {
    return "sqlite:" + directory.resolve("t.db") + "?synchronous=normal";
  }

  private Provider open() {
    return Providers.open(ProviderConfig.url(url()).build());
  }

  @Test
  void oneTraceLeadsThroughStartTurnsAndStepsOfAllProcesses() throws Exception {
    TracedHere starter = new TracedHere();
    TracedHere turns = new TracedHere();
    List<SeenSpan> seen = new ArrayList<>();
    Span request = starter.sdk.getTracer("test").spanBuilder("request").startSpan();
    try (Provider first = open();
        Provider second = open()) {
      GraphClient client = Graphs.client(first, starter.tracing);
      Process steps = SeenSpan.process(StepProcess.class, url());
      try (Graphs worker =
          Graphs.builder(second).graph(TracedGraph.ORDER).tracing(turns.tracing).start()) {
        try (Scope scope = request.makeCurrent()) {
          client.start(TracedGraph.ORDER, "o", Map.of("cents", 5));
        }
        assertThat(client.await("o", LONG).required("cents").intValue()).isEqualTo(5);
        worker.close(LONG);
        seen.addAll(SeenSpan.printed(steps));
      } finally {
        steps.destroyForcibly();
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
    assertThat(seen.stream().collect(Collectors.groupingBy(SeenSpan::name, Collectors.counting())))
        .containsEntry("request", 1L)
        .containsEntry("start order", 1L)
        .containsEntry("step charge", 3L)
        .containsEntry("call", 2L)
        .containsKey("turn order");
    for (SeenSpan span : seen) {
      SeenSpan parent = byId.get(span.parent());
      switch (span.name()) {
        case "request" -> assertThat(parent).isNull();
        case "start order" -> assertThat(parent.name()).isEqualTo("request");
        case "turn order" -> assertThat(parent.name()).isEqualTo("start order");
        case "step charge" -> assertThat(parent.name()).isEqualTo("turn order");
        default -> assertThat(parent.name()).isEqualTo("step charge");
      }
    }
    assertThat(seen)
        .filteredOn(span -> span.status().equals("ERROR"))
        .singleElement()
        .extracting(SeenSpan::name)
        .isEqualTo("step charge");
  }

  @Test
  void theSpanOfAStepSaysWhichRunStepAndAttemptItIs() throws Exception {
    TracedHere traced = new TracedHere();
    try (Provider provider = open();
        Graphs worker =
            Graphs.builder(provider)
                .graph(TracedGraph.ORDER)
                .step(TracedGraph.CHARGE, (step, in) -> in)
                .tracing(traced.tracing)
                .start()) {
      worker.client().start(TracedGraph.ORDER, "o", Map.of("cents", 5));
      worker.client().await("o", LONG);
      worker.close(LONG);
    }
    SpanData last =
        traced.spans.getFinishedSpanItems().stream()
            .filter(span -> span.getName().equals("step charge"))
            .reduce((one, next) -> next)
            .orElseThrow();
    assertThat(last.getAttributes().asMap())
        .containsEntry(AttributeKey.stringKey("holdfast.instance"), "o")
        .containsEntry(AttributeKey.longKey("holdfast.execution"), 1L)
        .containsEntry(AttributeKey.stringKey("holdfast.step"), "second")
        .containsEntry(AttributeKey.longKey("holdfast.attempt"), 1L);
  }
}
