// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.Capability;
import dev.holdfast.provider.EnqueueResult;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.admin.BulkFilter;
import dev.holdfast.provider.admin.InstanceDeletion;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntUnaryOperator;

/** Delivery counts that do not count deliveries. */
final class PoisonMutants {

  private static final int MANY = 20;

  private PoisonMutants() {}

  static List<Mutant> all() {
    return new Family("POISON")
        .handle(
            "always-the-first-attempt",
            "Every delivery is the first.",
            "duroxide: the count is read before it is raised, and never written",
            inner -> new Counts(inner, count -> 1))
        .handle(
            "counts-from-two",
            "The first delivery counts two.",
            "POISON-01: raised twice, by fetch and by lock",
            inner -> new Counts(inner, count -> count + 1))
        .handle(
            "an-abandon-is-no-attempt",
            "Abandoned deliveries are never counted.",
            "POISON-01: only crashes count",
            AbandonIsNoDelivery::new)
        .handle(
            "uncounted-counts",
            "An abandon that asks not to be counted is counted.",
            "POISON-04: the flag is not passed on",
            UncountedCounts::new)
        .handle(
            "uncounted-starts-again",
            "An abandon that asks not to be counted sets the count to nothing.",
            "POISON-04: SET delivery_count = 0",
            UncountedStartsAgain::new)
        .handle(
            "a-new-message-starts-the-count-again",
            "A message that comes sets the count of its instance to nothing.",
            "POISON-02: the count belongs to the message",
            NewMessageStartsAgain::new)
        .store(
            "the-count-survives-the-ack",
            "An ack does not set the count back.",
            "POISON-02: the release forgets the count",
            store -> {
              Map<String, Integer> deliveries = new ConcurrentHashMap<>();
              return inner -> new CountSurvivesTheAck(inner, deliveries);
            })
        .store(
            "the-count-survives-a-deletion",
            "An instance that was deleted and created again is not delivered for the first time.",
            "POISON-08: counts are kept by id",
            store -> {
              Map<String, Integer> deliveries = new ConcurrentHashMap<>();
              return inner -> new CountSurvivesDeletion(inner, deliveries);
            })
        .store(
            "activities-of-one-instance-share-a-count",
            "An activity's count is that of all of its instance.",
            "POISON-03: the key lacks the activity",
            store -> {
              Map<String, Integer> deliveries = new ConcurrentHashMap<>();
              return inner -> new SharedCount(inner, deliveries);
            })
        .handle(
            "renewals-count",
            "A renewal raises the count.",
            "POISON-05: renew and fetch share a statement",
            RenewalsCount::new)
        .handle(
            "counts-in-memory",
            "Each handle counts its own deliveries.",
            "POISON-06: the count is not stored",
            CountsInMemory::new)
        .handle(
            "gives-up",
            "Work that was delivered twenty times is not delivered any more.",
            "POISON-07: a built-in dead letter queue",
            GivesUp::new)
        .handle(
            "shortens-poison",
            "Work that was delivered twenty times comes without its body.",
            "POISON-07: a poison message is replaced by a note",
            ShortensPoison::new)
        .mutants();
  }

  private static final class Counts extends Altering {
    private final IntUnaryOperator change;

    Counts(Provider inner, IntUnaryOperator change) {
      super(inner);
      this.change = change;
    }

    @Override
    OrchestrationItem delivered(OrchestrationItem item) {
      return Change.attempts(item, change.applyAsInt(item.deliveryCount()));
    }

    @Override
    ActivityItem delivered(ActivityItem item) {
      return Change.attempts(item, change.applyAsInt(item.deliveryCount()));
    }
  }

  private static final class AbandonIsNoDelivery extends Forwarding {
    AbandonIsNoDelivery(Provider inner) {
      super(inner);
    }

    @Override
    protected void abandonInstance(LockToken token, AbandonOptions how) {
      super.abandonInstance(token, how.uncounted());
    }
  }

  private static final class UncountedCounts extends Forwarding {
    UncountedCounts(Provider inner) {
      super(inner);
    }

    @Override
    protected void abandonInstance(LockToken token, AbandonOptions how) {
      super.abandonInstance(token, AbandonOptions.after(how.delay()));
    }

    @Override
    protected void abandonActivity(LockToken token, AbandonOptions how) {
      super.abandonActivity(token, AbandonOptions.after(how.delay()));
    }
  }

  private static final class UncountedStartsAgain extends Altering {
    private final Map<String, Integer> base = new ConcurrentHashMap<>();
    private final Map<String, Integer> last = new ConcurrentHashMap<>();

    UncountedStartsAgain(Provider inner) {
      super(inner);
    }

    @Override
    OrchestrationItem delivered(OrchestrationItem item) {
      String id = item.instanceId();
      last.put(id, item.deliveryCount());
      return Change.attempts(item, Math.max(1, item.deliveryCount() - base.getOrDefault(id, 0)));
    }

    @Override
    protected void abandonInstance(LockToken token, AbandonOptions how) {
      super.abandonInstance(token, how);
      if (!how.countDelivery()) {
        base.put(token.instanceId(), last.getOrDefault(token.instanceId(), 1) - 1);
      }
    }
  }

  private static final class NewMessageStartsAgain extends Altering {
    private final Map<String, Integer> base = new ConcurrentHashMap<>();
    private final Map<String, Integer> last = new ConcurrentHashMap<>();

    NewMessageStartsAgain(Provider inner) {
      super(inner);
    }

