// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.owner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Tells one process of this machine from all others: its number, which may be reused, and when it
 * began. Processes in different containers may have equal numbers.
 *
 * @param pid the number of the process
 * @param startedAt when it began, in milliseconds since 1970; 0 where the system does not say
 */
record ProcessMark(long pid, long startedAt) {

  /**
   * Two processes may compute different start times for the same process: each computes it from the
   * time of the last boot, which the system tells in whole seconds and moves when the clock is set.
   */
  private static final Duration SAME_START = Duration.ofSeconds(2);

  private static final ProcessMark CURRENT = of(ProcessHandle.current());

  /** {@return the process that runs this code} */
  static ProcessMark current() {
    return CURRENT;
  }

  private static ProcessMark of(ProcessHandle process) {
    return new ProcessMark(
        process.pid(), process.info().startInstant().map(Instant::toEpochMilli).orElse(0L));
  }

  /**
   * Returns whether this process can be seen running. False proves nothing: a process in another
   * container cannot be seen.
   */
  boolean isSeenRunning() {
    Optional<ProcessHandle> seen = ProcessHandle.of(pid);
    return seen.isPresent() && isStartOf(seen.get()) && seen.get().isAlive() && !isZombie();
  }

  private boolean isStartOf(ProcessHandle process) {
    long started = of(process).startedAt();
    return started > 0 && Math.abs(started - startedAt) <= SAME_START.toMillis();
  }

  /** Returns whether the process has ended and its parent has not yet collected its status. */
  private boolean isZombie() {
    try {
      String stat = Files.readString(Path.of("/proc", String.valueOf(pid), "stat"));
      return stat.startsWith("Z", stat.lastIndexOf(')') + 2);
    } catch (IOException e) {
      return false; // this system has no /proc
    }
  }
}
