// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.io.ExitCode;
import dev.holdfast.cli.io.Output;
import picocli.CommandLine.Option;

/** The option without which nothing is taken away. Not thread-safe. */
final class Consent {

  @Option(names = "--yes", description = "do it; without this, only say what would be done")
  private boolean yes;

  boolean isGiven() {
    return yes;
  }

  /** Says what was not done, and returns the exit code for that. */
  static int missing(Output output) {
    output.note("nothing was done; --yes does it");
    return ExitCode.NOTHING;
  }
}
