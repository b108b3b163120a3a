// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.postings.demo;

import dev.holdfast.examples.demo.DemoProgram;
import dev.holdfast.examples.demo.RunOptions;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code demo-events}. */
@Command(
    name = "demo-events",
    sortOptions = false,
    description =
        "Has job postings go through a pipeline of events, kills workers at random moments, breaks,"
            + " repairs and rebuilds a projection meanwhile, looks back in time, and audits that"
            + " all came out as if nothing had happened.",
    footer = {
      "",
      "A posting is normalised, classified, read for skills, summarised and scored. The models"
          + " among these actors are deterministic stand-ins: they count tokens, take time and"
          + " fail, and a circuit breaker keeps callers from a model that fails again and again."
          + " Each actor follows the log and answers by the queue of the posting, so that every"
          + " event names the one that caused it. What an actor does outside is counted in a ledger"
          + " of its own: a call may be repeated after a kill, and its effect is there once.",
      "",
      "With --provider postgres and no --url, it starts a PostgreSQL server of its own and stops it"
          + " at the end. In a database that a --url names, each run has a new schema, which stays"
          + " there.",
      "",
      "Exit code: 0 when the audit holds, 1 when it does not, 2 for bad input."
    })
final class DemoEventsCommand implements Callable<Integer> {

  /** Fewer have no snapshots, and nothing to look at. */
  private static final int LEAST_POSTINGS = 20;

  private static final int MOST_POSTINGS = 1_000;

  private final PrintStream out;
  private final PrintStream err;

  @Option(
      names = "--postings",
      paramLabel = "N",
      defaultValue = "1000",
      description =
          "How many of the 1,000 postings that come with it are used, 20 at least; all unless"
              + " given.")
  private int postings = MOST_POSTINGS;

  @Mixin private RunOptions options = new RunOptions();

  DemoEventsCommand(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  @Override
  public Integer call() {
    return DemoProgram.run(
        "demo-events",
        err,
        progress -> {
          DemoProgram.check("--postings", postings, LEAST_POSTINGS, MOST_POSTINGS);
          Plan plan = new Plan(postings, options.workers(), options.kills(), options.seed());
          Summary summary = new EventsDemo(plan, options.store(), progress).run();
          out.print(options.json() ? Reports.json(summary) + "\n" : Reports.text(summary));
          out.flush();
          return summary.holds();
        });
  }
}
