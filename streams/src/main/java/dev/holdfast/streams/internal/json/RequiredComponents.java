// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.internal.json;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Components of records that may not be absent. */
public final class RequiredComponents {

  private static final ClassValue<List<Method>> REQUIRED =
      new ClassValue<>() {
        @Override
        protected List<Method> computeValue(Class<?> type) {
          return of(type);
        }
      };

  private RequiredComponents() {}

  /** Refuses a record that lacks a component with {@code IllegalArgumentException}. */
  public static void check(Object value) {
    for (Method component : REQUIRED.get(value.getClass())) {
      if (isAbsent(component, value)) {
        throw new IllegalArgumentException(
            "%s is absent; write an upcaster that sets it, or declare it Nullable"
                .formatted(component.getName()));
      }
    }
  }

  private static boolean isAbsent(Method component, Object value) {
    try {
      return component.invoke(value) == null;
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(component.getName() + " cannot be read", e);
    }
  }

  private static List<Method> of(Class<?> type) {
    List<Method> required = new ArrayList<>();
    RecordComponent[] components = type.getRecordComponents();
    for (RecordComponent component : components == null ? new RecordComponent[0] : components) {
      Method accessor = component.getAccessor();
      // A module that opens its events to Jackson alone is checked by nobody else.
      if (!component.getType().isPrimitive()
          && component.getType() != Optional.class
          && !isNullable(component)
          && accessor.trySetAccessible()) {
        required.add(accessor);
      }
    }
    return List.copyOf(required);
  }

  private static boolean isNullable(RecordComponent component) {
    return Stream.of(
            component.getAnnotations(),
            component.getAnnotatedType().getAnnotations(),
            component.getAccessor().getAnnotations())
        .flatMap(Stream::of)
        .map(Annotation::annotationType)
        .anyMatch(annotation -> annotation.getSimpleName().equals("Nullable"));
  }
}
