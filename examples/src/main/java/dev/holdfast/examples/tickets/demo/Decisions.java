// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.tickets.demo;

import dev.holdfast.examples.tickets.flow.TicketWorkflow.Rules;
import dev.holdfast.streams.Decide;
import dev.holdfast.streams.workflow.WorkflowEvent;
import dev.holdfast.streams.workflow.WorkflowState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/**
 * Counts what workers decide, also in vain: a byte for each decision, in a file for each process,
 * which survives the process. Thread-safe.
 *
 * @param folder where the files are
 */
record Decisions(Path folder) {

  /** A decision takes up to so long, in which its worker can be killed. */
  private static final int THINKING_MILLIS = 6;

  /** {@return the rules, with time to think, counted for this process} */
  Decide<WorkflowState, WorkflowEvent, WorkflowEvent> counted(Rules rules) {
    Path mine = of(ProcessHandle.current().pid());
    return (ticket, asked) -> {
      try {
        Files.write(mine, new byte[1], StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        Thread.sleep(ThreadLocalRandom.current().nextInt(THINKING_MILLIS));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return rules.decide(ticket, asked);
    };
  }

  private Path of(long pid) {
    return folder.resolve(Long.toString(pid));
  }

  /** {@return whether a process has decided anything} */
  boolean isAnyOf(long pid) {
    return Files.exists(of(pid));
  }

  /** {@return how many decisions there were in all} */
  long count() throws IOException {
    long all = 0;
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        all += Files.size(file);
      }
    }
    return all;
  }

  /** {@return what counts in a new folder} */
  static Decisions in(Path folder) throws IOException {
    return new Decisions(Files.createDirectories(folder));
  }
}
