// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.streams.event.EventContext;
import dev.holdfast.streams.internal.Commands;
import dev.holdfast.streams.internal.Settings;
import dev.holdfast.streams.internal.Spans;
import dev.holdfast.streams.internal.StoreAccess;
import dev.holdfast.streams.internal.Tenant;
import dev.holdfast.worker.tracing.Tracing;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The library on one store, of any provider that has the feature {@link
 * dev.holdfast.provider.Feature#EVENT_STREAMS}. Where it has no snapshots everything works without.
 * Thread-safe.
 */
public final class EventSourcing implements AutoCloseable {

  private static final Duration GRACE = Duration.ofSeconds(5);

  private final StoreAccess store;

  private EventSourcing(StoreAccess store) {
    this.store = store;
  }

  /**
   * Joins the library and a store, with the usual settings.
   *
   * @param provider the store
   * @return the library on it
   * @throws ProviderError.NotSupported when it has no event streams
   * @throws IllegalArgumentException when {@code HOLDFAST_SNAPSHOT_INTERVAL} is set and no number
   */
  public static EventSourcing on(Provider provider) {
    return builder(provider).build();
  }

  /**
   * Creates a builder.
   *
   * @param provider the store
   * @return the builder
   */
  public static Builder builder(Provider provider) {
    return new Builder(provider, System.getenv());
  }

  /**
   * Gives access to the streams of an aggregate.
   *
   * @param aggregate the aggregate
   * @param <S> the state
   * @param <C> the commands
   * @param <E> the events
   * @return the repository; keep it, since it remembers states
   */
  public <S, C, E> Repository<S, C, E> repository(Aggregate<S, C, E> aggregate) {
    return new Repository<>(new Commands<>(store, aggregate), EventContext.none());
  }

  /**
   * Returns a view that reads and writes the streams of one tenant only. The tenant stands before
   * every category; no two pairs of tenant and category meet, and none meets a category of no
   * tenant (ES-42). Closing the view has no effect.
   *
   * @param tenant the name of the tenant
   * @return the view
   * @throws IllegalArgumentException when the name is empty
   */
  public EventSourcing forTenant(String tenant) {
    return new EventSourcing(store.forTenant(Tenant.of(tenant)));
  }

  /**
   * Returns the library on a store as it uses it, for its other packages; the type is not exported.
   * Closing it has no effect on the one that it was made from.
   *
   * @param store the store
   * @return the library on it
   */
  public static EventSourcing over(StoreAccess store) {
    return new EventSourcing(store);
  }

  /** {@return the log: of the tenant in a view, else of all} */
  public EventLog log() {
    return new EventLog(store);
  }

  /** {@return what became of the snapshots that were taken beside the work} */
  public SnapshotCounts snapshotCounts() {
    return store.writer().counts();
  }

  /** {@return the store} */
  public Provider provider() {
    return store.provider();
  }

  /**
   * {@return the store as the library uses it, for its other packages; the type is not exported}
   */
  public StoreAccess store() {
    return store;
  }

  /**
   * Puts the snapshots that wait, for five seconds at most; later ones are dropped. The provider
   * stays open.
   */
  @Override
  public void close() {
    if (store.tenant().equals(Tenant.NONE) && !store.appendsInItsOwnWay()) {
      store.writer().close(GRACE);
    }
  }

  /** Builds the library on a store. Not thread-safe. */
  public static final class Builder {

    /** The variable of the environment that sets the interval of snapshots. */
    static final String INTERVAL = "HOLDFAST_SNAPSHOT_INTERVAL";

    private final Provider provider;
    private final Map<String, String> environment;
    private @Nullable Integer snapshotInterval;
    private int snapshotAfterReading = 20;
    private int keptSnapshots = 5;
    private int pageSize = 100;
    private int cachedStates = 1_000;
    private int maxAttempts = 30;
    private Duration patience = Duration.ofSeconds(5);
    private Set<String> tagged = Set.of("actor", "conversation");
    private @Nullable ArchiveReader archive;
    private @Nullable Tracing tracing;

    Builder(Provider provider, Map<String, String> environment) {
      this.provider = provider;
      this.environment = environment;
    }

    private static int atLeast(int least, String name, int value) {
      if (value < least) {
        throw new IllegalArgumentException(
            "%s is %d; it has to be at least %d".formatted(name, value, least));
      }
      return value;
    }

    /**
     * Sets every how many versions a snapshot is taken (ES-04). Without it the variable {@code
     * HOLDFAST_SNAPSHOT_INTERVAL} says so, and without that it is 10.
     *
     * @param versions how many, 0 for no snapshots but those by hand
     * @return this
     * @throws IllegalArgumentException when it is negative
     */
    public Builder snapshotEvery(int versions) {
      snapshotInterval = atLeast(0, "snapshotEvery", versions);
      return this;
    }

    /**
     * Sets after a load or replay of how many events a snapshot is taken, 20 unless set.
     *
     * @param events more than so many, from 0
     * @return this
     * @throws IllegalArgumentException when it is negative
     */
    public Builder snapshotAfterReading(int events) {
      snapshotAfterReading = atLeast(0, "snapshotAfterReading", events);
      return this;
    }

    /**
     * Sets how many snapshots of a stream are kept, 5 unless set.
     *
     * @param snapshots how many, from 1
     * @return this
     * @throws IllegalArgumentException when it is below 1
     */
    public Builder keepSnapshots(int snapshots) {
      keptSnapshots = atLeast(1, "keepSnapshots", snapshots);
      return this;
    }

    /**
     * Sets how many events are read at once, 100 unless set.
     *
     * @param events how many, from 1; more than the store's limit is its limit
     * @return this
     * @throws IllegalArgumentException when it is below 1
     */
    public Builder pageSize(int events) {
      pageSize = atLeast(1, "pageSize", events);
      return this;
    }

    /**
     * Sets of how many streams a repository remembers the state, 1,000 unless set.
     *
     * @param states how many, 0 for none
     * @return this
     * @throws IllegalArgumentException when it is negative
     */
    public Builder cachedStates(int states) {
      cachedStates = atLeast(0, "cachedStates", states);
      return this;
    }

    /**
     * Sets how often a command is decided before it is given up, 30 times unless set (ES-02).
     *
     * @param attempts how often, from 1
     * @return this
     * @throws IllegalArgumentException when it is below 1
     */
    public Builder maxAttempts(int attempts) {
      maxAttempts = atLeast(1, "maxAttempts", attempts);
      return this;
    }

    /**
     * Sets for how long a call is repeated that the store cannot serve now, five seconds unless
     * set.
     *
     * @param patience how long; zero for once
     * @return this
     * @throws IllegalArgumentException when it is negative
     */
    public Builder patience(Duration patience) {
      if (patience.isNegative()) {
        throw new IllegalArgumentException("the patience is negative: " + patience);
      }
      this.patience = patience;
      return this;
    }

    /**
     * Sets which keys of metadata become tags, by which the log can be read: {@code actor} and
     * {@code conversation} unless set (ES-10).
     *
     * @param keys the keys
     * @return this
     */
    public Builder tagged(String... keys) {
      tagged = Set.of(keys);
      return this;
    }

    /**
     * Sets where archived events are read (ES-17). Without it what needs them fails.
     *
     * @param archive the archive
     * @return this
     */
    public Builder archive(ArchiveReader archive) {
      this.archive = archive;
      return this;
    }

    /**
     * Has commands that append, queued entries and projections traced. Without it nothing is, and
     * nothing is stored for it. With it each event says in its metadata ({@link
     * dev.holdfast.streams.event.EventMetadata#TRACE}) in which trace it was appended.
     *
     * @param tracing what traces, such as that of {@code holdfast-observability} for OpenTelemetry
     * @return this
     */
    public Builder tracing(Tracing tracing) {
      this.tracing = Objects.requireNonNull(tracing, "tracing");
      return this;
    }

    /**
     * Joins the library and the store.
     *
     * @return the library on the store
     * @throws ProviderError.NotSupported when it has no event streams
     * @throws IllegalArgumentException when {@code HOLDFAST_SNAPSHOT_INTERVAL} decides and is no
     *     number from 0
     */
    public EventSourcing build() {
      Settings settings =
          new Settings(
              snapshotInterval == null ? interval() : snapshotInterval,
              snapshotAfterReading,
              keptSnapshots,
              pageSize,
              cachedStates,
              maxAttempts,
              patience,
              tagged,
              archive,
              tracing == null ? null : new Spans(tracing));
      return new EventSourcing(new StoreAccess(provider, settings));
    }

    private int interval() {
      String set = environment.get(INTERVAL);
      if (set == null || set.isBlank()) {
        return 10;
      }
      try {
        return atLeast(0, INTERVAL, Integer.parseInt(set.strip()));
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "%s is \"%s\"; it has to be a number from 0".formatted(INTERVAL, set), e);
      }
    }
  }
}
