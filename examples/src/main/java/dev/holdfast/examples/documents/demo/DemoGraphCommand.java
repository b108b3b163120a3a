// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.documents.demo;

import dev.holdfast.examples.BadInputException;
import dev.holdfast.examples.demo.DemoFailedException;
import dev.holdfast.examples.demo.Progress;
import dev.holdfast.examples.demo.StoreChoice;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Random;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
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

  /** More would only wait for each other, and for connections. */
  private static final int MOST_WORKERS = 32;

  private static final int MOST_RUNS = 100_000;
  private static final int MOST_KILLS = 1_000;

  private final PrintStream out;
  private final PrintStream err;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "200",
      description = "Documents to run, editions of the same texts; ${DEFAULT-VALUE} unless given.")
  private int runs = 200;

  @Option(
      names = "--workers",
      paramLabel = "N",
      defaultValue = "3",
      description = "Worker processes, 1 to 32; ${DEFAULT-VALUE} unless given.")
  private int workers = 3;

  @Option(
      names = "--kills",
      paramLabel = "N",
      defaultValue = "6",
      description =
          "How many workers are killed, and replaced at once; ${DEFAULT-VALUE} unless given.")
  private int kills = 6;

  @Option(
      names = "--seed",
      paramLabel = "NUMBER",
      description =
          "Decides who is killed and how far the work is then. Unless given: another one each"
              + " time.")
  private @Nullable Long seed;

  @Option(
      names = "--provider",
      paramLabel = "ID",
      description = "Storage provider: sqlite, unless given or meant by the --url, or postgres.")
  private @Nullable String provider;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "Database on a server, such as postgres://user:password@host:5432/database.")
  private @Nullable String url;

  @Option(
      names = "--documents",
      paramLabel = "FOLDER",
      description =
          "Texts to run, files that end with .txt. Unless given: those that come with it.")
  private @Nullable Path documents;

  @Option(names = "--json", description = "Print one JSON object and nothing else.")
  private boolean json;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it
  private boolean help;

  DemoGraphCommand(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  @Override
  public Integer call() {
    Progress progress = new Progress(err, Boolean.getBoolean("holdfast.stderr.terminal"));
    try {
      check("--runs", runs, 1, MOST_RUNS);
      check("--workers", workers, 1, MOST_WORKERS);
      check("--kills", kills, 0, MOST_KILLS);
      StoreChoice store = StoreChoice.of(provider, url);
      long chosen = seed == null ? new Random().nextInt(1_000_000) : seed;
      Plan plan = new Plan(runs, workers, kills, chosen);
      Summary summary = new GraphDemo(plan, store, documents, progress).run();
      out.print(json ? Reports.json(summary) + "\n" : Reports.text(summary));
      out.flush();
      return summary.holds() ? Main.OK : Main.FAILED;
    } catch (BadInputException e) {
      err.println("holdfast demo-graph: " + e.getMessage());
      return Main.BAD_INPUT;
    } catch (DemoFailedException e) {
      err.println("holdfast demo-graph: " + e.getMessage());
      return Main.FAILED;
    } catch (InterruptedException | IOException | SQLException | RuntimeException e) {
      err.println("holdfast demo-graph: failed with " + e);
      return Main.FAILED;
    }
  }

  private static void check(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw new BadInputException(
          "%s is %d; it goes from %d to %d".formatted(option, value, least, most));
    }
  }
}
