// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.migration;

import dev.holdfast.provider.Feature;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.feature.TransactionalEnqueue;
import dev.holdfast.provider.stream.RowChange;
import dev.holdfast.streams.Difference;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.event.EventSourcingException;
import dev.holdfast.streams.internal.Repeating;
import dev.holdfast.streams.internal.StoreAccess;
import dev.holdfast.streams.migration.Ledger.Seen;
import dev.holdfast.streams.projection.RowTable;
import dev.holdfast.streams.queue.EntryStatus;
import dev.holdfast.streams.queue.EventQueue;
import dev.holdfast.streams.queue.QueuedAggregate;
import dev.holdfast.worker.internal.util.Texts;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of one old table to the events of an aggregate (ES-34 to ES-36). The application writes
 * and reads through it; the phase says which side that means, is kept in the store, and is the same
 * for all processes at every moment. Keep one in each process. Thread-safe.
 *
 * <p>Events follow from the queue of the aggregate, which has to have workers ({@link
 * dev.holdfast.streams.queue.QueueEngine}). While both sides are written the old table decides:
 * events say what has happened there.
 *
 * <p>Every method throws {@link ProviderError} when the store fails for longer than the patience of
 * {@link EventSourcing}, and {@link EventSourcingException} when the old table does.
 *
 * @param <E> the events
 * @param <R> what an old row is
 */
public final class Migration<E, R> {

  private static final Logger LOG = LoggerFactory.getLogger(Migration.class);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(5);
  private static final int ATTEMPTS = 100;

  private final String name;
  private final StoreAccess store;
  private final Ledger ledger;
  private final KnownDifferences known;
  private final Validations validations;
  private final Sides<?, E, R> sides;
  private final SideComparison<?, E, R> comparison;
  private final Writer<?, E, R> writer;
  private final AtomicLong compared = new AtomicLong();
  private final AtomicLong different = new AtomicLong();
  private final AtomicLong unsettled = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();

  private <S> Migration(Builder<S, E, R> builder) {
    name = builder.name;
    store = builder.events.store();
    ledger = new Ledger(store, name);
    known = new KnownDifferences(ledger);
    validations = new Validations(ledger);
    Function<S, @Nullable R> row = builder.row;
    if (row == null) {
      throw new NullPointerException("row");
    }
    Sides<S, E, R> both =
        new Sides<>(
            store,
            builder.events.repository(builder.aggregate.aggregate()),
            EventQueue.on(builder.events, builder.aggregate),
            builder.table,
            builder.connections,
            row);
    SideComparison<S, E, R> compares = new SideComparison<>(both);
    sides = both;
    comparison = compares;
    writer =
        new Writer<>(ledger, both, compares, Objects.requireNonNull(builder.imports, "imports"));
  }

  /**
   * Begins a migration.
   *
   * @param name its name, the same in all processes
   * @param events the library on the store, or the view of a tenant
   * @param aggregate the aggregate that the rows become, and its queue
   * @param table the old table
   * @param connections gives connections to the database of the store, where the old table is
   * @param <S> the state
   * @param <E> the events
   * @param <R> what an old row is
   * @return a builder
   * @throws IllegalArgumentException when the name is empty
   */
  public static <S, E, R> Builder<S, E, R> builder(
      String name,
      EventSourcing events,
      QueuedAggregate<S, ?, E> aggregate,
      OldTable<R> table,
      RowTable.Connections connections) {
    return new Builder<>(name, events, aggregate, table, connections);
  }

  /** {@return the present phase, as the store has it} */
  public Phase phase() {
    return ledger.read().phase();
  }

  /** {@return how it stands} */
  public MigrationStatus status() {
    Seen seen = ledger.read();
    Importer.Progress progress = Importer.progress(ledger);
    boolean isOfNow = progress.epoch() == seen.epoch();
    return new MigrationStatus(
        seen.phase(),
        known.count().ids(),
        isOfNow ? progress.imported() : Imported.NONE,
        isOfNow && progress.isComplete(),
        ledger.switches());
  }

