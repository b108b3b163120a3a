// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.samples;

import dev.holdfast.examples.OneLine;
import dev.holdfast.provider.ProviderError;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code sample}: lists the samples, or runs some. */
@Command(
    name = "./holdfast sample",
    description =
        "Lists the samples, short programs of one file each, or runs the one that is named and says"
            + " what came of it. Unless a store is given it works on a SQLite file of its own,"
            + " which is gone afterwards.",
    footer = {
      "",
      "On a store that is kept, a sample that has ended does not do its work again.",
      "Exit code: 0 when it came to its end, 1 when it failed, 2 for bad input."
    })
public final class SampleCommand implements Callable<Integer> {

  private static final int FAILED = 1;

  private final PrintStream out;
  private final PrintStream err;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "NAME",
      description = "Which sample; all are listed unless it is given.")
  private @Nullable String name;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "URL",
      description = "The store, such as sqlite:samples.db or postgres://user@localhost/test.")
  private @Nullable String url;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it
  private boolean help;

  private SampleCommand(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /** Runs it and ends the process with its exit code. */
  public static void main(String[] args) {
    System.exit(run(System.out, System.err, args));
  }

  /** Runs it and returns its exit code. */
  static int run(PrintStream out, PrintStream err, String... args) {
    return new CommandLine(new SampleCommand(out, err))
        .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
        .setParameterExceptionHandler(new OneLine())
        .execute(args);
  }

  @Override
  public Integer call() {
    if (name == null) {
      Sample.ALL.forEach(sample -> out.printf("%-18s %s%n", sample.name(), sample.scenario()));
      return 0;
    }
    List<Sample> chosen = Sample.ALL.stream().filter(sample -> sample.name().equals(name)).toList();
    if (chosen.isEmpty()) {
      return refused("there is no sample \"%s\"; ./holdfast sample lists them".formatted(name));
    }
    return run(chosen.getFirst());
  }

  private int run(Sample sample) {
    try {
      out.println(sample.program().run(url == null ? SampleStore.url(new String[0]) : url));
      return 0;
    } catch (ProviderError.Misconfigured e) {
      return refused(firstLine(e));
    } catch (Exception e) {
      err.printf("./holdfast sample: %s: %s%n", sample.name(), firstLine(e));
      return FAILED;
    }
  }

  private int refused(String why) {
    err.printf("./holdfast sample: %s%n", why);
    return OneLine.BAD_INPUT;
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
