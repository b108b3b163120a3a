// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Fence;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.MessageSent;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.CorruptData;
import dev.holdfast.provider.ProviderError.InstanceBusy;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.ProviderError.StoreFailure;
import dev.holdfast.provider.SendMessage;
import dev.holdfast.provider.state.DurableInbox;
import dev.holdfast.provider.state.InboxToken;
import dev.holdfast.provider.state.LeaseToken;
import dev.holdfast.tck.fixture.TestStore;
import dev.holdfast.tck.fixture.WhiteBox;
import dev.holdfast.tck.reference.ReferenceFixture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Changes that are written by the wrong holder, to the wrong place, or beside each other. */
final class ChangeFenceMutants {

  private ChangeFenceMutants() {}

  static void add(Family family) {
    fences(family);
    scopes(family);
    races(family);
  }

  private static void fences(Family family) {
    family.handle(
        "no-changes-no-fence",
        "Without changes the fence is not looked at.",
        "CHANGE-09: an early exit for empty lists",
        inner ->
            new Changed(inner) {
              @Override
              public List<ChangeResult> apply(List<Change> changes, @Nullable Fence fence) {
                return changes.isEmpty() ? List.of() : super.apply(changes, fence);
              }
            });
    family.handle(
        "activities-are-no-fence",
        "The token of an activity is taken whatever became of it.",
        "CHANGE-09: only instances are looked up",
        inner ->
            new Changed(inner) {
              @Override
              public List<ChangeResult> apply(List<Change> changes, @Nullable Fence fence) {
                return super.apply(changes, fence instanceof LockToken.OfActivity ? null : fence);
              }
            });
    family.handle(
        "a-misfit-is-told-before-the-fence",
        "What does not fit is told of although the fence is lost.",
        "CHANGE-09: the fence is the condition of the last statement",
        inner ->
            new Changed(inner) {
              @Override
              public List<ChangeResult> apply(List<Change> changes, @Nullable Fence fence) {
                try {
                  return super.apply(changes, fence);
                } catch (LockLost lost) {
                  for (Change change : changes) {
                    if (change instanceof SendMessage(var message) && message.messageId() != null) {
                      right().apply(List.of(change, mismatching(message)));
                    }
                  }
                  throw lost;
                }
              }
            });
    family.handle(
        "a-fence-is-renewed",
        "Showing a lock prolongs it.",
        "CHANGE-10: an update is how the row is locked",
        inner ->
            new Changed(inner) {
              @Override
              public List<ChangeResult> apply(List<Change> changes, @Nullable Fence fence) {
                List<ChangeResult> results = super.apply(changes, fence);
                if (fence instanceof LockToken lock) {
                  inner.renew(List.of(lock), Duration.ofHours(1));
                }
                return results;
              }
            });
    family.handle(
        "leases-are-no-fence",
        "A live lease is refused as a fence.",
        "CHANGE-10: leases have a table of their own",
        inner ->
            new Changed(inner) {
              @Override
              public List<ChangeResult> apply(List<Change> changes, @Nullable Fence fence) {
                if (fence instanceof LeaseToken lease) {
                  throw new LockLost("apply", lease, "no such lock");
                }
                return super.apply(changes, fence);
              }
            });
    family.handle(
        "messages-are-no-fence",
        "The token of an inbox message is taken whatever became of it.",
        "CHANGE-09: only instances are looked up",
        inner ->
            new Changed(inner) {
              @Override
              public List<ChangeResult> apply(List<Change> changes, @Nullable Fence fence) {
                return super.apply(changes, fence instanceof InboxToken ? null : fence);
              }
            });
    family.handle(
        "a-message-as-fence-is-renewed",
        "Showing the lock of an inbox message prolongs it.",
        "CHANGE-10: an update is how the row is locked",
        inner ->
            new Changed(inner) {
              @Override
              public List<ChangeResult> apply(List<Change> changes, @Nullable Fence fence) {
                List<ChangeResult> results = super.apply(changes, fence);
                if (fence instanceof InboxToken message) {
                  inner
                      .capability(DurableInbox.class)
                      .orElseThrow()
                      .renew(List.of(message), Duration.ofHours(1));
                }
                return results;
              }
            });
    family.handle(
        "the-fence-is-looked-at-before",
        "The fence is looked at, and the changes are written later.",
        "CHANGE-11: a look before the transaction",
        inner ->
            new Changed(inner) {
              @Override
              public List<ChangeResult> apply(List<Change> changes, @Nullable Fence fence) {
                super.apply(List.of(), fence);
                Moment.pass();
                return super.apply(changes, null);
              }
            });
  }

  private static SendMessage mismatching(OrchestratorMessage message) {
    return new SendMessage(
        OrchestratorMessage.builder(message.instanceId(), "mismatching", message.body())
            .messageId(message.messageId())
            .build());
  }

