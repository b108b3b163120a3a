// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.io;

/**
 * How far long work has come: a line of standard error that changes, where that is a terminal, and
 * nothing elsewhere. Not thread-safe.
 */
public final class Progress implements AutoCloseable {

  private static final long EVERY_NANOS = 200_000_000;

  private final Surroundings surroundings;
  private final String what;
  private final long began = System.nanoTime();
  private long last = began;
  private long count;
  private boolean shown;

  Progress(Surroundings surroundings, String what) {
    this.surroundings = surroundings;
    this.what = what;
  }

  /** Counts one more. */
  public void step() {
    count++;
    long now = System.nanoTime();
    if (surroundings.progress() && now - last >= EVERY_NANOS) {
      last = now;
      shown = true;
      surroundings.err().printf("\r\u001b[K%,d %s…", count, what);
      surroundings.err().flush();
    }
  }

  @Override
  public void close() {
    if (shown) {
      surroundings.err().print("\r\u001b[K");
      surroundings.err().flush();
    }
  }
}
