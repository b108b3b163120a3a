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
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.ProviderError.Permanent;
import dev.holdfast.provider.admin.BulkFilter;
import dev.holdfast.provider.admin.InstanceDeletion;
import dev.holdfast.provider.state.AppendInbox;
import dev.holdfast.provider.state.ConsumeInbox;
import dev.holdfast.provider.state.DeleteRun;
import dev.holdfast.provider.state.DurableInbox;
import dev.holdfast.provider.state.InboxAppended;
import dev.holdfast.provider.state.InboxConsumed;
import dev.holdfast.provider.state.InboxCounts;
import dev.holdfast.provider.state.InboxItem;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.InboxMessage;
import dev.holdfast.provider.state.InboxToken;
import dev.holdfast.provider.state.RunDeleted;
import dev.holdfast.provider.support.InboxChecks;
import dev.holdfast.provider.support.RequestChecks;
import dev.holdfast.provider.support.StoreTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps inboxes in a {@link Box} that all handles of a store share, and everything else in the
 * right provider; broken variants override a call. A list of changes is one step of both.
 */
class Boxed extends Forwarding {

  private static final Change IMPOSSIBLE =
      ConsumeInbox.pending(new InboxKey("nobody", "nothing", "nowhere"), Long.MAX_VALUE);

  final Box box;
  private final Changes right;
  private final RequestChecks requests;
  private final InboxChecks checks;

  Boxed(Provider inner, Box box) {
    super(inner);
    this.box = box;
    right = inner.capability(Changes.class).orElseThrow();
    requests = new RequestChecks(inner.info());
    checks = new InboxChecks(requests);
  }

  // ---- changes

  /** A list of changes of which the inboxes have made theirs. */
  private record Split(int size, List<Change> others, Map<Integer, ChangeResult> own) {

    List<ChangeResult> merged(List<ChangeResult> results) {
      List<ChangeResult> all = new ArrayList<>();
      int next = 0;
      for (int i = 0; i < size; i++) {
        ChangeResult result = own.get(i);
        if (result == null) {
          all.add(results.get(next++));
        } else if (result instanceof RunDeleted(long steps, long messages)) {
          RunDeleted deleted = (RunDeleted) results.get(next++);
          all.add(new RunDeleted(deleted.steps(), deleted.messages() + messages));
        } else {
          all.add(result);
        }
      }
      return all;
    }
  }

  /** Makes the changes of inboxes; what is wrong says at which place. */
  private Split made(String operation, List<Change> changes) {
    List<Change> others = new ArrayList<>();
    Map<Integer, ChangeResult> own = new LinkedHashMap<>();
    for (int i = 0; i < changes.size(); i++) {
      try {
        switch (changes.get(i)) {
          case AppendInbox append -> own.put(i, box.append(operation, append));
          case ConsumeInbox consume -> own.put(i, box.consume(operation, consume));
          case DeleteRun delete -> {
            others.add(delete);
            own.put(i, new RunDeleted(0, box.removeRun(delete.runId())));
          }
          case Change other -> others.add(other);
        }
      } catch (Permanent refused) {
        throw refused.atChange(i);
      }
    }
    return new Split(changes.size(), others, own);
  }

  private List<ChangeResult> apply(String operation, List<Change> changes, @Nullable Fence fence) {
    requests.check(operation, changes, fence);
    synchronized (box) {
      @Nullable Fence others = fence;
      if (fence instanceof InboxToken token) {
        requireLive(operation, token);
        others = null;
      } else if (fence != null) {
        right.apply(List.of(), fence);
      }
      Runnable back = box.mark();
      try {
        Split split = made(operation, changes);
        return split.merged(
            split.others().isEmpty() ? List.of() : right.apply(split.others(), others));
      } catch (Permanent refused) {
        back.run();
        throw refused;
      }
    }
  }

  void requireLive(String operation, InboxToken token) {
    if (!box.isLive(box.read(token.key()).rows.get(token.sequence()), token.epoch())) {
      throw new LockLost(operation, token, "it does not hold the lock");
    }
  }

  private AckResult acked(
      String operation, List<Change> changes, Function<List<Change>, AckResult> ack) {
    if (changes.isEmpty()) {
      return ack.apply(changes);
    }
    synchronized (box) {
      Runnable back = box.mark();
      Split split;
      try {
        split = made(operation, changes);
      } catch (Permanent refused) {
        back.run();
        // A repeat, and a lost lock, come before what is wrong with a change.
        AckResult otherwise = ack.apply(List.of(IMPOSSIBLE));
        return otherwise instanceof AckResult.Rejected(NotFound missing)
                && missing.changeIndex() != null
            ? AckResult.rejected(refused)
            : otherwise;
      }
      AckResult result = ack.apply(split.others());
      if (result instanceof AckResult.Applied applied) {
        return applied.withResults(split.merged(applied.results()));
      }
      undo(back);
      return result;
    }
  }

  /** What becomes of the inboxes when the ack is refused. */
  void undo(Runnable back) {
    back.run();
  }

  @Override
  public AckResult ackOrchestrationItem(OrchestrationAck ack) {
    return acked(
        "ackOrchestrationItem",
        ack.changes(),
        changes -> inner.ackOrchestrationItem(ack.withChanges(changes)));
  }

  @Override
  public AckResult ackActivityItem(ActivityAck ack) {
    return acked(
        "ackActivityItem",
        ack.changes(),
        changes -> inner.ackActivityItem(ack.withChanges(changes)));
  }

