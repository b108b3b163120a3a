// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.Capability;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.CorruptData;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.LogPage;
import dev.holdfast.provider.stream.LogRead;
import dev.holdfast.provider.stream.StreamPage;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;

/** Reads of streams that pass over events that cannot be read. */
final class Sparing extends Forwarding {

  Sparing(Provider inner) {
    super(inner);
  }

  @Override
  public <C extends Capability> Optional<C> capability(Class<C> type) {
    Optional<C> right = super.capability(type);
    return type == EventStreams.class
        ? right.map(streams -> type.cast(sparing((EventStreams) streams)))
        : right;
  }

  private static Object sparing(EventStreams right) {
    return Proxy.newProxyInstance(
        EventStreams.class.getClassLoader(),
        new Class<?>[] {EventStreams.class},
        (proxy, method, arguments) -> {
          try {
            return method.invoke(right, arguments);
          } catch (InvocationTargetException e) {
            if (e.getCause() instanceof CorruptData && method.getName().equals("readLog")) {
              LogRead read = (LogRead) arguments[0];
              return new LogPage(List.of(), read.from(), true, null);
            }
            if (e.getCause() instanceof CorruptData) {
              return new StreamPage(List.of(), 1, 4, true);
            }
            throw e.getCause();
          }
        });
  }
}
