// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.guide;

import static dev.holdfast.graph.guide.DocumentGraph.ARCHIVE;
import static dev.holdfast.graph.guide.DocumentGraph.AVERAGE;
import static dev.holdfast.graph.guide.DocumentGraph.FETCH;
import static dev.holdfast.graph.guide.DocumentGraph.PUBLISH;
import static dev.holdfast.graph.guide.DocumentGraph.RATE;
import static dev.holdfast.graph.guide.DocumentGraph.REVIEW;
import static dev.holdfast.graph.guide.DocumentGraph.SPLIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.graph.AwaitRunTimeoutException;
import dev.holdfast.graph.GraphBuilder;
import dev.holdfast.graph.GraphClient;
import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.GraphJson;
import dev.holdfast.graph.Graphs;
import dev.holdfast.graph.InvalidGraphException;
import dev.holdfast.graph.Source;
import dev.holdfast.graph.StepBuilder;
import dev.holdfast.graph.StepTypes;
import dev.holdfast.graph.draw.Mermaid;
import dev.holdfast.graph.draw.StepState;
import dev.holdfast.graph.draw.TerminalDrawing;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.StepStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The guide to graphs says what the code does: its programs are compiled, its outputs compared. */
class GuideTest {

  private static final StepTypes TYPES =
      StepTypes.of(FETCH, ARCHIVE, SPLIT, RATE, AVERAGE, REVIEW, PUBLISH);

  private static String guide() throws IOException {
    return Files.readString(Path.of("..", "docs", "guide", "graphs.md"));
  }

  private static void guideHas(String language, String text) throws IOException {
    assertThat(guide()).contains("```" + language + "\n" + text.stripTrailing() + "\n```");
  }

  /** Keep it equal to the guide. */
  private static GraphDefinition wrong() {
    GraphBuilder graph = GraphDefinition.builder("documents", "2");
    Source path = graph.input("path", String.class);
    StepBuilder fetch = graph.step("fetch", FETCH).input("path", path);
    StepBuilder rate = graph.step("rate", RATE).forEach("text", fetch.out("text"), 4);
    graph.step("average", AVERAGE).input("score", rate.out("score"));
    graph.step("publish", PUBLISH).input("text", fetch.out("txt"));
    return graph.build();
  }

  private static Map<String, StepState> states() {
    Map<String, StepState> states = new LinkedHashMap<>();
    Duration second = Duration.ofMillis(1_240);
    states.put("fetch", new StepState(StepStatus.COMPLETED, 2, second, null));
    states.put("archive", new StepState(StepStatus.SCHEDULED, 1, Duration.ofSeconds(97), null));
    states.put("split", new StepState(StepStatus.COMPLETED, 1, Duration.ofMillis(35), null));
    states.put("rate", new StepState(StepStatus.SCHEDULED, 1, Duration.ofSeconds(95), null));
    for (int i = 0; i < 12; i++) {
      StepStatus status = i < 9 ? StepStatus.COMPLETED : StepStatus.RUNNING;
      states.put("rate[" + i + "]", new StepState(status, 1, second, null));
    }
    states.put(
        "rate[7]",
        new StepState(StepStatus.FAILED, 1, second, "java.io.IOException: connection reset"));
    return states;
  }

  @Test
  void theProgramIsTheOneOfTheGuide() throws IOException {
    String source =
        Files.readString(Path.of("src/test/java/dev/holdfast/graph/guide/DocumentGraph.java"));

    guideHas("java", source.substring(source.indexOf("package ")));
    guideHas("", TerminalDrawing.of(DocumentGraph.definition(), Map.of(), 80));
  }

  @Test
  void theErrorIsTheOneOfTheGuide() {
    assertThatThrownBy(GuideTest::wrong)
        .isInstanceOf(InvalidGraphException.class)
        .satisfies(e -> guideHas("", e.getMessage()));
  }

  @Test
  void thePicturesAreThoseOfTheGuide() throws IOException {
    guideHas("", TerminalDrawing.of(DocumentGraph.definition(), states(), 120));
    guideHas("mermaid", Mermaid.of(DocumentGraph.definition()));
  }

  @Test
  void theJsonIsTheDefinition() throws IOException {
    String text = guide();
    int begin = text.indexOf("```json\n") + "```json\n".length();
    String json = text.substring(begin, text.indexOf("\n```", begin));

    assertThat(GraphJson.read(json, TYPES)).isEqualTo(DocumentGraph.definition());
  }

  @ParameterizedTest
  @ValueSource(strings = {"DocumentWorker", "Reviewer", "Operator"})
  void theOtherProgramsAreThoseOfTheGuide(String name) throws IOException {
    String source =
        Files.readString(Path.of("src/test/java/dev/holdfast/graph/guide/" + name + ".java"));

    guideHas("java", source.substring(source.indexOf("package ")));
  }

  @Test
  void theProgramsDoWhatTheGuideSays(@TempDir Path directory) throws Exception {
    Path good = Files.writeString(directory.resolve("good.txt"), "one\ntwo\n");
    Path bad = Files.writeString(directory.resolve("bad.txt"), "one\nTODO\n");
    String url = "sqlite:" + directory.resolve("documents.db");
    try (Provider store = Providers.open(ProviderConfig.url(url).build());
        Graphs graphs = DocumentWorker.start(url)) {
      GraphClient client = graphs.client();
      client.start(DocumentWorker.DOCUMENTS, "doc-1", Map.of("path", good.toString()));
      client.start(DocumentWorker.DOCUMENTS, "doc-2", Map.of("path", bad.toString()));

      String outputs = client.await("doc-1", Duration.ofMinutes(1)).toString();
      assertThat(outputs).isEqualTo("{\"url\":\"https://docs.example/doc-1\"}");
      assertThat(guide()).contains("`" + outputs + "`");
      assertThat(client.step("doc-1", "review").orElseThrow().status())
          .isEqualTo(StepStatus.SKIPPED);
      while (client.run("doc-2").orElseThrow().status() != RunStatus.SUSPENDED) {
        assertThatThrownBy(() -> client.await("doc-2", Duration.ofMillis(20)))
            .isInstanceOf(AwaitRunTimeoutException.class);
      }
      assertThat(Operator.help(store, "doc-2", DocumentWorker.DOCUMENTS))
          .isEqualTo("waits for step review");
      assertThat(Operator.waiting(store, "doc-2")).isZero();
      Operator.recover(store, DocumentWorker.DOCUMENTS);
      Reviewer.review(store, "doc-2", "one, and better");
      client.await("doc-2", Duration.ofMinutes(1));
      assertThat(client.step("doc-2", "review").orElseThrow().outputs())
          .hasToString("{\"text\":\"one, and better\"}");
      assertThat(Operator.help(store, "doc-2", DocumentWorker.DOCUMENTS)).isEqualTo("COMPLETED");
    }
  }
}
