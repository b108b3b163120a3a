// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.stream.AppendEvents;
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
import dev.holdfast.provider.stream.Tag;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Reads of streams that show others, or not all. */
final class ReadMutants {

  private ReadMutants() {}

  static List<Mutant> all() {
    Family family = new Family("READ");
    fields(family);
    pages(family);
    filters(family);
    times(family);
    return family.mutants();
  }

  private static void storing(
      Family family, String name, String what, String origin, UnaryOperator<NewEvent> stored) {
    FlowMutants.flow(
        family,
        name,
        what,
        origin,
        clock ->
            new Flow(clock) {
              @Override
              NewEvent stored(NewEvent event) {
                return stored.apply(event);
              }
            });
  }

  private static void fields(Family family) {
    storing(
        family,
        "causes-are-lost",
        "The causation id is not stored.",
        "READ-01: a column is forgotten",
        event ->
            NewEvent.builder(event.type(), event.data())
                .eventId(event.eventId())
                .schemaVersion(event.schemaVersion())
                .metadata(event.metadata())
                .correlationId(event.correlationId())
                .tags(event.tags())
                .build());
    storing(
        family,
        "empty-metadata-is-none",
        "Empty metadata is absent.",
        "READ-02: a driver that reads an empty column as null",
        event -> {
          Payload metadata = event.metadata();
          return new NewEvent(
              event.eventId(),
              event.type(),
              event.schemaVersion(),
              event.data(),
              metadata == null || metadata.size() == 0 ? null : metadata,
              event.correlationId(),
              event.causationId(),
              event.tags());
        });
    storing(
        family,
        "tags-are-a-map",
        "The last value of a key is the tag.",
        "READ-03: tags as a JSON object",
        event -> {
          Map<String, Tag> tags = new HashMap<>();
          event.tags().forEach(tag -> tags.put(tag.key(), tag));
          return new NewEvent(
              event.eventId(),
              event.type(),
              event.schemaVersion(),
              event.data(),
              event.metadata(),
              event.correlationId(),
              event.causationId(),
              new HashSet<>(tags.values()));
        });
  }

