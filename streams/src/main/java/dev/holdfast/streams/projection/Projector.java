// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.stream.GenerationInfo;
import dev.holdfast.provider.stream.LogHead;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.ParkedEvent;
import dev.holdfast.provider.stream.ProjectionInfo;
import dev.holdfast.provider.stream.ProjectionRow;
import dev.holdfast.provider.stream.RowPage;
import dev.holdfast.provider.stream.RowRead;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.event.UnknownTypes;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A projection in a store. Rows follow behind the log ({@link #on}), are stored with each append
 * ({@link #inline}), or follow in a table of the application ({@link #into}). In a view of a tenant
 * it is a projection of the tenant. Thread-safe.
 *
 * <p>Every method throws {@link ProviderError} when the store fails for longer than the patience of
 * {@link EventSourcing}.
 *
 * @param <E> the events
 * @param <R> the rows
 */
public final class Projector<E, R> {

  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(5);

  private final Site<E, R> site;
  private final Duration limit;

  private Projector(Site<E, R> site, Duration limit) {
    this.site = site;
    this.limit = limit;
  }

  /**
   * Keeps rows in the store, behind the log. They begin at the start of the log.
   *
   * @param events the library on the store
   * @param projection the projection
   * @param <E> the events
   * @param <R> the rows
   * @return the projection there
   * @throws ProviderError.NotSupported when the store has no projections
   */
  public static <E, R> Projector<E, R> on(EventSourcing events, Projection<E, R> projection) {
    return on(events, projection, 1);
  }

  /**
   * Keeps rows in the store, behind the log, in shards that several threads and processes fold at
   * once. Events of a stream are in one shard; the order of different streams is open then, so that
   * rows of several streams have to come out the same in any.
   *
   * @param events the library on the store
   * @param projection the projection
   * @param shards how many shards a new generation gets, from 1 to the limit of the store
   * @param <E> the events
   * @param <R> the rows
   * @return the projection there
   * @throws ProviderError.NotSupported when the store has no projections
   * @throws IllegalArgumentException when it cannot have so many shards
   */
  public static <E, R> Projector<E, R> on(
      EventSourcing events, Projection<E, R> projection, int shards) {
    int most = events.store().streams().limits().maxShards();
    if (shards < 1 || shards > most) {
      throw new IllegalArgumentException("%d shards; it has to be 1 to %d".formatted(shards, most));
    }
    return of(new Site<>(events.store(), projection, Site.Kind.FOLLOWING, shards, null, null));
  }

  /**
   * Keeps rows in the store, in the commit of each append that is made through {@link #events()}.
   * All appends have to go there, in every process. In a store with events call {@link #rebuild()}
   * once. A failure of the handler refuses the append.
   *
   * @param events the library on the store
   * @param projection the projection, without an effect and without parking
   * @param <E> the events
   * @param <R> the rows
   * @return the projection there
   * @throws ProviderError.NotSupported when the store has no projections
   * @throws IllegalArgumentException when the projection has an effect, or parks
   */
  public static <E, R> Projector<E, R> inline(EventSourcing events, Projection<E, R> projection) {
    if (projection.effect() != null
        || projection.onFailure().then() == FailurePolicy.Then.PARK
        || projection.unknownTypes() == UnknownTypes.PARK) {
      throw new IllegalArgumentException(
          "projection %s has effects or parks events; neither is possible in the commit of an append"
              .formatted(projection.name()));
    }
    return of(new Site<>(events.store(), projection, Site.Kind.INLINE, 1, null, null));
  }

  /**
   * Keeps rows in a table of the application, behind the log; their checkpoint is stored in the
   * same transaction.
   *
   * @param events the library on the store
   * @param projection the projection
   * @param connections gives connections to the database of the store
   * @param table the table
   * @param <E> the events
   * @param <R> the rows
   * @return the projection there
   * @throws ProviderError.NotSupported when the store has no projections
   */
  public static <E, R> Projector<E, R> into(
      EventSourcing events,
      Projection<E, R> projection,
      RowTable.Connections connections,
      RowTable<R> table) {
    return of(new Site<>(events.store(), projection, Site.Kind.TABLE, 1, table, connections));
  }

  private static <E, R> Projector<E, R> of(Site<E, R> site) {
    return new Projector<>(site, LIMIT);
  }

  /**
   * Returns the same projection with another limit of its lag.
   *
   * @param limit from which age of the oldest event on its health is bad; 5 minutes unless set
   * @return the projection
   */
  public Projector<E, R> limit(Duration limit) {
    return new Projector<>(site, limit);
  }

  /** {@return what it is} */
  public Projection<E, R> projection() {
    return site.projection;
  }

  /**
   * Returns the library as it stores the rows of this inline projection with each append: {@code
   * execute}, {@code submit} and {@code invalidate}. Queues are refused there.
   *
   * @return the library; closing it has no effect
   * @throws IllegalStateException when the projection is not inline
   */
  public EventSourcing events() {
    if (site.kind != Site.Kind.INLINE) {
      throw new IllegalStateException(
          "projection %s follows the log; nothing is stored with the appends"
              .formatted(site.projection.name()));
    }
    return EventSourcing.over(site.store.appending(new InlineAppends<>(site)));
  }

  /**
   * Starts a runner, with the usual settings.
   *
   * @return the runner
   * @throws IllegalStateException when the projection is inline
   */
  public ProjectionRunner start() {
    return start(RunnerSettings.defaults());
  }

  /**
   * Starts a runner.
   *
   * @param settings how it works
   * @return the runner
   * @throws IllegalStateException when the projection is inline
   */
  public ProjectionRunner start(RunnerSettings settings) {
    return ProjectionRunner.start(following(), site.shards, settings);
  }

  private Site<E, R> following() {
    if (site.kind == Site.Kind.INLINE) {
      throw new IllegalStateException(
          "projection %s is inline; its rows are stored with the appends"
              .formatted(site.projection.name()));
    }
    return site;
  }

  /** One runner's work on a shard, turn by turn, for tests. */
  ShardRunner<E, R> shardRunner(int shard, RunnerSettings settings, String holder) {
    return new ShardRunner<>(following(), shard, settings, holder);
  }

  /**
   * Folds in, in the thread of the caller, what is in the log now. For tests and for jobs: where a
   * runner works, {@link #await} for it.
   *
   * @return how many events were folded in
   * @throws ProjectionStoppedException when an event cannot be handled
   * @throws IllegalStateException when the projection is inline, or the live rows are of another
   *     build
   */
  public long catchUp() {
    following();
    int live = ownLive();
    ProjectionInfo info = site.info();
    LogPosition head = site.store.call(s -> s.head()).position();
    long events = 0;
    int shards = Site.generation(info, live).shards().size();
    for (int i = 0; i < shards; i++) {
      ShardFold<E, R> fold = new ShardFold<>(site, live, i, site.store.pageSize());
      events += catchUp(fold, i, head);
    }
    return events;
  }

  /** The live generation, which has to be of this build. */
  private int ownLive() {
    int live = site.info().live();
    int build = site.meta(live).build();
    if (build != site.projection.build()) {
      throw new IllegalStateException(
          "the live rows of %s are of build %d, and this code is build %d; rebuild them first"
              .formatted(projection().name(), build, site.projection.build()));
    }
    return live;
  }

  private long catchUp(ShardFold<E, R> fold, int shard, LogPosition head) {
    long events = 0;
    int retries = 0;
    while (true) {
      ProjectionInfo info = site.info();
      LogPosition at = Site.generation(info, fold.generation()).shards().get(shard).checkpoint();
      if (!at.isBefore(head)) {
        return events;
      }
      try {
        events += fold.step(new ShardFold.Page(info, at, head, null, Duration.ZERO)).events();
      } catch (RetryLaterException e) {
        Pauses.pause(e.after());
      } catch (ProviderError.VersionConflict e) {
        Pauses.pause(Duration.ofMillis(1)); // a runner was faster
      } catch (ProviderError.Retryable e) {
        retries = Pauses.retry(retries, e);
      }
    }
  }

  /**
   * Reads a live row.
   *
   * @param key the key
   * @return the row, empty for none
   */
  public Optional<R> row(String key) {
    RowTable<R> table = site.table;
    if (table == null) {
      try {
        ProjectionRow row =
            site.store.patience().call(() -> site.rows.row(site.name, null, key)).row();
        return Optional.ofNullable(row).map(stored -> site.codec.read(stored.value()));
      } catch (ProviderError.NotFound e) {
        return Optional.empty(); // nothing was folded yet
      }
    }
    try (Connection connection = TableSession.open(Objects.requireNonNull(site.connections))) {
      Optional<R> row = table.read(connection, site.info().live(), key);
      connection.rollback();
      return row;
    } catch (SQLException e) {
      throw TableSession.failed(e);
    }
  }

  /**
   * Reads all live rows, of one generation.
   *
   * @return the rows by key, in code point order; all in memory
   */
  public Map<String, R> rows() {
    return rows(null);
  }

  /**
   * Reads the live rows whose keys begin alike, of one generation.
   *
   * @param prefix what the keys begin with, null for any
   * @return the rows by key, in code point order; all in memory
   */
  public Map<String, R> rows(@Nullable String prefix) {
    Map<String, R> rows = new LinkedHashMap<>();
    int live = site.info().live();
    if (site.table != null) {
      rowsOfTable(live, prefix, rows);
      return rows;
    }
    String after = null;
    do {
      RowRead read = new RowRead(site.name, live, prefix, after, site.store.pageSize());
      RowPage page = site.store.patience().call(() -> site.rows.rows(read));
      for (ProjectionRow row : page.rows()) {
        if (!row.key().equals(Meta.KEY)) {
          rows.put(row.key(), site.codec.read(row.value()));
        }
      }
      after = page.nextKey();
    } while (after != null);
    return rows;
  }

  private void rowsOfTable(int live, @Nullable String prefix, Map<String, R> rows) {
    try (Connection connection = TableSession.open(Objects.requireNonNull(site.connections))) {
      SequencedMap<String, R> page;
      String after = null;
      do {
        page = Slices.pageOf(site, connection, live, after);
        page.forEach((key, row) -> {
          if (prefix == null || key.startsWith(prefix)) {
            rows.put(key, row);
          }
        });
        after = page.isEmpty() ? null : page.lastEntry().getKey();
      } while (page.size() >= site.store.pageSize());
      connection.rollback();
    } catch (SQLException e) {
      throw TableSession.failed(e);
    }
  }

  /** {@return how far the live rows are behind the log (ES-26)} */
  public ProjectionLag lag() {
    return backlog(1).lag();
  }

  /**
   * Counts which events of this projection the live rows have not folded in (ES-26). It reads them.
   *
   * @param atMost at how many counting ends, from 1
   * @return how far the rows are behind
   */
  public ProjectionBacklog backlog(long atMost) {
    LogHead head = site.store.call(s -> s.head());
    if (site.kind == Site.Kind.INLINE) {
      return Behind.none(head);
    }
    ProjectionInfo info = site.info();
    EventReader<E> reader = new EventReader<>(site.store, site.projection);
    return new Behind(
            Site.generation(info, info.live()),
            head,
            from -> reader.page(from, site.store.pageSize(), Duration.ZERO),
            reader::concerns)
        .count(atMost);
  }

  /** {@return how it is, whoever runs it (ES-26)} */
  public ProjectionHealth health() {
    ProjectionInfo info = site.info();
    GenerationInfo live = Site.generation(info, info.live());
    return new ProjectionHealth(
        live.generation(),
        site.meta(live.generation()).build(),
        site.projection.build(),
        lag(),
        limit,
        live.parked());
  }

  /**
   * Waits until the live rows have an event, for example one of the caller (ES-26).
   *
   * @param position the position of the event
   * @param atMost for how long
   * @throws TimeoutException when they do not have it by then
   * @throws InterruptedException when the thread is interrupted
   */
  public void await(LogPosition position, Duration atMost)
      throws TimeoutException, InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (site.kind != Site.Kind.INLINE) {
      ProjectionInfo info = site.info();
      LogPosition at = Collections.min(Site.checkpoints(Site.generation(info, info.live())));
      if (!at.isBefore(position)) {
        return;
      }
      if (System.nanoTime() - deadline >= 0) {
        throw new TimeoutException(
            "the live rows of projection %s are at %s, and not at %s, after %s; is a runner of it at work? holdfast projections %s shows its shards and where they stand"
                .formatted(projection().name(), at, position, atMost, projection().name()));
      }
      Thread.sleep(LOOK_AGAIN);
    }
  }

  /** {@return what is parked, in the order of the log; its streams as the store knows them} */
  public List<ParkedEvent> parked() {
    return site.parkedEvents(site.info().live()).all();
  }

  /**
   * Tries what is parked again, each stream in order and up to its first failure (ES-22).
   *
   * @return how many events went into the rows
   * @throws IllegalStateException when the live rows are of another build
   */
  public int retry() {
    return new Parking<>(site, ownLive()).retry(any -> true);
  }

  /**
   * Tries what is parked of one stream again, in order and up to its first failure (ES-22).
   *
   * @param stream the stream
   * @return how many events went into the rows
   * @throws IllegalStateException when the live rows are of another build
   */
  public int retry(StreamId stream) {
    StreamId stored = stored(stream);
    return new Parking<>(site, ownLive()).retry(stored::equals);
  }

  private StreamId stored(StreamId stream) {
    return site.store.tenant().stored(stream.category(), stream.id());
  }

  /**
   * Gives a parked event up: these rows do without it. Later ones of its stream stay parked; {@link
   * #retry} goes on with them.
   *
   * @param position the position of the event
   * @return whether it was parked
   */
  public boolean dropParked(LogPosition position) {
    return site.parkedEvents(site.info().live()).drop(position);
  }

  /**
   * Makes the rows anew beside the live ones, and switches when they are there (ES-23). Readers see
   * the former rows or the new ones; at the switch these may be a moment older, without what the
   * former ones have taken in while it was made, which comes by itself. What events have caused
   * outside is not caused again. Where it was interrupted another call goes on; several at once
   * help each other.
   *
   * @return what it came to; the former rows are kept until {@link #drop}
   * @throws ProjectionStoppedException when an event cannot be handled
   */
  public Rebuilt rebuild() {
    return rebuild(progress -> {});
  }

  /**
   * As {@link #rebuild()}, and says where it is.
   *
   * @param progress is told after each page, by several threads
   * @return what it came to
   * @throws ProjectionStoppedException when an event cannot be handled
   */
  public Rebuilt rebuild(Consumer<RebuildProgress> progress) {
    return new Rebuilder<>(site, progress, site.store.pageSize()).run();
  }

  /**
   * Makes single live rows anew, as of an unchanged checkpoint (ES-24). It reads and folds the log
   * from its beginning, as {@link #verify} does.
   *
   * @param keys the keys of the rows
   * @return how many were wrong, and are right now
   * @throws IllegalStateException when the live rows are of another build
   */
  public int renew(String... keys) {
    try (Audit<E, R> audit = audit(FoldedRows.HELD)) {
      return audit.renew(Arrays.asList(keys));
    }
  }

  /**
   * Makes the live rows anew that streams have a part in (ES-24).
   *
   * @param streams the streams
   * @return how many were wrong, and are right now
   * @throws IllegalStateException when the live rows are of another build
   */
  public int renew(StreamId... streams) {
    try (Audit<E, R> audit = audit(FoldedRows.HELD)) {
      return audit.renew(audit.keysOf(Arrays.stream(streams).map(this::stored).toList()));
    }
  }

  /** A comparison with so many rows of the fold in memory at most. */
  Audit<E, R> audit(int held) {
    return new Audit<>(site, ownLive(), held);
  }

  /**
   * Compares the live rows with the fold of the log, and writes nothing there (ES-25). Rows and
   * fold are of the same cut, whoever appends meanwhile. Both are gone through in pages; what the
   * fold does not keep in memory, beyond 10,000 rows, it keeps in temporary files.
   *
   * @return where they differ
   * @throws dev.holdfast.streams.event.EventSourcingException when there is no room for such files
   * @throws IllegalStateException when the live rows are of another build
   */
  public Verification verify() {
    try (Audit<E, R> audit = audit(FoldedRows.HELD)) {
      return audit.verification();
    }
  }

  /**
   * Verifies at once, and then again and again.
   *
   * @param every the time between two comparisons, above zero
   * @param listener is told what each came to
   * @return what ends it
   * @throws IllegalArgumentException when the time is not positive
   */
  public VerificationWatch verifyEvery(Duration every, Consumer<Verification> listener) {
    return VerificationWatch.start(projection().name(), every, this::verify, listener);
  }

  /** {@return the generation that readers see} */
  public int liveGeneration() {
    return site.info().live();
  }

  /** {@return the generations that are there, oldest first} */
  public List<Integer> generations() {
    return site.info().generations().stream().map(GenerationInfo::generation).toList();
  }

  /**
   * Makes the rows of another generation live again, as their last runner has left them.
   *
   * @param generation the generation
   * @throws ProviderError.NotFound when it is not there
   * @throws ProviderError.VersionConflict when somebody else switches
   */
  public void goBackTo(int generation) {
    int live = site.info().live();
    LogPosition least = site.kind == Site.Kind.INLINE ? null : LogPosition.START;
    site.rows.makeLive(site.name, generation, live, least);
  }

  /**
   * Drops a generation that is not live, with all its rows.
   *
   * @param generation the generation
   * @return how many rows went
   * @throws IllegalStateException when events had their effect in it that the live one has not
   *     folded in yet
   * @throws ProviderError.InvalidRequest when it is live
   */
  public long drop(int generation) {
    return new GenerationDrop<>(site).drop(generation, () -> lag().checkpoint());
  }
}
