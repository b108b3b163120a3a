// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.guide;

import dev.holdfast.graph.GraphBuilder;
import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.RetryPolicy;
import dev.holdfast.graph.Source;
import dev.holdfast.graph.StepBuilder;
import dev.holdfast.graph.StepType;
import dev.holdfast.graph.draw.TerminalDrawing;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A document is fetched and rated line by line; a bad one is reviewed by a person. */
final class DocumentGraph {

  // What goes into a step and what comes out: the components of these records are its ports.
  record Path(String path) {}

  record Text(String text) {}

  record Lines(List<String> lines) {}

  record Score(double score) {}

  record Scores(List<Double> scores) {}

  record Draft(String text, double score) {}

  record Url(String url) {}

  // Kinds of steps: a name and its ports. Workers have the code.
  static final StepType<Path, Text> FETCH = StepType.named("fetch", Path.class, Text.class);
  static final StepType<Text, Void> ARCHIVE = StepType.named("archive", Text.class, Void.class);
  static final StepType<Text, Lines> SPLIT = StepType.named("split", Text.class, Lines.class);
  static final StepType<Text, Score> RATE = StepType.named("rate", Text.class, Score.class);
  static final StepType<Scores, Score> AVERAGE =
      StepType.named("average", Scores.class, Score.class);
  static final StepType<Draft, Text> REVIEW = StepType.named("review", Draft.class, Text.class);
  static final StepType<Text, Url> PUBLISH = StepType.named("publish", Text.class, Url.class);

  private DocumentGraph() {}

  static GraphDefinition definition() {
    GraphBuilder graph = GraphDefinition.builder("documents", "1").maxParallel(8);
    Source path = graph.input("path", String.class);

    StepBuilder fetch =
        graph
            .step("fetch", FETCH)
            .input("path", path)
            .retry(RetryPolicy.attempts(3))
            .timeout(Duration.ofMinutes(1));
    graph.step("archive", ARCHIVE).input("text", fetch.out("text")).mayFail();
    StepBuilder split = graph.step("split", SPLIT).input("text", fetch.out("text"));
    StepBuilder rate =
        graph.step("rate", RATE).forEach("text", split.out("lines"), 4); // 4 lines at once
    StepBuilder average = graph.step("average", AVERAGE).input("scores", rate.out("score"));
    StepBuilder review =
        graph
            .step("review", REVIEW)
            .input("text", fetch.out("text"))
            .input("score", average.out("score"))
            .when(average.out("score").isBelow(0.8)); // skipped when it does not hold
    StepBuilder publish =
        graph
            .step("publish", PUBLISH)
            .input("text", review.out("text"), fetch.out("text")); // the first that is there

    graph.output("url", publish.out("url"));
    return graph.build();
  }

  public static void main(String[] args) {
    System.out.print(TerminalDrawing.of(definition(), Map.of(), 80));
  }
}
