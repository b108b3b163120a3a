// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.observability;

import dev.holdfast.observability.internal.StoreReader;
import dev.holdfast.provider.Capability;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.runtime.HoldfastClient;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads how a store stands, and remembers it for a while, so that however many ask the store is
 * asked seldom. What takes longer the more there is in the store, counting instances and runs, is
 * read more seldom still. There is no thread: who asks reads, and others who ask meanwhile get what
 * was read before. Thread-safe.
 */
public final class StoreWatch {

  private static final Duration EVERY = Duration.ofSeconds(15);
  private static final Duration COUNTS_EVERY = Duration.ofMinutes(5);

  private final StoreReader reader;
  private final long every;
  private final long countsEvery;
  private final LongSupplier nanoTime;
  private final ReentrantLock reading = new ReentrantLock();
  private final List<Consumer<StoreReading>> told = new CopyOnWriteArrayList<>();
  private volatile @Nullable Known known;
  private @Nullable Known counted; // under the lock

  private StoreWatch(StoreReader reader, long every, long countsEvery, LongSupplier nanoTime) {
    this.reader = reader;
    this.every = every;
    this.countsEvery = countsEvery;
    this.nanoTime = nanoTime;
  }

  private record Known(StoreReading reading, long at) {
    boolean isYounger(long age, long now) {
      return now - at < age;
    }
  }

  /** Finds the calls of a feature, if the store declares it. */
  @FunctionalInterface
  public interface Features {
    /**
     * Finds the calls of a feature.
     *
     * @param <C> the type of the feature
     * @param type the interface that comes with it
     * @return empty where the store does not declare it
     */
    <C extends Capability> Optional<C> find(Class<C> type);
  }

  /**
   * Watches the store of a client.
   *
   * @param client the client, which is to live longer
   * @return the watch
   */
  public static StoreWatch of(HoldfastClient client) {
    Objects.requireNonNull(client, "client");
    return of(
        new Features() {
          @Override
          public <C extends Capability> Optional<C> find(Class<C> type) {
            try {
              return Optional.of(client.feature(type));
            } catch (ProviderError.NotSupported | IllegalArgumentException e) {
              return Optional.empty();
            }
          }
        });
  }

  /**
   * Watches the store of a provider.
   *
   * @param provider the provider, which is to live longer
   * @return the watch
   */
  public static StoreWatch of(Provider provider) {
    return of(provider::capability);
  }

  /**
   * Watches a store.
   *
   * @param features the features of the store
   * @return the watch
   */
  public static StoreWatch of(Features features) {
    return new StoreWatch(
        new StoreReader(features), EVERY.toNanos(), COUNTS_EVERY.toNanos(), System::nanoTime);
  }

  /**
   * Returns a watch of the same store that asks it as seldom as this says.
   *
   * @param every for how long a reading is good; zero or more, 15 seconds unless set
   * @param counts for how long counts of instances and runs are good; 5 minutes unless set
   * @return a new watch
   * @throws IllegalArgumentException when one is negative
   */
  public StoreWatch every(Duration every, Duration counts) {
    if (every.isNegative() || counts.isNegative()) {
      throw new IllegalArgumentException(
          "a reading is good for %s and counts for %s; both start at zero"
              .formatted(every, counts));
    }
    return new StoreWatch(reader, every.toNanos(), counts.toNanos(), nanoTime);
  }

  /**
   * Tells how the store stands: reads it if what is known is too old. A store that fails is part of
   * the answer.
   *
   * @return what is known
   */
  public StoreReading reading() {
    Known last = known;
    long now = nanoTime.getAsLong();
    if (last != null && last.isYounger(every, now)) {
      return last.reading();
    }
    if (last != null && !reading.tryLock()) {
      return last.reading();
    }
    if (last == null) {
      reading.lock();
    }
    try {
      Known meanwhile = known;
      if (meanwhile != null && (last == null || meanwhile.at() != last.at())) {
        return meanwhile.reading();
      }
      StoreReading read = read(now);
      known = new Known(read, nanoTime.getAsLong());
      told.forEach(one -> one.accept(read));
      return read;
    } finally {
      reading.unlock();
    }
  }

  private StoreReading read(long now) {
    Known before = counted;
    if (before != null && before.isYounger(countsEvery, now)) {
      return reader.read(before.reading());
    }
    StoreReading read = reader.read(null);
    if (read.error() == null) {
      counted = new Known(read, now);
    }
    return read;
  }

  /**
   * Has somebody told of each new reading, on the thread that reads.
   *
   * @param listener is told
   */
  public void onReading(Consumer<StoreReading> listener) {
    told.add(listener);
  }
}
