// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.Capability;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Changes;
import dev.holdfast.provider.Fence;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.Permanent;
import dev.holdfast.provider.state.Cursor;
import dev.holdfast.provider.state.DeliverTrigger;
import dev.holdfast.provider.state.DurableInbox;
import dev.holdfast.provider.state.InboxAppended;
import dev.holdfast.provider.state.Run;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.StateTables;
import dev.holdfast.provider.state.TriggerDelivered;
import dev.holdfast.provider.state.TriggerDelivered.Outcome;
import dev.holdfast.provider.state.TriggerInput;
import dev.holdfast.provider.state.Triggers;
import dev.holdfast.provider.state.WaitingRunPage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Passes deliveries and reads of inputs on; broken variants override what is written in place of a
 * delivery, what is told of it, or what is read. Deliveries are altered in whichever call they
 * travel.
 */
class Retriggered extends Forwarding {

  final Triggers triggers;
  final Changes changes;
  final StateTables tables;
  final DurableInbox inbox;

  Retriggered(Provider inner) {
    super(inner);
    triggers = inner.capability(Triggers.class).orElseThrow();
    changes = inner.capability(Changes.class).orElseThrow();
    tables = inner.capability(StateTables.class).orElseThrow();
    inbox = inner.capability(DurableInbox.class).orElseThrow();
  }

  /** What is written in place of a delivery; nothing for one that is only answered. */
  List<Change> written(DeliverTrigger trigger) {
    return List.of(trigger);
  }

  /** What is told of a delivery, given the results of what was written in its place. */
  TriggerDelivered told(DeliverTrigger trigger, List<ChangeResult> results) {
    return switch (results.get(0)) {
      case TriggerDelivered delivered -> delivered;
      case InboxAppended appended ->
          new TriggerDelivered(
              appended.repeated() ? Outcome.DUPLICATE : Outcome.NEW, appended.sequence());
      case ChangeResult other -> throw new IllegalStateException("no delivery: " + other);
    };
  }

  /** The reads that are offered. */
  Triggers reads() {
    return new Reads();
  }

  /** The inboxes that are offered. */
  DurableInbox inboxes() {
    return inbox;
  }

  /** The status of a run, absent for one that is not there. */
  @Nullable RunStatus status(String runId) {
    return tables.run(runId).map(Run::summary).map(run -> run.status()).orElse(null);
  }

  /** Applies changes that come alone. */
  List<ChangeResult> applied(List<Change> list, @Nullable Fence fence) {
    return changes.apply(list, fence);
  }

  /** Changes of one call as they are written, and how many stand for each of them. */
  private record Written(List<Change> given, List<Change> changes, List<Integer> counts) {}

  private Written written(List<Change> list) {
    List<Change> all = new ArrayList<>();
    List<Integer> counts = new ArrayList<>();
    for (Change change : list) {
      List<Change> others =
          change instanceof DeliverTrigger trigger ? written(trigger) : List.of(change);
      counts.add(others.size());
      all.addAll(others);
    }
    return new Written(list, all, counts);
  }

  private List<ChangeResult> told(Written written, List<ChangeResult> results) {
    List<ChangeResult> told = new ArrayList<>();
    int from = 0;
    for (int n = 0; n < written.given().size(); n++) {
      int to = from + written.counts().get(n);
      told.add(
          written.given().get(n) instanceof DeliverTrigger trigger
              ? told(trigger, results.subList(from, to))
              : results.get(from));
      from = to;
    }
    return told;
  }

  private AckResult told(Written written, AckResult result) {
    return result instanceof AckResult.Applied applied
        ? applied.withResults(told(written, applied.results()))
        : result;
  }

  @Override
  public AckResult ackOrchestrationItem(OrchestrationAck ack) {
    try {
      Written written = written(ack.changes());
      return told(written, acked(ack.withChanges(written.changes())));
    } catch (Permanent refused) {
      return AckResult.rejected(refused);
    }
  }

  /** Makes an ack. */
  AckResult acked(OrchestrationAck ack) {
    return inner.ackOrchestrationItem(ack);
  }

  @Override
  public AckResult ackActivityItem(ActivityAck ack) {
    try {
      Written written = written(ack.changes());
      return told(written, acked(ack.withChanges(written.changes())));
    } catch (Permanent refused) {
      return AckResult.rejected(refused);
    }
  }

  /** Makes an ack. */
  AckResult acked(ActivityAck ack) {
    return inner.ackActivityItem(ack);
  }

  private final class Alone implements Changes {
    @Override
    public int maxChanges() {
      return changes.maxChanges();
    }

    @Override
    public List<ChangeResult> apply(List<Change> list, @Nullable Fence fence) {
      Written written = written(list);
      return told(written, applied(written.changes(), fence));
    }
  }

  private final Changes alone = new Alone();
  private @Nullable Triggers offered;

  @Override
  public <C extends Capability> Optional<C> capability(Class<C> type) {
    if (type == Changes.class) {
      return Optional.of(type.cast(alone));
    }
    if (type == DurableInbox.class) {
      return Optional.of(type.cast(inboxes()));
    }
    if (type == Triggers.class) {
      if (offered == null) {
        offered = reads();
      }
      return Optional.of(type.cast(offered));
    }
    return super.capability(type);
  }

  /** Reads as they are. */
  class Reads implements Triggers {
    /** The handle that they are of. */
    final Retriggered outer() {
      return Retriggered.this;
    }

    @Override
    public TriggerDelivered deliver(DeliverTrigger trigger) {
      return (TriggerDelivered) alone.apply(List.of(trigger)).get(0);
    }

    @Override
    public List<TriggerInput> pendingInputs(
        String runId, String stepId, long afterSequence, int limit) {
      return triggers.pendingInputs(runId, stepId, afterSequence, limit);
    }

    @Override
    public Optional<Cursor> cursor(String runId, String stepId) {
      return triggers.cursor(runId, stepId);
    }

    @Override
    public WaitingRunPage suspendedRunsWithPendingInputs(int limit, @Nullable String pageToken) {
      return triggers.suspendedRunsWithPendingInputs(limit, pageToken);
    }
  }
}
