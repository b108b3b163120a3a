// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.mutants;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Changes;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.Appended;
import dev.holdfast.provider.stream.ArchiveStep;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.StreamArchive;
import dev.holdfast.provider.stream.StreamId;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A handle whose appends and archivings are commits of one event each, with some time between. */
final class EventByEvent {

  private final EventStreams streams;
  private final Changes changes;
  private final StreamArchive archive;
  private final long nanos;

  private EventByEvent(Provider right, long nanos) {
    streams = right.capability(EventStreams.class).orElseThrow();
    changes = right.capability(Changes.class).orElseThrow();
    archive = right.capability(StreamArchive.class).orElseThrow();
    this.nanos = nanos;
  }

  /**
   * Changes a handle.
   *
   * @param nanos how much time passes between two events
   */
  static Provider of(Provider right, long nanos) {
    EventByEvent changed = new EventByEvent(right, nanos);
    return ChangedProvider.of(
        right,
        (provider, call, argument, proceed) ->
            call.equals("capability") && argument instanceof Class<?> type
                ? changed.capability(type, proceed)
                : proceed.call());
  }

  private @Nullable Object capability(Class<?> type, ChangedProvider.Right proceed)
      throws Throwable {
    Object right =
        type == EventStreams.class
            ? streams
            : type == Changes.class ? changes : type == StreamArchive.class ? archive : null;
    return right == null
        ? proceed.call()
        : Optional.of(
            Proxy.newProxyInstance(
                EventByEvent.class.getClassLoader(),
                new Class<?>[] {type},
                (self, method, arguments) ->
                    switch (method.getName()) {
                      case "append" -> append((AppendEvents) arguments[0]);
                      case "apply" -> apply((List<?>) arguments[0]);
                      case "archive" -> archive(arguments);
                      default -> method.invoke(right, arguments);
                    }));
  }

  private List<ChangeResult> apply(List<?> list) {
    List<ChangeResult> results = new ArrayList<>();
    for (Object change : list) {
      results.addAll(
          change instanceof AppendEvents append
              ? List.of(append(append))
              : changes.apply(List.of((Change) change)));
    }
    return results;
  }

  private Appended append(AppendEvents append) {
    List<Appended> parts = new ArrayList<>();
    for (int n = 0; n < append.events().size(); n++) {
      parts.add(
          streams.append(
              new AppendEvents(
                  append.stream(),
                  append.expected(),
                  append.events().subList(n, n + 1),
                  n == 0 ? append.key() : null)));
      LockSupport.parkNanos(nanos);
    }
    Appended first = parts.getFirst();
    Appended last = parts.getLast();
    return new Appended(
        append.stream(),
        first.firstVersion(),
        last.lastVersion(),
        first.firstPosition(),
        last.lastPosition(),
        last.recordedAt(),
        first.repeated());
  }

  private ArchiveStep archive(Object[] arguments) {
    int limit = (Integer) arguments[3];
    ArchiveStep step = new ArchiveStep(0, 0);
    int removed = 0;
    for (int n = 0; n < limit; n++) {
      step =
          archive.archive((StreamId) arguments[0], (Long) arguments[1], (String) arguments[2], 1);
      removed += step.removed();
      LockSupport.parkNanos(nanos);
    }
    return new ArchiveStep(removed, step.left());
  }
}
