// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The graph of the tests: documents are fetched, split, scored part by part, reviewed, published.
 */
public final class Documents {

  public record Path(String path) {}

  public record Text(String text) {}

  public record Parts(List<String> parts) {}

  public record Kind(String kind) {}

  public record ScoreInput(String text, String kind) {}

  public record Score(double value) {}

  public record Scores(List<Double> values) {}

  public record Average(double average) {}

  public record Draft(String text, double score, Optional<String> note) {}

  public record Verdict(boolean approved, String text) {}

  public record Url(String url) {}

  public static final StepType<Path, Text> FETCH = StepType.named("fetch", Path.class, Text.class);
  public static final StepType<Text, Parts> SPLIT =
      StepType.named("split", Text.class, Parts.class);
  public static final StepType<Text, Kind> CLASSIFY =
      StepType.named("classify", Text.class, Kind.class);
  public static final StepType<ScoreInput, Score> SCORE =
      StepType.named("score", ScoreInput.class, Score.class);
  public static final StepType<Scores, Average> AVERAGE =
      StepType.named("average", Scores.class, Average.class);
  public static final StepType<Draft, Verdict> REVIEW =
      StepType.named("review", Draft.class, Verdict.class);
  public static final StepType<Text, Url> PUBLISH =
      StepType.named("publish", Text.class, Url.class);
  public static final StepType<Text, Void> ARCHIVE =
      StepType.named("archive", Text.class, Void.class);
  public static final StepType<Void, Void> CLEAN = StepType.named("clean", Void.class, Void.class);

  public static final StepTypes TYPES =
      StepTypes.of(FETCH, SPLIT, CLASSIFY, SCORE, AVERAGE, REVIEW, PUBLISH, ARCHIVE, CLEAN);

  public static final GraphDefinition PART = part();
  public static final GraphDefinition GRAPH = graph();

  private Documents() {}

  private static GraphDefinition part() {
    GraphBuilder graph = GraphDefinition.builder("part", "1");
    Source text = graph.input("text", String.class);
    StepBuilder classify = graph.step("classify", CLASSIFY).input("text", text);
    StepBuilder score =
        graph
            .step("score", SCORE)
            .input("text", text)
            .input("kind", classify.out("kind"))
            .retry(RetryPolicy.attempts(3).withNonRetryable(IllegalArgumentException.class));
    graph.output("value", score.out("value"));
    return graph.build();
  }

  private static GraphDefinition graph() {
    GraphBuilder graph = GraphDefinition.builder("publish", "1");
    graph.timeout(Duration.ofHours(2)).maxParallel(8);
    Source path = graph.input("path", String.class);
    StepBuilder fetch =
        graph
            .step("fetch", FETCH)
            .input("path", path)
            .retry(RetryPolicy.attempts(3))
            .timeout(Duration.ofMinutes(1));
    StepBuilder split = graph.step("split", SPLIT).input("text", fetch.out("text"));
    StepBuilder archive =
        graph.step("archive", ARCHIVE).input("text", fetch.out("text")).tag("disk").mayFail();
    StepBuilder parts = graph.subGraph("parts", PART).forEach("text", split.out("parts"), 4);
    StepBuilder average = graph.step("average", AVERAGE).input("values", parts.out("value"));
    StepBuilder review =
        graph
            .step("review", REVIEW)
            .input("text", fetch.out("text"))
            .input("score", average.out("average"))
            .when(average.out("average").isBelow(0.8));
    StepBuilder publish =
        graph
            .step("publish", PUBLISH)
            .input("text", review.out("text"), fetch.out("text"))
            .when(review.out("approved").isTrue().or(review.out("approved").isAbsent()))
            .session("press");
    graph.step("clean", CLEAN).after(publish, archive);
    graph.output("url", publish.out("url"));
    return graph.build();
  }
}
