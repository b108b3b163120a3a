// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.demo;

import dev.holdfast.examples.demo.DemoProgram;
import dev.holdfast.examples.demo.StoreChoice;
import dev.holdfast.examples.demo.StoreOptions;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code demo}. */
@Command(
    name = "demo",
    description =
        "Runs orders, kills a worker in the middle, and audits that nothing was lost or done"
            + " twice.",
    footer = {
      "",
      "Each order is an orchestration: reserve stock, charge, wait for an approval if it is"
          + " expensive, ship; when a step fails, those before it are undone. Running it again on"
          + " the same database goes on where it stopped and charges nobody again.",
      "",
      "With --provider postgres and no --url, it starts a PostgreSQL server of its own, in a"
          + " directory beside the ledger, and stops it at the end. In a database that a --url"
          + " names, each run has a new schema, which stays there, unless the URL has a"
          + " schema=NAME; for other providers {store} stands in the URL where a new name belongs."
          + " To resume, give the same --db, --provider and --url again.",
      "",
      "Exit code: 0 when the audit holds, 1 when it does not, 2 for bad input."
    })
final class DemoCommand implements Callable<Integer> {

  /** More would only wait for each other, and for connections. */
  private static final int MOST_WORKERS = 32;

  private final PrintStream out;
  private final PrintStream err;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "FILE",
      description = "Orders, one JSON object per line. Unless given: the orders that come with it.")
  private @Nullable Path file;

  @Option(
      names = "--db",
      paramLabel = "FILE",
      description =
          "Database to work on. Unless given: a new one among the temporary files. Where the"
              + " database is no file, what belongs to it is put beside this name.")
  private @Nullable String database;

  @Option(
      names = "--workers",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Worker processes on the one database, 1 to 32; ${DEFAULT-VALUE} unless given. One of"
              + " them is killed. The others carry on, and a new one does when there is no other.")
  private int workers = 1;

  @Option(names = "--no-kill", description = "Let the first worker live.")
  private boolean noKill;

  @Mixin private final StoreOptions options = new StoreOptions();

  DemoCommand(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  @Override
  public Integer call() {
    return DemoProgram.run(
        "demo",
        err,
        progress -> {
          DemoProgram.check("--workers", workers, 1, MOST_WORKERS);
          StoreChoice store = options.store();
          Summary summary = new DemoRun(file, store, database, workers, !noKill, progress).run();
          out.print(options.json() ? JsonReport.of(summary) + "\n" : TableReport.of(summary));
          out.flush();
          return summary.holds();
        });
  }
}
