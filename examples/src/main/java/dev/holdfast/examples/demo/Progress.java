// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.demo;

import java.io.PrintStream;
import java.time.Duration;

/** Shows that the demo is alive: a bar in a terminal, a line now and then elsewhere. */
public final class Progress {

  private static final int WIDTH = 24;
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(3);

  private final PrintStream err;
  private final boolean terminal;
  private long lastLineAt;
  private int lastEnded = -1;
  private boolean barShown;

  /** Writes to a stream, which is a terminal or not. */
  public Progress(PrintStream err, boolean terminal) {
    this.err = err;
    this.terminal = terminal;
  }

  /** Something worth a line. */
  public void say(String line) {
    clear();
    err.println(line);
    err.flush();
  }

  /** How far it is: so many of a total, in words, and with whom. */
  public void show(int ended, int total, String text, String who) {
    if (terminal) {
      int filled = (int) ((long) WIDTH * ended / Math.max(1, total));
      err.print(
          "\r\033[K" + "█".repeat(filled) + "░".repeat(WIDTH - filled) + " " + text + "  " + who);
      err.flush();
      barShown = true;
      return;
    }
    long now = System.nanoTime();
    boolean due = lastEnded < 0 || now - lastLineAt > BETWEEN_LINES.toNanos();
    if (ended != lastEnded && (due || ended == total)) {
      say(text + ", " + who);
      lastEnded = ended;
      lastLineAt = now;
    }
  }

  /** Takes the bar away. */
  public void clear() {
    if (barShown) {
      err.print("\r\033[K");
      err.flush();
      barShown = false;
    }
  }
}
