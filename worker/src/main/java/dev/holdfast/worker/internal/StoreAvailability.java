// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker.internal;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.worker.StoreCall;
import dev.holdfast.worker.internal.util.Texts;
import dev.holdfast.worker.internal.util.Told;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says once when the store cannot carry out calls of one kind, and once when it can again, however
 * many calls notice. Each kind has a state of its own: on a full disk reads go on while every
 * commit fails. Thread-safe.
 */
final class StoreAvailability {

  private static final Logger LOG = LoggerFactory.getLogger(StoreAvailability.class);

  /**
   * Calls that succeed between failing ones do not end a disturbance; so long must no call fail.
   */
  private static final long QUIET_NANOS = Duration.ofSeconds(2).toNanos();

  private static final long FIRST_REMINDER_NANOS = Duration.ofMinutes(1).toNanos();

  private final LongSupplier nanoTime;
  private final BiConsumer<StoreCall, ProviderError> failures;
  private final Map<StoreCall, State> states = new EnumMap<>(StoreCall.class);

  /**
   * Begins with everything working.
   *
   * @param failures is told of each call that fails
   */
  StoreAvailability(BiConsumer<StoreCall, ProviderError> failures) {
    this(System::nanoTime, failures);
  }

  StoreAvailability(LongSupplier nanoTime, BiConsumer<StoreCall, ProviderError> failures) {
    this.nanoTime = nanoTime;
    this.failures = failures;
    for (StoreCall call : StoreCall.values()) {
      states.put(call, new State(call));
    }
  }

  /** Notes that a call of the kind succeeded. */
  void works(StoreCall call) {
    state(call).works();
  }

  /** Notes that a call of the kind failed. */
  void failed(StoreCall call, ProviderError error) {
    failures.accept(call, error);
    if (error instanceof ProviderError.StoreContention) {
      LOG.debug("{}: the store is busy, the call is repeated", call.words(), Told.brief(error));
    } else {
      state(call).failed(error);
    }
  }

  /** {@return the kinds of calls that fail at present, and for how long they have} */
  Map<StoreCall, Duration> failing() {
    Map<StoreCall, Duration> failing = new EnumMap<>(StoreCall.class);
    states.forEach((call, state) -> {
      Duration time = state.downFor();
      if (time != null) {
        failing.put(call, time);
      }
    });
    return failing;
  }

  /** Logs the end of disturbances that have ended since, where no further call would notice. */
  void tell() {
    states.values().forEach(State::tellIfQuiet);
  }

  /** Logs the end of all disturbances that seem to have ended, since no later call will notice. */
  void close() {
    states.values().forEach(state -> state.tellIfQuietFor(0));
  }

  private State state(StoreCall call) {
    State state = states.get(call);
    if (state == null) {
      throw new IllegalStateException("a state for each kind is there from the beginning");
    }
    return state;
  }

  private final class State {
    private final StoreCall call;
    private final ReentrantLock guard = new ReentrantLock();
    private volatile boolean down;
    private boolean succeeded;
    private long failures;
    private long since;
    private long lastFailure;
    private long reminderAfter;

    State(StoreCall call) {
      this.call = call;
    }

    void works() {
      if (down) {
        guard.lock();
        try {
          succeeded = true;
        } finally {
          guard.unlock();
        }
        tellIfQuiet();
      }
    }

    void failed(ProviderError error) {
      guard.lock();
      try {
        long now = nanoTime.getAsLong();
        lastFailure = now;
        succeeded = false;
        failures++;
        if (!down) {
          down = true;
          since = now;
          failures = 1;
          reminderAfter = FIRST_REMINDER_NANOS;
          LOG.warn("{} fails; it is repeated until it works: {}", call.words(), Told.text(error));
          LOG.debug("the store's error", Told.brief(error));
        } else if (now - since >= reminderAfter) {
          reminderAfter *= 2;
          LOG.warn(
              "{} still fails, {} in {}: {}",
              call.words(),
              Texts.count(failures, "time"),
              seconds(now),
              Told.text(error));
        }
      } finally {
        guard.unlock();
      }
    }

    void tellIfQuiet() {
      tellIfQuietFor(QUIET_NANOS);
    }

    void tellIfQuietFor(long nanos) {
      if (!down) {
        return;
      }
      guard.lock();
      try {
        if (down && succeeded && nanoTime.getAsLong() - lastFailure >= nanos) {
          down = false;
          LOG.info(
              "{} works again, after {} in {}",
              call.words(),
              Texts.count(failures, "failure"),
              seconds(lastFailure));
        }
      } finally {
        guard.unlock();
      }
    }

    @Nullable Duration downFor() {
      guard.lock();
      try {
        return down ? Duration.ofNanos(nanoTime.getAsLong() - since) : null;
      } finally {
        guard.unlock();
      }
    }

    private Duration seconds(long until) {
      return Duration.ofSeconds(Duration.ofNanos(until - since).toSeconds());
    }
  }
}
