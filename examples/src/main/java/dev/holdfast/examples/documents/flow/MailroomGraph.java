// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.documents.flow;

import dev.holdfast.examples.documents.flow.DocumentGraph.Request;
import dev.holdfast.graph.GraphBuilder;
import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.StepBuilder;
import dev.holdfast.graph.StepType;
import java.time.Duration;
import java.util.List;

/**
 * One run that keeps receiving: each document that is delivered to it is catalogued, in the order
 * of their coming, and when no more come there is an index of all.
 */
public final class MailroomGraph {

  /** What is delivered. */
  public record Letter(Request document) {}

  /** What the catalogue says of a document. */
  public record Entry(String title, int words) {}

  /** All entries, by columns. */
  public record Entries(List<String> titles, List<Integer> words) {}

  /** The index. */
  public record Index(List<String> titles, int words) {}

  static final StepType<Letter, Entry> CATALOGUE =
      StepType.named("catalogue", Letter.class, Entry.class);
  static final StepType<Entries, Index> INDEX = StepType.named("index", Entries.class, Index.class);

  /** The id of the step that receives. */
  public static final String ARRIVALS = "arrivals";

  /** Without a letter for so long, the run is suspended; the next one wakes it up. */
  private static final Duration INACTIVE_AFTER = Duration.ofSeconds(1);

  /** The graph of the mailroom. */
  public static final GraphDefinition GRAPH = mailroom();

  private MailroomGraph() {}

  private static GraphDefinition mailroom() {
    GraphBuilder graph = GraphDefinition.builder("mailroom", "1");
    StepBuilder arrivals =
        graph.step(ARRIVALS, CATALOGUE).trigger("document").atOnce(4).inactiveAfter(INACTIVE_AFTER);
    StepBuilder index =
        graph
            .step("index", INDEX)
            .input("titles", arrivals.out("title"))
            .input("words", arrivals.out("words"));
    graph.output("words", index.out("words"));
    return graph.build();
  }
}
