// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.Capability;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Fence;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.StoreFailure;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.Appended;
import dev.holdfast.provider.stream.Direction;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.Expected;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.StreamPage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** Streams whose appends are lost, doubled, or taken for others. */
final class StreamMutants {

  private StreamMutants() {}

  static List<Mutant> all() {
    Family family = new Family("STREAM");
    family.handle(
        "streams-are-declared-and-not-found",
        "Streams are declared and not found.",
        "STREAM-01: the lookup does not know them",
        inner ->
            new Forwarding(inner) {
              @Override
              public <C extends Capability> Optional<C> capability(Class<C> type) {
                return type == EventStreams.class ? Optional.empty() : super.capability(type);
              }
            });
    versions(family);
    keys(family);
    races(family);
    wholes(family);
    return family.mutants();
  }

  private static void versions(Family family) {
    FlowMutants.flow(
        family,
        "stream-ids-are-joined",
        "Category and id are joined by a hyphen.",
        "STREAM-02: an event store whose stream name is category-id",
        clock ->
            new Flow(clock) {
              @Override
              Object id(StreamId stream) {
                return stream.category() + "-" + stream.id();
              }
            });
    FlowMutants.flow(
        family,
        "refused-appends-use-up-versions",
        "A refused append uses up a version.",
        "STREAM-03, STREAM-05: versions from a sequence",
        clock ->
            new Flow(clock) {
              private long refused;

              @Override
              boolean fits(Expected expected, long last) {
                refused += expected.fits(last) ? 0 : 1;
                return expected.fits(last);
              }

              @Override
              long nextVersion(Stream stream) {
                long next = stream.last + 1 + refused;
                refused = 0;
                return next;
              }
            });
    FlowMutants.flow(
        family,
        "exists-fits-a-missing-stream",
        "An append that expects a stream makes one.",
        "STREAM-04: exists taken for any",
        clock ->
            new Flow(clock) {
              @Override
              boolean fits(Expected expected, long last) {
                return expected instanceof Expected.Exists || expected.fits(last);
              }
            });
    FlowMutants.flow(
        family,
        "newer-versions-fit",
        "An append fits every version at or above the one it expects.",
        "STREAM-04: compared with >=",
        clock ->
            new Flow(clock) {
              @Override
              boolean fits(Expected expected, long last) {
                return expected instanceof Expected.Exactly(long version)
                    ? last >= version
                    : expected.fits(last);
              }
            });
    FlowMutants.flow(
        family,
        "conflicts-find-the-next-version",
        "A conflict tells the version that would come next.",
        "STREAM-05: off by one",
        clock ->
            new Flow(clock) {
              @Override
              long found(long last) {
                return last + 1;
              }
            });
    FlowMutants.call(
        family,
        "any-conflicts-when-busy",
        "An append with any conflicts when another one came between.",
        "STREAM-07: read the last version, then insert the next",
        (inner, flow) ->
            new Flowing(inner, flow) {
              @Override
              Appended append(AppendEvents append) {
                return super.append(
                    append.expected() instanceof Expected.Any
                        ? pinned(this, append, Expected::exactly)
                        : append);
              }
            });
    FlowMutants.call(
        family,
        "appends-over-a-thousand-are-cut",
        "An append takes one event less than the limits say.",
        "STREAM-10: a limit that is exclusive",
        (inner, flow) ->
            new Flowing(inner, flow) {
              @Override
              Appended append(AppendEvents append) {
                if (append.events().size() >= 1_000) {
                  throw new InvalidRequest("append", "too many events");
                }
                return super.append(append);
              }
            });
  }

  /** The same append with the version that its stream has now, read a moment before. */
  private static AppendEvents pinned(
      Flowing handle, AppendEvents append, LongFunction<Expected> expecting) {
    long last = handle.readStream(append.stream(), 1, Direction.FORWARDS, 1).lastVersion();
    LockSupport.parkNanos(InboxMutants.MOMENT.toNanos());
    return new AppendEvents(append.stream(), expecting.apply(last), append.events(), append.key());
  }