  /**
   * Goes to another phase, in all processes at once: forward to the next one, or back to any
   * before. Transactions that write under the present phase commit before it or are refused. It
   * does nothing where it is there already; interrupted, it has happened or not.
   *
   * @param next the phase
   * @param reason why, for people
   * @throws SwitchRefusedException when the phase is not the next one; from {@link Phase#OLD_OFF};
   *     to {@link Phase#VALIDATED} unless a {@link #validate()} begun in this phase has found
   *     nothing; and forward from there while any difference is known
   */
  public void switchTo(Phase next, String reason) {
    Objects.requireNonNull(reason, "reason");
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Seen seen = ledger.read();
      if (seen.phase() == next || ledger.isSwitched(seen, next, reason, guards(seen, next))) {
        return;
      }
    }
    throw new ProviderError.StoreContention(
        "switchTo", "others go on switching and noting differences; repeat it", null);
  }

  private List<RowChange> guards(Seen seen, Phase next) {
    if (seen.phase() == Phase.OLD_OFF) {
      throw refused(seen, next, "the old table stands still since then; there is no way back");
    }
    if (next.compareTo(seen.phase()) < 0) {
      return List.of();
    }
    if (next.ordinal() != seen.phase().ordinal() + 1) {
      throw refused(seen, next, "it goes forward phase by phase");
    }
    if (next == Phase.DUAL) {
      return List.of();
    }
    KnownDifferences.Count count = known.count();
    if (count.ids() > 0) {
      throw refused(
          seen,
          next,
          "%s, such as %s; set them right and validate again"
              .formatted(
                  Texts.count(count.ids(), "id differs", "ids differ"),
                  known.all().stream().limit(3).toList()));
    }
    if (next == Phase.VALIDATED && !validations.isClean(seen)) {
      throw refused(
          seen,
          next,
          "no comparison of both sides in this phase was without result; validate first");
    }
    return List.of(count.guard());
  }

  private SwitchRefusedException refused(Seen seen, Phase next, String why) {
    return new SwitchRefusedException(name, seen.phase(), next, why);
  }

  /**
   * Returns what writes in a transaction of the caller.
   *
   * @param connection a connection to the database of the store, with a transaction under way
   * @return what writes there
   */
  public MigrationTransaction<E> within(Connection connection) {
    return new MigrationTransaction<>(writer, connection);
  }

  /**
   * Waits until an event that was written has come to its stream, for example before it is read
   * there. Not needed where the old table is read.
   *
   * @param id the id of the row and of the stream
   * @param entryId the entry
   * @param atMost for how long
   * @return what became of it: {@code Completed}, {@code Dead} or {@code Dropped}
   * @throws TimeoutException when it still waits then, or no such entry is known
   * @throws InterruptedException when the thread is interrupted
   */
  public EntryStatus await(String id, String entryId, Duration atMost)
      throws TimeoutException, InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (true) {
      EntryStatus status = sides.queue().status(id, entryId);
      switch (status) {
        case EntryStatus.Completed c -> {
          return c;
        }
        case EntryStatus.Dead d -> {
          return d;
        }
        case EntryStatus.Dropped d -> {
          return d;
        }
        case EntryStatus.Unknown u -> {}
        case EntryStatus.Pending p -> {}
        case EntryStatus.Processing p -> {}
        case EntryStatus.Retrying r -> {}
      }
      if (System.nanoTime() - deadline >= 0) {
        throw new TimeoutException(
            "migration %s: entry %s of %s is %s after %s; is there a worker of its queue? holdfast queues says how much waits"
                .formatted(name, entryId, id, status, atMost));
      }
      Thread.sleep(LOOK_AGAIN);
    }
  }

  /**
   * Reads a row from the side that the phase says. While both are written the other side is read
   * too, and a difference is noted (ES-35); if that side fails, the reader is not told.
   *
   * @param id the id
   * @return the row, empty for none
   */
  public Optional<R> read(String id) {
    Phase phase = phase();
    if (!phase.writesBoth()) {
      return Optional.ofNullable(phase.readsNew() ? sides.current(id).row() : sides.old(id));
    }
    if (phase.readsNew()) {
      Sides.New<R> current = sides.current(id);
      compareRead(id, () -> comparison.judge(id, sides.old(id), current));
      return Optional.ofNullable(current.row());
    }
    R old = sides.old(id);
    compareRead(id, () -> comparison.judge(id, old, sides.current(id)));
    return Optional.ofNullable(old);
  }

  @FunctionalInterface
  private interface Judgement {
    @Nullable List<Difference> make();
  }

  private void compareRead(String id, Judgement judgement) {
    try {
      List<Difference> found = judgement.make();
      compared.incrementAndGet();
      if (found == null) {
        unsettled.incrementAndGet();
      } else if (!found.isEmpty()) {
        different.incrementAndGet();
        LOG.warn("migration {}: {}", name, found);
        known.note(id, found);
      }
    } catch (RuntimeException e) {
      failed.incrementAndGet();
      LOG.warn("migration {}: {} could not be compared: {}", name, id, e.toString());
    }
  }

  /** {@return what the reads through this object have seen} */
  public ReadCounts readCounts() {
    return new ReadCounts(compared.get(), different.get(), unsettled.get(), failed.get());
  }

  /**
   * Lists the differences that are known, whoever has found them: {@code stored} is what the old
   * table has, {@code other} what the events say.
   *
   * @return the differences, in the order of the ids; all in memory
   */
  public List<Difference> differences() {
    return known.all();
  }

  /**
   * Compares one id, and notes what differs, or that nothing does any more.
   *
   * @param id the id
   * @return where the sides differ
   * @throws IllegalStateException when its events are on their way for as long as it looks; is
   *     there a worker of its queue?
   */
  public List<Difference> compare(String id) {
    List<Difference> found = comparison.compare(id);
    if (found == null) {
      throw new IllegalStateException(
          "the events of %s do not come to rest; is there a worker of its queue?".formatted(id));
    }
    known.note(id, found);
    return found;
  }

  /**
   * Compares both sides as a whole, and notes what differs, or does not any more (ES-35). Reads one
   * page of old rows at a time; writers go on meanwhile.
   *
   * @return what it came to
   */
  public Validation validate() {
    Seen seen = ledger.read();
    Validation validation = comparison.compareAll(known);
    validations.note(seen, validation);
    return validation;
  }

  /**
   * Validates at once, and then again and again, in a thread of its own. What fails is logged, and
   * tried again at the next time.
   *
   * @param every the time between two comparisons, above zero
   * @param listener is told what each came to
   * @return what ends it, behind the comparison that is under way
   * @throws IllegalArgumentException when the time is not positive
   */
  public ValidationWatch validateEvery(Duration every, Consumer<Validation> listener) {
    return new ValidationWatch(
        Repeating.start("migration " + name, every, () -> listener.accept(validate())));
  }

  /**
   * Imports the old table: each row that no event knows of becomes one, under its id as the key
   * (ES-36). Safe to repeat at any time: what was interrupted goes on where it was, what is there
   * stays. Writers go on meanwhile. The events are durable when it returns, and come to their
   * streams later.
   *
   * <p>After a way back to {@link Phase#OFF} and forward again, rows that have changed meanwhile
   * are imported once more, and those that are gone too.
   *
   * @return the counts, of all its runs together
   * @throws IllegalStateException unless both sides are written
   */
  public Imported importRows() {
    return new Importer<>(name, ledger, sides, writer, store.patience()).run();
  }

  /**
   * Sets the events of an id right: puts an event into its queue that says all of the present old
   * row. {@link #compare} sees it when it has come to its stream.
   *
   * @param id the id
   * @throws IllegalStateException unless both sides are written
   */
  public void repair(String id) {
    store
        .patience()
        .call(() ->
            sides.transaction(connection -> {
              Phase held = writer.hold(connection, id).phase();
              if (!held.writesBoth()) {
                throw new IllegalStateException(
                    "migration %s is %s; there are no two sides to be set right"
                        .formatted(name, held));
              }
              writer.repair(connection, id);
              return true;
            }));
  }

  /**
   * Builds migrations. Not thread-safe.
   *
   * @param <S> the state
   * @param <E> the events
   * @param <R> what an old row is
   */
  public static final class Builder<S, E, R> {

    private final String name;
    private final EventSourcing events;
    private final QueuedAggregate<S, ?, E> aggregate;
    private final OldTable<R> table;
    private final RowTable.Connections connections;
    private @Nullable Function<S, @Nullable R> row;
    private @Nullable RowImport<R, E> imports;

    private Builder(
        String name,
        EventSourcing events,
        QueuedAggregate<S, ?, E> aggregate,
        OldTable<R> table,
        RowTable.Connections connections) {
      if (name.isEmpty()) {
        throw new IllegalArgumentException("the migration has no name");
      }
      this.name = name;
      this.events = Objects.requireNonNull(events, "events");
      this.aggregate = Objects.requireNonNull(aggregate, "aggregate");
      this.table = Objects.requireNonNull(table, "table");
      this.connections = Objects.requireNonNull(connections, "connections");
    }

    /**
     * Says which old row a state stands for.
     *
     * @param row the row of a state, null for none; a pure function
     * @return this
     */
    public Builder<S, E, R> row(Function<S, @Nullable R> row) {
      this.row = row;
      return this;
    }

    /**
     * Says which event an old row becomes.
     *
     * @param imports the event of a row
     * @return this
     */
    public Builder<S, E, R> imports(RowImport<R, E> imports) {
      this.imports = imports;
      return this;
    }

    /**
     * Builds the migration, and notes in the store that it is {@link Phase#OFF} unless it is there
     * already: later that might be in a transaction that has the store for itself. Not within one.
     *
     * @return the migration
     * @throws IllegalStateException when the row of a state or the event of a row was not said
     * @throws ProviderError.NotSupported when the store does not declare {@link
     *     Feature#TRANSACTIONAL_ENQUEUE}, {@link Feature#PROJECTIONS}, {@link Feature#CHANGES} or
     *     {@link Feature#INSTANCE_ADMIN}
     */
    public Migration<E, R> build() {
      if (row == null || imports == null) {
        throw new IllegalStateException(
            "migration %s needs both row(…) and imports(…)".formatted(name));
      }
      Provider provider = events.provider();
      if (provider.capability(TransactionalEnqueue.class).isEmpty()) {
        throw new ProviderError.NotSupported("Migration", Feature.TRANSACTIONAL_ENQUEUE);
      }
      if (provider.capability(InstanceAdmin.class).isEmpty()) {
        throw new ProviderError.NotSupported("Migration", Feature.INSTANCE_ADMIN);
      }
      Migration<E, R> migration = new Migration<>(this);
      migration.ledger.read();
      return migration;
    }
  }
}
