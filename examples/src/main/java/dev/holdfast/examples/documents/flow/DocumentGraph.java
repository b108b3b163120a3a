// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.documents.flow;

import dev.holdfast.graph.GraphBuilder;
import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.RetryPolicy;
import dev.holdfast.graph.Source;
import dev.holdfast.graph.StepBuilder;
import dev.holdfast.graph.StepType;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A document is fetched and split; its parts are classified and scored side by side; a person looks
 * at a document that is hard to read; and it is published, unless that person says no.
 */
public final class DocumentGraph {

  /** The file of a document, and which edition of it this is. */
  public record Request(String file, int edition) {}

  /** A document. */
  public record Document(String title, String text) {}

  /** What is split. */
  public record Text(String text) {}

  /** A document's parts. */
  public record Parts(List<String> parts) {}

  /** What sort of text a part is. */
  public record Kind(String kind) {}

  /** What is scored. */
  public record ScoreInput(String text, String kind) {}

  /** How well it reads, from 0 to 1. */
  public record Score(double score) {}

  /** The scores of all parts. */
  public record Scores(List<Double> scores) {}

  /** What a person is asked about. */
  public record Draft(String title, double score) {}

  /** What the person says. */
  public record Verdict(boolean approved, String note) {}

  /** What goes to the press. */
  public record Copy(String title, int edition, double score, Optional<String> note) {}

  /** Where it can be read. */
  public record Published(String url) {}

  /** Below this a person has a look. */
  public static final double GOOD_ENOUGH = 0.75;

  static final StepType<Request, Document> FETCH =
      StepType.named("fetch", Request.class, Document.class);
  static final StepType<Text, Parts> SPLIT = StepType.named("split", Text.class, Parts.class);
  static final StepType<Text, Kind> CLASSIFY = StepType.named("classify", Text.class, Kind.class);
  static final StepType<ScoreInput, Score> SCORE =
      StepType.named("score", ScoreInput.class, Score.class);
  static final StepType<Scores, Score> AVERAGE =
      StepType.named("average", Scores.class, Score.class);
  static final StepType<Draft, Verdict> REVIEW =
      StepType.named("review", Draft.class, Verdict.class);
  static final StepType<Copy, Published> PUBLISH =
      StepType.named("publish", Copy.class, Published.class);

  /** The id of the step that waits for a person. */
  public static final String REVIEW_STEP = "review";

  /** The graph of a document. */
  public static final GraphDefinition GRAPH = document();

  private DocumentGraph() {}

  private static GraphDefinition part() {
    GraphBuilder graph = GraphDefinition.builder("part", "1");
    Source text = graph.input("text", String.class);
    StepBuilder classify = graph.step("classify", CLASSIFY).input("text", text);
    StepBuilder score =
        graph.step("score", SCORE).input("text", text).input("kind", classify.out("kind"));
    graph.output("score", score.out("score"));
    return graph.build();
  }

  private static GraphDefinition document() {
    GraphBuilder graph = GraphDefinition.builder("document", "1").maxParallel(8);
    Source file = graph.input("file", String.class);
    Source edition = graph.input("edition", Integer.class);

    StepBuilder fetch =
        graph
            .step("fetch", FETCH)
            .input("file", file)
            .input("edition", edition)
            .retry(RetryPolicy.attempts(5).withFirstDelay(Duration.ofMillis(200)));
    StepBuilder split = graph.step("split", SPLIT).input("text", fetch.out("text"));
    StepBuilder parts = graph.subGraph("parts", part()).forEach("text", split.out("parts"), 4);
    StepBuilder average = graph.step("average", AVERAGE).input("scores", parts.out("score"));
    StepBuilder review =
        graph
            .step(REVIEW_STEP, REVIEW)
            .input("title", fetch.out("title"))
            .input("score", average.out("score"))
            .when(average.out("score").isBelow(GOOD_ENOUGH));
    StepBuilder publish =
        graph
            .step("publish", PUBLISH)
            .input("title", fetch.out("title"))
            .input("edition", edition)
            .input("score", average.out("score"))
            .inputIfPresent("note", review.out("note"))
            .when(review.out("approved").isTrue().or(review.out("approved").isAbsent()));

    graph.output("score", average.out("score"));
    graph.output("url", publish.out("url"));
    return graph.build();
  }
}
