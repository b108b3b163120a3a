// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.runtime.HoldfastException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * The command {@code first}: {@link FirstOrchestration} with what a command line needs and a first
 * program should not be about.
 */
@Command(
    name = "./holdfast first",
    description =
        "Runs the first orchestration of the README: it greets Ada, waits three seconds, and greets"
            + " her again. Kill it during the pause and run it again: it goes on where it was, and"
            + " once it is done it only says what came of it.",
    footer = {"", "Exit code: 0 when it is done, 1 when it failed, 2 for bad input."})
public final class FirstCommand implements Callable<Integer> {

  private static final int FAILED = 1;

  private final PrintStream err;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "FILE",
      defaultValue = "greetings.db",
      description = "SQLite database to work on; ${DEFAULT-VALUE} unless given.")
  private String file = "";

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it
  private boolean help;

  private FirstCommand(PrintStream err) {
    this.err = err;
  }

  /** Runs it and ends the process with its exit code. */
  public static void main(String[] args) {
    System.exit(run(System.out, System.err, args));
  }

  /** Runs it and returns its exit code. */
  static int run(PrintStream out, PrintStream err, String... args) {
    return new CommandLine(new FirstCommand(err))
        .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
        .setParameterExceptionHandler(new OneLine())
        .execute(args);
  }

  @Override
  public Integer call() throws InterruptedException {
    try {
      FirstOrchestration.main(new String[] {file});
      return 0;
    } catch (ProviderError.Misconfigured e) {
      return failed(String.valueOf(e.getMessage()), OneLine.BAD_INPUT);
    } catch (ProviderError | HoldfastException e) {
      return failed(String.valueOf(e.getMessage()), FAILED);
    } catch (RuntimeException e) {
      return failed("failed with " + e, FAILED);
    }
  }

  private int failed(String message, int exit) {
    err.printf("./holdfast first: %s: %s%n", file, message.lines().findFirst().orElse(""));
    return exit;
  }
}
