// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.draw;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.graph.Documents;
import dev.holdfast.graph.GraphBuilder;
import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.StepBuilder;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.StepSummary;
import dev.holdfast.provider.state.StepTimes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Pictures, compared with files that people have looked at. */
class DrawingTest {

  private static final Map<String, StepState> STATES = states();

  private static StepState state(StepStatus status, int attempt, long ms, @Nullable String error) {
    return new StepState(status, attempt, ms < 0 ? null : Duration.ofMillis(ms), error);
  }

  private static Map<String, StepState> states() {
    Map<String, StepState> states = new HashMap<>();
    states.put("fetch", state(StepStatus.COMPLETED, 1, 1_240, null));
    states.put("split", state(StepStatus.COMPLETED, 2, 300, null));
    states.put(
        "archive",
        state(StepStatus.FAILED, 3, 500, "java.io.IOException: no space left\n\tat Disk.write"));
    states.put("parts", state(StepStatus.SCHEDULED, 1, 65_000, null));
    states.put("parts[0]", state(StepStatus.COMPLETED, 1, 10, null));
    states.put("parts[0]/classify", state(StepStatus.COMPLETED, 1, 10, null));
    states.put("parts[0]/score", state(StepStatus.COMPLETED, 1, 10, null));
    states.put("parts[1]", state(StepStatus.SCHEDULED, 1, 10, null));
    states.put("parts[1]/classify", state(StepStatus.COMPLETED, 1, 10, null));
    states.put("parts[1]/score", state(StepStatus.FAILED, 2, 10, "\"overloaded\" <503>"));
    return states;
  }

  private static String file(String name) {
    try (InputStream in = DrawingTest.class.getResourceAsStream(name)) {
      assertThat(in).as(name).isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void mermaid() {
    assertThat(Mermaid.of(Documents.GRAPH)).isEqualTo(file("documents.mmd"));
    assertThat(Mermaid.of(Documents.GRAPH, STATES)).isEqualTo(file("documents-run.mmd"));
  }

  @Test
  void dot() {
    assertThat(Dot.of(Documents.GRAPH)).isEqualTo(file("documents.dot"));
    assertThat(Dot.of(Documents.GRAPH, STATES)).isEqualTo(file("documents-run.dot"));
  }

  @Test
  void terminal() {
    assertThat(TerminalDrawing.of(Documents.GRAPH, STATES, 120)).isEqualTo(file("documents.txt"));
  }

  @Test
  void linesThatCross() {
    GraphBuilder graph = GraphDefinition.builder("crossing", "1");
    StepBuilder a = graph.step("a", Documents.CLEAN);
    StepBuilder b = graph.step("b", Documents.CLEAN);
    StepBuilder c = graph.step("c", Documents.CLEAN).after(a);
    StepBuilder d = graph.step("d", Documents.CLEAN).after(a);
    StepBuilder e = graph.step("e", Documents.CLEAN).after(b);
    graph.step("f", Documents.CLEAN).after(a, e);
    graph.step("g", Documents.CLEAN).after(c, d, e);
    graph.step("alone", Documents.CLEAN);

    assertThat(TerminalDrawing.of(graph.build(), Map.of(), 80)).isEqualTo(file("crossing.txt"));
  }

  @Test
  void whatNeedsALookIsListedAndNotTooMuchOfIt() {
    Map<String, StepState> states = new HashMap<>();
    states.put("parts", state(StepStatus.SCHEDULED, 1, 10, null));
    for (int i = 0; i < 9; i++) {
      states.put("parts[" + i + "]", state(StepStatus.SCHEDULED, 1, 10, null));
      states.put("parts[" + i + "]/classify", state(StepStatus.SUSPENDED, 1, 10, null));
    }

    String text = TerminalDrawing.of(Documents.GRAPH, states, 80);

    assertThat(text)
        .contains("parts[4]/classify")
        .doesNotContain("parts[5]/classify")
        .contains("… and 4 more")
        .contains("9 suspended")
        .contains("open: 9 open");
  }

  @Test
  void durationsHaveTwoUnits() {
    assertThat(Texts.duration(Duration.ofMillis(-5))).isEqualTo("0 ms");
    assertThat(Texts.duration(Duration.ofMillis(999))).isEqualTo("999 ms");
    assertThat(Texts.duration(Duration.ofMillis(59_999))).isEqualTo("59.9 s");
    assertThat(Texts.duration(Duration.ofSeconds(60))).isEqualTo("1 min");
    assertThat(Texts.duration(Duration.ofSeconds(3_725))).isEqualTo("1 h 2 min");
    assertThat(Texts.duration(Duration.ofHours(50))).isEqualTo("2 d 2 h");
  }

  @Test
  void aStateComesFromARow() {
    Instant t = Instant.parse("2026-01-01T00:00:00Z");
    StepTimes times =
        new StepTimes(t, t, t.plusSeconds(1), t.plusSeconds(3), null, t.plusSeconds(8));
    StepSummary failed = new StepSummary("r", "s", StepStatus.FAILED, 4, 2, true, times);

    assertThat(StepState.of(failed, "broken", t.plusSeconds(99)))
        .isEqualTo(new StepState(StepStatus.FAILED, 2, Duration.ofSeconds(5), "broken"));

    StepTimes waiting = new StepTimes(t, t, t.plusSeconds(1), null, null, null);
    StepSummary scheduled = new StepSummary("r", "s", StepStatus.SCHEDULED, 4, 1, null, waiting);

    assertThat(StepState.of(scheduled, null, t.plusSeconds(11)).duration())
        .isEqualTo(Duration.ofSeconds(10));
  }
}
