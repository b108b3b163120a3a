// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.Capability;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Changes;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.Fence;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.ProviderError.Permanent;
import dev.holdfast.provider.ProviderInfo;
import dev.holdfast.provider.state.ConsumeInbox;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.Appended;
import dev.holdfast.provider.stream.Direction;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.LogHead;
import dev.holdfast.provider.stream.LogPage;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.LogRead;
import dev.holdfast.provider.stream.Projections;
import dev.holdfast.provider.stream.Snapshots;
import dev.holdfast.provider.stream.Stall;
import dev.holdfast.provider.stream.StreamArchive;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.StreamInfo;
import dev.holdfast.provider.stream.StreamLimits;
import dev.holdfast.provider.stream.StreamList;
import dev.holdfast.provider.stream.StreamPage;
import dev.holdfast.provider.support.RequestChecks;
import dev.holdfast.provider.support.StoreTime;
import dev.holdfast.provider.support.StreamChecks;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Keeps streams in a {@link Flow} that all handles of a store share, and everything else in the
 * right provider; broken variants override a call. A list of changes is one step of both.
 */
class Flowing extends Forwarding {

  private static final Change IMPOSSIBLE =
      ConsumeInbox.pending(new InboxKey("nobody", "nothing", "nowhere"), Long.MAX_VALUE);

  private static final long LOOK_AGAIN_MILLIS = 20;

  final Flow flow;
  final Changes right;
  private final RequestChecks requests;
  private final StreamChecks checks;
  private volatile boolean closed;

  Flowing(Provider inner, Flow flow) {
    super(inner);
    this.flow = flow;
    right = inner.capability(Changes.class).orElseThrow();
    requests = new RequestChecks(info());
    checks = requests.streams();
  }

  /** Snapshots and projections are of streams that the right provider does not have. */
  @Override
  public final ProviderInfo info() {
    ProviderInfo info = inner.info();
    Set<Feature> features = new HashSet<>(info.features());
    features.removeAll(Set.of(Feature.SNAPSHOTS, Feature.EVENT_ARCHIVE, Feature.PROJECTIONS));
    return new ProviderInfo(
        info.id(), info.version(), info.specVersion(), features, info.limits(), info.wakeUpBound());
  }

  private record Split(int size, List<Change> others, Map<Integer, ChangeResult> own) {

    List<ChangeResult> merged(List<ChangeResult> results) {
      List<ChangeResult> all = new ArrayList<>();
      int next = 0;
      for (int i = 0; i < size; i++) {
        ChangeResult result = own.get(i);
        all.add(result == null ? results.get(next++) : result);
      }
      return all;
    }
  }

  private Split made(String operation, List<Change> changes) {
    List<Change> others = new ArrayList<>();
    Map<Integer, ChangeResult> own = new LinkedHashMap<>();
    for (int i = 0; i < changes.size(); i++) {
      try {
        if (changes.get(i) instanceof AppendEvents append) {
          own.put(i, flow.append(operation, append));
        } else {
          others.add(changes.get(i));
        }
      } catch (Permanent refused) {
        throw refused.atChange(i);
      }
    }
    return new Split(changes.size(), others, own);
  }

  List<ChangeResult> apply(String operation, List<Change> changes, @Nullable Fence fence) {
    if (closed) {
      return right.apply(changes, fence);
    }
    requests.check(operation, changes, fence);
    if (!changes.isEmpty()) {
      beforeCommit(changes);
    }
    synchronized (flow) {
      if (fence != null) {
        requireLive(fence);
      }
      Runnable back = flow.mark();
      try {
        Split split = made(operation, changes);
        List<ChangeResult> results =
            split.merged(split.others().isEmpty() ? List.of() : right.apply(split.others(), fence));
        flow.notifyAll();
        return results;
      } catch (Permanent refused) {
        undo(back);
        throw refused;
      }
    }
  }

  /** Stands here when it is held. */
  void beforeCommit(List<Change> changes) {
    flow.gate.stand();
  }

  void requireLive(Fence fence) {
    right.apply(List.of(), fence);
  }

