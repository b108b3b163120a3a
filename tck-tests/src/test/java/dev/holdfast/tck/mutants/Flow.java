// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.ProviderError.IdempotencyMismatch;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.Appended;
import dev.holdfast.provider.stream.Direction;
import dev.holdfast.provider.stream.Expected;
import dev.holdfast.provider.stream.LogFilter;
import dev.holdfast.provider.stream.LogHead;
import dev.holdfast.provider.stream.LogPage;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.LogRead;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.StreamInfo;
import dev.holdfast.provider.stream.StreamList;
import dev.holdfast.provider.stream.StreamPage;
import dev.holdfast.provider.support.IdOrder;
import dev.holdfast.provider.support.StreamChecks;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The streams of one store, right in themselves; broken variants override one decision. Guarded by
 * its own monitor.
 */
class Flow {

  private static final long MOST_BYTES = 8L * 1024 * 1024;

  /** What a key stands for. */
  record Keyed(List<NewEvent> content, Appended answer) {}

  /** One stream. */
  static final class Stream {
    final StreamId id;
    final List<StreamEvent> events = new ArrayList<>();
    long last;

    Stream(StreamId id) {
      this.id = id;
    }

    Stream copy() {
      Stream copy = new Stream(id);
      copy.events.addAll(events);
      copy.last = last;
      return copy;
    }
  }

  Map<Object, Stream> streams = new HashMap<>();
  Map<Object, Keyed> keys = new HashMap<>();
  TreeMap<LogPosition, StreamEvent> log = new TreeMap<>();
  final InstantSource clock;
  final Gate gate = new Gate();
  long numbers;
  @Nullable Instant lastRecorded;

  Flow(InstantSource clock) {
    this.clock = clock;
  }

  /** A way back to what is now. */
  Runnable mark() {
    Map<Object, Stream> streamsBefore = streams;
    Map<Object, Keyed> keysBefore = keys;
    TreeMap<LogPosition, StreamEvent> logBefore = log;
    Instant before = lastRecorded;
    streams = new HashMap<>();
    streamsBefore.forEach((id, stream) -> streams.put(id, stream.copy()));
    keys = new HashMap<>(keysBefore);
    log = new TreeMap<>(logBefore);
    return () -> {
      streams = streamsBefore;
      keys = keysBefore;
      log = logBefore;
      lastRecorded = before;
    };
  }

  // ---- decisions

  Object id(StreamId stream) {
    return stream;
  }

  Object key(StreamId stream, String key) {
    return List.of(stream, key);
  }

  boolean fits(Expected expected, long last) {
    return expected.fits(last);
  }

  long found(long last) {
    return last;
  }

  boolean sameContent(List<NewEvent> first, List<NewEvent> again) {
    return content(first).equals(content(again));
  }

  static List<Object> content(List<NewEvent> events) {
    return events.stream()
        .<Object>map(
            event -> List.of(event.type(), event.schemaVersion(), event.data(), event.tags()))
        .toList();
  }

  Appended repeat(Appended first, Stream stream) {
    return first.asRepeat();
  }

  boolean versionFirst() {
    return false;
  }

  long nextVersion(Stream stream) {
    return stream.last + 1;
  }

  LogPosition nextPosition() {
    return new LogPosition(++numbers, 0);
  }

  Instant recordedAt() {
    Instant now = now();
    return lastRecorded != null && lastRecorded.isAfter(now) ? lastRecorded : now;
  }

  NewEvent stored(NewEvent event) {
    return event;
  }

  boolean matches(LogFilter filter, StreamEvent event) {
    return filter.matches(event);
  }

  /** Which of the matching events a page of the log has, and where it goes on. */
  LogPage page(LogRead read, List<StreamEvent> matching, LogPosition head) {
    boolean forwards = read.direction() == Direction.FORWARDS;
    List<StreamEvent> events = fitting(matching, read.limit());
    if (events.size() == matching.size()) {
      return new LogPage(events, forwards ? head : LogPosition.START, true, null);
    }
    LogPosition last = events.getLast().position();
    return new LogPage(events, forwards ? last : new LogPosition(last.major() - 1, 0), false, null);
  }

  // ---- what does not change

  final Instant now() {
    return clock.instant();
  }

  static List<StreamEvent> fitting(List<StreamEvent> events, int limit) {
    List<StreamEvent> page = new ArrayList<>();
    long bytes = 0;
    for (StreamEvent event : events) {
      long size = event.content().data().size();
      if (page.size() == limit || (bytes > 0 && bytes + size > MOST_BYTES)) {
        break;
      }
      bytes += size;
      page.add(event);
    }
    return page;
  }

