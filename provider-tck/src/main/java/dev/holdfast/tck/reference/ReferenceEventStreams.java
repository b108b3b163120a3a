// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import dev.holdfast.provider.ProviderError.CorruptData;
import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.Appended;
import dev.holdfast.provider.stream.Direction;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.LogFilter;
import dev.holdfast.provider.stream.LogHead;
import dev.holdfast.provider.stream.LogPage;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.LogRead;
import dev.holdfast.provider.stream.Stall;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.StreamInfo;
import dev.holdfast.provider.stream.StreamLimits;
import dev.holdfast.provider.stream.StreamList;
import dev.holdfast.provider.stream.StreamPage;
import dev.holdfast.provider.support.IdOrder;
import dev.holdfast.provider.support.RequestChecks;
import dev.holdfast.provider.support.StoreTime;
import dev.holdfast.provider.support.StreamChecks;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Event streams. Here a call decides and commits in one moment, so that nothing is held back. */
final class ReferenceEventStreams implements EventStreams {

  /** The most bytes of a page, but for its first event. */
  private static final long MOST_BYTES = 8L * 1024 * 1024;

  private final ReferenceStore store;
  private final OpenHandle handle;
  private final RequestChecks requests;
  private final StreamChecks checks;

  ReferenceEventStreams(ReferenceStore store, OpenHandle handle, RequestChecks checks) {
    this.store = store;
    this.handle = handle;
    requests = checks;
    this.checks = checks.streams();
  }

  @Override
  public StreamLimits limits() {
    return checks.limits();
  }

  @Override
  public Appended append(AppendEvents append) {
    String operation = "append";
    requests.check(operation, List.of(append), null);
    store.beforeApply();
    return handle.whole(operation, () -> (Appended) ChangeDraft.alone(operation, store, append));
  }

  @Override
  public StreamPage readStream(StreamId id, long fromVersion, Direction direction, int limit) {
    String operation = "readStream";
    checks.checkRead(operation, fromVersion, limit);
    return handle.whole(
        operation,
        () -> {
          StreamTable.Stream stream = store.streams.find(id);
          if (stream == null) {
            return new StreamPage(List.of(), 1, 0, true);
          }
          Collection<StreamEvent> behind =
              direction == Direction.FORWARDS
                  ? stream.events.tailMap(fromVersion, true).values()
                  : stream.events.headMap(fromVersion, true).descendingMap().values();
          List<StreamEvent> page = page(operation, behind, limit);
          return new StreamPage(
              page, stream.firstVersion(), stream.lastVersion(), page.size() == behind.size());
        });
  }

  private List<StreamEvent> page(String operation, Collection<StreamEvent> events, int limit) {
    List<StreamEvent> page = new ArrayList<>();
    long bytes = 0;
    for (StreamEvent event : events) {
      if (page.size() == limit || (bytes > 0 && bytes + size(event) > MOST_BYTES)) {
        break;
      }
      if (store.streams.isDamaged(event)) {
        throw new CorruptData(
            operation,
            null,
            "event %d of stream %s cannot be read".formatted(event.version(), event.stream()),
            null);
      }
      bytes += size(event);
      page.add(event);
    }
    return page;
  }

  private static long size(StreamEvent event) {
    var metadata = event.content().metadata();
    return (long) event.content().data().size() + (metadata == null ? 0 : metadata.size());
  }

  @Override
  public Optional<StreamInfo> stream(StreamId id) {
    return handle.whole(
        "stream", () -> Optional.ofNullable(store.streams.find(id)).map(found -> found.info(id)));
  }

  @Override
  public StreamList streams(String category, @Nullable String afterId, int limit) {
    String operation = "streams";
    checks.checkList(operation, category, afterId, limit);
    return handle.whole(
        operation,
        () -> {
          List<StreamInfo> found =
              store.streams.all().stream()
                  .map(Map.Entry::getKey)
                  .filter(id -> id.category().equals(category))
                  .filter(
                      id -> afterId == null || IdOrder.BY_CODE_POINT.compare(id.id(), afterId) > 0)
                  .sorted(Comparator.comparing(StreamId::id, IdOrder.BY_CODE_POINT))
                  .limit(limit + 1L)
                  .flatMap(id ->
                      Optional.ofNullable(store.streams.find(id)).stream()
                          .map(stream -> stream.info(id)))
                  .toList();
          return found.size() > limit
              ? new StreamList(found.subList(0, limit), found.get(limit - 1).stream().id())
              : new StreamList(found, null);
        });
  }

  @Override
  public LogPage readLog(LogRead read) {
    String operation = "readLog";
    checks.check(operation, read);
    handle.requireOpen(operation);
    AtomicReference<LogRead> asked = new AtomicReference<>(read);
    AtomicReference<@Nullable LogPage> last = new AtomicReference<>();
    store.waiting(
        read.waitUpTo(),
        handle::isClosed,
        () -> {
          LogPage page = page(operation, asked.get());
          last.set(page);
          asked.set(asked.get().from(page.next()));
          return page.events();
        });
    LogPage page = last.get();
    return page == null ? new LogPage(List.of(), read.from(), false, null) : page;
  }

  private LogPage page(String operation, LogRead read) {
    LogPosition head = store.streams.head();
    StreamChecks.checkReached(operation, read.from(), head);
    LogFilter filter = read.filter();
    boolean forwards = read.direction() == Direction.FORWARDS;
    List<StreamEvent> matching =
        (forwards
                ? store.streams.log.tailMap(read.from().major(), false)
                : store.streams.log.headMap(read.from().major(), true).descendingMap())
            .values().stream().filter(filter::matches).toList();
    List<StreamEvent> page = page(operation, matching, read.limit());
    if (page.size() == matching.size()) {
      return page(read, page, forwards ? head : LogPosition.START, true);
    }
    long lastNumber = page.getLast().position().major();
    return page(read, page, StreamTable.position(forwards ? lastNumber : lastNumber - 1), false);
  }

  private LogPage page(LogRead read, List<StreamEvent> events, LogPosition next, boolean atEnd) {
    LogPosition archived = store.streams.archivedThrough();
    LogPosition begin = read.direction() == Direction.FORWARDS ? read.from() : next;
    return new LogPage(
        events, next, atEnd, archived != null && begin.isBefore(archived) ? archived : null);
  }

  @Override
  public LogHead head() {
    return handle.whole(
        "head",
        () -> new LogHead(store.streams.head(), store.streams.lastRecordedAt(), store.now()));
  }

  @Override
  public LogPosition positionAt(Instant time) {
    String operation = "positionAt";
    Instant moment = StoreTime.fromMicros(checks.checkTime(operation, time));
    return handle.whole(
        operation, () -> StreamTable.position(store.streams.lastPositionAt(moment)));
  }

  @Override
  public long versionAt(StreamId id, Instant time) {
    String operation = "versionAt";
    Instant moment = StoreTime.fromMicros(checks.checkTime(operation, time));
    return handle.whole(
        operation,
        () -> {
          StreamTable.Stream stream = store.streams.find(id);
          if (stream == null || moment.isBefore(stream.info(id).createdAt())) {
            return 0L;
          }
          long version = stream.firstVersion() - 1;
          for (StreamEvent event : stream.events.values()) {
            if (!event.recordedAt().isAfter(moment)) {
              version = event.version();
            }
          }
          if (version < stream.firstVersion()) {
            throw new NotFound(
                operation, null, "what stream %s had then was archived".formatted(id));
          }
          return version;
        });
  }

  @Override
  public List<Stall> explainStall() {
    return handle.whole("explainStall", List::of);
  }
}
