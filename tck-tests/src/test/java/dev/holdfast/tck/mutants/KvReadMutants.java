// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.Capability;
import dev.holdfast.provider.KeyValue;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.admin.BulkFilter;
import dev.holdfast.provider.admin.ExecutionPruning;
import dev.holdfast.provider.admin.InstanceDeletion;
import dev.holdfast.provider.feature.KeyValues;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Key-values that clients read wrongly. */
final class KvReadMutants {

  private static final int LOOKS = 1_000;

  private KvReadMutants() {}

  static void addTo(Family family) {
    addDeleting(family);
    read(
        family,
        "parts-of-two-states-are-read",
        "All values are read one after the other.",
        "KV-15: a statement for each key",
        values ->
            new Reads(values) {
              @Override
              public Map<String, KeyValue> readAll(String instanceId) {
                Map<String, KeyValue> before = super.readAll(instanceId);
                Map<String, KeyValue> after = before;
                for (int i = 0; i < LOOKS && after.equals(before); i++) {
                  after = super.readAll(instanceId);
                }
                Map<String, KeyValue> mixed = new HashMap<>(after);
                before.keySet().stream()
                    .sorted()
                    .findFirst()
                    .ifPresent(key -> mixed.put(key, before.get(key)));
                return mixed;
              }
            });
    read(
        family,
        "an-unknown-key-is-an-error",
        "A key that is not there is an error.",
        "KV-05: a lookup that must find",
        values ->
            new Reads(values) {
              @Override
              public Optional<KeyValue> read(String instanceId, String key) {
                Optional<KeyValue> value = super.read(instanceId, key);
                if (value.isEmpty()) {
                  throw new InvalidRequest("readKeyValue", "there is no " + key);
                }
                return value;
              }
            });
    read(
        family,
        "a-wrong-key-is-read-as-unknown",
        "A read does not look at the form of a key.",
        "KV-17: checked when it is written only",
        values ->
            new Reads(values) {
              @Override
              public Optional<KeyValue> read(String instanceId, String key) {
                try {
                  return super.read(instanceId, key);
                } catch (InvalidRequest e) {
                  return Optional.empty();
                }
              }
            });
    read(
        family,
        "all-values-have-one-moment",
        "Each read tells the same moment.",
        "KV-20: the time of the instance",
        values ->
            new Reads(values) {
              @Override
              public Map<String, KeyValue> readAll(String instanceId) {
                Map<String, KeyValue> all = new HashMap<>(super.readAll(instanceId));
                all.replaceAll((key, one) -> new KeyValue(one.value(), Instant.EPOCH));
                return all;
              }
            });
    family.handle(
        "key-values-are-not-found",
        "The capability is declared and not found.",
        "KV-01: declared only",
        inner -> with(inner, KeyValues.class, null));
    family.store(
        "pruning-takes-values",
        "Who prunes loses the values.",
        "KV-21: values are rows of an execution",
        store -> {
          Set<String> pruned = ConcurrentHashMap.newKeySet();
          return inner -> {
            Provider reading =
                with(
                    inner,
                    KeyValues.class,
                    values ->
                        new Reads(values) {
                          @Override
                          public Map<String, KeyValue> readAll(String instanceId) {
                            return pruned.contains(instanceId)
                                ? Map.of()
                                : super.readAll(instanceId);
                          }
                        });
            return with(reading, ExecutionPruning.class, pruning -> noting(pruning, pruned));
          };
        });
  }

  private static void addDeleting(Family family) {
    family.store(
        "deleting-leaves-values",
        "The values of a deleted instance are read.",
        "KV-22: a table that the deletion does not know",
        store -> {
          Map<String, Map<String, KeyValue>> left = new ConcurrentHashMap<>();
          return inner -> {
            Provider reading =
                with(
                    inner,
                    KeyValues.class,
                    values ->
                        new Reads(values) {
                          @Override
                          public Map<String, KeyValue> readAll(String instanceId) {
                            return left.getOrDefault(instanceId, super.readAll(instanceId));
                          }
                        });
            return with(
                reading, InstanceDeletion.class, deletion -> leaving(deletion, inner, left));
          };
        });
  }

  private static InstanceDeletion leaving(
      InstanceDeletion deletion, Provider inner, Map<String, Map<String, KeyValue>> left) {
    return new InstanceDeletion() {
      @Override
      public Counts delete(List<String> instanceIds, boolean force) {
        KeyValues values = inner.capability(KeyValues.class).orElseThrow();
        instanceIds.forEach(id -> left.put(id, values.readAll(id)));
        return deletion.delete(instanceIds, force);
      }

      @Override
      public Counts deleteBulk(BulkFilter filter) {
        return deletion.deleteBulk(filter);
      }
    };
  }

  private static ExecutionPruning noting(ExecutionPruning pruning, Set<String> pruned) {
    return new ExecutionPruning() {
      @Override
      public Counts prune(String instanceId, Options options) {
        pruned.add(instanceId);
        return pruning.prune(instanceId, options);
      }

      @Override
      public Counts pruneBulk(BulkFilter filter, Options options) {
        return pruning.pruneBulk(filter, options);
      }
    };
  }

  private static void read(
      Family family, String name, String what, String origin, UnaryOperator<KeyValues> wrong) {
    family.handle(name, what, origin, inner -> with(inner, KeyValues.class, wrong));
  }

  /** A provider with a wrong capability; null for one that it does not find. */
  private static <T extends Capability> Provider with(
      Provider inner, Class<T> wanted, @Nullable UnaryOperator<T> wrong) {
    return new Forwarding(inner) {
      @Override
      public <C extends Capability> Optional<C> capability(Class<C> type) {
        Optional<C> right = super.capability(type);
        if (type != wanted) {
          return right;
        }
        return wrong == null
            ? Optional.empty()
            : right.map(one -> type.cast(wrong.apply(wanted.cast(one))));
      }
    };
  }

  /** Reads as it should. */
  private abstract static class Reads implements KeyValues {
    private final KeyValues right;

    Reads(KeyValues right) {
      this.right = right;
    }

    @Override
    public Optional<KeyValue> read(String instanceId, String key) {
      return right.read(instanceId, key);
    }

    @Override
    public Map<String, KeyValue> readAll(String instanceId) {
      return right.readAll(instanceId);
    }
  }
}
