// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Names a generic type where a class is not enough: {@code new TypeRef<List<Order>>() {}}.
 *
 * @param <T> the type
 */
public abstract class TypeRef<T extends @Nullable Object> {

  private final Type type;

  /**
   * Captures the type argument of the anonymous subclass.
   *
   * @throws IllegalStateException when there is no type argument
   */
  protected TypeRef() {
    if (!(getClass().getGenericSuperclass() instanceof ParameterizedType parameterized)) {
      throw new IllegalStateException(
          "TypeRef has no type argument; write new TypeRef<List<Order>>() {}");
    }
    type = parameterized.getActualTypeArguments()[0];
  }

  private TypeRef(Type type) {
    this.type = type;
  }

  /**
   * Names a type that was found by reflection, such as that of a method's parameter.
   *
   * @param type the type
   * @return its name
   */
  public static TypeRef<?> of(Type type) {
    return new TypeRef<@Nullable Object>(Objects.requireNonNull(type, "type")) {};
  }

  /** {@return the captured type} */
  public final Type type() {
    return type;
  }

  @Override
  public final boolean equals(@Nullable Object other) {
    return other instanceof TypeRef<?> that && type.equals(that.type);
  }

  @Override
  public final int hashCode() {
    return type.hashCode();
  }

  /** {@return the captured type's name} */
  @Override
  public final String toString() {
    return type.getTypeName();
  }
}