  Appended append(String operation, AppendEvents append) {
    StreamId id = append.stream();
    Stream stream = streams.get(id(id));
    long last = stream == null ? 0 : stream.last;
    String key = append.key();
    Keyed known = key == null ? null : keys.get(key(id, key));
    if (versionFirst() && !fits(append.expected(), last)) {
      throw new VersionConflict(operation, id, append.expected(), found(last));
    }
    if (key != null && known != null && stream != null) {
      if (!sameContent(known.content(), append.events())) {
        throw new IdempotencyMismatch(operation, id, key);
      }
      return repeat(known.answer(), stream);
    }
    if (!fits(append.expected(), last)) {
      throw new VersionConflict(operation, id, append.expected(), found(last));
    }
    Stream grown = stream == null ? new Stream(id) : stream;
    streams.put(id(id), grown);
    Instant recordedAt = recordedAt();
    List<StreamEvent> added = new ArrayList<>();
    for (NewEvent event : append.events()) {
      long version = nextVersion(grown);
      grown.last = version;
      StreamEvent one = new StreamEvent(id, version, nextPosition(), recordedAt, stored(event));
      grown.events.add(one);
      log.put(one.position(), one);
      added.add(one);
    }
    lastRecorded = recordedAt;
    Appended appended =
        new Appended(
            id,
            added.getFirst().version(),
            added.getLast().version(),
            added.getFirst().position(),
            added.getLast().position(),
            recordedAt,
            false);
    if (key != null) {
      keys.put(key(id, key), new Keyed(append.events(), appended));
    }
    return appended;
  }

  LogPosition head() {
    return log.isEmpty() ? LogPosition.START : log.lastKey();
  }

  LogHead headNow() {
    return new LogHead(head(), lastRecorded, now());
  }

  StreamPage readStream(StreamId id, long from, Direction direction, int limit) {
    Stream stream = streams.get(id(id));
    if (stream == null) {
      return new StreamPage(List.of(), 1, 0, true);
    }
    boolean forwards = direction == Direction.FORWARDS;
    List<StreamEvent> behind =
        new ArrayList<>(
            stream.events.stream()
                .filter(event -> forwards ? event.version() >= from : event.version() <= from)
                .toList());
    if (!forwards) {
      Collections.reverse(behind);
    }
    List<StreamEvent> page = fitting(behind, limit);
    return new StreamPage(page, 1, stream.last, page.size() == behind.size());
  }

  Optional<StreamInfo> info(StreamId id) {
    return Optional.ofNullable(streams.get(id(id))).map(Flow::info);
  }

  static StreamInfo info(Stream stream) {
    return new StreamInfo(
        stream.id,
        1,
        stream.last,
        stream.events.getFirst().recordedAt(),
        stream.events.getLast().recordedAt());
  }

  StreamList list(String category, @Nullable String afterId, int limit) {
    List<StreamInfo> all =
        streams.values().stream()
            .filter(stream -> stream.id.category().equals(category))
            .filter(stream ->
                afterId == null || IdOrder.BY_CODE_POINT.compare(stream.id.id(), afterId) > 0)
            .sorted(Comparator.comparing(stream -> stream.id.id(), IdOrder.BY_CODE_POINT))
            .map(Flow::info)
            .toList();
    return all.size() > limit
        ? new StreamList(all.subList(0, limit), all.get(limit - 1).stream().id())
        : new StreamList(all, null);
  }

  LogPage readLog(LogRead read) {
    StreamChecks.checkReached("readLog", read.from(), head());
    boolean forwards = read.direction() == Direction.FORWARDS;
    List<StreamEvent> matching =
        (forwards
                ? log.tailMap(read.from(), false)
                : log.headMap(read.from(), true).descendingMap())
            .values().stream().filter(event -> matches(read.filter(), event)).toList();
    return page(read, matching, head());
  }

  LogPosition positionAt(Instant time) {
    LogPosition position = LogPosition.START;
    for (StreamEvent event : log.values()) {
      position = event.recordedAt().isAfter(time) ? position : event.position();
    }
    return position;
  }

  long versionAt(StreamId id, Instant time) {
    Stream stream = streams.get(id(id));
    long version = 0;
    if (stream != null) {
      for (StreamEvent event : stream.events) {
        version = event.recordedAt().isAfter(time) ? version : event.version();
      }
    }
    return version;
  }
}
