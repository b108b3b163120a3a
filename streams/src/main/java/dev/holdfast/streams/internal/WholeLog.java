// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.internal;

import dev.holdfast.provider.stream.LogPage;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.LogRead;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.streams.ArchiveReader;
import dev.holdfast.streams.ArchivedRange;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the log forwards, with what was archived where there is an archive that can say so (ES-37).
 * What goes from the store to the archive meanwhile is in the page or found in the archive
 * afterwards. Thread-safe.
 */
public final class WholeLog {

  private final StoreAccess store;
  private final @Nullable ArchiveReader archive;
  private final ArchiveMark mark;

  /** Reads the log of a store. */
  public WholeLog(StoreAccess store) {
    this.store = store;
    archive = store.settings().archive();
    mark = new ArchiveMark(store);
  }

  /**
   * Reads a page. It says that something was archived only where that is not in it. It may have up
   * to twice as many events as the limit.
   */
  public LogPage read(LogRead read) {
    LogPage page = store.call(streams -> streams.readLog(read));
    LogPosition through = page.archivedThrough();
    if (archive == null || through == null || !read.from().isBefore(through)) {
      return page;
    }
    Optional<List<StreamEvent>> archived =
        archive.readLog(
            new ArchivedRange(
                read.from(), page.next(), read.filter().categories(), read.limit(), mark.read()));
    return archived.map(events -> joined(read, page, events)).orElse(page);
  }

  private static LogPage joined(LogRead read, LogPage page, List<StreamEvent> archived) {
    boolean isCut = archived.size() >= read.limit();
    LogPosition next = isCut ? archived.getLast().position() : page.next();
    Map<LogPosition, StreamEvent> events = new TreeMap<>();
    archived.stream()
        .filter(event -> read.filter().matches(event))
        .forEach(event -> events.put(event.position(), event));
    page.events().stream()
        .filter(event -> !event.position().isAfter(next))
        .forEach(event -> events.put(event.position(), event));
    return new LogPage(List.copyOf(events.values()), next, page.atEnd() && !isCut, null);
  }
}
