// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.tickets.demo;

import dev.holdfast.examples.tickets.flow.TicketFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What each process of the demo is told: which store, and which tickets. */
final class Input {

  @Option(names = "--provider", required = true)
  private String provider = "";

  @Option(names = "--file")
  private @Nullable Path file;

  @Option(names = "--tickets", required = true)
  private int tickets;

  String provider() {
    return provider;
  }

  /** {@return the tickets} */
  TicketFile file() throws IOException {
    return read(file).first(tickets);
  }

  /** {@return the tickets of a file, null for those that come with the examples} */
  static TicketFile read(@Nullable Path file) throws IOException {
    return file == null ? TicketFile.shipped() : TicketFile.of(file);
  }

  /** {@return what tells a process the same} */
  static List<String> args(String provider, @Nullable Path file, int tickets) {
    List<String> args =
        new ArrayList<>(List.of("--provider", provider, "--tickets", Integer.toString(tickets)));
    if (file != null) {
      args.addAll(List.of("--file", file.toAbsolutePath().toString()));
    }
    return args;
  }
}
