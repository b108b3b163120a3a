// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.guide;

import dev.holdfast.graph.GraphBuilder;
import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.Graphs;
import dev.holdfast.graph.Source;
import dev.holdfast.graph.StepBuilder;
import dev.holdfast.graph.StepType;
import dev.holdfast.graph.StreamBatch;
import dev.holdfast.graph.StreamSender;
import java.time.Duration;
import java.util.Map;

/** One step makes lines, and another one counts their letters while they come. */
final class StreamLines {

  record Count(int count) {}

  static final StepType<Count, Void> MAKE = StepType.named("make", Count.class, Void.class);
  static final StepType<Void, Count> LETTERS = StepType.named("letters", Void.class, Count.class);

  private StreamLines() {}

  static GraphDefinition definition() {
    GraphBuilder graph = GraphDefinition.builder("lines", "1");
    Source lines = graph.input("lines", Integer.class);
    StepBuilder make = graph.step("make", MAKE).input("count", lines);
    StepBuilder letters =
        graph.step("letters", LETTERS).receive("lines", make.stream("lines"), 50, 200);
    graph.output("letters", letters.out("count"));
    return graph.build();
  }

  private static void make(StreamSender lines, int count) throws InterruptedException {
    for (int i = 1; i <= count; i++) {
      lines.send("line " + i); // waits while 200 are not consumed
    }
  }

  public static void main(String[] args) throws InterruptedException {
    GraphDefinition graph = definition();
    try (Graphs graphs =
        Graphs.builder(args[0])
            .graph(graph)
            .step(
                MAKE,
                (context, in) -> {
                  make(context.stream("lines"), in.count());
                  return null; // the end of the step is the end of its streams
                })
            .step(
                LETTERS,
                (context, none) -> {
                  Count before = context.state(Count.class);
                  int letters = before == null ? 0 : before.count();
                  StreamBatch<String> batch = context.receive("lines", String.class);
                  for (String line : batch.messages()) {
                    letters += line.length();
                  }
                  if (!batch.isEnd()) {
                    throw context.next(new Count(letters)); // consumed with this, in one commit
                  }
                  return new Count(letters);
                })
            .start()) {
      graphs.client().start(graph, "r", Map.of("lines", 1_000));
      System.out.println(graphs.client().await("r", Duration.ofMinutes(1)));
    }
  }
}
