// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.instrument;

import dev.holdfast.provider.Capability;
import dev.holdfast.provider.Provider;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Passes calls of capabilities on and notes them. For each object of the provider there is one of
 * its own, always the same. Thread-safe.
 */
final class RecordedCapabilities {

  private final String name;
  private final Provider provider;
  private final CallLog log;
  private final Map<Capability, Capability> recorded = new ConcurrentHashMap<>();

  RecordedCapabilities(String name, Provider provider, CallLog log) {
    this.name = name;
    this.provider = provider;
    this.log = log;
  }

  <C extends Capability> Optional<C> find(Class<C> type) {
    return provider
        .capability(type)
        .map(found ->
            type.isInterface()
                ? type.cast(recorded.computeIfAbsent(found, one -> recording(type, one)))
                : found);
  }

  private Capability recording(Class<? extends Capability> type, Capability found) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) ->
                method.getDeclaringClass() == Object.class
                    ? ofObject(proxy, method, arguments)
                    : record(found, method, arguments)));
  }

  private @Nullable Object record(
      Capability found, Method method, @Nullable Object @Nullable [] arguments) {
    String call =
        "%s.%s(%s)"
            .formatted(
                name,
                method.getName(),
                arguments == null
                    ? ""
                    : Arrays.stream(arguments).map(Show::of).collect(Collectors.joining(", ")));
    return log.record(call, Duration.ZERO, () -> invoke(found, method, arguments), Show::of);
  }

  private static @Nullable Object invoke(
      Capability found, Method method, @Nullable Object @Nullable [] arguments) {
    try {
      return method.invoke(found, arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException thrown) {
        throw thrown;
      }
      if (e.getCause() instanceof Error thrown) {
        throw thrown;
      }
      throw new IllegalStateException("a checked exception from " + method, e);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("the SPI's types are public", e);
    }
  }

  @SuppressWarnings("ReferenceEquality") // two of them are equal when they are the same
  private static Object ofObject(
      Object proxy, Method method, @Nullable Object @Nullable [] arguments) {
    return switch (method.getName()) {
      case "equals" -> arguments != null && proxy == arguments[0];
      case "hashCode" -> System.identityHashCode(proxy);
      default -> "a recorded capability";
    };
  }
}
