// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** The command line of the benchmarks. */
public final class BenchMain {

  /** Everything was measured, whether goals are met or not. */
  static final int OK = 0;

  /** Something could not be measured. */
  static final int FAILED = 1;

  /** The user asked for something that is not there. */
  static final int BAD_INPUT = 2;

  private BenchMain() {}

  /** Runs the command and ends the process with its exit code. */
  public static void main(String[] args) {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    System.exit(run(out, err, args));
  }

  /** Runs the command and returns its exit code. */
  static int run(PrintStream out, PrintStream err, String... args) {
    return new CommandLine(new BenchCommand(out, err))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
        .setParameterExceptionHandler(BenchMain::oneLine)
        .execute(args);
  }

  private static int oneLine(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    command.getErr().printf("holdfast bench: %s; see ./holdfast bench --help%n", message);
    return BAD_INPUT;
  }
}
