// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.postings.demo;

import dev.holdfast.examples.BadInputException;
import dev.holdfast.examples.demo.DemoFailedException;
import dev.holdfast.examples.demo.Progress;
import dev.holdfast.examples.demo.StoreChoice;
import java.io.IOException;
import java.io.PrintStream;
import java.sql.SQLException;
import java.util.Random;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code demo-events}. */
@Command(
    name = "demo-events",
    sortOptions = false,
    description =
        "Has job postings go through a pipeline of events, kills workers at random moments, breaks,"
            + " repairs and rebuilds a projection meanwhile, looks back in time, and audits that all"
            + " came out as if nothing had happened.",
    footer = {
      "",
      "A posting is normalised, classified, read for skills, summarised and scored. The models"
          + " among these actors are deterministic stand-ins: they count tokens, take time and fail,"
          + " and a circuit breaker keeps callers from a model that fails again and again. Each"
          + " actor follows the log and answers by the queue of the posting, so that every event"
          + " names the one that caused it. What an actor does outside is counted in a ledger of its"
          + " own: a call may be repeated after a kill, and its effect is there once.",
      "",
      "With --provider postgres and no --url, it starts a PostgreSQL server of its own and stops it"
          + " at the end. In a database that a --url names, each run has a new schema, which stays"
          + " there.",
      "",
      "Exit code: 0 when the audit holds, 1 when it does not, 2 for bad input."
    })
final class DemoEventsCommand implements Callable<Integer> {

  /** More would only wait for each other, and for connections. */
  private static final int MOST_WORKERS = 16;

  /** Fewer have no snapshots, and nothing to look at. */
  private static final int LEAST_POSTINGS = 20;

  private static final int MOST_POSTINGS = 1_000;
  private static final int MOST_KILLS = 1_000;

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

  @Option(
      names = "--workers",
      paramLabel = "N",
      defaultValue = "3",
      description = "Worker processes, 1 to 16; ${DEFAULT-VALUE} unless given.")
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

  @Option(names = "--json", description = "Print one JSON object and nothing else.")
  private boolean json;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it
  private boolean help;

  DemoEventsCommand(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  @Override
  public Integer call() {
    Progress progress = new Progress(err, Boolean.getBoolean("holdfast.stderr.terminal"));
    try {
      check("--postings", postings, LEAST_POSTINGS, MOST_POSTINGS);
      check("--workers", workers, 1, MOST_WORKERS);
      check("--kills", kills, 0, MOST_KILLS);
      StoreChoice store = StoreChoice.of(provider, url);
      long chosen = seed == null ? new Random().nextInt(1_000_000) : seed;
      Plan plan = new Plan(postings, workers, kills, chosen);
      Summary summary = new EventsDemo(plan, store, progress).run();
      out.print(json ? Reports.json(summary) + "\n" : Reports.text(summary));
      out.flush();
      return summary.holds() ? Main.OK : Main.FAILED;
    } catch (BadInputException e) {
      err.println("holdfast demo-events: " + e.getMessage());
      return Main.BAD_INPUT;
    } catch (DemoFailedException e) {
      err.println("holdfast demo-events: " + e.getMessage());
      return Main.FAILED;
    } catch (InterruptedException | IOException | SQLException | RuntimeException e) {
      err.println("holdfast demo-events: failed with " + e);
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