  private AckResult acked(
      String operation, List<Change> changes, Function<List<Change>, AckResult> ack) {
    if (changes.isEmpty()) {
      return ack.apply(changes);
    }
    synchronized (flow) {
      Runnable back = flow.mark();
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
        flow.notifyAll();
        return applied.withResults(split.merged(applied.results()));
      }
      undo(back);
      return result;
    }
  }

  /** What becomes of streams when the call is refused. */
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

  @Override
  public <C extends Capability> Optional<C> capability(Class<C> type) {
    if (type == EventStreams.class) {
      return Optional.of(type.cast(streams));
    }
    if (type == Snapshots.class || type == StreamArchive.class || type == Projections.class) {
      return Optional.empty();
    }
    if (type == Changes.class) {
      return Optional.of(type.cast(alone));
    }
    return super.capability(type);
  }

  @Override
  public void close() {
    closed = true;
    synchronized (flow) {
      flow.notifyAll();
    }
    super.close();
  }

  private final Changes alone =
      new Changes() {
        @Override
        public int maxChanges() {
          return right.maxChanges();
        }

        @Override
        public List<ChangeResult> apply(List<Change> changes, @Nullable Fence fence) {
          return Flowing.this.apply("apply", List.copyOf(changes), fence);
        }
      };

  // ---- calls

  void requireOpen() {
    if (closed) {
      inner.enqueueAll(List.of());
    }
  }

  LogPage readLog(LogRead read) {
    checks.check("readLog", read);
    requireOpen();
    long end = System.nanoTime() + read.waitUpTo().toNanos();
    synchronized (flow) {
      LogPage page = flow.readLog(read);
      while (page.events().isEmpty() && !closed && end - System.nanoTime() > 0) {
        try {
          waitForMore(Math.max(1, (end - System.nanoTime()) / 1_000_000));
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return page;
        }
        page = flow.readLog(read.from(page.next()));
      }
      return page;
    }
  }

  @SuppressWarnings("WaitNotInLoop") // the caller loops
  void waitForMore(long millis) throws InterruptedException {
    flow.wait(Math.min(millis, LOOK_AGAIN_MILLIS));
  }

  Appended append(AppendEvents append) {
    return (Appended) apply("append", List.of(append), null).getFirst();
  }

  StreamPage readStream(StreamId id, long from, Direction direction, int limit) {
    checks.checkRead("readStream", from, limit);
    synchronized (flow) {
      return flow.readStream(id, from, direction, limit);
    }
  }

  LogHead head() {
    requireOpen();
    synchronized (flow) {
      return flow.headNow();
    }
  }

  private final EventStreams streams =
      new EventStreams() {
        @Override
        public StreamLimits limits() {
          return checks.limits();
        }

        @Override
        public Appended append(AppendEvents append) {
          return Flowing.this.append(append);
        }

        @Override
        public StreamPage readStream(StreamId id, long from, Direction direction, int limit) {
          return Flowing.this.readStream(id, from, direction, limit);
        }

        @Override
        public Optional<StreamInfo> stream(StreamId id) {
          synchronized (flow) {
            return flow.info(id);
          }
        }

        @Override
        public StreamList streams(String category, @Nullable String afterId, int limit) {
          checks.checkList("streams", category, afterId, limit);
          synchronized (flow) {
            return flow.list(category, afterId, limit);
          }
        }

        @Override
        public LogPage readLog(LogRead read) {
          return Flowing.this.readLog(read);
        }

        @Override
        public LogHead head() {
          return Flowing.this.head();
        }

        @Override
        public LogPosition positionAt(Instant time) {
          Instant moment = StoreTime.fromMicros(checks.checkTime("positionAt", time));
          synchronized (flow) {
            return flow.positionAt(moment);
          }
        }

        @Override
        public long versionAt(StreamId id, Instant time) {
          Instant moment = StoreTime.fromMicros(checks.checkTime("versionAt", time));
          synchronized (flow) {
            return flow.versionAt(id, moment);
          }
        }

        @Override
        public List<Stall> explainStall() {
          return Flowing.this.explainStall();
        }
      };

  List<Stall> explainStall() {
    return List.of();
  }
}
