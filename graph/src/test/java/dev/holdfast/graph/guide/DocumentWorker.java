// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.guide;

import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.Graphs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Does the steps of the document graph. A bad document waits for a person. */
final class DocumentWorker {

  static final GraphDefinition DOCUMENTS = DocumentGraph.definition();

  private DocumentWorker() {}

  /** Begins to work on a store; end it with close. */
  static Graphs start(String store) {
    return Graphs.builder(store)
        .graph(DOCUMENTS)
        .step(
            DocumentGraph.FETCH,
            (step, in) -> new DocumentGraph.Text(Files.readString(Path.of(in.path()))))
        .step(DocumentGraph.ARCHIVE, (step, in) -> null)
        .step(
            DocumentGraph.SPLIT, (step, in) -> new DocumentGraph.Lines(in.text().lines().toList()))
        .step(
            DocumentGraph.RATE,
            (step, in) -> new DocumentGraph.Score(in.text().contains("TODO") ? 0 : 1))
        .step(DocumentGraph.AVERAGE, (step, in) -> new DocumentGraph.Score(average(in.scores())))
        .step(
            DocumentGraph.REVIEW,
            (step, in) -> {
              JsonNode better = step.state().get("text");
              if (better == null) { // leaves; comes back when somebody resumes it
                throw step.suspend("rated " + in.score()).state(Map.of("asked", "anna"));
              }
              return new DocumentGraph.Text(better.stringValue());
            })
        .step(
            DocumentGraph.PUBLISH,
            // done at least once: under one key, publishing twice is publishing once
            (step, in) -> new DocumentGraph.Url("https://docs.example/" + step.runId()))
        .start();
  }

  private static double average(List<Double> scores) {
    return scores.stream().mapToDouble(Double::doubleValue).average().orElse(0);
  }

  public static void main(String[] args) throws InterruptedException {
    try (Graphs graphs = start("sqlite:documents.db")) {
      graphs.client().start(DOCUMENTS, args[0], Map.of("path", args[1])); // once, said twice or not
      System.out.println(graphs.client().await(args[0], Duration.ofHours(1)));
    }
  }
}
