// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.Due;
import dev.holdfast.provider.EnqueueResult;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.StoreContention;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/** Locks that are not exclusive, and tokens that are not compared. */
final class LockMutants {

  private LockMutants() {}

  static List<Mutant> all() {
    return new Family("LOCK")
        .store(
            "acks-with-any-token",
            "An ack is applied whatever token it shows, as long as somebody holds the instance.",
            "the token is missing in the WHERE of the ack",
            store -> {
              Held held = new Held(store);
              return inner -> new AcksWithAnyToken(inner, held);
            })
        .store(
            "acks-activities-with-any-token",
            "An activity is acked whatever token is shown.",
            "the token is missing in the WHERE of the activity ack",
            store -> {
              Held held = new Held(store);
              return inner -> new AcksActivitiesWithAnyToken(inner, held);
            })
        .store(
            "gives-locked-instances-away",
            "A fetch that finds nothing free answers what was delivered last.",
            "the fetch forgets to look at the lock",
            store -> givesLockedInstancesAway())
        .store(
            "gives-locked-activities-away",
            "A fetch that finds no activity free answers those delivered last.",
            "the fetch forgets to look at the lock",
            store -> givesLockedActivitiesAway())
        .store(
            "one-lock-for-all",
            "While one instance is locked none is delivered.",
            "LOCK-02: a lock on the table, or on a hash that collides",
            store -> {
              Held held = new Held(store);
              return inner -> new OneLockForAll(inner, held);
            })
        .handle(
            "releases-on-close",
            "Closing a handle gives back what it holds.",
            "LOCK-08: locks bound to the session of a connection",
            ReleasesOnClose::new)
        .store(
            "releases-on-rejected-ack",
            "A rejected ack gives the instance back.",
            "ATOM-02: an error path that abandons",
            store -> {
              Held held = new Held(store);
              return inner -> new ReleasesOnRejectedAck(inner, held);
            })
        .store(
            "two-winners",
            "Two fetches at the same moment get the same instance.",
            "LOCK-09: select the free row, then update it without a condition",
            store -> twoWinners())
        .handle(
            "tokens-restart",
            "Every handle counts its tokens from one.",
            "LOCK-03: the counter lives in memory and restarts",
            TokensRestart::new)
        .store(
            "tokens-are-milliseconds",
            "A token is the time of the fetch in milliseconds.",
            "subtle points: a timestamp is no fence, two fetches share a tick",
            store -> {
              Map<LockToken, LockToken> real = new ConcurrentHashMap<>();
              return inner -> new TokensAreMilliseconds(inner, real);
            })
        .store(
            "messages-wait-for-the-lock-end",
            "A message that comes while the instance is locked is seen when the lock would have"
                + " ended.",
            "a lost wake-up: ON CONFLICT DO NOTHING on the ready row",
            store -> {
              Held held = new Held(store);
              return inner -> new MessagesWaitForTheLockEnd(inner, held);
            })
        .store(
            "merges-messages",
            "Of several plain messages of one kind only the first is kept.",
            "LOCK-05: messages keyed by kind",
            store -> mergesMessages())
        .store(
            "reverses-the-batch",
            "Every second delivery has the latest message first.",
            "LOCK-07: no order in the query",
            store -> reversesTheBatch())
        .handle(
            "always-delays-abandoned",
            "Abandon keeps the work back for a second although no delay was asked for.",
            "LOCK-07: a built-in back-off",
            AlwaysDelaysAbandoned::new)
        .store(
            "activities-wait-for-their-instance",
            "An activity cannot be acked while its instance is locked.",
            "LOCK-11: the activity ack takes the instance's lock",
            store -> {
              Held held = new Held(store);
              return inner -> new ActivitiesWaitForTheirInstance(inner, held);
            })
        .handle(
            "mistakes-activity-tokens",
            "An activity's token is taken for one of its instance.",
            "LOCK-04: tokens are compared by epoch alone",
            MistakesActivityTokens::new)
        .mutants();
  }

  private static final class AcksWithAnyToken extends Tracking {
    AcksWithAnyToken(Provider inner, Held held) {
      super(inner, held);
    }

    @Override
    public AckResult ackOrchestrationItem(OrchestrationAck ack) {
      return super.ackOrchestrationItem(Change.of(ack, held.last(ack.lockToken())).build());
    }
  }

