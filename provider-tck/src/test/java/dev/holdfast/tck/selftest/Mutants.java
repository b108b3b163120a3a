// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.selftest;

import dev.holdfast.provider.Abandonment;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.tck.fixture.ProviderIdentity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Providers that are broken in one way each, and the rules that have to notice. */
final class Mutants {

  private Mutants() {}

  /** Each mutant with a rule that kills it. */
  static final Map<Class<? extends BrokenFixture>, String> KILLED_BY =
      Map.ofEntries(
          Map.entry(IgnoresTheToken.class, "LOCK-04"),
          Map.entry(MergesMessages.class, "LOCK-05"),
          Map.entry(ReversesTheBatch.class, "LOCK-07"),
          Map.entry(LocksForHalfTheTime.class, "LOCK-01"),
          Map.entry(GivesLockedInstancesAway.class, "LOCK-01"),
          Map.entry(HasOneLockForAll.class, "LOCK-02"),
          Map.entry(ReleasesOnClose.class, "LOCK-08"),
          Map.entry(ReleasesOnRejectedAck.class, "LOCK-08"),
          Map.entry(AlwaysDelaysAbandoned.class, "LOCK-07"),
          Map.entry(LosesRaces.class, "LOCK-09"),
          Map.entry(IgnoresActivityTokens.class, "LOCK-10"),
          Map.entry(GivesLockedActivitiesAway.class, "LOCK-10"),
          Map.entry(CreatesOnEnqueue.class, "CREATE-03"),
          Map.entry(LetsTheStartWin.class, "CREATE-02"),
          Map.entry(StoresTheWordUnknown.class, "CREATE-04"),
          Map.entry(LooksForTheStartInFront.class, "CREATE-07"));

  /** Claims to be another provider. */
  public static final class SaysItIsSomebodyElse extends BrokenFixture {
    @Override
    public ProviderIdentity provider() {
      return new ProviderIdentity("acme", "1");
    }

    @Override
    UnaryOperator<Provider> breaker() {
      return inner -> inner;
    }
  }

  /** Acks whatever token is shown, as long as the instance is locked by somebody. */
  public static final class IgnoresTheToken extends BrokenFixture {
    @Override
    UnaryOperator<Provider> breaker() {
      Map<String, LockToken> current = new ConcurrentHashMap<>();
      return inner ->
          new Fetching(inner, items -> remember(current, items)) {
            @Override
            public AckResult ackOrchestrationItem(OrchestrationAck ack) {
              LockToken token = current.getOrDefault(ack.lockToken().instanceId(), ack.lockToken());
              return super.ackOrchestrationItem(withToken(ack, token));
            }
          };
    }
  }

  /** Keeps one plain message per instance and kind, as if a second one said the same. */
  public static final class MergesMessages extends BrokenFixture {
    @Override
    UnaryOperator<Provider> breaker() {
      Set<String> queued = ConcurrentHashMap.newKeySet();
      return inner ->
          new Forwarding(inner) {
            @Override
            public void enqueue(OrchestratorMessage message) {
              if (message.start() != null || queued.add(message.instanceId() + message.kind())) {
                super.enqueue(message);
              }
            }
          };
    }
  }

  /** Delivers the latest message first. */
  public static final class ReversesTheBatch extends BrokenFixture {
    private boolean again;

    @Override
    UnaryOperator<Provider> breaker() {
      return inner ->
          new Fetching(
              inner,
              items -> {
                again = !again;
                return again ? items : items.stream().map(ReversesTheBatch::reversed).toList();
              });
    }

    private static OrchestrationItem reversed(OrchestrationItem item) {
      List<OrchestratorMessage> messages = new ArrayList<>(item.messages());
      Collections.reverse(messages);
      return changed(item, item.name(), item.version(), messages);
    }
  }

