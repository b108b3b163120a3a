// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.tickets.demo;

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

  /** More would only wait for each other, and for connections. */
  private static final int MOST_WORKERS = 32;

  private static final int MOST_TICKETS = 100_000;
  private static final int MOST_KILLS = 1_000;

  private final PrintStream out;
  private final PrintStream err;

  @Option(
      names = "--tickets",
      paramLabel = "N",
      defaultValue = "240",
      description = "Tickets of the file, from its beginning; ${DEFAULT-VALUE} unless given.")
  private int tickets = 240;

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
          "How many workers are killed, and replaced at once; ${DEFAULT-VALUE} unless given. Where"
              + " it is above 0, each of the other processes is killed once.")
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
      names = "--file",
      paramLabel = "FILE",
      description = "Tickets, as JSON lines. Unless given: those that come with it.")
  private @Nullable Path file;

  @Option(names = "--json", description = "Print one JSON object and nothing else.")
  private boolean json;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it
  private boolean help;

  DemoTicketsCommand(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  @Override
  public Integer call() {
    Progress progress = new Progress(err, Boolean.getBoolean("holdfast.stderr.terminal"));
    try {
      check("--tickets", tickets, 1, MOST_TICKETS);
      check("--workers", workers, 1, MOST_WORKERS);
      check("--kills", kills, 0, MOST_KILLS);
      StoreChoice store = StoreChoice.of(provider, url);
      long chosen = seed == null ? new Random().nextInt(1_000_000) : seed;
      Plan plan = new Plan(workers, kills, chosen);
      Summary summary = new TicketsDemo(plan, store, file, tickets, progress).run();
      out.print(json ? Reports.json(summary) + "\n" : Reports.text(summary));
      out.flush();
      return summary.holds() ? Main.OK : Main.FAILED;
    } catch (BadInputException e) {
      err.println("holdfast demo-tickets: " + e.getMessage());
      return Main.BAD_INPUT;
    } catch (DemoFailedException e) {
      err.println("holdfast demo-tickets: " + e.getMessage());
      return Main.FAILED;
    } catch (InterruptedException | IOException | SQLException | RuntimeException e) {
      err.println("holdfast demo-tickets: failed with " + e);
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