  private static void keys(Family family) {
    FlowMutants.flow(
        family,
        "the-version-comes-before-the-key",
        "An honest repeat is a conflict.",
        "STREAM-19: the expected version is looked at first",
        clock ->
            new Flow(clock) {
              @Override
              boolean versionFirst() {
                return true;
              }
            });
    FlowMutants.flow(
        family,
        "other-content-is-a-repeat",
        "Other content under a used key is taken for a repeat.",
        "STREAM-20: ON CONFLICT DO NOTHING",
        clock ->
            new Flow(clock) {
              @Override
              boolean sameContent(List<NewEvent> first, List<NewEvent> again) {
                return true;
              }
            });
    FlowMutants.flow(
        family,
        "the-order-of-events-is-no-content",
        "Events in another order are taken for a repeat.",
        "STREAM-20: hashes that are added up",
        clock ->
            new Flow(clock) {
              @Override
              boolean sameContent(List<NewEvent> first, List<NewEvent> again) {
                List<Object> one = new ArrayList<>(content(first));
                return one.size() == again.size() && one.containsAll(content(again));
              }
            });
    FlowMutants.flow(
        family,
        "metadata-is-content",
        "A repeat with another host or duration in its metadata is a mismatch.",
        "STREAM-20: the whole event is hashed",
        clock ->
            new Flow(clock) {
              @Override
              boolean sameContent(List<NewEvent> first, List<NewEvent> again) {
                return super.sameContent(first, again)
                    && Objects.equals(first.getFirst().metadata(), again.getFirst().metadata());
              }
            });
    FlowMutants.flow(
        family,
        "keys-are-global",
        "A key counts in every stream.",
        "STREAM-21: a unique index on the key alone",
        clock ->
            new Flow(clock) {
              @Override
              Object key(StreamId stream, String key) {
                return key;
              }
            });
    FlowMutants.flow(
        family,
        "keys-are-folded",
        "Keys that differ in case are one.",
        "STREAM-21: a collation without case",
        clock ->
            new Flow(clock) {
              @Override
              Object key(StreamId stream, String key) {
                return List.of(stream, key.toLowerCase(Locale.ROOT));
              }
            });
    FlowMutants.flow(
        family,
        "keys-are-forgotten",
        "Only the last keys are remembered.",
        "STREAM-22: a cache of keys",
        clock ->
            new Flow(clock) {
              @Override
              long nextVersion(Stream stream) {
                if (stream.last > 500) {
                  keys.clear();
                }
                return super.nextVersion(stream);
              }
            });
    FlowMutants.flow(
        family,
        "repeats-have-the-present-version",
        "A repeat is answered the version that the stream has now.",
        "STREAM-17: the answer is computed from the stream",
        clock ->
            new Flow(clock) {
              @Override
              Appended repeat(Appended first, Stream stream) {
                return new Appended(
                    first.stream(),
                    first.firstVersion(),
                    stream.last,
                    first.firstPosition(),
                    first.lastPosition(),
                    first.recordedAt(),
                    true);
              }
            });
    FlowMutants.flow(
        family,
        "repeats-are-not-marked",
        "A repeat is told as an append.",
        "STREAM-17: the mark is forgotten",
        clock ->
            new Flow(clock) {
              @Override
              Appended repeat(Appended first, Stream stream) {
                return first;
              }
            });
    FlowMutants.flow(
        family,
        "keys-outlive-a-rollback",
        "A refused list takes its keys.",
        "STREAM-23: keys are kept in another store",
        clock ->
            new Flow(clock) {
              @Override
              Runnable mark() {
                Runnable back = super.mark();
                return () -> {
                  var used = keys;
                  back.run();
                  keys = used;
                };
              }

              @Override
              Appended append(String operation, AppendEvents append) {
                boolean isThere = streams.containsKey(id(append.stream()));
                Stream made = new Stream(append.stream());
                if (!isThere && append.key() != null) {
                  streams.put(id(append.stream()), made);
                }
                try {
                  return super.append(operation, append);
                } finally {
                  if (made.last == 0) {
                    streams.remove(id(append.stream()), made);
                  }
                }
              }
            });
    FlowMutants.flow(
        family,
        "repeats-renew-metadata",
        "A repeat replaces the metadata of the stored events.",
        "STREAM-25: an upsert",
        clock ->
            new Flow(clock) {
              @Override
              Appended append(String operation, AppendEvents append) {
                Appended appended = super.append(operation, append);
                Stream stream = streams.get(id(append.stream()));
                if (appended.repeated() && stream != null) {
                  for (int n = 0; n < append.events().size(); n++) {
                    int place = (int) appended.firstVersion() - 1 + n;
                    StreamEvent old = stream.events.get(place);
                    StreamEvent renewed =
                        new StreamEvent(
                            old.stream(),
                            old.version(),
                            old.position(),
                            old.recordedAt(),
                            append.events().get(n));
                    stream.events.set(place, renewed);
                    log.put(renewed.position(), renewed);
                  }
                }
                return appended;
              }
            });
  }

