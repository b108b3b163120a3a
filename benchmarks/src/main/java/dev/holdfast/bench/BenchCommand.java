// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench;

import dev.holdfast.bench.measure.ThreadChoice;
import dev.holdfast.bench.report.Comparison;
import dev.holdfast.bench.report.GeneratedSection;
import dev.holdfast.bench.report.Machine;
import dev.holdfast.bench.report.Report;
import dev.holdfast.bench.report.ReportFile;
import dev.holdfast.bench.report.TableReport;
import dev.holdfast.bench.scenario.Scenario;
import dev.holdfast.bench.scenario.Scenarios;
import dev.holdfast.bench.scenario.Settings;
import dev.holdfast.bench.store.BenchStore;
import dev.holdfast.bench.store.PostgresStore;
import dev.holdfast.bench.store.SqliteStore;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code bench}. */
@Command(
    name = "./holdfast bench",
    sortOptions = false,
    description =
        "Measures a provider, and the runtime on it, against the floor of its store: how many rows"
            + " the store itself commits on this machine, measured in the same run.",
    footer = {
      "",
      "Ratios can be compared between machines and hours, figures per second cannot."
          + " docs/performance.md says how to read them.",
      "",
      "Exit code: 0 when everything was measured, whether goals are met or not; 1 when something"
          + " could not be; 2 for bad input."
    })
final class BenchCommand implements Callable<Integer> {

  private static final String STDOUT = "-";
  private static final int ROUNDS = 3;
  private static final double SECONDS = 5;
  private static final double QUICK_SECONDS = 1;
  private static final double QUICK_SCALE = 0.05;

  private final PrintStream out;
  private final PrintStream err;

  @Option(
      names = "--provider",
      paramLabel = "sqlite|postgres",
      description = "What to measure. Unless given: postgres with --url, or else sqlite.")
  private @Nullable String provider;

  @Option(
      names = "--scenario",
      paramLabel = "NAME",
      split = ",",
      description = "What to run; may be repeated. Unless given: all that --list does not except.")
  private List<String> names = new ArrayList<>();

