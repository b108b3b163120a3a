// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import dev.holdfast.graph.GraphClient;
import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.Graphs;
import dev.holdfast.worker.WorkerSettings;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;

/**
 * Measures what a step costs in runs of ten and of a thousand steps, one after the other, and of an
 * element in lists of so many, all at once. A program and no test: what it prints depends on the
 * machine. Argument: sqlite or postgres.
 */
final class StepCost {

  private StepCost() {}

  /** Prints microseconds per step, after a round that warms up. */
  public static void main(String[] arguments) throws Exception {
    GraphDefinition ten = Calc.line("ten", 10);
    GraphDefinition thousand = Calc.line("thousand", 1_000);
    Store store =
        arguments[0].equals("sqlite")
            ? Store.sqlite(Files.createTempDirectory("step-cost"))
            : Store.postgres();
    Graphs graphs =
        store.start(
            new Calc()
                .register(Graphs.builder(store.provider))
                .graph(ten)
                .graph(thousand)
                .graph(Calc.WIDE)
                .settings(WorkerSettings.defaults()));
    for (int round = 0; round < 4; round++) {
      long ofTen = perStep(graphs.client(), ten, "ten-" + round, 10, 100);
      long ofThousand = perStep(graphs.client(), thousand, "thousand-" + round, 1_000, 1);
      System.out.printf(
          "round %d: %d µs per step of 10, %d µs per step of 1000: %.2f%n",
          round, ofTen, ofThousand, (double) ofThousand / ofTen);
      long listOfTen = perStep(graphs.client(), Calc.WIDE, "list-10-" + round, 10, 50);
      long listOfThousand = perStep(graphs.client(), Calc.WIDE, "list-1000-" + round, 1_000, 1);
      System.out.printf(
          "round %d: %d µs per element of 10, %d µs per element of 1000: %.2f%n",
          round, listOfTen, listOfThousand, (double) listOfThousand / listOfTen);
    }
    store.close();
  }

  private static long perStep(
      GraphClient client, GraphDefinition graph, String name, int steps, int runs)
      throws InterruptedException {
    long begun = System.nanoTime();
    for (int i = 0; i < runs; i++) {
      client.start(graph, name + "-" + i, Map.of("n", graph.equals(Calc.WIDE) ? steps : 1));
      client.await(name + "-" + i, Duration.ofMinutes(5));
    }
    return (System.nanoTime() - begun) / 1_000 / steps / runs;
  }
}