  private static void races(Family family) {
    FlowMutants.call(
        family,
        "look-up-then-insert",
        "Racing repeats meet a unique violation.",
        "STREAM-18: an event store that looks for the key first, and inserts then",
        (inner, flow) ->
            new Flowing(inner, flow) {
              @Override
              Appended append(AppendEvents append) {
                boolean known;
                synchronized (flow) {
                  known =
                      append.key() == null
                          || flow.keys.containsKey(flow.key(append.stream(), append.key()));
                }
                LockSupport.parkNanos(InboxMutants.MOMENT.toNanos());
                Appended appended = super.append(append);
                if (!known && appended.repeated()) {
                  throw new StoreFailure("append", "duplicate key value", null);
                }
                return appended;
              }
            });
    FlowMutants.call(
        family,
        "expectations-are-looked-at-before",
        "Two appends that expect the same version are both applied.",
        "STREAM-06: the version is compared in another transaction",
        (inner, flow) ->
            new Flowing(inner, flow) {
              @Override
              Appended append(AppendEvents append) {
                long last = readStream(append.stream(), 1, Direction.FORWARDS, 1).lastVersion();
                LockSupport.parkNanos(InboxMutants.MOMENT.toNanos());
                return super.append(
                    append.expected().fits(last)
                        ? new AppendEvents(
                            append.stream(), Expected.any(), append.events(), append.key())
                        : append);
              }
            });
    FlowMutants.call(
        family,
        "half-an-append-is-visible",
        "The events of an append become visible one after another.",
        "STREAM-08: one commit for each event",
        (inner, flow) ->
            new Flowing(inner, flow) {
              @Override
              Appended append(AppendEvents append) {
                if (append.events().size() != 5) {
                  return super.append(append);
                }
                Appended first =
                    super.append(
                        new AppendEvents(
                            append.stream(),
                            append.expected(),
                            append.events().subList(0, 2),
                            append.key()));
                LockSupport.parkNanos(InboxMutants.MOMENT.toNanos());
                Appended second =
                    super.append(
                        new AppendEvents(
                            append.stream(), Expected.any(), append.events().subList(2, 5), null));
                return new Appended(
                    append.stream(),
                    first.firstVersion(),
                    second.lastVersion(),
                    first.firstPosition(),
                    second.lastPosition(),
                    first.recordedAt(),
                    first.repeated());
              }
            });
    FlowMutants.call(
        family,
        "streams-are-read-late",
        "Another handle reads a stream as it was before the last append.",
        "STREAM-16: a replica",
        (inner, flow) ->
            new Flowing(inner, flow) {
              private int appends;

              @Override
              List<ChangeResult> apply(
                  String operation, List<Change> changes, @Nullable Fence fence) {
                appends++;
                return super.apply(operation, changes, fence);
              }

              @Override
              StreamPage readStream(StreamId id, long from, Direction direction, int limit) {
                StreamPage page = super.readStream(id, from, direction, limit);
                return appends == 0 && page.lastVersion() > 1 && limit == 1
                    ? new StreamPage(page.events(), 1, page.lastVersion() - 1, page.complete())
                    : page;
              }
            });
  }

  private static void wholes(Family family) {
    FlowMutants.call(
        family,
        "refused-lists-are-half-there",
        "What stands before the change that does not fit stays.",
        "STREAM-12: a commit for each change",
        (inner, flow) ->
            new Flowing(inner, flow) {
              @Override
              void undo(Runnable back) {
                // It stays.
              }
            });
    FlowMutants.call(
        family,
        "lost-fences-are-taken",
        "An append under a lost fence is applied.",
        "STREAM-14: the fence is not looked at",
        (inner, flow) ->
            new Flowing(inner, flow) {
              @Override
              List<ChangeResult> apply(
                  String operation, List<Change> changes, @Nullable Fence fence) {
                boolean appends = changes.stream().allMatch(AppendEvents.class::isInstance);
                return super.apply(operation, changes, appends ? null : fence);
              }
            });
    FlowMutants.flow(
        family,
        "lists-do-not-see-themselves",
        "The second append of a list does not see the first one.",
        "STREAM-11: versions are read before the list",
        clock ->
            new Flow(clock) {
              private final Map<Object, Long> before = new HashMap<>();

              @Override
              Runnable mark() {
                before.clear();
                streams.forEach((id, stream) -> before.put(id, stream.last));
                return super.mark();
              }

              @Override
              Appended append(String operation, AppendEvents append) {
                if (append.expected() instanceof Expected.Exactly(long version)
                    && before.getOrDefault(id(append.stream()), 0L) != version) {
                  throw new VersionConflict(
                      operation,
                      append.stream(),
                      append.expected(),
                      before.getOrDefault(id(append.stream()), 0L));
                }
                return super.append(operation, append);
              }
            });
    FlowMutants.call(
        family,
        "bad-events-are-mended",
        "An event with too many tags is stored without some of them.",
        "STREAM-09: what is too much is cut off",
        (inner, flow) ->
            new Flowing(inner, flow) {
              @Override
              List<ChangeResult> apply(
                  String operation, List<Change> changes, @Nullable Fence fence) {
                return super.apply(operation, changes.stream().map(Mended::of).toList(), fence);
              }
            });
  }

  /** Appends without the tags that are too many. */
  private static final class Mended {
    static Change of(Change change) {
      return change instanceof AppendEvents append
          ? new AppendEvents(
              append.stream(),
              append.expected(),
              append.events().stream().map(Mended::of).toList(),
              append.key())
          : change;
    }

    private static NewEvent of(NewEvent event) {
      return new NewEvent(
          event.eventId(),
          event.type(),
          event.schemaVersion(),
          event.data(),
          event.metadata(),
          event.correlationId(),
          event.causationId(),
          Set.copyOf(event.tags().stream().limit(8).toList()));
    }
  }
}