  private static void scopes(Family family) {
    family.handle(
        "a-locked-instance-takes-nothing",
        "A change without a fence to a locked instance is refused.",
        "CHANGE-12: the lock of the turn guards everything",
        Guarding::new);
    family.handle(
        "acks-change-their-own-only",
        "An ack may only send to its own instance.",
        "CHANGE-13: WHERE instance = that of the token",
        inner ->
            new Changed(inner) {
              @Override
              AckResult acked(OrchestrationAck ack) {
                for (int i = 0; i < ack.changes().size(); i++) {
                  String id = ack.changes().get(i).runId();
                  if (id.startsWith("unknown")) {
                    return AckResult.rejected(
                        new InvalidRequest("ackOrchestrationItem", id, "not its own").atChange(i));
                  }
                }
                return super.acked(ack);
              }
            });
    family.store(
        "ids-are-joined",
        "Of two messages whose instance and id are the same once joined, one is stored.",
        "CHANGE-21: instance || ':' || id",
        store -> {
          Set<String> used = ConcurrentHashMap.newKeySet();
          return inner ->
              new Changed(inner) {
                @Override
                public List<ChangeResult> apply(List<Change> changes, @Nullable Fence fence) {
                  List<ChangeResult> results = new ArrayList<>(super.apply(changes, fence));
                  for (int i = 0; i < changes.size(); i++) {
                    if (changes.get(i) instanceof SendMessage(var message)
                        && message.messageId() != null
                        && !used.add(message.instanceId() + ":" + message.messageId())) {
                      results.set(i, new MessageSent(false));
                    }
                  }
                  return results;
                }
              };
        });
    family.fixture(
        "one-damaged-message-stops-all",
        "Once a message is damaged no change is applied.",
        "CHANGE-23: SELECT * in front of the insert",
        () ->
            new ChangedFixture(new ReferenceFixture()) {
              @Override
              public TestStore freshStore(String purpose) {
                return new Damaging(super.freshStore(purpose));
              }
            });
  }

  /** Knows what is locked, and lets nobody else write there. */
  private static final class Guarding extends Changed {
    private static final Set<String> LOCKED = ConcurrentHashMap.newKeySet();
    private final Set<String> locked = new HashSet<>();

    Guarding(Provider inner) {
      super(inner);
    }

    @Override
    public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
      List<OrchestrationItem> items = super.fetchOrchestrationItems(request);
      items.forEach(item -> locked.add(item.instanceId()));
      items.forEach(item -> LOCKED.add(item.instanceId()));
      return items;
    }

    @Override
    AckResult acked(OrchestrationAck ack) {
      LOCKED.remove(ack.lockToken().instanceId());
      return super.acked(ack);
    }

    @Override
    public List<ChangeResult> apply(List<Change> changes, @Nullable Fence fence) {
      for (Change change : changes) {
        if (fence == null && LOCKED.contains(change.runId()) && !locked.contains(change.runId())) {
          throw new InstanceBusy("apply", change.runId(), "it is locked");
        }
      }
      return super.apply(changes, fence);
    }
  }

  /** Applies nothing once something was damaged. */
  private static final class Damaging extends ChangedStore {
    private final AtomicBoolean damaged = new AtomicBoolean();

    Damaging(TestStore inner) {
      super(inner);
    }

    @Override
    public Optional<WhiteBox> whiteBox() {
      return super.whiteBox()
          .map(right ->
              new WhiteBox() {
                @Override
                public List<StoredRow> rows() {
                  return right.rows();
                }

                @Override
                public boolean corrupts(RowKind kind) {
                  return right.corrupts(kind);
                }

                @Override
                public void corrupt(RowKind kind, String instanceId) {
                  damaged.set(true);
                  right.corrupt(kind, instanceId);
                }
              });
    }

    @Override
    protected Provider handle(Provider right) {
      return new Changed(right) {
        @Override
        public List<ChangeResult> apply(List<Change> changes, @Nullable Fence fence) {
          if (damaged.get()) {
            throw new CorruptData("apply", "bad", "a row cannot be read", null);
          }
          return super.apply(changes, fence);
        }
      };
    }
  }

  private static void races(Family family) {
    family.handle(
        "change-by-change",
        "Each change is visible before the next one is written.",
        "CHANGE-15: no transaction around the list",
        inner ->
            new Changed(inner) {
              @Override
              public List<ChangeResult> apply(List<Change> changes, @Nullable Fence fence) {
                List<ChangeResult> results = new ArrayList<>();
                for (Change change : changes) {
                  results.addAll(super.apply(List.of(change), fence));
                  Moment.pass();
                }
                return results;
              }
            });
    family.store(
        "a-deadlock-is-a-failure",
        "Of crossing lists one fails for good.",
        "CHANGE-16: 40P01 is an unknown error",
        store -> {
          AtomicInteger writing = new AtomicInteger();
          return inner ->
              new Changed(inner) {
                @Override
                public List<ChangeResult> apply(List<Change> changes, @Nullable Fence fence) {
                  try {
                    if (writing.incrementAndGet() > 1 && changes.size() > 2) {
                      throw new StoreFailure("apply", "deadlock detected", null);
                    }
                    Moment.pass();
                    return super.apply(changes, fence);
                  } finally {
                    writing.decrementAndGet();
                  }
                }
              };
        });
    family.store(
        "a-change-is-lost-in-a-crowd",
        "Of a list that is applied beside another one the last change is lost.",
        "CHANGE-24: a shared buffer",
        store -> {
          AtomicInteger writing = new AtomicInteger();
          return inner ->
              new Changed(inner) {
                @Override
                public List<ChangeResult> apply(List<Change> changes, @Nullable Fence fence) {
                  try {
                    boolean loses = writing.incrementAndGet() > 1 && !changes.isEmpty();
                    Moment.pass();
                    if (!loses) {
                      return super.apply(changes, fence);
                    }
                    List<ChangeResult> results =
                        new ArrayList<>(super.apply(changes.subList(0, changes.size() - 1), fence));
                    results.add(new MessageSent(true));
                    return results;
                  } finally {
                    writing.decrementAndGet();
                  }
                }
              };
        });
  }
}