  private static final class AcksActivitiesWithAnyToken extends Tracking {
    AcksActivitiesWithAnyToken(Provider inner, Held held) {
      super(inner, held);
    }

    @Override
    public AckResult ackActivityItem(ActivityAck ack) {
      return super.ackActivityItem(ActivityAck.of(held.last(ack.lockToken()), ack.completion()));
    }
  }

  private static UnaryOperator<Provider> givesLockedInstancesAway() {
    List<OrchestrationItem> last = new CopyOnWriteArrayList<>();
    return inner ->
        new Forwarding(inner) {
          @Override
          public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
            List<OrchestrationItem> items = super.fetchOrchestrationItems(request);
            List<OrchestrationItem> answer = items.isEmpty() ? List.copyOf(last) : items;
            last.clear();
            last.addAll(items);
            return answer;
          }
        };
  }

  private static UnaryOperator<Provider> givesLockedActivitiesAway() {
    List<ActivityItem> last = new CopyOnWriteArrayList<>();
    return inner ->
        new Forwarding(inner) {
          @Override
          public List<ActivityItem> fetchActivityItems(ActivityFetch request) {
            List<ActivityItem> items = super.fetchActivityItems(request);
            List<ActivityItem> answer = items.isEmpty() ? List.copyOf(last) : items;
            last.clear();
            last.addAll(items);
            return answer;
          }
        };
  }

  private static final class OneLockForAll extends Tracking {
    OneLockForAll(Provider inner, Held held) {
      super(inner, held);
    }

    @Override
    public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
      return held.isAnyHeld() ? List.of() : super.fetchOrchestrationItems(request);
    }
  }

  private static final class ReleasesOnClose extends Forwarding {
    private final Set<LockToken> held = ConcurrentHashMap.newKeySet();

    ReleasesOnClose(Provider inner) {
      super(inner);
    }

    @Override
    public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
      List<OrchestrationItem> items = super.fetchOrchestrationItems(request);
      items.forEach(item -> held.add(item.lockToken()));
      return items;
    }

    @Override
    public void close() {
      for (LockToken token : held) {
        try {
          inner.abandon(token, AbandonOptions.now());
        } catch (RuntimeException lost) {
          held.remove(token);
        }
      }
      super.close();
    }
  }

  private static final class ReleasesOnRejectedAck extends Tracking {
    ReleasesOnRejectedAck(Provider inner, Held held) {
      super(inner, held);
    }

    @Override
    public AckResult ackOrchestrationItem(OrchestrationAck ack) {
      AckResult result = super.ackOrchestrationItem(ack);
      if (result instanceof AckResult.Rejected) {
        release(ack.lockToken());
      }
      return result;
    }
  }

  /** The kit's threads that start together stand for two readers that saw the same free row. */
  private static UnaryOperator<Provider> twoWinners() {
    List<OrchestrationItem> last = new CopyOnWriteArrayList<>();
    return inner ->
        new Forwarding(inner) {
          @Override
          public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
            List<OrchestrationItem> items = super.fetchOrchestrationItems(request);
            boolean together = Thread.currentThread().getName().startsWith("together");
            if (!items.isEmpty()) {
              last.clear();
              last.addAll(items);
            }
            return items.isEmpty() && together ? List.copyOf(last) : items;
          }
        };
  }

  private static final class TokensRestart extends Forwarding {
    private long offset = -1;

    TokensRestart(Provider inner) {
      super(inner);
    }

    private synchronized LockToken out(LockToken token) {
      if (offset < 0) {
        offset = token.epoch() - 1;
      }
      return new LockToken.OfInstance(token.instanceId(), token.epoch() - offset);
    }

    private synchronized LockToken in(LockToken token) {
      return token instanceof LockToken.OfInstance
          ? new LockToken.OfInstance(token.instanceId(), token.epoch() + Math.max(0, offset))
          : token;
    }

    @Override
    public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
      return super.fetchOrchestrationItems(request).stream()
          .map(item -> Change.token(item, out(item.lockToken())))
          .toList();
    }

    @Override
    public AckResult ackOrchestrationItem(OrchestrationAck ack) {
      return super.ackOrchestrationItem(Change.of(ack, in(ack.lockToken())).build());
    }

    @Override
    protected void abandonInstance(LockToken token, AbandonOptions how) {
      super.abandonInstance(in(token), how);
    }

    @Override
    protected boolean renewInstance(LockToken token, Duration extendFor) {
      return super.renewInstance(in(token), extendFor);
    }
  }

  private static final class TokensAreMilliseconds extends Forwarding {
    private final Map<LockToken, LockToken> real;

    TokensAreMilliseconds(Provider inner, Map<LockToken, LockToken> real) {
      super(inner);
      this.real = real;
    }

    @Override
    public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
      return super.fetchOrchestrationItems(request).stream()
          .map(item -> {
            LockToken time =
                new LockToken.OfInstance(item.instanceId(), item.fetchedAt().toEpochMilli());
            real.put(time, item.lockToken());
            return Change.token(item, time);
          })
          .toList();
    }

    @Override
    public AckResult ackOrchestrationItem(OrchestrationAck ack) {
      LockToken token = real.getOrDefault(ack.lockToken(), ack.lockToken());
      return super.ackOrchestrationItem(Change.of(ack, token).build());
    }

    @Override
    protected void abandonInstance(LockToken token, AbandonOptions how) {
      super.abandonInstance(real.getOrDefault(token, token), how);
    }

    @Override
    protected boolean renewInstance(LockToken token, Duration extendFor) {
      return super.renewInstance(real.getOrDefault(token, token), extendFor);
    }
  }

  private static final class MessagesWaitForTheLockEnd extends Tracking {
    MessagesWaitForTheLockEnd(Provider inner, Held held) {
      super(inner, held);
    }

    @Override
    public EnqueueResult enqueue(OrchestratorMessage message) {
      boolean late = message.due() instanceof Due.Now && held.isHeld(message.instanceId());
      return super.enqueue(
          late
              ? Change.of(message)
                  .due(
                      Due.at(
                          held.end(held.last(new LockToken.OfInstance(message.instanceId(), 1)))))
                  .build()
              : message);
    }
  }

  private static UnaryOperator<Provider> mergesMessages() {
    Set<String> queued = ConcurrentHashMap.newKeySet();
    return inner ->
        new Forwarding(inner) {
          @Override
          public EnqueueResult enqueue(OrchestratorMessage message) {
            if (message.start() != null || queued.add(message.instanceId() + message.kind())) {
              return super.enqueue(message);
            }
            return EnqueueResult.of(true);
          }
        };
  }

  private static UnaryOperator<Provider> reversesTheBatch() {
    Set<String> seen = ConcurrentHashMap.newKeySet();
    return inner ->
        new Altering(inner) {
          @Override
          OrchestrationItem delivered(OrchestrationItem item) {
            if (seen.add(item.instanceId())) {
              return item;
            }
            seen.remove(item.instanceId());
            List<OrchestratorMessage> messages = new ArrayList<>(item.messages());
            Collections.reverse(messages);
            return Change.messages(item, messages);
          }
        };
  }

  private static final class AlwaysDelaysAbandoned extends Forwarding {
    AlwaysDelaysAbandoned(Provider inner) {
      super(inner);
    }

    @Override
    protected void abandonInstance(LockToken token, AbandonOptions how) {
      super.abandonInstance(
          token, new AbandonOptions(how.delay().plusSeconds(1), how.countDelivery()));
    }
  }

  private static final class ActivitiesWaitForTheirInstance extends Tracking {
    ActivitiesWaitForTheirInstance(Provider inner, Held held) {
      super(inner, held);
    }

    @Override
    public AckResult ackActivityItem(ActivityAck ack) {
      if (held.isHeld(ack.lockToken().instanceId())) {
        throw new StoreContention("ackActivityItem", "its instance is locked", null);
      }
      return super.ackActivityItem(ack);
    }
  }

  private static final class MistakesActivityTokens extends Forwarding {
    MistakesActivityTokens(Provider inner) {
      super(inner);
    }

    private static LockToken mistaken(LockToken token) {
      return new LockToken.OfInstance(token.instanceId(), token.epoch());
    }

    @Override
    public AckResult ackOrchestrationItem(OrchestrationAck ack) {
      return super.ackOrchestrationItem(Change.of(ack, mistaken(ack.lockToken())).build());
    }
  }
}