    @Override
    OrchestrationItem delivered(OrchestrationItem item) {
      String id = item.instanceId();
      last.put(id, item.deliveryCount());
      return Change.attempts(item, Math.max(1, item.deliveryCount() - base.getOrDefault(id, 0)));
    }

    @Override
    public EnqueueResult enqueue(OrchestratorMessage message) {
      EnqueueResult result = super.enqueue(message);
      base.put(message.instanceId(), last.getOrDefault(message.instanceId(), 0));
      return result;
    }
  }

  private static final class CountSurvivesTheAck extends Altering {
    private final Map<String, Integer> before;
    private final Map<String, Integer> last = new ConcurrentHashMap<>();

    CountSurvivesTheAck(Provider inner, Map<String, Integer> before) {
      super(inner);
      this.before = before;
    }

    @Override
    OrchestrationItem delivered(OrchestrationItem item) {
      int count = item.deliveryCount() + before.getOrDefault(item.instanceId(), 0);
      last.put(item.instanceId(), count);
      return Change.attempts(item, count);
    }

    @Override
    public AckResult ackOrchestrationItem(OrchestrationAck ack) {
      AckResult result = super.ackOrchestrationItem(ack);
      String id = ack.lockToken().instanceId();
      if (result instanceof AckResult.Applied) {
        before.put(id, last.getOrDefault(id, 0));
      }
      return result;
    }
  }

  private static final class CountSurvivesDeletion extends Altering {
    private final Map<String, Integer> before;

    CountSurvivesDeletion(Provider inner, Map<String, Integer> before) {
      super(inner);
      this.before = before;
    }

    @Override
    OrchestrationItem delivered(OrchestrationItem item) {
      return Change.attempts(
          item, item.deliveryCount() + before.getOrDefault(item.instanceId(), 0));
    }

    @Override
    public <C extends Capability> Optional<C> capability(Class<C> type) {
      return super.capability(type)
          .map(right ->
              right instanceof InstanceDeletion deletion
                  ? type.cast(new Remembering(deletion, before))
                  : right);
    }
  }

  private record Remembering(InstanceDeletion inner, Map<String, Integer> deleted)
      implements InstanceDeletion {
    @Override
    public Counts delete(List<String> ids, boolean force) {
      ids.forEach(id -> deleted.merge(id, 1, Integer::sum));
      return inner.delete(ids, force);
    }

    @Override
    public Counts deleteBulk(BulkFilter filter) {
      return inner.deleteBulk(filter);
    }
  }

  private static final class SharedCount extends Altering {
    private final Map<String, Integer> deliveries;

    SharedCount(Provider inner, Map<String, Integer> deliveries) {
      super(inner);
      this.deliveries = deliveries;
    }

    @Override
    ActivityItem delivered(ActivityItem item) {
      return Change.attempts(item, deliveries.merge(item.task().instanceId(), 1, Integer::sum));
    }
  }

  private static final class RenewalsCount extends Altering {
    private final Map<Object, Integer> renewals = new ConcurrentHashMap<>();

    RenewalsCount(Provider inner) {
      super(inner);
    }

    @Override
    protected boolean renewInstance(LockToken token, Duration extendFor) {
      boolean renewed = super.renewInstance(token, extendFor);
      if (renewed) {
        renewals.merge(token.instanceId(), 1, Integer::sum);
      }
      return renewed;
    }

    @Override
    OrchestrationItem delivered(OrchestrationItem item) {
      return Change.attempts(
          item, item.deliveryCount() + renewals.getOrDefault(item.instanceId(), 0));
    }
  }

  private static final class CountsInMemory extends Altering {
    private final Map<Object, Integer> deliveries = new ConcurrentHashMap<>();

    CountsInMemory(Provider inner) {
      super(inner);
    }

    @Override
    OrchestrationItem delivered(OrchestrationItem item) {
      return Change.attempts(item, deliveries.merge(item.instanceId(), 1, Integer::sum));
    }

    @Override
    ActivityItem delivered(ActivityItem item) {
      ActivityIdentity identity = item.task().identity();
      return Change.attempts(item, deliveries.merge(identity, 1, Integer::sum));
    }

    @Override
    public AckResult ackOrchestrationItem(OrchestrationAck ack) {
      AckResult result = super.ackOrchestrationItem(ack);
      if (result instanceof AckResult.Applied) {
        deliveries.remove(ack.lockToken().instanceId());
      }
      return result;
    }

    @Override
    protected void abandonInstance(LockToken token, AbandonOptions how) {
      super.abandonInstance(token, how);
      if (!how.countDelivery()) {
        deliveries.merge(token.instanceId(), -1, Integer::sum);
      }
    }
  }

  private static final class GivesUp extends Forwarding {
    GivesUp(Provider inner) {
      super(inner);
    }

    @Override
    public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
      return super.fetchOrchestrationItems(request).stream()
          .filter(item -> item.deliveryCount() <= MANY)
          .toList();
    }

    @Override
    public List<ActivityItem> fetchActivityItems(ActivityFetch request) {
      return super.fetchActivityItems(request).stream()
          .filter(item -> item.deliveryCount() <= MANY)
          .toList();
    }
  }

  private static final class ShortensPoison extends Altering {
    ShortensPoison(Provider inner) {
      super(inner);
    }

    @Override
    OrchestrationItem delivered(OrchestrationItem item) {
      return item.deliveryCount() <= MANY
          ? item
          : Change.messages(
              item,
              item.messages().stream()
                  .map(message ->
                      Change.of(message, message.instanceId(), Payload.utf8("poison")).build())
                  .toList());
    }
  }
}