  /** Locks end at half the time that was asked for. */
  public static final class LocksForHalfTheTime extends BrokenFixture {
    @Override
    UnaryOperator<Provider> breaker() {
      return inner ->
          new Forwarding(inner) {
            @Override
            public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
              Duration half = request.lockFor().dividedBy(2);
              return super.fetchOrchestrationItems(OrchestrationFetch.of(request.max(), half));
            }
          };
    }
  }

  /** When nothing is free it answers what it delivered last. */
  public static final class GivesLockedInstancesAway extends BrokenFixture {
    @Override
    UnaryOperator<Provider> breaker() {
      List<OrchestrationItem> last = new ArrayList<>();
      return inner ->
          new Fetching(
              inner,
              items -> {
                synchronized (last) {
                  List<OrchestrationItem> answer = items.isEmpty() ? List.copyOf(last) : items;
                  last.clear();
                  last.addAll(items);
                  return answer;
                }
              });
    }
  }

  /** While one instance is locked, none is delivered. */
  public static final class HasOneLockForAll extends BrokenFixture {
    @Override
    UnaryOperator<Provider> breaker() {
      Set<String> locked = ConcurrentHashMap.newKeySet();
      return inner ->
          new Forwarding(inner) {
            @Override
            public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
              if (!locked.isEmpty()) {
                return List.of();
              }
              List<OrchestrationItem> items = super.fetchOrchestrationItems(request);
              items.forEach(item -> locked.add(item.instanceId()));
              return items;
            }

            @Override
            public AckResult ackOrchestrationItem(OrchestrationAck ack) {
              locked.remove(ack.lockToken().instanceId());
              return super.ackOrchestrationItem(ack);
            }
          };
    }
  }

  /** Gives back what it holds when the handle is closed. */
  public static final class ReleasesOnClose extends BrokenFixture {
    @Override
    UnaryOperator<Provider> breaker() {
      return inner -> {
        Map<String, LockToken> held = new ConcurrentHashMap<>();
        return new Fetching(inner, items -> remember(held, items)) {
          @Override
          public void close() {
            held.values().forEach(token -> release(inner, token));
            held.clear();
            super.close();
          }
        };
      };
    }
  }

  /** A rejected ack gives the instance back. */
  public static final class ReleasesOnRejectedAck extends BrokenFixture {
    @Override
    UnaryOperator<Provider> breaker() {
      return inner ->
          new Forwarding(inner) {
            @Override
            public AckResult ackOrchestrationItem(OrchestrationAck ack) {
              AckResult result = super.ackOrchestrationItem(ack);
              if (result instanceof AckResult.Rejected) {
                release(inner, ack.lockToken());
              }
              return result;
            }
          };
    }
  }

  /** Abandon keeps the instance back although no delay was asked for. */
  public static final class AlwaysDelaysAbandoned extends BrokenFixture {
    @Override
    UnaryOperator<Provider> breaker() {
      return inner ->
          new Forwarding(inner) {
            @Override
            public void abandonOrchestrationItem(LockToken token, Abandonment how) {
              super.abandonOrchestrationItem(
                  token, new Abandonment(how.delay().plusSeconds(1), how.countAttempt()));
            }
          };
    }
  }

  /** Answers the same instance to those who fetch at the same time. */
  public static final class LosesRaces extends BrokenFixture {
    @Override
    UnaryOperator<Provider> breaker() {
      Map<String, OrchestrationItem> last = new ConcurrentHashMap<>();
      return inner ->
          new Fetching(
              inner,
              items -> {
                items.forEach(item -> last.put("last", item));
                OrchestrationItem other = last.get("last");
                boolean together = !Thread.currentThread().getName().equals("main");
                return items.isEmpty() && together && other != null ? List.of(other) : items;
              });
    }
  }

  /** Acks an activity under whatever token is shown. */
  public static final class IgnoresActivityTokens extends BrokenFixture {
    @Override
    UnaryOperator<Provider> breaker() {
      Map<ActivityIdentity, LockToken> current = new ConcurrentHashMap<>();
      return inner ->
          new Forwarding(inner) {
            @Override
            public List<ActivityItem> fetchActivityItems(ActivityFetch request) {
              List<ActivityItem> items = super.fetchActivityItems(request);
              items.forEach(item -> current.put(item.task().identity(), item.lockToken()));
              return items;
            }

            @Override
            public AckResult ackActivityItem(ActivityAck ack) {
              LockToken shown = ack.lockToken();
              return shown instanceof LockToken.OfActivity(ActivityIdentity activity, long epoch)
                  ? super.ackActivityItem(
                      ActivityAck.of(current.getOrDefault(activity, shown), ack.completion()))
                  : super.ackActivityItem(ack);
            }
          };
    }
  }

  /** When no activity is free it answers those it delivered last. */
  public static final class GivesLockedActivitiesAway extends BrokenFixture {
    @Override
    UnaryOperator<Provider> breaker() {
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
  }

  /** Writes an execution as soon as a start is enqueued. */
  public static final class CreatesOnEnqueue extends BrokenFixture {
    @Override
    UnaryOperator<Provider> breaker() {
      Set<String> started = ConcurrentHashMap.newKeySet();
      return inner ->
          new Forwarding(inner) {
            @Override
            public void enqueue(OrchestratorMessage message) {
              super.enqueue(message);
              started.add(message.instanceId());
            }

            @Override
            public OptionalLong latestExecutionId(String instanceId) {
              OptionalLong latest = super.latestExecutionId(instanceId);
              return latest.isEmpty() && started.contains(instanceId) ? OptionalLong.of(1) : latest;
            }
          };
    }
  }

  /** Remembers the name of the start and ignores that of the metadata. */
  public static final class LetsTheStartWin extends BrokenFixture {
    @Override
    UnaryOperator<Provider> breaker() {
      Map<String, OrchestrationItem> first = new ConcurrentHashMap<>();
      return inner ->
          new Fetching(
              inner,
              items ->
                  items.stream()
                      .map(item -> {
                        OrchestrationItem known =
                            Objects.requireNonNullElse(
                                first.putIfAbsent(item.instanceId(), item), item);
                        return changed(item, known.name(), known.version(), item.messages());
                      })
                      .toList());
    }
  }

  /** Has a word for versions that are absent. */
  public static final class StoresTheWordUnknown extends BrokenFixture {
    @Override
    UnaryOperator<Provider> breaker() {
      return inner ->
          new Fetching(
              inner,
              items ->
                  items.stream()
                      .map(item ->
                          changed(
                              item,
                              item.name(),
                              Objects.requireNonNullElse(item.version(), "0"),
                              item.messages()))
                      .toList());
    }
  }

  /** Notices a start only when it is the first message of the batch. */
  public static final class LooksForTheStartInFront extends BrokenFixture {
    @Override
    UnaryOperator<Provider> breaker() {
      return inner ->
          new Fetching(
              inner,
              items ->
                  items.stream()
                      .map(item ->
                          item.messages().get(0).start() == null && item.executionId() == 1
                              ? changed(item, null, null, item.messages())
                              : item)
                      .toList());
    }
  }

  /** Changes what fetch answers. */
  private static class Fetching extends Forwarding {
    private final Function<List<OrchestrationItem>, List<OrchestrationItem>> change;

    Fetching(Provider inner, Function<List<OrchestrationItem>, List<OrchestrationItem>> change) {
      super(inner);
      this.change = change;
    }

    @Override
    public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
      return change.apply(super.fetchOrchestrationItems(request));
    }
  }

  private static List<OrchestrationItem> remember(
      Map<String, LockToken> tokens, List<OrchestrationItem> items) {
    items.forEach(item -> tokens.put(item.instanceId(), item.lockToken()));
    return items;
  }

  private static void release(Provider provider, LockToken token) {
    try {
      provider.abandonOrchestrationItem(token, Abandonment.now());
    } catch (LockLost lost) {
      // It was released before, which is all that is wanted here.
      return;
    }
  }

  private static OrchestrationAck withToken(OrchestrationAck ack, LockToken token) {
    return new OrchestrationAck(
        token,
        ack.executionId(),
        ack.historyDelta(),
        ack.activities(),
        ack.messages(),
        ack.metadata(),
        ack.cancelledActivities(),
        ack.claim());
  }

  private static OrchestrationItem changed(
      OrchestrationItem item,
      @Nullable String name,
      @Nullable String version,
      List<OrchestratorMessage> messages) {
    return new OrchestrationItem(
        item.instanceId(),
        name,
        version,
        item.executionId(),
        item.history(),
        messages,
        item.kvSnapshot(),
        item.attemptCount(),
        item.lockToken(),
        item.fetchedAt());
  }
}
