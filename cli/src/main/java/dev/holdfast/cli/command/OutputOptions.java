// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.io.Output;
import dev.holdfast.cli.io.Surroundings;
import picocli.CommandLine.Option;

/** The options that say how results are printed. Not thread-safe. */
final class OutputOptions {

  @Option(
      names = "--json",
      description = "print one JSON object per line, with times in UTC, for programs")
  private boolean json;

  @Option(names = "--full", description = "cut nothing: no column and no payload")
  private boolean full;

  Output on(Surroundings surroundings) {
    return new Output(surroundings, json, full);
  }
}
