// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.replay;

import dev.holdfast.provider.Feature;
import dev.holdfast.runtime.InstanceValues;
import dev.holdfast.runtime.TypeRef;
import dev.holdfast.runtime.internal.Identifiers;
import dev.holdfast.runtime.internal.event.Json;
import java.lang.invoke.MethodType;
import java.lang.reflect.Type;
import java.util.Collections;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The key-values of one execution, as its code uses them. */
final class ContextValues implements InstanceValues {

  private final Execution execution;

  ContextValues(Execution execution) {
    this.execution = execution;
  }

  @Override
  public <T> @Nullable T get(String key, Class<T> type) {
    return read(key, MethodType.methodType(type).wrap().returnType());
  }

  @Override
  public <T> @Nullable T get(String key, TypeRef<T> type) {
    return read(key, type.type());
  }

  // The type is that of the argument of both callers.
  @SuppressWarnings("TypeParameterUnusedInFormals")
  private <T> @Nullable T read(String key, Type type) {
    Json value = changes().value(key);
    return value == null ? null : execution.values().<@Nullable T>decode(value, type);
  }

  @Override
  public Set<String> keys() {
    return Collections.unmodifiableSet(changes().keys());
  }

  @Override
  public void set(String key, @Nullable Object value) {
    TurnChanges changes = changes();
    Identifiers.checked("key", key);
    changes.set(
        key,
        execution
            .admission()
            .admittedBeside("the value of key \"" + key + "\"", execution.values().encode(value)));
  }

  @Override
  public void clear(String key) {
    TurnChanges changes = changes();
    changes.clear(Identifiers.checked("key", key));
  }

  @Override
  public void clearAll() {
    changes().clearAll();
  }

  private TurnChanges changes() {
    execution.enter();
    execution.admission().require(Feature.KEY_VALUES, "the use of key-values");
    return execution.reading(() -> execution.changes().withValues());
  }
}
