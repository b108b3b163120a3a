// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.record;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.Capability;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.Changes;
import dev.holdfast.provider.CustomStatusChange;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.History;
import dev.holdfast.provider.KeyValue;
import dev.holdfast.provider.KeyValueMutation;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.ProviderError.OutcomeUnknown;
import dev.holdfast.provider.ProviderError.Retryable;
import dev.holdfast.provider.admin.ExecutionPruning;
import dev.holdfast.provider.admin.InstanceDeletion;
import dev.holdfast.provider.feature.CustomStatus;
import dev.holdfast.provider.feature.KeyValues;
import dev.holdfast.provider.state.CreateRun;
import dev.holdfast.provider.state.EnsureStep;
import dev.holdfast.provider.state.RunChange;
import dev.holdfast.provider.state.StateTables;
import dev.holdfast.provider.state.StepChange;
import dev.holdfast.provider.state.StepPage;
import dev.holdfast.provider.state.StepQuery;
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
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes calls and records them, from many threads and handles. Each turn appends {@value #EVENTS}
 * events, so that the history says which turns were applied; with features, custom status and a
 * key-value say it too. Thread-safe.
 */
public final class Recording {

  /** How many events a turn appends. */
  static final int EVENTS = 2;

  private static final int MOST_REPEATS = 5;

  private static final String KEY = "events";
  private static final String STEP = "step";

  private final Supplier<Instant> clock;
  private final Set<Feature> features;
  private final AtomicLong tickets = new AtomicLong();
  private final AtomicLong messageNumbers = new AtomicLong();
  private final AtomicInteger disturbed = new AtomicInteger();

  private final Map<LockToken, Tenure> tenures = new HashMap<>();
  private final List<Sent> sent = new ArrayList<>();
  private final List<Seen> seen = new ArrayList<>();
  private final List<Removal> removals = new ArrayList<>();

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
   * How many turns of an instance a read has seen.
   *
   * @param instanceId the instance
   * @param where what was read
   * @param turns how many turns it tells of
   * @param span when
   */
  record Seen(String instanceId, String where, long turns, Span span) {}

  /**
   * An instance that was deleted, and when.
   *
   * @param instanceId the instance
   * @param span when
   */
  record Removal(String instanceId, Span span) {}

  /**
   * An empty recording.
   *
   * @param clock the store's time, or a clock that runs like it
   * @param features the features that turns, reads and prunings use
   */
  public Recording(Supplier<Instant> clock, Set<Feature> features) {
    this.clock = clock;
    this.features = Set.copyOf(features);
  }

  /**
   * Everything recorded so far, to be checked when no call is under way.
   *
   * @return the check
   */
  public synchronized RecordCheck check() {
    return new RecordCheck(
        List.copyOf(tenures.values()),
        List.copyOf(sent),
        List.copyOf(seen),
        List.copyOf(removals),
        disturbed.get());
  }

  /**
   * Enqueues a message that no other equals.
   *
   * @param handle through which handle
   * @param instanceId the instance
   * @param sender who sends it; one sender's messages have an order
   */
  public void enqueue(Handle handle, String instanceId, int sender) {
    send(
        instanceId,
        sender,
        message -> {
          handle.enqueue(message);
          return true;
        });
  }

  /**
   * Sends a message that no other equals, which starts the instance if there is none.
   *
   * @param instanceId the instance
   * @param sender who sends it; one sender's messages have an order
   * @param how sends it, and returns whether it was sent
   */
  public void send(String instanceId, int sender, Predicate<OrchestratorMessage> how) {
    String body = "%d from %d".formatted(messageNumbers.incrementAndGet(), sender);
    OrchestratorMessage message =
        OrchestratorMessage.builder(instanceId, "event", Payload.utf8(body))
            .start(new ExecutionStart(Sample.NAME, Sample.VERSION, null))
            .build();
    Timed<Boolean> timed = timed(() -> how.test(message));
    synchronized (this) {
      if (timed.answer()) {
        sent.add(new Sent(instanceId, sender, body, timed.span()));
      }
    }
  }

  /**
   * Reads what tells of an instance's turns: its history, its custom status, a key-value, its run
   * with a step.
   *
   * @param handle through which handle
   * @param instanceId the instance
   */
  public void look(Handle handle, String instanceId) {
    see(
        instanceId,
        "its history",
        () -> {
          History history = handle.provider().readHistory(instanceId, 1, 0, Integer.MAX_VALUE);
          return history.lastEventId() / EVENTS;
        });
    if (features.contains(Feature.CUSTOM_STATUS)) {
      see(
          instanceId,
          "its custom status",
          () ->
              capability(handle, CustomStatus.class)
                  .read(instanceId, 0)
                  .map(CustomStatus.Reading::version)
                  .orElse(0L));
      see(
          instanceId,
          "the value of its custom status",
          () ->
              capability(handle, CustomStatus.class)
                  .read(instanceId, 0)
                  .map(reading -> turns(reading.value()))
                  .orElse(0L));
    }
    if (features.contains(Feature.KEY_VALUES)) {
      see(
          instanceId,
          "its key-value",
          () ->
              capability(handle, KeyValues.class)
                  .read(instanceId, KEY)
                  .map(KeyValue::value)
                  .map(Recording::turns)
                  .orElse(0L));
    }
    if (features.contains(Feature.STATE_TABLES)) {
      lookAtRun(handle, instanceId);
    }
  }

  private void lookAtRun(Handle handle, String instanceId) {
    StateTables tables = capability(handle, StateTables.class);
    see(instanceId, "its run", () -> tables.run(instanceId).orElseThrow().summary().version() - 1);
    see(
        instanceId,
        "the data of its run",
        () -> turns(tables.run(instanceId).orElseThrow().data()));
    see(
        instanceId,
        "the step of its run",
        () -> tables.steps(instanceId, Set.of(STEP)).get(0).summary().version() - 1);
    see(
        instanceId,
        "its run and step",
        () -> {
          StepPage page = tables.steps(StepQuery.firstPage(instanceId, 1));
          long version = page.runs().get(0).version();
          Expect.equal(
              "A page shows run and step of two turns.", version, page.steps().get(0).version());
          return version - 1;
        });
  }

  private void see(String instanceId, String where, Supplier<Long> read) {
    Timed<Long> timed = timed(() -> repeated(read));
    synchronized (this) {
      seen.add(new Seen(instanceId, where, timed.answer(), timed.span()));
    }
  }

  private static long turns(@Nullable Payload value) {
    return value == null ? 0 : Long.parseLong(value.asUtf8()) / EVENTS;
  }

  private static <C extends Capability> C capability(Handle handle, Class<C> type) {
    return handle
        .provider()
        .capability(type)
        .orElseThrow(() -> Expect.violation(type + " is missing.", "the capability", "none"));
  }

  /**
   * Prunes an instance that has one execution, which must leave it as it is.
   *
   * @param handle through which handle
   * @param instanceId the instance
   */
  public void prune(Handle handle, String instanceId) {
    if (features.contains(Feature.EXECUTION_PRUNING)) {
      ExecutionPruning pruning = capability(handle, ExecutionPruning.class);
      ExecutionPruning.Counts counts =
          repeated(() -> pruning.prune(instanceId, ExecutionPruning.Options.keepLast(1)));
      Expect.equal("The only execution was pruned.", 0L, counts.executions() + counts.events());
    }
  }

  /**
   * Deletes an instance by force, if there is one.
   *
   * @param handle through which handle
   * @param instanceId the instance
   */
  public void delete(Handle handle, String instanceId) {
    InstanceDeletion deletion = capability(handle, InstanceDeletion.class);
    Timed<Boolean> timed =
        timed(() ->
            repeated(() -> {
              try {
                return deletion.delete(List.of(instanceId), true).instances() > 0;
              } catch (NotFound gone) {
                return false;
              }
            }));
    synchronized (this) {
      if (timed.answer()) {
        removals.add(new Removal(instanceId, timed.span()));
      }
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
    OrchestrationAck ack =
        handle
            .turn(item)
            .name(Sample.NAME)
            .events(last + 1, last + EVENTS)
            .metadata(metadata -> say(metadata, Payload.utf8(Long.toString(last + EVENTS))))
            .build()
            .withChanges(changes(item.instanceId(), last));
    acked(item.lockToken(), () -> handle.provider().ackOrchestrationItem(ack));
  }

  private void say(ExecutionMetadata.Builder metadata, Payload events) {
    if (features.contains(Feature.CUSTOM_STATUS)) {
      metadata.customStatus(new CustomStatusChange.Set(events));
    }
    if (features.contains(Feature.KEY_VALUES)) {
      metadata.keyValue(new KeyValueMutation.Set(KEY, events));
    }
  }

  /** Turns of an instance follow each other, so that each knows the versions that it meets. */
  private List<Change> changes(String id, long last) {
    if (!features.contains(Feature.STATE_TABLES)) {
      return List.of();
    }
    long version = last / EVENTS + 1;
    String events = Long.toString(last + EVENTS);
    return List.of(
        RunChange.of(id, version).data(Payload.utf8(events)).build(),
        StepChange.of(id, STEP, version).lastError(events).build());
  }

  /**
   * Makes the run of an instance, with a step, if turns are to change it. No run was deleted yet.
   *
   * @param handle through which handle
   * @param instanceId the instance
   */
  public void makeRun(Handle handle, String instanceId) {
    if (features.contains(Feature.STATE_TABLES)) {
      capability(handle, Changes.class)
          .apply(List.of(CreateRun.running(instanceId, "order"), new EnsureStep(instanceId, STEP)));
    }
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
