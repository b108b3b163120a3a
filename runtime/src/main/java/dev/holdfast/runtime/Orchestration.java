// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import dev.holdfast.runtime.annotated.ActionCall;
import dev.holdfast.runtime.annotated.MethodCall;
import dev.holdfast.runtime.annotated.Orchestrations;
import dev.holdfast.runtime.internal.Identifiers;
import java.lang.reflect.Type;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The name, the types and the code of an orchestration: durable control flow that calls activities,
 * waits for timers and events, and survives the process it runs in.
 *
 * <p>Name and version are stored; an instance goes on only where an orchestration with exactly its
 * name and its version is registered. When code changes in a way that changes the order of its
 * calls, register the new code under a new {@linkplain #version(String) version} next to the old
 * one.
 *
 * @param <I> the input type
 * @param <O> the output type
 */
public final class Orchestration<I extends @Nullable Object, O extends @Nullable Object> {

  private final String name;
  private final @Nullable String version;
  private final Type inputType;
  private final Type outputType;
  private final @Nullable OrchestrationFunction<I, O> function;

  private Orchestration(
      String name,
      @Nullable String version,
      Type inputType,
      Type outputType,
      @Nullable OrchestrationFunction<I, O> function) {
    this.name = Identifiers.checked("orchestration name", name);
    this.version =
        version == null ? null : Identifiers.checkedVersion("orchestration version", version);
    this.inputType = Objects.requireNonNull(inputType, "inputType");
    this.outputType = Objects.requireNonNull(outputType, "outputType");
    this.function = function;
    if ("unknown".equals(version)) {
      throw new IllegalArgumentException("the version \"unknown\" stands for an absent one");
    }
  }

  /**
   * Creates an orchestration with plain classes as types.
   *
   * @param <I> the input type
   * @param <O> the output type
   * @param name the name, 1 to 256 characters, none of them a control character
   * @param input the class of the input, {@code Void.class} for none
   * @param output the class of the output, {@code Void.class} for none
   * @param function the code
   * @return the orchestration, without a version
   * @throws IllegalArgumentException when the name is not well formed
   */
  public static <I extends @Nullable Object, O extends @Nullable Object> Orchestration<I, O> named(
      String name, Class<I> input, Class<O> output, OrchestrationFunction<I, O> function) {
    return new Orchestration<>(
        name, null, input, output, Objects.requireNonNull(function, "function"));
  }

  /**
   * Creates an orchestration with generic types.
   *
   * @param <I> the input type
   * @param <O> the output type
   * @param name the name, 1 to 256 characters, none of them a control character
   * @param input the type of the input
   * @param output the type of the output
   * @param function the code
   * @return the orchestration, without a version
   * @throws IllegalArgumentException when the name is not well formed
   */
  public static <I extends @Nullable Object, O extends @Nullable Object> Orchestration<I, O> named(
      String name, TypeRef<I> input, TypeRef<O> output, OrchestrationFunction<I, O> function) {
    return new Orchestration<>(
        name, null, input.type(), output.type(), Objects.requireNonNull(function, "function"));
  }

  /**
   * Creates an orchestration with an input and without output.
   *
   * @param <I> the input type
   * @param name the name, 1 to 256 characters, none of them a control character
   * @param input the class of the input
   * @param action the code
   * @return the orchestration, without a version
   * @throws IllegalArgumentException when the name is not well formed
   */
  public static <I extends @Nullable Object> Orchestration<I, @Nullable Void> action(
      String name, Class<I> input, OrchestrationAction<I> action) {
    return new Orchestration<I, @Nullable Void>(
        name, null, input, Void.class, withoutOutput(action));
  }

  private static <I extends @Nullable Object>
      OrchestrationFunction<I, @Nullable Void> withoutOutput(OrchestrationAction<I> action) {
    Objects.requireNonNull(action, "action");
    return (context, input) -> {
      action.run(context, input);
      return null;
    };
  }

  /**
   * Creates an orchestration without input and output.
   *
   * @param name the name, 1 to 256 characters, none of them a control character
   * @param action the code, whose input is null
   * @return the orchestration, without a version
   * @throws IllegalArgumentException when the name is not well formed
   */
  public static Orchestration<@Nullable Void, @Nullable Void> action(
      String name, OrchestrationAction<@Nullable Void> action) {
    return new Orchestration<@Nullable Void, @Nullable Void>(
        name, null, Void.class, Void.class, withoutOutput(action));
  }

  /**
   * Creates an orchestration without input and with an output.
   *
   * @param <O> the output type
   * @param name the name, 1 to 256 characters, none of them a control character
   * @param output the class of the output
   * @param function the code, whose input is null
   * @return the orchestration, without a version
   * @throws IllegalArgumentException when the name is not well formed
   */
  public static <O extends @Nullable Object> Orchestration<@Nullable Void, O> supplier(
      String name, Class<O> output, OrchestrationFunction<@Nullable Void, O> function) {
    return new Orchestration<@Nullable Void, O>(
        name, null, Void.class, output, Objects.requireNonNull(function, "function"));
  }

  /**
   * Creates a reference to an orchestration whose code is elsewhere, for a program that starts it,
   * awaits it or calls it as a child and does not run it itself.
   *
   * @param <I> the input type
   * @param <O> the output type
   * @param name the name, 1 to 256 characters, none of them a control character
   * @param input the class of the input, {@code Void.class} for none
   * @param output the class of the output, {@code Void.class} for none
   * @return the orchestration, without code and version
   * @throws IllegalArgumentException when the name is not well formed
   */
  public static <I extends @Nullable Object, O extends @Nullable Object>
      Orchestration<I, O> reference(String name, Class<I> input, Class<O> output) {
    return new Orchestration<>(name, null, input, output, null);
  }

  /**
   * Creates a reference to the orchestration that a method of an interface with {@link
   * Orchestrations} is; its code is registered with {@link Holdfast.Builder#orchestrations}.
   *
   * @param <T> the interface
   * @param <I> the input type
   * @param <O> the output type
   * @param type the interface
   * @param method the method
   * @return the orchestration, without code
   * @throws IllegalArgumentException when it is not such a method
   */
  public static <T, I extends @Nullable Object, O extends @Nullable Object> Orchestration<I, O> of(
      Class<T> type, MethodCall<T, I, O> method) {
    return of(
        type,
        InterfaceMethod.called(
            type, Orchestrations.class, (stub, none) -> method.call(stub, Activity.nothing())),
        null);
  }

  /**
   * Creates a reference to the orchestration that a method without result is; see {@link #of}.
   *
   * @param <T> the interface
   * @param <I> the input type
   * @param type the interface
   * @param method the method
   * @return the orchestration, without code
   * @throws IllegalArgumentException when it is not such a method
   */
  public static <T, I extends @Nullable Object> Orchestration<I, @Nullable Void> actionOf(
      Class<T> type, ActionCall<T, I> method) {
    return of(
        type,
        InterfaceMethod.called(
            type, Orchestrations.class, (stub, none) -> method.call(stub, Activity.nothing())),
        null);
  }

  static <I extends @Nullable Object, O extends @Nullable Object> Orchestration<I, O> of(
      Class<?> type, InterfaceMethod method, @Nullable OrchestrationFunction<I, O> function) {
    return new Orchestration<>(
        method.name(), InterfaceMethod.version(type), method.input(), method.output(), function);
  }

  /**
   * Returns the same orchestration under a version label.
   *
   * @param version the label, compared exactly
   * @return a new orchestration
   * @throws IllegalArgumentException when the label is not well formed
   */
  public Orchestration<I, O> version(String version) {
    return new Orchestration<>(name, version, inputType, outputType, function);
  }

  /** {@return the name} */
  public String name() {
    return name;
  }

  /** {@return the version label, empty when not versioned} */
  public Optional<String> version() {
    return Optional.ofNullable(version);
  }

  /** {@return the type of the input} */
  public Type inputType() {
    return inputType;
  }

  /** {@return the type of the output} */
  public Type outputType() {
    return outputType;
  }

  /** {@return the code, empty for a {@linkplain #reference reference}} */
  public Optional<OrchestrationFunction<I, O>> function() {
    return Optional.ofNullable(function);
  }

  /** {@return the name, and the version where there is one} */
  @Override
  public String toString() {
    return version == null ? name : name + "@" + version;
  }
}
