// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.cli;

import dev.holdfast.tck.FixtureProblem;
import dev.holdfast.tck.engine.RunOutcome;
import dev.holdfast.tck.engine.TckRun;
import dev.holdfast.tck.junit.RunSettings;
import dev.holdfast.tck.report.ReportFolder;
import dev.holdfast.tck.report.Summary;
import dev.holdfast.tck.report.Verdict;
import dev.holdfast.tck.report.Versions;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** The command {@code tck}. Not thread-safe. */
@Command(
    name = "tck",
    description = "Tests a storage provider against the Holdfast specification.",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    versionProvider = TckCommand.Version.class,
    usageHelpAutoWidth = true,
    exitCodeOnInvalidInput = TckCommand.MISCONFIGURED,
    exitCodeOnExecutionException = TckCommand.MISCONFIGURED,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:conformant, or partial: what was measured holds",
      "1:violated, or the provider failed before the first rule",
      "2:misconfigured: options, fixture or waivers are wrong",
      "3:too little was measured"
    },
    footer = {
      "",
      "Without --fixture and --url, the fixture of the provider is looked for on the class path;",
      "sqlite and reference need none. A URL has {store} where a fresh name belongs, or {dir} for"
          + " a",
      "fresh directory, such as 'postgres://localhost/test?schema={store}'."
    })
final class TckCommand implements Callable<Integer> {

  static final int MISCONFIGURED = 2;

  @Option(names = "--provider", paramLabel = "ID", description = "the provider, such as sqlite")
  private @Nullable String provider;

  @Option(names = "--url", paramLabel = "URL", description = "where stores are made")
  private @Nullable String url;

  @Option(names = "--fixture", paramLabel = "CLASS", description = "the fixture's class")
  private @Nullable String fixture;

  @Option(
      names = "--class-path",
      paramLabel = "PATH",
      description = "jars and directories of the provider, for java -jar")
  private @Nullable String classPath;

  @Option(
      names = "--rules",
      paramLabel = "LIST",
      description = "rules and families to run, such as LOCK,ATOM-03; all when not given")
  private @Nullable String rules;

  @Option(names = "--seed", paramLabel = "N", description = "the seed of an earlier run")
  private @Nullable Long seed;

  @Option(
      names = "--repeat",
      paramLabel = "N",
      description = "run each rule N times, each time with another seed; for hunting races")
  private @Nullable Integer repeat;

  @Option(
      names = "--soak",
      paramLabel = "DURATION",
      description = "kill processes for so long, such as PT5M, in the rules that do it for a while")
  private @Nullable String soak;

  @Option(
      names = "--parallel",
      paramLabel = "N",
      description = "test N stores at once; as many as the fixture says when not given")
  private @Nullable Integer parallel;

  @Option(
      names = "--report",
      paramLabel = "DIR",
      defaultValue = "conformance",
      description = "where the report goes, or none (${DEFAULT-VALUE})")
  private String report = "conformance";

  @Option(
      names = "--waivers",
      paramLabel = "FILE",
      description = "lines of the form: LOCK-07 | reason | until 2027-01-01")
  private @Nullable String waivers;

  @Option(names = "--list", description = "list the rules and run nothing")
  private boolean list;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec().commandLine().getOut();
    if (list) {
      RuleList.print(out);
      return 0;
    }
    if (provider == null && url == null && fixture == null) {
      throw new FixtureProblem(
          "There is nothing to test: give --provider, --url or --fixture (--help for more).");
    }
    return classPath == null ? run(out) : AddedClassPath.during(classPath, () -> run(out));
  }

  private int run(PrintWriter out) {
    Optional<ReportFolder> folder =
        RunSettings.NO_REPORT.equals(report)
            ? Optional.empty()
            : Optional.of(new ReportFolder(Path.of(report).toAbsolutePath().normalize()));
    RunOutcome outcome =
        TckRun.execute(
            parameters(folder),
            new Progress(out),
            line -> {
              out.println(line);
              out.flush();
            });
    Verdict verdict = outcome.verdict();
    if (outcome.report().isPresent()) {
      out.println(Summary.of(outcome.report().get(), folder));
    }
    if (verdict == Verdict.MISCONFIGURED || outcome.providerFailed()) {
      outcome.problems().forEach(problem -> complain(spec().commandLine(), problem));
    }
    out.flush();
    return verdict.exitCode();
  }

  private Map<String, String> parameters(Optional<ReportFolder> folder) {
    Map<String, String> parameters = new LinkedHashMap<>();
    put(parameters, RunSettings.PROVIDER, provider);
    put(parameters, RunSettings.URL, url);
    put(parameters, RunSettings.FIXTURE, fixture);
    put(parameters, RunSettings.RULES, rules);
    put(parameters, RunSettings.SEED, seed);
    put(parameters, RunSettings.REPEAT, repeat);
    put(parameters, RunSettings.SOAK, soak);
    put(parameters, RunSettings.PARALLEL, parallel);
    put(
        parameters,
        RunSettings.WAIVERS,
        waivers == null ? null : Path.of(waivers).toAbsolutePath());
    parameters.put(
        RunSettings.REPORT,
        folder.map(place -> place.path().toString()).orElse(RunSettings.NO_REPORT));
    parameters.put(RunSettings.RERUN, rerun());
    return parameters;
  }

  private static void put(Map<String, String> parameters, String name, @Nullable Object value) {
    if (value != null) {
      parameters.put(name, value.toString());
    }
  }

  /** This command again. */
  private String rerun() {
    List<String> words = new ArrayList<>(List.of("tck"));
    word(words, "--provider", provider);
    word(words, "--url", url);
    word(words, "--fixture", fixture);
    word(words, "--class-path", classPath);
    word(words, "--waivers", waivers);
    word(words, "--parallel", parallel == null ? null : parallel.toString());
    return String.join(" ", words) + " [--rules {rules} ]--seed {seed}";
  }

  private static void word(List<String> words, String option, @Nullable String value) {
    if (value != null) {
      words.add(option);
      words.add(value.matches("[\\w./:=-]+") ? value : "'" + value + "'");
    }
  }

  private CommandSpec spec() {
    if (spec == null) {
      throw new IllegalStateException("not run by picocli");
    }
    return spec;
  }

  /** Tells what went wrong, without a stack trace where the message says it all. */
  static int failed(Exception failure, CommandLine command, ParseResult parsed) throws Exception {
    if (!(failure instanceof FixtureProblem)) {
      throw failure;
    }
    complain(command, String.valueOf(failure.getMessage()));
    return MISCONFIGURED;
  }

  private static void complain(CommandLine command, String problem) {
    command.getErr().println("tck: " + problem);
    command.getErr().flush();
  }

  /** The versions of kit and specification. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      Versions versions = Versions.current();
      return new String[] {
        "Holdfast conformance kit " + versions.kit() + ", specification " + versions.spec()
      };
    }
  }
}
