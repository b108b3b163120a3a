// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench;

import java.io.PrintStream;
import java.time.Duration;

/** Tells on stderr how far it is and how long it will still take. Not thread-safe. */
final class Progress {

  private final PrintStream err;
  private final int steps;
  private final long began = System.nanoTime();
  private int done;

  /** Of so many steps, which take about as long as each other. */
  Progress(PrintStream err, int steps) {
    this.err = err;
    this.steps = steps;
  }

  /** Something else worth a line. */
  void say(String line) {
    err.println(line);
  }

  /** A step is done. */
  void step(String line) {
    done++;
    long left = (System.nanoTime() - began) / done * (steps - done);
    err.printf("[%d/%d] %s%s%n", done, steps, line, done == steps ? "" : ", " + eta(left));
  }

  private static String eta(long nanos) {
    Duration left = Duration.ofNanos(nanos);
    return left.toSeconds() < 100
        ? "about %d s left".formatted(left.toSeconds() + 1)
        : "about %d min left".formatted(left.toMinutes() + 1);
  }
}
