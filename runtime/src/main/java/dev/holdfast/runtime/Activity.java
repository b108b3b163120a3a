// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import dev.holdfast.runtime.annotated.ActionCall;
import dev.holdfast.runtime.annotated.Activities;
import dev.holdfast.runtime.annotated.MethodCall;
import dev.holdfast.runtime.internal.Identifiers;
import java.lang.reflect.Type;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The name and the types of an activity: a step with effects on the world, executed by some worker
 * at least once. Orchestrations call it by this value, workers register an {@link ActivityFunction}
 * for it with {@link Holdfast.Builder#activity}.
 *
 * <p>The name is stored in histories; keep it when code moves.
 *
 * @param <I> the input type
 * @param <O> the output type
 */
public final class Activity<I extends @Nullable Object, O extends @Nullable Object> {

  private final String name;
  private final Type inputType;
  private final Type outputType;

  private Activity(String name, Type inputType, Type outputType) {
    this.name = Identifiers.checked("activity name", name);
    this.inputType = Objects.requireNonNull(inputType, "inputType");
    this.outputType = Objects.requireNonNull(outputType, "outputType");
  }

  /**
   * Creates an activity with plain classes as types.
   *
   * @param <I> the input type
   * @param <O> the output type
   * @param name the name, 1 to 256 characters, none of them a control character
   * @param input the class of the input, {@code Void.class} for none
   * @param output the class of the output, {@code Void.class} for none
   * @return the activity
   * @throws IllegalArgumentException when the name is not well formed
   */
  public static <I extends @Nullable Object, O extends @Nullable Object> Activity<I, O> named(
      String name, Class<I> input, Class<O> output) {
    return new Activity<>(name, input, output);
  }

  /**
   * Creates an activity with generic types.
   *
   * @param <I> the input type
   * @param <O> the output type
   * @param name the name, 1 to 256 characters, none of them a control character
   * @param input the type of the input
   * @param output the type of the output
   * @return the activity
   * @throws IllegalArgumentException when the name is not well formed
   */
  public static <I extends @Nullable Object, O extends @Nullable Object> Activity<I, O> named(
      String name, TypeRef<I> input, TypeRef<O> output) {
    return new Activity<>(name, input.type(), output.type());
  }

  /**
   * Creates an activity with an input and without output: it does something.
   *
   * @param <I> the input type
   * @param name the name, 1 to 256 characters, none of them a control character
   * @param input the class of the input
   * @return the activity
   * @throws IllegalArgumentException when the name is not well formed
   */
  public static <I extends @Nullable Object> Activity<I, @Nullable Void> action(
      String name, Class<I> input) {
    return new Activity<I, @Nullable Void>(name, input, Void.class);
  }

  /**
   * Creates an activity without input and output: it does something.
   *
   * @param name the name, 1 to 256 characters, none of them a control character
   * @return the activity
   * @throws IllegalArgumentException when the name is not well formed
   */
  public static Activity<@Nullable Void, @Nullable Void> action(String name) {
    return new Activity<@Nullable Void, @Nullable Void>(name, Void.class, Void.class);
  }

  /**
   * Creates an activity without input and with an output: it finds something out.
   *
   * @param <O> the output type
   * @param name the name, 1 to 256 characters, none of them a control character
   * @param output the class of the output
   * @return the activity
   * @throws IllegalArgumentException when the name is not well formed
   */
  public static <O extends @Nullable Object> Activity<@Nullable Void, O> supplier(
      String name, Class<O> output) {
    return new Activity<@Nullable Void, O>(name, Void.class, output);
  }

  /**
   * Creates the activity that a method of an interface with {@link Activities} is, for calls that
   * are not awaited at once: {@code ctx.call(Activity.of(Payments.class, Payments::charge),
   * order)}.
   *
   * @param <T> the interface
   * @param <I> the input type
   * @param <O> the output type
   * @param type the interface
   * @param method the method
   * @return the activity
   * @throws IllegalArgumentException when it is not such a method
   */
  public static <T, I extends @Nullable Object, O extends @Nullable Object> Activity<I, O> of(
      Class<T> type, MethodCall<T, I, O> method) {
    return called(type, (stub, none) -> method.call(stub, nothing()));
  }

  /**
   * Creates the activity that a method without result is; see {@link #of}.
   *
   * @param <T> the interface
   * @param <I> the input type
   * @param type the interface
   * @param method the method
   * @return the activity
   * @throws IllegalArgumentException when it is not such a method
   */
  public static <T, I extends @Nullable Object> Activity<I, @Nullable Void> actionOf(
      Class<T> type, ActionCall<T, I> method) {
    return called(type, (stub, none) -> method.call(stub, nothing()));
  }

  private static <T, I extends @Nullable Object, O extends @Nullable Object> Activity<I, O> called(
      Class<T> type, ActionCall<T, @Nullable Void> code) {
    InterfaceMethod method = InterfaceMethod.called(type, Activities.class, code);
    return typed(method.name(), method.input(), method.output());
  }

  /** In place of an argument that only shows which method is meant. */
  @SuppressWarnings({"TypeParameterUnusedInFormals", "NullAway"})
  static <I extends @Nullable Object> I nothing() {
    return null;
  }

  static <I extends @Nullable Object, O extends @Nullable Object> Activity<I, O> typed(
      String name, Type input, Type output) {
    return new Activity<>(name, input, output);
  }

  /** {@return the name} */
  public String name() {
    return name;
  }

  /** {@return the type of the input} */
  public Type inputType() {
    return inputType;
  }

  /** {@return the type of the output} */
  public Type outputType() {
    return outputType;
  }

  /** {@return the name} */
  @Override
  public String toString() {
    return name;
  }
}
