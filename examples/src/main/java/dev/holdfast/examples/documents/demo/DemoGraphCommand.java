// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.documents.demo;

import dev.holdfast.examples.demo.DemoProgram;
import dev.holdfast.examples.demo.RunOptions;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code demo-graph}. */
@Command(
    name = "demo-graph",
    sortOptions = false,
    description =
        "Runs documents through a graph of steps, kills workers at random moments, and audits that"
            + " each step had its effect once and that all came out as if nobody had been killed.",
    footer = {
      "",
      "A document is fetched and split, its parts are classified and scored side by side, a person"
          + " (another process) approves or declines what is hard to read, and it is published."
          + " Beside that one run keeps receiving what another process delivers. Killed workers are"
          + " replaced, and so are those who approve and deliver, who are killed once. What a step"
          + " does outside is counted in a ledger of its own: a call may be repeated after a kill,"
          + " and its effect is there once.",
      "",
      "With --provider postgres and no --url, it starts a PostgreSQL server of its own and stops it"
          + " at the end. In a database that a --url names, each run has a new schema, which stays"
          + " there.",
      "",
      "Exit code: 0 when the audit holds, 1 when it does not, 2 for bad input."
    })
final class DemoGraphCommand implements Callable<Integer> {

  private static final int MOST_RUNS = 100_000;

  private final PrintStream out;
  private final PrintStream err;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "200",
      description = "Documents to run, editions of the same texts; ${DEFAULT-VALUE} unless given.")
  private int runs = 200;

  @Option(
      names = "--documents",
      paramLabel = "FOLDER",
      description =
          "Texts to run, files that end with .txt. Unless given: those that come with it.")
  private @Nullable Path documents;

  @Mixin private RunOptions options = new RunOptions();

  DemoGraphCommand(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  @Override
  public Integer call() {
    return DemoProgram.run(
        "demo-graph",
        err,
        progress -> {
          DemoProgram.check("--runs", runs, 1, MOST_RUNS);
          Plan plan = new Plan(runs, options.workers(), options.kills(), options.seed());
          Summary summary = new GraphDemo(plan, options.store(), documents, progress).run();
          out.print(options.json() ? Reports.json(summary) + "\n" : Reports.text(summary));
          out.flush();
          return summary.holds();
        });
  }
}