  private final Changes alone =
      new Changes() {
        @Override
        public int maxChanges() {
          return right.maxChanges();
        }

        @Override
        public List<ChangeResult> apply(List<Change> changes, @Nullable Fence fence) {
          return Boxed.this.apply("apply", List.copyOf(changes), fence);
        }
      };

  private final InstanceDeletion deletion =
      new InstanceDeletion() {
        @Override
        public Counts delete(List<String> instanceIds, boolean force) {
          return withInboxes(() -> deletions().delete(instanceIds, force));
        }

        @Override
        public Counts deleteBulk(BulkFilter filter) {
          return withInboxes(() -> deletions().deleteBulk(filter));
        }
      };

  private InstanceDeletion deletions() {
    return inner.capability(InstanceDeletion.class).orElseThrow();
  }

  private InstanceDeletion.Counts withInboxes(Supplier<InstanceDeletion.Counts> call) {
    synchronized (box) {
      Set<String> present = new LinkedHashSet<>(box.runs());
      present.removeIf(runId -> inner.describeInstance(runId).isEmpty());
      InstanceDeletion.Counts counts = call.get();
      present.removeIf(runId -> inner.describeInstance(runId).isPresent());
      deleted(present);
      return counts;
    }
  }

  /** Instances that are gone. */
  void deleted(Set<String> instanceIds) {
    instanceIds.forEach(box::removeRun);
  }

  @Override
  public <C extends Capability> Optional<C> capability(Class<C> type) {
    if (type == DurableInbox.class) {
      return Optional.of(type.cast(inboxes));
    }
    if (type == Changes.class) {
      return Optional.of(type.cast(alone));
    }
    if (type == InstanceDeletion.class) {
      return Optional.of(type.cast(deletion));
    }
    return super.capability(type);
  }

  private final DurableInbox inboxes =
      new DurableInbox() {
        @Override
        public Duration idMemory() {
          return Boxed.this.idMemory();
        }

        @Override
        public InboxAppended append(AppendInbox append) {
          return Boxed.this.append(append);
        }

        @Override
        public InboxConsumed consume(ConsumeInbox consume) {
          return Boxed.this.consume(consume);
        }

        @Override
        public List<InboxMessage> pending(InboxKey key, long afterSequence, int limit) {
          return Boxed.this.pending(key, afterSequence, limit);
        }

        @Override
        public Optional<InboxMessage> message(InboxKey key, long sequence) {
          return Boxed.this.message(key, sequence);
        }

        @Override
        public List<InboxItem> fetch(InboxKey key, int max, Duration lockFor) {
          return Boxed.this.fetch(key, max, lockFor);
        }

        @Override
        public Set<InboxToken> renew(Collection<InboxToken> tokens, Duration extendFor) {
          return renewMessages(tokens, extendFor);
        }

        @Override
        public void abandon(InboxToken token) {
          abandonMessage(token);
        }

        @Override
        public List<InboxCounts> counts(String runId) {
          return Boxed.this.counts(runId);
        }

        @Override
        public int cleanUp(Instant consumedBefore, int limit) {
          return Boxed.this.cleanUp(consumedBefore, limit);
        }

        @Override
        public int cleanUp(InboxKey key, long belowSequence, int limit) {
          return Boxed.this.cleanUp(key, belowSequence, limit);
        }
      };

  // ---- inboxes

  Duration idMemory() {
    return Box.ID_MEMORY;
  }

  InboxAppended append(AppendInbox append) {
    return (InboxAppended) apply("append", List.of(append), null).getFirst();
  }

  InboxConsumed consume(ConsumeInbox consume) {
    return (InboxConsumed) apply("consume", List.of(consume), null).getFirst();
  }

  List<InboxMessage> pending(InboxKey key, long afterSequence, int limit) {
    checks.checkRead("pending", afterSequence, limit);
    synchronized (box) {
      return box.read(key).rows.tailMap(afterSequence, false).entrySet().stream()
          .filter(entry -> box.isRead(entry.getValue()))
          .limit(limit)
          .map(entry -> box.shown(key, entry.getKey(), entry.getValue()))
          .toList();
    }
  }

  Optional<InboxMessage> message(InboxKey key, long sequence) {
    checks.checkSequence("message", sequence);
    synchronized (box) {
      return Optional.ofNullable(box.read(key).rows.get(sequence))
          .map(row -> box.shown(key, sequence, row));
    }
  }

  List<InboxItem> fetch(InboxKey key, int max, Duration lockFor) {
    checks.checkFetch("fetch", max, lockFor);
    synchronized (box) {
      return box.lock(key, box.chosen(key, max), lockFor);
    }
  }

  Set<InboxToken> renewMessages(Collection<InboxToken> tokens, Duration extendFor) {
    checks.checkExtension("renew", extendFor);
    Set<InboxToken> live = new LinkedHashSet<>();
    synchronized (box) {
      for (InboxToken token : tokens) {
        if (box.renew(token, extendFor)) {
          live.add(token);
        }
      }
    }
    return live;
  }

  void abandonMessage(InboxToken token) {
    synchronized (box) {
      box.abandon(token);
    }
  }

  List<InboxCounts> counts(String runId) {
    checks.checkRunId("counts", runId);
    synchronized (box) {
      return box.counts(runId);
    }
  }

  int cleanUp(Instant consumedBefore, int limit) {
    Instant bound = StoreTime.fromMicros(checks.checkCleanUp("cleanUp", consumedBefore, limit));
    synchronized (box) {
      return box.cleanUp(bound, limit);
    }
  }

  int cleanUp(InboxKey key, long belowSequence, int limit) {
    checks.checkCleanUp("cleanUp", belowSequence, limit);
    synchronized (box) {
      return box.cleanUp(key, belowSequence, limit);
    }
  }
}
