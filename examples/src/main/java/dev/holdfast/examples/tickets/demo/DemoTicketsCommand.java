// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.tickets.demo;

import dev.holdfast.examples.demo.DemoProgram;
import dev.holdfast.examples.demo.RunOptions;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code demo-tickets}. */
@Command(
    name = "demo-tickets",
    sortOptions = false,
    description =
        "Has tickets of several tenants go through their workflow as events that are queued, kills"
            + " workers at random moments, and audits that each message had its effect once and"
            + " that all came out as if nobody had been killed.",
    footer = {
      "",
      "A help desk (a process of its own) queues what people say; some of it twice, and all of it"
          + " again after it was killed. Some messages fail by design and become dead letters."
          + " Then the rules are fixed, workers are replaced one after the other, and an operator"
          + " (another process) redrives or drops the dead letters. Each process is killed and"
          + " replaced. At the end each ticket is replayed until each of its versions.",
      "",
      "Beside that one tenant comes over from a table that says how its tickets stand, while its"
          + " former application goes on: rows and events are written together, the rows are"
          + " imported, both sides compared (somebody has changed a row by hand, which is found),"
          + " the events read, then the table again, and then the events for good.",
      "",
      "With --provider postgres and no --url, it starts a PostgreSQL server of its own and stops it"
          + " at the end. In a database that a --url names, each run has a new schema, which stays"
          + " there.",
      "",
      "Exit code: 0 when the audit holds, 1 when it does not, 2 for bad input."
    })
final class DemoTicketsCommand implements Callable<Integer> {

  private static final int MOST_TICKETS = 100_000;

  private final PrintStream out;
  private final PrintStream err;

  @Option(
      names = "--tickets",
      paramLabel = "N",
      defaultValue = "240",
      description = "Tickets of the file, from its beginning; ${DEFAULT-VALUE} unless given.")
  private int tickets = 240;

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "Tickets, as JSON lines. Unless given: those that come with it.")
  private @Nullable Path file;

  @Mixin private RunOptions options = new RunOptions();

  DemoTicketsCommand(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  @Override
  public Integer call() {
    return DemoProgram.run(
        "demo-tickets",
        err,
        progress -> {
          DemoProgram.check("--tickets", tickets, 1, MOST_TICKETS);
          Plan plan = new Plan(options.workers(), options.kills(), options.seed());
          Summary summary = new TicketsDemo(plan, options.store(), file, tickets, progress).run();
          out.print(options.json() ? Reports.json(summary) + "\n" : Reports.text(summary));
          out.flush();
          return summary.holds();
        });
  }
}