  private static void pages(Family family) {
    FlowMutants.call(
        family,
        "full-pages-are-never-complete",
        "A page of a stream is complete when it is not full.",
        "READ-04: the size of the page decides",
        (inner, flow) ->
            new Flowing(inner, flow) {
              @Override
              StreamPage readStream(StreamId id, long from, Direction direction, int limit) {
                StreamPage page = super.readStream(id, from, direction, limit);
                return new StreamPage(
                    page.events(),
                    page.firstVersion(),
                    page.lastVersion(),
                    page.events().size() < limit);
              }
            });
    FlowMutants.call(
        family,
        "unknown-streams-are-errors",
        "An unknown stream is not found.",
        "READ-05: a loader that throws",
        (inner, flow) ->
            new Flowing(inner, flow) {
              @Override
              StreamPage readStream(StreamId id, long from, Direction direction, int limit) {
                StreamPage page = super.readStream(id, from, direction, limit);
                if (page.lastVersion() == 0) {
                  throw new NotFound("readStream", null, "there is no stream " + id);
                }
                return page;
              }
            });
    FlowMutants.call(
        family,
        "the-last-version-is-of-another-moment",
        "Events and last version are read one after another.",
        "READ-06: two statements, two states",
        (inner, flow) ->
            new Flowing(inner, flow) {
              @Override
              StreamPage readStream(StreamId id, long from, Direction direction, int limit) {
                StreamPage page = super.readStream(id, from, direction, limit);
                LockSupport.parkNanos(InboxMutants.MOMENT.toNanos());
                StreamPage again = super.readStream(id, 1, direction, 1);
                return new StreamPage(page.events(), 1, again.lastVersion(), page.complete());
              }
            });
    FlowMutants.flow(
        family,
        "pages-are-bounded-in-events-only",
        "A page has as many events as its limit says, however large.",
        "READ-07: LIMIT and nothing else",
        clock ->
            new Flow(clock) {
              @Override
              LogPage page(LogRead read, List<StreamEvent> matching, LogPosition head) {
                return matching.size() <= read.limit() && read.direction() == Direction.FORWARDS
                    ? new LogPage(matching, head, true, null)
                    : super.page(read, matching, head);
              }
            });
    next(
        family,
        "next-skips-one",
        "A full page goes on behind the event after its last one.",
        "READ-08: off by one",
        (read, page) -> page.atEnd() ? page.next() : new LogPosition(page.next().major() + 1, 0));
    FlowMutants.call(
        family,
        "events-first-head-second",
        "The head is read after the events.",
        "READ-09: two statements of READ COMMITTED, in the wrong order",
        (inner, flow) ->
            new Flowing(inner, flow) {
              @Override
              LogPage readLog(LogRead read) {
                LogPage page = super.readLog(read);
                if (!page.atEnd() || read.direction() == Direction.BACKWARDS) {
                  return page;
                }
                LockSupport.parkNanos(InboxMutants.MOMENT.toNanos());
                return new LogPage(page.events(), head().position(), true, null);
              }
            });
    next(
        family,
        "next-is-the-last-match",
        "A filter that matches nothing stays where it is.",
        "READ-10: next is the position of the last event",
        (read, page) -> page.events().isEmpty() ? read.from() : page.events().getLast().position());
    FlowMutants.flow(
        family,
        "full-pages-are-not-the-end",
        "A page that is exactly full is not at the end.",
        "READ-11: the size of the page decides",
        clock ->
            new Flow(clock) {
              @Override
              LogPage page(LogRead read, List<StreamEvent> matching, LogPosition head) {
                LogPage page = super.page(read, matching, head);
                return new LogPage(
                    page.events(),
                    page.next(),
                    page.atEnd() && page.events().size() < read.limit(),
                    null);
              }
            });
    FlowMutants.flow(
        family,
        "backwards-pages-overlap",
        "A page backwards begins with the last event of the one before.",
        "READ-19: next is the position of the last event",
        clock ->
            new Flow(clock) {
              @Override
              LogPage page(LogRead read, List<StreamEvent> matching, LogPosition head) {
                LogPage page = super.page(read, matching, head);
                return read.direction() == Direction.FORWARDS
                        || page.atEnd()
                        || page.events().size() < 2
                    ? page
                    : new LogPage(page.events(), page.events().getLast().position(), false, null);
              }
            });
    FlowMutants.flow(
        family,
        "streams-are-listed-by-units",
        "Streams are listed in the order of UTF-16 units.",
        "READ-20: the order of Java's strings",
        clock ->
            new Flow(clock) {
              @Override
              StreamList list(String category, @Nullable String afterId, int limit) {
                List<StreamInfo> all =
                    streams.values().stream()
                        .filter(stream -> stream.id.category().equals(category))
                        .filter(stream -> afterId == null || stream.id.id().compareTo(afterId) > 0)
                        .sorted(Comparator.comparing(stream -> stream.id.id()))
                        .map(Flow::info)
                        .toList();
                return all.size() > limit
                    ? new StreamList(all.subList(0, limit), all.get(limit - 1).stream().id())
                    : new StreamList(all, null);
              }
            });
    FlowMutants.call(
        family,
        "reads-are-counted",
        "A read of the head appends an event that says so.",
        "READ-21: an audit in the log itself",
        (inner, flow) ->
            new Flowing(inner, flow) {
              @Override
              LogHead head() {
                synchronized (flow) {
                  flow.append("head", counted());
                }
                return super.head();
              }
            });
    family.handle(
        "damaged-events-are-left-out",
        "An event that cannot be read is passed over.",
        "READ-22: the error is caught and logged",
        inner -> new Sparing(inner));
  }

  private static AppendEvents counted() {
    return AppendEvents.of(
        new StreamId("order", "order"), Expected.any(), NewEvent.of("read", Payload.empty()));
  }

