// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import dev.holdfast.runtime.internal.Identifiers;
import java.lang.invoke.MethodType;
import java.lang.reflect.Type;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The name and the type of the value of an event that is raised to instances, so that those who
 * raise it and those who wait for it agree.
 *
 * <pre>{@code
 * static final Event<Payment> PAID = Event.named("paid", Payment.class);
 *
 * Payment payment = ctx.event(PAID).await();
 * client.raise("order-1", PAID, payment);
 * }</pre>
 *
 * <p>The name is stored in histories; keep it when code moves.
 *
 * @param <T> the type of the value
 */
public final class Event<T extends @Nullable Object> {

  private final String name;
  private final Type type;

  private Event(String name, Type type) {
    this.name = Identifiers.checked("event name", name);
    this.type = Objects.requireNonNull(type, "type");
  }

  /**
   * Creates an event with a plain class as type.
   *
   * @param <T> the type of the value
   * @param name the name, 1 to 256 characters, none of them a control character
   * @param type the class of the value, {@code Void.class} for none
   * @return the event
   * @throws IllegalArgumentException when the name is not well formed
   */
  public static <T extends @Nullable Object> Event<T> named(String name, Class<T> type) {
    return new Event<>(name, type);
  }

  /**
   * Creates an event with a generic type.
   *
   * @param <T> the type of the value
   * @param name the name, 1 to 256 characters, none of them a control character
   * @param type the type of the value
   * @return the event
   * @throws IllegalArgumentException when the name is not well formed
   */
  public static <T extends @Nullable Object> Event<T> named(String name, TypeRef<T> type) {
    return new Event<>(name, type.type());
  }

  /** {@return the name} */
  public String name() {
    return name;
  }

  /** {@return the type of the value} */
  public Type type() {
    return type;
  }

  /**
   * Checks a value that got past the compiler.
   *
   * @throws DataConversionException when it is not of this type
   */
  T checked(T value) {
    if (value != null
        && type instanceof Class<?> expected
        && !MethodType.methodType(expected).wrap().returnType().isInstance(value)) {
      throw new DataConversionException(
          "event \"%s\" takes a %s, and this is a %s"
              .formatted(name, expected.getName(), value.getClass().getName()),
          new ClassCastException(expected.getName()));
    }
    return value;
  }

  /** {@return the name} */
  @Override
  public String toString() {
    return name;
  }
}
