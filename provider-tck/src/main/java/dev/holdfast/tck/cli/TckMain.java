// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.cli;

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
    System.exit(execute(arguments));
  }

  /**
   * Runs the command.
   *
   * @param arguments the options
   * @return the exit code
   */
  static int execute(String... arguments) {
    return new CommandLine(new TckCommand())
        .setExecutionExceptionHandler(TckCommand::failed)
        .execute(arguments);
  }
}