  @Option(names = "--list", description = "List the scenarios and measure nothing.")
  private boolean list;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description =
          "A PostgreSQL database to measure on, in schemas that are dropped afterwards. Unless"
              + " given: a server is started for the run.")
  private @Nullable String url;

  @Option(
      names = "--dir",
      paramLabel = "DIRECTORY",
      defaultValue = "target/bench",
      description =
          "Where stores are made and removed; on the disk to be measured. Unless given:"
              + " ${DEFAULT-VALUE}.")
  private Path directory = Path.of("target/bench");

  @Option(names = "--quick", description = "Small sizes and short rounds.")
  private boolean quick;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "" + ROUNDS,
      description = "How often to measure; medians are quoted. Unless given: ${DEFAULT-VALUE}.")
  private int rounds = ROUNDS;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "How long each measurement counts. Unless given: 5, with --quick 1.")
  private @Nullable Double seconds;

  @Option(
      names = "--scale",
      paramLabel = "PART",
      description =
          "Which part of the full size stores are filled to. Unless given: 1, with --quick 0.05.")
  private @Nullable Double scale;

  @Option(
      names = "--threads",
      paramLabel = "auto|platform|virtual",
      defaultValue = "auto",
      description =
          "On which threads callers run. Unless given: platform threads below 64 callers, virtual"
              + " threads from there.")
  private ThreadChoice threads = ThreadChoice.AUTO;

  @Option(
      names = "--json",
      paramLabel = "FILE|-",
      description = "Write the report as JSON too; with - to stdout, in place of the table.")
  private @Nullable String json;

  @Option(
      names = "--page",
      paramLabel = "FILE",
      description = "Put the table into its section of a page such as docs/performance.md.")
  private @Nullable Path page;

  @Option(
      names = "--compare",
      arity = "2",
      paramLabel = "FILE",
      description = "Show the ratios of two JSON reports side by side and measure nothing.")
  private List<Path> compare = new ArrayList<>();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it
  private boolean help;

  BenchCommand(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  @Override
  public Integer call() {
    try {
      if (list) {
        Scenarios.known().forEach(s -> out.printf("%-16s %s%n", s.name(), s.description()));
        return BenchMain.OK;
      }
      if (!compare.isEmpty()) {
        out.print(Comparison.of(read(compare.get(0)), read(compare.get(1))));
        return BenchMain.OK;
      }
      return measure();
    } catch (BadInputException e) {
      err.println("holdfast bench: " + e.getMessage());
      return BenchMain.BAD_INPUT;
    } catch (Exception e) {
      err.println("holdfast bench: failed with " + e);
      return BenchMain.FAILED;
    }
  }

  private int measure() throws Exception {
    List<Scenario> scenarios = scenarios();
    for (Scenario scenario : scenarios) {
      String obstacle = scenario.obstacle(providerId());
      if (obstacle != null) {
        throw new BadInputException(scenario.name() + " " + obstacle);
      }
    }
    Settings settings = settings();
    Report report;
    try (BenchStore store = open()) {
      Run run = new Run(store, scenarios, settings, err);
      run.run();
      report =
          new Report(
              store.provider(),
              LocalDate.now(ZoneId.systemDefault()).toString(),
              quick,
              settings.rounds(),
              settings.measured().toNanos() / 1e9,
              settings.scale(),
              settings.threads().name().toLowerCase(Locale.ROOT),
              Machine.here(store.describe()),
              run.results(),
              run.failures(),
              run.undeclared());
    }
    write(report);
    return report.failures().isEmpty() ? BenchMain.OK : BenchMain.FAILED;
  }

  private void write(Report report) throws IOException {
    String table = TableReport.of(report);
    if (json == null) {
      out.print(table);
    } else if (json.equals(STDOUT)) {
      out.print(ReportFile.toJson(report));
    } else {
      Files.writeString(Path.of(json), ReportFile.toJson(report));
      out.print(table);
    }
    out.flush();
    if (page != null) {
      GeneratedSection.replace(page, report.provider(), table);
    }
  }

  private Settings settings() throws BadInputException {
    double time = seconds != null ? seconds : quick ? QUICK_SECONDS : SECONDS;
    double part = scale != null ? scale : quick ? QUICK_SCALE : 1;
    if (rounds < 1 || !(time > 0) || !(part > 0) || part > 1) {
      throw new BadInputException(
          "--rounds starts at 1, --seconds is above 0, --scale above 0 and at most 1");
    }
    return new Settings(rounds, Duration.ofNanos((long) (time * 1e9)), part, threads);
  }

  private List<Scenario> scenarios() throws BadInputException {
    if (names.isEmpty()) {
      return Scenarios.all();
    }
    List<Scenario> chosen = new ArrayList<>();
    for (String name : names) {
      chosen.add(
          Scenarios.named(name)
              .orElseThrow(() ->
                  new BadInputException(
                      "there is no scenario \"%s\"; there are %s"
                          .formatted(
                              name,
                              Scenarios.known().stream()
                                  .map(Scenario::name)
                                  .collect(Collectors.joining(", "))))));
    }
    return chosen;
  }

  private String providerId() {
    return provider != null ? provider : url == null ? "sqlite" : "postgres";
  }

  private BenchStore open() throws BadInputException, IOException, SQLException {
    String id = providerId();
    return switch (id) {
      case "sqlite" -> {
        if (url != null) {
          throw new BadInputException("--url is for postgres; --dir says where SQLite files are");
        }
        yield SqliteStore.under(directory);
      }
      case "postgres" -> url == null ? PostgresStore.started(directory) : PostgresStore.at(url);
      default ->
          throw new BadInputException(
              "there is no provider \"%s\" here; there are sqlite and postgres".formatted(id));
    };
  }

  private static Report read(Path file) throws BadInputException {
    try {
      return ReportFile.read(file);
    } catch (IOException e) {
      throw new BadInputException("cannot read " + file + ": " + e.getMessage());
    }
  }
}
