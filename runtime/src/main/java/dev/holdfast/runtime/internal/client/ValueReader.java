// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.client;

import dev.holdfast.provider.KeyValue;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.feature.CustomStatus;
import dev.holdfast.provider.feature.KeyValues;
import dev.holdfast.runtime.CustomStatusValue;
import dev.holdfast.runtime.DataConversionException;
import dev.holdfast.runtime.DataConverter;
import dev.holdfast.runtime.EncodedValue;
import dev.holdfast.worker.internal.util.Backoff;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads what instances show to the outside: custom statuses and key-values, and waits for the
 * former. Thread-safe.
 */
final class ValueReader {

  /**
   * A worker in this process tells of changes. Those of others are looked for after such pauses,
   * with a read that returns nothing while nothing has changed: the store has no call that waits.
   */
  private static final Duration FIRST_PAUSE = Duration.ofMillis(10);

  private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

  private final DataConverter converter;
  private final StatusSignals signals;

  ValueReader(DataConverter converter, StatusSignals signals) {
    this.converter = converter;
    this.signals = signals;
  }

  CustomStatusValue status(CustomStatus store, String instanceId) {
    try {
      return store.read(instanceId, 0).map(this::value).orElse(new CustomStatusValue(null, 0));
    } catch (ProviderError.InvalidRequest e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /** Waits for a status that fits; null when none came before the deadline. */
  @Nullable CustomStatusValue await(
      CustomStatus store,
      String instanceId,
      Predicate<? super CustomStatusValue> condition,
      long deadline)
      throws InterruptedException {
    try (StatusSignals.Waiter waiter = signals.listen(instanceId)) {
      CustomStatusValue last = status(store, instanceId);
      Backoff pauses = new Backoff(FIRST_PAUSE, LONGEST_PAUSE);
      while (!condition.test(last)) {
        CustomStatusValue next = null;
        while (next == null) {
          Duration left = Duration.ofNanos(deadline - System.nanoTime());
          if (!left.isPositive()) {
            return null;
          }
          Duration pause = pauses.next();
          waiter.await(pause.compareTo(left) < 0 ? pause : left);
          next = newer(store, instanceId, last.version());
        }
        last = next;
        pauses.reset();
      }
      return last;
    }
  }

  private @Nullable CustomStatusValue newer(CustomStatus store, String instanceId, long than) {
    try {
      return store.read(instanceId, than).map(this::value).orElse(null);
    } catch (ProviderError.Retryable e) {
      return null; // the store is away; it is asked again
    }
  }

  private CustomStatusValue value(CustomStatus.Reading reading) {
    Payload value = reading.value();
    return new CustomStatusValue(value == null ? null : encoded(value), reading.version());
  }

  Optional<EncodedValue> keyValue(KeyValues store, String instanceId, String key) {
    try {
      return store.read(instanceId, key).map(found -> encoded(found.value()));
    } catch (ProviderError.InvalidRequest e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  Map<String, EncodedValue> keyValues(KeyValues store, String instanceId) {
    try {
      Map<String, EncodedValue> all = new TreeMap<>();
      for (Map.Entry<String, KeyValue> entry : store.readAll(instanceId).entrySet()) {
        all.put(entry.getKey(), encoded(entry.getValue().value()));
      }
      return Collections.unmodifiableMap(all);
    } catch (ProviderError.InvalidRequest e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private EncodedValue encoded(Payload value) {
    try {
      return new EncodedValue(value.asUtf8(), converter);
    } catch (ProviderError.InvalidRequest e) {
      throw new DataConversionException("the stored value is no text", e);
    }
  }
}
