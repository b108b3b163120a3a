// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import dev.holdfast.runtime.annotated.ActionCall;
import dev.holdfast.runtime.annotated.Activities;
import dev.holdfast.runtime.annotated.Name;
import dev.holdfast.runtime.annotated.Orchestrations;
import java.lang.annotation.Annotation;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A method of an annotated interface that is an activity or orchestration.
 *
 * @param method the method
 * @param name the name under which it is stored
 * @param input its only parameter, {@code Void.class} where it has none
 * @param output what it returns, {@code Void.class} where that is nothing
 */
record InterfaceMethod(Method method, String name, Type input, Type output) {

  /** What a stub does when one of its methods is called. */
  @FunctionalInterface
  interface Call {
    @Nullable Object call(InterfaceMethod method, @Nullable Object input);
  }

  /** All methods that are activities, or orchestrations, of an interface. */
  static List<InterfaceMethod> of(Class<?> type, Class<? extends Annotation> kind) {
    if (!type.isInterface() || !type.isAnnotationPresent(kind)) {
      throw new IllegalArgumentException(
          "%s is not an interface with @%s".formatted(type.getName(), kind.getSimpleName()));
    }
    return Arrays.stream(type.getMethods())
        .filter(method -> Modifier.isAbstract(method.getModifiers()))
        .map(method -> of(type, method))
        .sorted(Comparator.comparing(InterfaceMethod::name))
        .toList();
  }

  private static InterfaceMethod of(Class<?> type, Method method) {
    Type[] parameters = method.getGenericParameterTypes();
    if (parameters.length > 1) {
      throw new IllegalArgumentException(
          "%s has %d parameters; make a record of them, to which more can be added later"
              .formatted(method, parameters.length));
    }
    Name named = method.getAnnotation(Name.class);
    method.setAccessible(true); // the interface may be no public one
    return new InterfaceMethod(
        method,
        named == null ? type.getSimpleName() + "." + method.getName() : named.value(),
        parameters.length == 0 ? Void.class : parameters[0],
        method.getReturnType() == void.class ? Void.class : method.getGenericReturnType());
  }

  /** The version of the orchestrations of an interface, null for none. */
  static @Nullable String version(Class<?> type) {
    Orchestrations annotation = type.getAnnotation(Orchestrations.class);
    return annotation == null || annotation.version().isEmpty() ? null : annotation.version();
  }

  /** The method that a piece of code calls, such as {@code Payments::charge}. */
  static <T> InterfaceMethod called(
      Class<T> type, Class<? extends Annotation> kind, ActionCall<T, @Nullable Void> code) {
    AtomicReference<@Nullable InterfaceMethod> called = new AtomicReference<>();
    T stub =
        stub(
            type,
            kind,
            (method, input) -> {
              called.set(method);
              // there is no null of a primitive type
              Class<?> output = method.method().getReturnType();
              return output.isPrimitive() && output != void.class
                  ? Array.get(Array.newInstance(output, 1), 0)
                  : null;
            });
    try {
      code.call(stub, null);
    } catch (NullPointerException e) {
      throw new IllegalArgumentException(
          "a method of %s with a parameter of a primitive type; let it have an object, such as Integer"
              .formatted(type.getName()),
          e);
    } catch (Exception e) {
      throw new IllegalArgumentException(
          "code that does more than call a method of " + type.getName(), e);
    }
    InterfaceMethod method = called.get();
    if (method == null) {
      throw new IllegalArgumentException(
          "no abstract method of %s was called; give one of its methods, such as %s::name"
              .formatted(type.getName(), type.getSimpleName()));
    }
    return method;
  }

  /** An object whose methods do something else. */
  static <T> T stub(Class<T> type, Class<? extends Annotation> kind, Call call) {
    List<InterfaceMethod> methods = of(type, kind);
    InvocationHandler handler =
        (proxy, method, arguments) -> {
          if (method.isDefault()) {
            // InvocationHandler.invokeDefault does this for public interfaces only
            return MethodHandles.privateLookupIn(type, MethodHandles.lookup())
                .unreflectSpecial(method, type)
                .bindTo(proxy)
                .invokeWithArguments(arguments == null ? new Object[0] : arguments);
          }
          if (method.getDeclaringClass() == Object.class) {
            return ofObject(type, proxy, method, arguments);
          }
          for (InterfaceMethod known : methods) {
            if (known.method().equals(method)) {
              return call.call(known, arguments == null ? null : arguments[0]);
            }
          }
          throw new IllegalStateException(method + " is no method of " + type.getName());
        };
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  @SuppressWarnings("ReferenceEquality") // a stub is equal to itself and nothing else
  private static Object ofObject(
      Class<?> type, Object proxy, Method method, Object @Nullable [] arguments) {
    return switch (method.getName()) {
      case "equals" -> arguments != null && proxy == arguments[0];
      case "hashCode" -> System.identityHashCode(proxy);
      default -> "a stub of " + type.getName();
    };
  }

  Activity<@Nullable Object, @Nullable Object> activity() {
    return Activity.typed(name, input, output);
  }

  /** Calls the method on an object. */
  @Nullable Object on(Object target, @Nullable Object argument) throws Exception {
    try {
      return method.getParameterCount() == 0
          ? method.invoke(target)
          : method.invoke(target, argument);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw e;
    }
  }

  /** The activities of an interface, as an orchestration calls them. */
  static <T> T activities(OrchestrationContext context, Class<T> type, ActivityOptions options) {
    return stub(
        type,
        Activities.class,
        (method, input) -> context.call(method.activity(), input, options).await());
  }

  /** Registers the activities of an interface. */
  static <T> void activities(Holdfast.Builder builder, Class<T> type, T code) {
    Objects.requireNonNull(code, "code");
    for (InterfaceMethod method : of(type, Activities.class)) {
      builder.activity(method.activity(), (context, input) -> method.on(code, input));
    }
  }

  /** Registers the orchestrations of an interface. */
  static <T> void orchestrations(
      Holdfast.Builder builder, Class<T> type, Function<OrchestrationContext, T> code) {
    Objects.requireNonNull(code, "code");
    for (InterfaceMethod method : of(type, Orchestrations.class)) {
      builder.orchestration(
          Orchestration.<@Nullable Object, @Nullable Object>of(
              type, method, (context, input) -> method.on(code.apply(context), input)));
    }
  }
}
