// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.stream;

import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.StoreUnavailable;
import dev.holdfast.provider.stream.LogPage;
import dev.holdfast.provider.stream.LogRead;
import dev.holdfast.provider.support.WorkSignal;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * Reads of the log that wait: looks, and sleeps between looks without holding anything (ORDER-19).
 * All that wait through a handle look by turns, whatever their filters, as one of them looks for
 * the head of the log (ORDER-21). Thread-safe.
 */
public final class WaitingLog {

  private final WorkSignal signal;
  private final BooleanSupplier closed;
  private final Runnable onWait;

  /**
   * Creates it for one handle.
   *
   * @param signal signalled after each commit that has appended events
   * @param closed whether the handle was closed
   * @param onWait runs each time before the caller sleeps
   */
  public WaitingLog(WorkSignal signal, BooleanSupplier closed, Runnable onWait) {
    this.signal = signal;
    this.closed = closed;
    this.onWait = onWait;
  }

  /**
   * Reads, waiting as long as allowed.
   *
   * @param read what is asked for
   * @param look reads one page without waiting
   * @return the first page that has events, or the last one without
   */
  public LogPage read(LogRead read, Function<LogRead, LogPage> look) {
    long start = System.nanoTime();
    long wait = TimeUnit.NANOSECONDS.convert(read.waitUpTo()); // far ones do not overflow
    LogRead next = read;
    LogPage page = null;
    try {
      while (true) {
        // Before the look, so that what comes between it and the wait is not missed.
        long seen = signal.signals();
        LogPage found = look.apply(next);
        page =
            page == null || page.archivedThrough() == null
                ? found
                : new LogPage(found.events(), found.next(), found.atEnd(), page.archivedThrough());
        long left = wait - (System.nanoTime() - start);
        if (!page.events().isEmpty() || left <= 0) {
          return page;
        }
        next = next.from(page.next());
        if (!page.atEnd()) {
          continue;
        }
        onWait.run();
        if (!signal.await(seen, left, Long.MAX_VALUE)) {
          return page;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return page == null ? new LogPage(List.of(), read.from(), false, null) : page;
    } catch (InvalidRequest | StoreUnavailable e) {
      // A look that the closing meets may lose its connection.
      if (page != null && closed.getAsBoolean()) {
        return page;
      }
      throw e;
    }
  }
}
