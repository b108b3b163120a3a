// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.mutants;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.LogFilter;
import dev.holdfast.provider.stream.LogPage;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.LogRead;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Mutants for the rules about what streams cost. */
final class StreamMutants {

  private static final long POLL_NANOS = 5_000_000;
  private static final int PAGE = 100;

  static final List<FaultMutant> ALL =
      List.of(
          FaultMutants.reading(
              "a-filter-of-the-whole-log",
              "READ-23",
              "A read of the log with a filter passes over all events.",
              EventStreams.class,
              "readLog",
              (streams, arguments) -> {
                LogRead read = (LogRead) arguments[0];
                if (!read.filter().isAll()) {
                  walk(streams);
                }
              }),
          FaultMutants.handle(
              "every-reader-polls",
              "ORDER-21",
              "Each waiting reader asks the log again and again by itself.",
              right ->
                  ChangedProvider.of(
                      right,
                      (provider, call, argument, proceed) ->
                          call.equals("capability") && EventStreams.class.equals(argument)
                              ? Optional.of(polling(provider))
                              : proceed.call())));

  private StreamMutants() {}

  private static void walk(EventStreams streams) {
    LogPosition next = LogPosition.START;
    boolean atEnd = false;
    while (!atEnd) {
      LogPage page = streams.readLog(LogRead.after(next, PAGE).matching(LogFilter.all()));
      next = page.next();
      atEnd = page.atEnd();
    }
  }

  private static Object polling(Provider right) {
    EventStreams streams = right.capability(EventStreams.class).orElseThrow();
    return Proxy.newProxyInstance(
        StreamMutants.class.getClassLoader(),
        new Class<?>[] {EventStreams.class},
        (self, method, arguments) ->
            method.getName().equals("readLog")
                ? polled(streams, (LogRead) arguments[0])
                : method.invoke(streams, arguments));
  }

  private static @Nullable Object polled(EventStreams streams, LogRead read) {
    long end = System.nanoTime() + read.waitUpTo().toNanos();
    LogRead look = read.waitingUpTo(Duration.ZERO);
    LogPage page = streams.readLog(look);
    while (page.events().isEmpty()
        && System.nanoTime() - end < 0
        && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(POLL_NANOS);
      page = streams.readLog(look.from(page.next()));
    }
    return page;
  }
}
