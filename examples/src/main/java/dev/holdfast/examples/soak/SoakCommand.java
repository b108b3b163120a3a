// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.soak;

import dev.holdfast.examples.BadInputException;
import dev.holdfast.examples.demo.DemoProgram;
import dev.holdfast.examples.demo.StoreOptions;
import java.io.PrintStream;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code soak}. */
@Command(
    name = "soak",
    sortOptions = false,
    description =
        "Runs orchestrations of many kinds for a while, kills workers and the database at random"
            + " moments, and audits that all of them ended as they should.",
    footer = {
      "",
      "Callers start instances and wait for their results, each the next one when one has ended:"
          + " activities in a row and at once, children, events against timers, executions that"
          + " continue as new, and steps that are undone. At the end each result is compared with"
          + " what it must be, each history is replayed, and effects are counted.",
      "",
      "With --provider postgres and no --url, it starts a PostgreSQL server of its own, which is"
          + " killed and started again now and then. In a database that a --url names, each run has"
          + " a new schema, which stays there, and only workers are killed.",
      "",
      "Durations are such as 90s, 10m, or PT1H30M.",
      "",
      "Exit code: 0 when the audit holds, 1 when it does not, 2 for bad input."
    })
final class SoakCommand implements Callable<Integer> {

  private static final int MOST_WORKERS = 32;
  private static final int MOST_OPEN = 10_000;
  private static final Duration LONGEST = Duration.ofDays(7);

  private final PrintStream out;
  private final PrintStream err;

  @Option(
      names = "--for",
      paramLabel = "DURATION",
      defaultValue = "60s",
      description = "How long instances are started; ${DEFAULT-VALUE} unless given.")
  private String lasts = "60s";

  @Option(
      names = "--workers",
      paramLabel = "N",
      defaultValue = "3",
      description = "Worker processes, 1 to 32; ${DEFAULT-VALUE} unless given.")
  private int workers = 3;

  @Option(
      names = "--open",
      paramLabel = "N",
      defaultValue = "30",
      description = "Instances at once, 1 to 10,000; ${DEFAULT-VALUE} unless given.")
  private int open = 30;

  @Option(
      names = "--kill-every",
      paramLabel = "DURATION",
      defaultValue = "5s",
      description =
          "Mean time between two kills of workers, 0s for none; ${DEFAULT-VALUE} unless given.")
  private String killEvery = "5s";

  @Option(
      names = "--restart-every",
      paramLabel = "DURATION",
      defaultValue = "60s",
      description =
          "Mean time between two kills of the database, 0s for none; ${DEFAULT-VALUE} unless"
              + " given. Only a server of the command's own is killed.")
  private String restartEvery = "60s";

  @Option(
      names = "--seed",
      paramLabel = "NUMBER",
      description = "Decides when, and who. Unless given: another one each time.")
  private @Nullable Long seed;

  @Mixin private final StoreOptions options = new StoreOptions();

  SoakCommand(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  @Override
  public Integer call() {
    return DemoProgram.run(
        "soak",
        err,
        progress -> {
          DemoProgram.check("--workers", workers, 1, MOST_WORKERS);
          DemoProgram.check("--open", open, 1, MOST_OPEN);
          Plan plan =
              new Plan(
                  workers,
                  duration("--for", lasts, Duration.ofSeconds(1)),
                  open,
                  duration("--kill-every", killEvery, Duration.ZERO),
                  duration("--restart-every", restartEvery, Duration.ZERO),
                  seed == null ? new Random().nextInt(1_000_000) : seed);
          Summary summary = new Soak(plan, options.store(), progress).run();
          out.print(options.json() ? Report.json(summary) + "\n" : Report.text(summary));
          out.flush();
          return summary.holds();
        });
  }

  private static Duration duration(String option, String text, Duration least) {
    Duration duration;
    try {
      String upper = text.toUpperCase(Locale.ROOT);
      duration = Duration.parse(upper.startsWith("P") ? upper : "PT" + upper);
    } catch (DateTimeParseException e) {
      throw new BadInputException(
          "%s is \"%s\", which is no duration such as 90s, 10m or PT1H30M".formatted(option, text),
          e);
    }
    if (duration.compareTo(least) < 0 || duration.compareTo(LONGEST) > 0) {
      throw new BadInputException(
          "%s is %s; it goes from %s to %s".formatted(option, text, least, LONGEST));
    }
    return duration;
  }
}
