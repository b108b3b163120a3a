// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.owner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Tells one process of this machine from all others: its number, which may be used again, and when
 * it began. Processes in different containers may have equal numbers.
 *
 * @param pid the number of the process
 * @param startedAt when it began, in milliseconds since 1970; 0 where the system does not say
 */
record ProcessMark(long pid, long startedAt) {

  /**
   * Processes work out when another one began from the time of the last boot, of which each has its
   * own idea: the system tells it in whole seconds, and moves it when the clock is set.
   */
  private static final Duration SAME_START = Duration.ofSeconds(2);

  private static final ProcessMark CURRENT = of(ProcessHandle.current());

  /** The process that runs this code. */
  static ProcessMark current() {
    return CURRENT;
  }

  private static ProcessMark of(ProcessHandle process) {
    return new ProcessMark(
        process.pid(), process.info().startInstant().map(Instant::toEpochMilli).orElse(0L));
  }

  /**
   * Whether this process can be seen running. False says little: in another container it runs
   * unseen.
   */
  boolean isSeenRunning() {
    Optional<ProcessHandle> seen = ProcessHandle.of(pid);
    return seen.isPresent() && isStartOf(seen.get()) && seen.get().isAlive() && !isZombie();
  }

  private boolean isStartOf(ProcessHandle process) {
    long started = of(process).startedAt();
    return started > 0 && Math.abs(started - startedAt) <= SAME_START.toMillis();
  }

  /** A process that has ended and whose parent has not yet asked how. */
  private boolean isZombie() {
    try {
      String stat = Files.readString(Path.of("/proc", String.valueOf(pid), "stat"));
      return stat.startsWith("Z", stat.lastIndexOf(')') + 2);
    } catch (IOException e) {
      return false; // no such place on this system
    }
  }
}
