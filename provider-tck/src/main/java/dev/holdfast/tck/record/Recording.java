// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.record;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.ProviderError.OutcomeUnknown;
import dev.holdfast.provider.ProviderError.Retryable;
import dev.holdfast.tck.record.Tenure.Delivery;
import dev.holdfast.tck.record.Tenure.Kind;
import dev.holdfast.tck.record.Tenure.Outcome;
import dev.holdfast.tck.record.Tenure.Span;
import dev.holdfast.tck.record.Tenure.Use;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Makes calls and records them, from many threads and handles. Each turn appends {@value #EVENTS}
 * events, so that the history says which turns were applied. Thread-safe.
 */
public final class Recording {

  /** How many events a turn appends. */
  static final int EVENTS = 2;

  private static final int MOST_REPEATS = 5;

  private final Supplier<Instant> clock;
  private final AtomicLong tickets = new AtomicLong();
  private final AtomicLong messageNumbers = new AtomicLong();
  private final AtomicInteger disturbed = new AtomicInteger();

  private final Map<LockToken, Tenure> tenures = new HashMap<>();
  private final List<Sent> sent = new ArrayList<>();

  /**
   * A message and when it was enqueued.
   *
   * @param instanceId the instance
   * @param sender who sent it
   * @param body its body
   * @param span when
   */
  record Sent(String instanceId, int sender, String body, Span span) {}

  /**
   * An empty recording.
   *
   * @param clock the store's time, or a clock that runs like it
   */
  public Recording(Supplier<Instant> clock) {
    this.clock = clock;
  }

  /**
   * Everything recorded so far, to be checked when no call is under way.
   *
   * @return the check
   */
  public synchronized RecordCheck check() {
    return new RecordCheck(List.copyOf(tenures.values()), List.copyOf(sent), disturbed.get());
  }

  /**
   * Enqueues a message that no other equals.
   *
   * @param handle through which handle
   * @param instanceId the instance
   * @param sender who sends it; one sender's messages have an order
   */
  public void enqueue(Handle handle, String instanceId, int sender) {
    String body = "%d from %d".formatted(messageNumbers.incrementAndGet(), sender);
    OrchestratorMessage message = Sample.message(instanceId, body);
    Timed<Boolean> timed =
        timed(() -> {
          handle.enqueue(message);
          return true;
        });
    synchronized (this) {
      sent.add(new Sent(instanceId, sender, body, timed.span()));
    }
  }

  /**
   * Fetches instances.
   *
   * @param handle through which handle
   * @param max how many at most
   * @param lockFor for how long
   * @return the items; none after a retryable error
   */
  public List<OrchestrationItem> fetch(Handle handle, int max, Duration lockFor) {
    Timed<List<OrchestrationItem>> timed =
        fetched(() -> handle.fetch(OrchestrationFetch.of(max, lockFor)));
    for (OrchestrationItem item : timed.answer()) {
      begin(
          new Tenure(
              item.lockToken(),
              timed.span(),
              lockFor,
              new Delivery(
                  item.messages().stream().map(m -> m.body().asUtf8()).toList(),
                  item.history().lastEventId(),
                  item.deliveryCount())));
    }
    return timed.answer();
  }

  /**
   * Fetches activities.
   *
   * @param handle through which handle
   * @param max how many at most
   * @param lockFor for how long
   * @return the items; none after a retryable error
   */
  public List<ActivityItem> fetchActivities(Handle handle, int max, Duration lockFor) {
    Timed<List<ActivityItem>> timed =
        fetched(() -> handle.provider().fetchActivityItems(ActivityFetch.of(max, lockFor)));
    for (ActivityItem item : timed.answer()) {
      begin(
          new Tenure(
              item.lockToken(),
              timed.span(),
              lockFor,
              new Delivery(List.of(), 0, item.deliveryCount())));
    }
    return timed.answer();
  }

  private <T> Timed<List<T>> fetched(Supplier<List<T>> fetch) {
    return timed(() -> {
      try {
        return fetch.get();
      } catch (OutcomeUnknown ghost) {
        // A lock may run that nobody knows of; the record cannot be judged.
        throw ghost;
      } catch (Retryable busy) {
        disturbed.incrementAndGet();
        return List.of();
      }
    });
  }

  private synchronized void begin(Tenure tenure) {
    Tenure other = tenures.put(tenure.token, tenure);
    if (other != null) {
      throw Expect.violation("A token was given out twice.", "a new token", other);
    }
  }

  /**
   * Acks a turn that appends {@value #EVENTS} events.
   *
   * @param handle through which handle
   * @param item the item
   */
  public void ack(Handle handle, OrchestrationItem item) {
    long last = item.history().lastEventId();
    OrchestrationAck ack = handle.turn(item).events(last + 1, last + EVENTS).build();
    acked(item.lockToken(), () -> handle.provider().ackOrchestrationItem(ack));
  }

  /**
   * Acks an activity.
   *
   * @param handle through which handle
   * @param item the activity
   */
  public void ack(Handle handle, ActivityItem item) {
    acked(item.lockToken(), () -> handle.ack(item));
  }

  private void acked(LockToken token, Supplier<AckResult> ack) {
    Timed<AckResult> timed = timed(() -> repeated(ack));
    Outcome outcome =
        switch (timed.answer()) {
          case AckResult.Applied applied -> Outcome.ACCEPTED;
          case AckResult.AlreadyApplied already -> Outcome.ALREADY_APPLIED;
          case AckResult.Rejected(LockLost lost) -> Outcome.LOCK_LOST;
          case AckResult.Rejected(var error) -> throw error;
        };
    use(token, new Use(Kind.ACK, outcome, timed.span(), Duration.ZERO));
  }

  /**
   * Abandons.
   *
   * @param handle through which handle
   * @param token the token of an instance or activity
   * @param counted whether the delivery counts
   */
  public void abandon(Handle handle, LockToken token, boolean counted) {
    AbandonOptions how = counted ? AbandonOptions.now() : AbandonOptions.now().uncounted();
    use(
        token,
        counted ? Kind.ABANDON : Kind.ABANDON_UNCOUNTED,
        Duration.ZERO,
        () -> {
          try {
            handle.provider().abandon(token, how);
            return true;
          } catch (LockLost lost) {
            return false;
          }
        });
  }

  /**
   * Renews.
   *
   * @param handle through which handle
   * @param token the token of an instance or activity
   * @param extendFor how far from now
   */
  public void renew(Handle handle, LockToken token, Duration extendFor) {
    use(token, Kind.RENEW, extendFor, () -> handle.renews(token, extendFor));
  }

  private void use(LockToken token, Kind kind, Duration extendFor, Supplier<Boolean> accepted) {
    Timed<Boolean> timed = timed(() -> repeated(accepted));
    Outcome outcome = timed.answer() ? Outcome.ACCEPTED : Outcome.LOCK_LOST;
    use(token, new Use(kind, outcome, timed.span(), extendFor));
  }

  private synchronized void use(LockToken token, Use use) {
    Tenure tenure = tenures.get(token);
    if (tenure == null) {
      throw new IllegalArgumentException(token + " was not recorded");
    }
    tenure.uses.add(use);
  }

  /** Repeats a call that met others, which must succeed soon (CONC-04). */
  private <T> T repeated(Supplier<T> call) {
    for (int i = 1; ; i++) {
      try {
        return call.get();
      } catch (Retryable busy) {
        disturbed.incrementAndGet();
        if (i == MOST_REPEATS) {
          throw busy;
        }
      }
    }
  }

  private record Timed<T>(T answer, Span span) {}

  private <T> Timed<T> timed(Supplier<T> call) {
    Instant before = clock.get();
    long began = tickets.incrementAndGet();
    T answer = call.get();
    long ended = tickets.incrementAndGet();
    return new Timed<>(answer, new Span(began, ended, before, clock.get()));
  }
}
