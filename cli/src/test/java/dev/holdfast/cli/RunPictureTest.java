// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.graph.AwaitRunTimeoutException;
import dev.holdfast.graph.GraphBuilder;
import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.Graphs;
import dev.holdfast.graph.RetryPolicy;
import dev.holdfast.graph.RunFailedException;
import dev.holdfast.graph.Source;
import dev.holdfast.graph.StepBuilder;
import dev.holdfast.graph.StepType;
import dev.holdfast.provider.Changes;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import dev.holdfast.provider.state.CreateRun;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.worker.WorkerSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A run is shown with its graph, where the store has it. */
@Timeout(120)
class RunPictureTest {

  record Text(String text) {}

  record Lines(List<String> lines) {}

  static final StepType<Text, Lines> SPLIT = StepType.named("split", Text.class, Lines.class);
  static final StepType<Text, Text> RATE = StepType.named("rate", Text.class, Text.class);
  static final StepType<Text, Text> ASK = StepType.named("ask", Text.class, Text.class);

  private static final Duration LONG = Duration.ofMinutes(1);

  @TempDir private Path dir;
  private Provider provider;
  private Graphs graphs;
  private Shell shell;

  private static GraphDefinition part() {
    GraphBuilder graph = GraphDefinition.builder("part", "1");
    Source text = graph.input("text", String.class);
    StepBuilder rate = graph.step("rate", RATE).input("text", text).retry(RetryPolicy.attempts(1));
    graph.output("text", rate.out("text"));
    return graph.build();
  }

  private static final GraphDefinition GRAPH = graph();

  private static GraphDefinition graph() {
    GraphBuilder graph = GraphDefinition.builder("lines", "1");
    Source text = graph.input("text", String.class);
    StepBuilder split = graph.step("split", SPLIT).input("text", text);
    StepBuilder parts = graph.subGraph("parts", part()).forEach("text", split.out("lines"), 8);
    graph.step("ask", ASK).input("text", text).after(parts);
    return graph.build();
  }

  @BeforeEach
  void work() {
    String url = "sqlite:" + dir.resolve("runs.db");
    shell = new Shell(url);
    provider = Providers.open(ProviderConfig.url(url).build());
    graphs =
        Graphs.builder(provider)
            .graph(GRAPH)
            .step(SPLIT, (context, in) -> new Lines(List.of(in.text().split(" "))))
            .step(
                RATE,
                (context, in) -> {
                  if (in.text().startsWith("!")) {
                    throw new IllegalStateException("no \u001b[31m" + in.text());
                  }
                  return in;
                })
            .step(
                ASK,
                (context, in) -> {
                  if (context.isResumed()) {
                    return in;
                  }
                  throw context.suspend("waits for the editor");
                })
            .settings(WorkerSettings.defaults().withCloseGrace(Duration.ZERO))
            .closeOnShutdown(false)
            .start();
  }

  @AfterEach
  void close() {
    graphs.close();
    provider.close();
  }

  private void startAndAwait(String id, String text, RunStatus status) throws Exception {
    graphs.client().start(GRAPH, id, Map.of("text", text));
    switch (status) {
      case SUSPENDED -> {
        while (graphs.client().run(id).orElseThrow().status() != status) {
          try {
            graphs.client().await(id, Duration.ofMillis(20));
          } catch (AwaitRunTimeoutException e) {
            continue; // that is the pace
          }
        }
      }
      case FAILED -> {
        try {
          graphs.client().await(id, LONG);
        } catch (RunFailedException e) {
          return;
        }
        throw new AssertionError("it did not fail");
      }
      default -> throw new IllegalArgumentException(status.label());
    }
  }

  @Test
  void theGraphIsDrawnBelowTheRun() throws Exception {
    startAndAwait("r", "a b c", RunStatus.SUSPENDED);

    String out = shell.run("run", "r").returns(0).out().replaceAll("\\d+ ms|\\d+\\.\\d s", "#");

    assertThat(out).contains("waited in").doesNotContain("\u001b");
    assertThat(out.substring(out.indexOf("\n\n") + 2).lines().map(s -> s.replaceAll(" +", " ")))
        .containsExactly(
            "✓ split completed #",
            "✓ parts[] completed: 3 completed #",
            "│ ┊ ✓ rate 3 completed",
            "‖ ask suspended # waits for the editor");
  }

  @Test
  void onATerminalStatusesHaveColoursAndErrorsHaveNone() throws Exception {
    startAndAwait("r", "a !b", RunStatus.FAILED);

    Shell.Run run = shell.onTerminal(120).run("run", "r").returns(0);

    String drawing = run.out().substring(run.out().indexOf("split"));
    assertThat(drawing)
        .contains("\u001b[32mcompleted\u001b[0m", "\u001b[31m✗\u001b[0m", "parts[1]/rate")
        .contains("no \uFFFD[31m!b");
    assertThat(shell.with("NO_COLOR", "1").run("run", "r").out()).doesNotContain("\u001b");
  }

  @Test
  void thePictureIsExportedWithItsStates() throws Exception {
    startAndAwait("r", "a b", RunStatus.SUSPENDED);

    assertThat(shell.run("run", "r", "--mermaid").returns(0).out())
        .startsWith("flowchart TB\n")
        .contains("for each text, 8 at once", "waits for the editor");
    assertThat(shell.run("run", "r", "--dot").returns(0).out())
        .startsWith("digraph \"lines 1\" {\n")
        .contains("suspended");
    assertThat(shell.run("run", "r", "--dot", "--mermaid").returns(2).err()).isNotEmpty();
    assertThat(shell.run("run", "r", "--dot", "--json").returns(2).err()).contains("one of them");
    assertThat(shell.run("run", "r", "--json").returns(0).object().has("steps")).isTrue();
  }

  @Test
  void aRunWithoutADefinitionIsShownAndSaysSo() {
    provider
        .capability(Changes.class)
        .orElseThrow()
        .apply(List.of(CreateRun.running("other", "an engine of one's own")));

    Shell.Run run = shell.run("run", "other").returns(0);

    assertThat(run.out()).contains("an engine of one's own");
    assertThat(run.err()).contains("the store has no graph definition with \"other\"");
    Shell.Run export = shell.run("run", "other", "--dot").returns(1);
    assertThat(export.out()).isEmpty();
    assertThat(export.err()).contains("no graph definition");
  }
}
