// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import dev.holdfast.provider.KeyValue;
import dev.holdfast.provider.feature.KeyValues;
import dev.holdfast.provider.support.RequestChecks;
import java.util.Map;
import java.util.Optional;

/** Reads the key-values of instances. Thread-safe. */
final class ReferenceKeyValues implements KeyValues {

  private final ReferenceStore store;
  private final OpenHandle handle;
  private final RequestChecks checks;

  ReferenceKeyValues(ReferenceStore store, OpenHandle handle, RequestChecks checks) {
    this.store = store;
    this.handle = handle;
    this.checks = checks;
  }

  @Override
  public Optional<KeyValue> read(String instanceId, String key) {
    String operation = "readKeyValue";
    checks.checkKey(operation, instanceId, key);
    return Optional.ofNullable(all(operation, instanceId).get(key));
  }

  @Override
  public Map<String, KeyValue> readAll(String instanceId) {
    String operation = "readKeyValues";
    checks.checkInstanceId(operation, instanceId);
    return all(operation, instanceId);
  }

  private Map<String, KeyValue> all(String operation, String instanceId) {
    return handle.whole(
        operation,
        () -> {
          InstanceState instance = store.instances.get(instanceId);
          return instance == null ? Map.of() : instance.values.seenByClients();
        });
  }
}
