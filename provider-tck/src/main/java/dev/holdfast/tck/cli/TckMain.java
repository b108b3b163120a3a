// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

/**
 * Tests a provider from the command line:
 *
 * <pre>
 * java -cp KIT:PROVIDER dev.holdfast.tck.cli.TckMain --provider sqlite
 * java -jar holdfast-provider-tck-VERSION-cli.jar --class-path PROVIDER --provider sqlite
 * </pre>
 */
public final class TckMain {

  private TckMain() {}

  /**
   * Runs the command and ends the JVM with its exit code.
   *
   * @param arguments the options, {@code --help} for a list
   */
  public static void main(String[] arguments) {
    System.exit(
        execute(
            new PrintWriter(System.out, true, StandardCharsets.UTF_8),
            new PrintWriter(System.err, true, StandardCharsets.UTF_8),
            arguments));
  }

  /**
   * Runs the command.
   *
   * @param out for results
   * @param err for problems
   * @param arguments the options
   * @return the exit code
   */
  static int execute(PrintWriter out, PrintWriter err, String... arguments) {
    return new CommandLine(new TckCommand())
        .setOut(out)
        .setErr(err)
        .setExecutionExceptionHandler(TckCommand::failed)
        .execute(arguments);
  }
}
