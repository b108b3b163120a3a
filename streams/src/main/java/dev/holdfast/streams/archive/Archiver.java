// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.archive;

import dev.holdfast.provider.Capability;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.stream.SnapshotInfo;
import dev.holdfast.provider.stream.Snapshots;
import dev.holdfast.provider.stream.StreamArchive;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.StreamInfo;
import dev.holdfast.provider.stream.StreamList;
import dev.holdfast.streams.Aggregate;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.internal.Commands;
import dev.holdfast.streams.internal.StoreAccess;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Takes old events of aggregates out of the store (ES-37), and snapshots that nobody needs (ES-38).
 * Any number of processes may do so at once; what was interrupted is finished by the next run.
 * Thread-safe.
 *
 * <p>Of each stream: a snapshot at the bound, export of the events up to it, comparison of what the
 * sink then has with what the store has, and only then their removal. A stream of which something
 * is still needed or is wrong is left as it is, and reported.
 *
 * <p>Every method throws {@link ProviderError} when the store fails for longer than the patience of
 * {@link EventSourcing}.
 */
public final class Archiver {

  private final StoreAccess store;
  private final EventSourcing events;
  private final Archive archive;
  private final ArchivePolicy policy;
  private final Set<String> others;

  private Archiver(
      EventSourcing events, Archive archive, ArchivePolicy policy, Set<String> others) {
    this.events = events;
    this.archive = archive;
    this.policy = policy;
    this.others = others;
    store = events.store();
  }

  /**
   * Joins a store and an archive.
   *
   * @param events the library on the store, or the view of a tenant; give it the same archive
   *     ({@link EventSourcing.Builder#archive}), so that it reads there
   * @param archive the archive
   * @param policy which events may go
   * @return the archiver
   * @throws ProviderError.NotSupported when the store does not declare {@link
   *     Feature#EVENT_ARCHIVE}
   */
  public static Archiver of(EventSourcing events, Archive archive, ArchivePolicy policy) {
    required(events, StreamArchive.class, Feature.EVENT_ARCHIVE);
    required(events, Snapshots.class, Feature.SNAPSHOTS);
    return new Archiver(events, archive, policy, Set.of());
  }

  private static <T extends Capability> T required(
      EventSourcing events, Class<T> type, Feature feature) {
    return events
        .provider()
        .capability(type)
        .orElseThrow(() -> new ProviderError.NotSupported("Archiver", feature));
  }

  /**
   * Returns an archiver that waits for no checkpoint of some projections: those whose rows are
   * stored with the appends, which have none, and those that are about other categories. Without it
   * every generation of every projection of the store has to be behind an event before it goes.
   *
   * @param projections their names
   * @return the archiver
   */
  public Archiver notWaitingFor(String... projections) {
    Set<String> stored =
        List.of(projections).stream()
            .map(store.tenant()::storedCategory)
            .collect(Collectors.toSet());
    return new Archiver(events, archive, policy, stored);
  }

  /**
   * Archives what the policy lets go, of all streams of an aggregate.
   *
   * @param aggregate the aggregate, whose form of state the snapshots are of
   * @return what went, and what stayed although the policy lets it go
   */
  public ArchiveReport run(Aggregate<?, ?, ?> aggregate) {
    return report(aggregate, false);
  }

  /**
   * Says what {@link #run} would do now, and changes nothing in store or sink.
   *
   * @param aggregate the aggregate
   * @return what it would return
   */
  public ArchiveReport dryRun(Aggregate<?, ?, ?> aggregate) {
    return report(aggregate, true);
  }

  private <S> ArchiveReport report(Aggregate<S, ?, ?> aggregate, boolean isDry) {
    Commands<S, ?, ?> commands = events.repository(aggregate).commands();
    StreamArchiving<S> archiving =
        new StreamArchiving<>(commands, archive, policy, new Needs(store, others));
    List<ArchiveReport.Archived> archived = new ArrayList<>();
    List<ArchiveReport.Refused> refused = new ArrayList<>();
    each(
        aggregate,
        info -> {
          StreamId seen = store.tenant().seen(info.stream());
          try {
            StreamArchiving.Plan<S> plan = archiving.plan(info);
            if (plan != null) {
              if (!isDry) {
                archiving.carryOut(plan);
              }
              archived.add(new ArchiveReport.Archived(seen, plan.from(), plan.through()));
            }
          } catch (RefusedArchiving e) {
            refused.add(new ArchiveReport.Refused(seen, e.reason()));
          }
        });
    return new ArchiveReport(archived, refused);
  }

  private void each(Aggregate<?, ?, ?> aggregate, Consumer<StreamInfo> action) {
    String category = store.tenant().storedCategory(aggregate.category());
    String after = null;
    do {
      String from = after;
      StreamList list = store.call(streams -> streams.streams(category, from, store.pageSize()));
      list.streams().forEach(action);
      after = list.nextAfterId();
    } while (after != null);
  }

  /**
   * Removes snapshots of all streams of an aggregate, of whatever form; never the one that an
   * archiving relies on. Loads answer the same without them and read more.
   *
   * @param aggregate the aggregate
   * @param keeping which snapshots stay
   * @return what went
   */
  public PrunedSnapshots pruneSnapshots(Aggregate<?, ?, ?> aggregate, SnapshotPolicy keeping) {
    Snapshots snapshots = required(events, Snapshots.class, Feature.SNAPSHOTS);
    Instant young = store.call(streams -> streams.head()).now().minus(keeping.age());
    long[] counts = new long[2];
    each(
        aggregate,
        info -> {
          counts[0]++;
          int most = store.streams().limits().maxPageSize();
          List<SnapshotInfo> listed =
              store.patience().call(() -> snapshots.list(info.stream(), most));
          Map<String, Integer> youngOnes = new TreeMap<>();
          for (SnapshotInfo snapshot : listed) {
            boolean isYoung = snapshot.storedAt().isAfter(young);
            youngOnes.merge(snapshot.schema(), isYoung ? 1 : 0, Integer::sum);
          }
          youngOnes.forEach((schema, stay) ->
              counts[1] +=
                  store
                      .patience()
                      .call(() ->
                          snapshots.prune(
                              info.stream(), schema, Math.max(keeping.newest(), stay))));
        });
    return new PrunedSnapshots(counts[0], counts[1]);
  }
}
