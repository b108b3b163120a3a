// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.archive;

import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.streams.ArchiveReader;
import dev.holdfast.streams.ArchivedRange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Archived events in a sink: JSON lines with hashes, a file for up to a thousand neighbouring
 * events of a stream (ES-37). What is read is checked against its hashes. Thread-safe.
 *
 * <p>Every method throws {@link ArchiveDamagedException} when the sink fails, or has something else
 * than was put there.
 */
public final class Archive implements ArchiveReader {

  private static final int CACHED_SEGMENTS = 64;

  private final ArchiveSink sink;
  private final Map<String, Segment> cache =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Segment> eldest) {
          return size() > CACHED_SEGMENTS;
        }
      };

  private @Nullable ArchiveIndex index;

  private Archive(ArchiveSink sink) {
    this.sink = sink;
  }

  /**
   * Keeps archived events in a sink.
   *
   * @param sink the sink, which holds nothing else
   * @return the archive
   */
  public static Archive in(ArchiveSink sink) {
    return new Archive(sink);
  }

  @Override
  public List<StreamEvent> read(StreamId stream, long fromVersion, long throughVersion, int limit) {
    List<StreamEvent> events = new ArrayList<>();
    List<String> names = segments(stream);
    long next = fromVersion;
    while (next <= throughVersion && events.size() < limit) {
      Segment segment = containing(names, next);
      if (segment == null) {
        return events;
      }
      for (StreamEvent event : segment.events()) {
        if (event.version() == next && next <= throughVersion && events.size() < limit) {
          events.add(event);
          next++;
        }
      }
    }
    return events;
  }

  /**
   * As the interface says. For this the positions of all archived events are kept in memory, about
   * 60 bytes for each, once it was asked for; making that reads the whole archive.
   */
  @Override
  public Optional<List<StreamEvent>> readLog(ArchivedRange range) {
    return Optional.of(index(range.mark()).read(range, this::segment));
  }

  private synchronized ArchiveIndex index(long mark) {
    ArchiveIndex known = index;
    if (known == null || known.mark() != mark) {
      known = ArchiveIndex.of(mark, list(""), this::segment);
      index = known;
    }
    return known;
  }

  /** The version up to which a stream is exported, without gap from a version on; 0 for nothing. */
  long exportedThrough(StreamId stream) {
    long through = 0;
    for (String name : segments(stream)) {
      long[] bounds = Segment.bounds(name);
      if (bounds != null && bounds[0] <= through + 1) {
        through = Math.max(through, bounds[1]);
      }
    }
    return through;
  }

  /** The hash of an exported event. */
  @Nullable String hashAt(StreamId stream, long version) {
    if (version == 0) {
      return null;
    }
    Segment segment = containing(segments(stream), version);
    if (segment == null) {
      throw new ArchiveDamagedException(
          "archive: version %d of stream %s is missing".formatted(version, stream), null);
    }
    return Segment.of(
            stream,
            segment.previous(),
            segment.events().subList(0, (int) (version - segment.from() + 1)))
        .hash();
  }

  /** Stores events, and reads back what is there then. */
  void export(StreamId stream, @Nullable String previous, List<StreamEvent> events) {
    Segment segment = Segment.of(stream, previous, events);
    try {
      sink.put(segment.name(), segment.text());
    } catch (IOException e) {
      throw failed(e);
    }
    synchronized (cache) {
      cache.remove(segment.name());
    }
  }

  /** Forgets what was read, so that the next look is at the sink. */
  void forget() {
    synchronized (cache) {
      cache.clear();
    }
  }

  private @Nullable Segment containing(List<String> names, long version) {
    for (String name : names) {
      long[] bounds = Segment.bounds(name);
      if (bounds != null && bounds[0] <= version && version <= bounds[1]) {
        return segment(name);
      }
    }
    return null;
  }

  private List<String> segments(StreamId stream) {
    return list(Segment.directory(stream));
  }

  private List<String> list(String directory) {
    try {
      return sink.list(directory);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private Segment segment(String name) {
    synchronized (cache) {
      Segment known = cache.get(name);
      if (known != null) {
        return known;
      }
    }
    try {
      Segment read =
          Segment.read(
              name,
              sink.get(name)
                  .orElseThrow(() ->
                      new ArchiveDamagedException("archive: %s is missing".formatted(name), null)));
      synchronized (cache) {
        cache.put(name, read);
      }
      return read;
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private static ArchiveDamagedException failed(IOException e) {
    return new ArchiveDamagedException("the sink of the archive failed: " + e.getMessage(), e);
  }
}