  private static void next(
      Family family,
      String name,
      String what,
      String origin,
      BiFunction<LogRead, LogPage, LogPosition> next) {
    FlowMutants.flow(
        family,
        name,
        what,
        origin,
        clock ->
            new Flow(clock) {
              @Override
              LogPage page(LogRead read, List<StreamEvent> matching, LogPosition head) {
                LogPage page = super.page(read, matching, head);
                if (read.direction() == Direction.BACKWARDS) {
                  return page;
                }
                LogPosition other = next.apply(read, page);
                return new LogPage(
                    page.events(), other.isAfter(head) ? head : other, page.atEnd(), null);
              }
            });
  }

  private static void matching(
      Family family,
      String name,
      String what,
      String origin,
      BiPredicate<LogFilter, StreamEvent> matches) {
    FlowMutants.flow(
        family,
        name,
        what,
        origin,
        clock ->
            new Flow(clock) {
              @Override
              boolean matches(LogFilter filter, StreamEvent event) {
                return matches.test(filter, event);
              }
            });
  }

  private static void filters(Family family) {
    matching(
        family,
        "one-type-is-enough-to-ask-for",
        "Of several types one is looked for.",
        "READ-12: the first of a set",
        (filter, event) ->
            filter.matches(event)
                && (filter.types().size() < 2
                    || filter.types().iterator().next().equals(event.content().type())));
    FlowMutants.flow(
        family,
        "event-ids-are-unique",
        "Of events with one id the first is found.",
        "READ-13: a unique index",
        clock ->
            new Flow(clock) {
              @Override
              boolean matches(LogFilter filter, StreamEvent event) {
                return filter.matches(event)
                    && (filter.eventId() == null
                        || log.values().stream()
                            .filter(one -> one.content().eventId().equals(filter.eventId()))
                            .findFirst()
                            .orElseThrow()
                            .equals(event));
              }
            });
    matching(
        family,
        "one-pair-is-enough",
        "An event matches when it has one of the pairs named.",
        "READ-14: tags && ARRAY",
        (filter, event) ->
            without(filter, true).matches(event)
                && (filter.tags().isEmpty()
                    || filter.tags().stream().anyMatch(event.content().tags()::contains)));
    matching(
        family,
        "types-are-folded",
        "Types that differ in case are one.",
        "READ-15: a collation without case",
        (filter, event) ->
            filter.types().isEmpty()
                ? filter.matches(event)
                : filter.types().stream()
                        .anyMatch(type ->
                            type.toLowerCase(Locale.ROOT)
                                .equals(event.content().type().toLowerCase(Locale.ROOT)))
                    && without(filter, false).matches(event));
    matching(
        family,
        "one-condition-is-enough",
        "Correlation and causation are joined by or.",
        "READ-16: a missing bracket",
        (filter, event) ->
            (filter.correlationId() == null || filter.causationId() == null)
                ? filter.matches(event)
                : filter.correlationId().equals(event.content().correlationId())
                    || filter.causationId().equals(event.content().causationId()));
    matching(
        family,
        "ranges-have-their-end",
        "A range of times has its end.",
        "READ-17: BETWEEN",
        (filter, event) ->
            filter.matches(event) || event.recordedAt().equals(filter.recorded().to()));
  }

  /** The same filter without its tags, or without its types. */
  private static LogFilter without(LogFilter filter, boolean tags) {
    return new LogFilter(
        filter.categories(),
        tags ? filter.types() : Set.of(),
        tags ? Set.of() : filter.tags(),
        filter.correlationId(),
        filter.causationId(),
        filter.eventId(),
        filter.recorded());
  }

  private static void times(Family family) {
    FlowMutants.flow(
        family,
        "the-first-of-a-moment",
        "Of several events at one moment the first is found.",
        "READ-18: ORDER BY recorded_at LIMIT 1",
        ReadMutants::firstOfAMoment);
  }

  private static Flow firstOfAMoment(InstantSource clock) {
    return new Flow(clock) {
      @Override
      LogPosition positionAt(Instant time) {
        LogPosition last = super.positionAt(time);
        StreamEvent found = log.get(last);
        return found == null
            ? last
            : log.values().stream()
                .filter(event -> event.recordedAt().equals(found.recordedAt()))
                .findFirst()
                .orElseThrow()
                .position();
      }
    };
  }
}
