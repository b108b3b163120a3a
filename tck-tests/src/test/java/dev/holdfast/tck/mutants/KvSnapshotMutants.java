// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.Capability;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.KeyValue;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.feature.KeyValues;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Snapshots of key-values that are wrong, and ends that do not merge. */
final class KvSnapshotMutants {

  private KvSnapshotMutants() {}

  static void addTo(Family family) {
    deliver(
        family,
        "the-snapshot-has-what-was-set",
        "Turns see keys as soon as they are set.",
        "KV-06: one row for a key",
        (item, seen) -> {
          Map<String, KeyValue> snapshot = new HashMap<>(seen);
          snapshot.putAll(item.kvSnapshot());
          return snapshot;
        });
    deliver(
        family,
        "the-snapshot-lacks-what-was-cleared",
        "Turns do not see keys that were cleared.",
        "KV-07: the row is deleted",
        (item, seen) -> {
          Map<String, KeyValue> snapshot = new HashMap<>(item.kvSnapshot());
          snapshot.keySet().retainAll(seen.keySet());
          return snapshot;
        });
    deliver(
        family,
        "only-the-first-delivery-has-a-snapshot",
        "Later deliveries have none.",
        "KV-08: read where the instance becomes ready",
        (item, seen) -> item.deliveryCount() == 1 ? item.kvSnapshot() : Map.of());
    deliver(
        family,
        "a-snapshot-tells-when-it-was-read",
        "Entries of a snapshot are of the moment of the fetch.",
        "KV-20: the merge notes its own time",
        (item, seen) -> {
          Map<String, KeyValue> snapshot = new HashMap<>(item.kvSnapshot());
          snapshot.replaceAll((key, one) -> new KeyValue(one.value(), item.fetchedAt()));
          return snapshot;
        });
    unmerged(family, ExecutionStatus.CONTINUED_AS_NEW, "KV-10");
    unmerged(family, ExecutionStatus.COMPLETED, "KV-11");
    unmerged(family, ExecutionStatus.FAILED, "KV-12");
    family.store(
        "a-single-read-sees-what-turns-see",
        "A key that was cleared is found singly as long as turns see it.",
        "KV-09: the read of one key does not look at changes",
        store -> {
          Map<String, Map<String, KeyValue>> last = new ConcurrentHashMap<>();
          return inner ->
              new Altering(inner) {
                @Override
                OrchestrationItem delivered(OrchestrationItem item) {
                  last.put(item.instanceId(), item.kvSnapshot());
                  return item;
                }

                @Override
                public <C extends Capability> Optional<C> capability(Class<C> type) {
                  Optional<C> right = super.capability(type);
                  return type == KeyValues.class
                      ? right.map(one -> type.cast(reading((KeyValues) one, last)))
                      : right;
                }
              };
        });
  }

  private static KeyValues reading(KeyValues right, Map<String, Map<String, KeyValue>> last) {
    return new KeyValues() {
      @Override
      public Optional<KeyValue> read(String instanceId, String key) {
        return right
            .read(instanceId, key)
            .or(() -> Optional.ofNullable(last.getOrDefault(instanceId, Map.of()).get(key)));
      }

      @Override
      public Map<String, KeyValue> readAll(String instanceId) {
        return right.readAll(instanceId);
      }
    };
  }

  /** What an item carries, given what clients see. */
  private interface Snapshot {
    Map<String, KeyValue> of(OrchestrationItem item, Map<String, KeyValue> seen);
  }

  private static void deliver(
      Family family, String name, String what, String origin, Snapshot wrong) {
    family.handle(
        name,
        what,
        origin,
        inner ->
            new Altering(inner) {
              @Override
              OrchestrationItem delivered(OrchestrationItem item) {
                KeyValues values = inner.capability(KeyValues.class).orElseThrow();
                return with(item, wrong.of(item, values.readAll(item.instanceId())));
              }
            });
  }

  /** After an end of one kind turns go on to see what they saw, until an end of another kind. */
  private static void unmerged(Family family, ExecutionStatus status, String rule) {
    family.store(
        "an-end-does-not-merge-" + status,
        "An end as " + status + " does not merge.",
        rule + ": merging depends on the kind of end",
        store -> {
          Map<String, Map<String, KeyValue>> last = new ConcurrentHashMap<>();
          Map<String, Map<String, KeyValue>> kept = new ConcurrentHashMap<>();
          return inner -> new Unmerging(inner, status, last, kept);
        });
  }

  private static final class Unmerging extends Forwarding {
    private final ExecutionStatus status;
    private final Map<String, Map<String, KeyValue>> last;
    private final Map<String, Map<String, KeyValue>> kept;

    Unmerging(
        Provider inner,
        ExecutionStatus status,
        Map<String, Map<String, KeyValue>> last,
        Map<String, Map<String, KeyValue>> kept) {
      super(inner);
      this.status = status;
      this.last = last;
      this.kept = kept;
    }

    @Override
    public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
      return super.fetchOrchestrationItems(request).stream().map(this::delivered).toList();
    }

    private OrchestrationItem delivered(OrchestrationItem item) {
      OrchestrationItem wrong = with(item, kept.getOrDefault(item.instanceId(), item.kvSnapshot()));
      last.put(item.instanceId(), wrong.kvSnapshot());
      return wrong;
    }

    @Override
    public AckResult ackOrchestrationItem(OrchestrationAck ack) {
      AckResult result = super.ackOrchestrationItem(ack);
      ExecutionStatus stated = ack.metadata().status();
      String id = ack.lockToken().instanceId();
      if (result instanceof AckResult.Applied && stated != null && stated.isEnded()) {
        if (stated == status) {
          kept.put(id, last.getOrDefault(id, Map.of()));
        } else {
          kept.remove(id);
        }
      }
      return result;
    }
  }

  private static OrchestrationItem with(OrchestrationItem item, Map<String, KeyValue> snapshot) {
    return new OrchestrationItem(
        item.instanceId(),
        item.name(),
        item.version(),
        item.executionId(),
        item.history(),
        item.messages(),
        snapshot,
        item.deliveryCount(),
        item.lockToken(),
        item.fetchedAt());
  }
}
