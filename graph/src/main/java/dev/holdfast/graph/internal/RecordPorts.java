// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.internal;

import dev.holdfast.graph.Port;
import dev.holdfast.graph.PortType;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Ports from the components of a record. */
public final class RecordPorts {

  private RecordPorts() {}

  /**
   * Returns a port for each component.
   *
   * @param what what the record is for, for the error
   * @param type a record, or {@code Void} for no ports
   * @return the ports, in order
   * @throws IllegalArgumentException when the class is neither
   */
  public static List<Port> of(String what, Class<?> type) {
    if (type == Void.class) {
      return List.of();
    }
    RecordComponent[] components = type.getRecordComponents();
    if (components == null) {
      throw new IllegalArgumentException(
          ("%s: %s is no record; its ports have names, so write record %s(%s value), or Void.class"
                  + " for no ports")
              .formatted(
                  what, type.getName(), type.getSimpleName() + "Port", type.getSimpleName()));
    }
    return Arrays.stream(components).map(RecordPorts::port).toList();
  }

  private static Port port(RecordComponent component) {
    boolean optional =
        component.getType() == Optional.class
            || isNullable(component)
            || isNullable(component.getAnnotatedType());
    return new Port(component.getName(), PortType.of(component.getGenericType()), optional);
  }

  /** Any annotation of that name will do: each library has one of its own. */
  private static boolean isNullable(AnnotatedElement element) {
    for (Annotation annotation : element.getAnnotations()) {
      if (annotation.annotationType().getSimpleName().equals("Nullable")) {
        return true;
      }
    }
    return false;
  }
}
