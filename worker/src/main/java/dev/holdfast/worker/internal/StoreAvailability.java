// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker.internal;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.worker.internal.util.Told;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
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
  private final Map<Call, State> states = new EnumMap<>(Call.class);

  /** Begins with everything working. */
  StoreAvailability() {
    this(System::nanoTime);
  }

  StoreAvailability(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    for (Call call : Call.values()) {
      states.put(call, new State(call));
    }
  }

  /** The kinds of calls. */
  enum Call {
    FETCH_INSTANCES("fetching instances"),
    FETCH_ACTIVITIES("fetching activities"),
    ACK_TURN("storing what turns did"),
    ACK_ACTIVITY("storing results of activities"),
    READ("reading histories"),
    APPLY("storing changes"),
    RENEW_INSTANCES("renewing locks of instances"),
    RENEW_ACTIVITIES("renewing locks of activities"),
    RENEW_SESSIONS("renewing sessions");

    private final String words;

    Call(String words) {
      this.words = words;
    }
  }

  /** Notes that a call of the kind succeeded. */
  void works(Call call) {
    state(call).works();
  }

  /** Notes that a call of the kind failed. */
  void failed(Call call, ProviderError error) {
    if (error instanceof ProviderError.StoreContention) {
      LOG.debug("{}: the store is busy, the call is repeated", call.words, Told.brief(error));
    } else {
      state(call).failed(error);
    }
  }

  /** Logs the end of disturbances that have ended since, where no further call would notice. */
  void tell() {
    states.values().forEach(State::tellIfQuiet);
  }

  /** Logs the end of all disturbances that seem to have ended, since no later call will notice. */
  void close() {
    states.values().forEach(state -> state.tellIfQuietFor(0));
  }

  private State state(Call call) {
    State state = states.get(call);
    if (state == null) {
      throw new IllegalStateException("a state for each kind is there from the beginning");
    }
    return state;
  }

  private final class State {
    private final Call call;
    private final ReentrantLock guard = new ReentrantLock();
    private volatile boolean down;
    private boolean succeeded;
    private long failures;
    private long since;
    private long lastFailure;
    private long reminderAfter;

    State(Call call) {
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
          LOG.warn("{} fails; it is repeated until it works: {}", call.words, Told.text(error));
          LOG.debug("the store's error", Told.brief(error));
        } else if (now - since >= reminderAfter) {
          reminderAfter *= 2;
          LOG.warn(
              "{} still fails, {} times in {}: {}",
              call.words,
              failures,
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
              "{} works again, after {} failures in {}",
              call.words,
              failures,
              seconds(lastFailure));
        }
      } finally {
        guard.unlock();
      }
    }

    private Duration seconds(long until) {
      return Duration.ofSeconds(Duration.ofNanos(until - since).toSeconds());
    }
  }
}
