// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.replay;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;
import org.slf4j.spi.NOPLoggingEventBuilder;

/** A logger that is silent while a condition holds. */
final class ReplayLogger {

  private static final String PREFIX = "dev.holdfast.orchestration.";

  private ReplayLogger() {}

  static Logger of(String orchestrationName, BooleanSupplier silent) {
    Logger target = LoggerFactory.getLogger(PREFIX + orchestrationName);
    return (Logger)
        Proxy.newProxyInstance(
            Logger.class.getClassLoader(),
            new Class<?>[] {Logger.class},
            (proxy, method, arguments) -> {
              Class<?> answer = method.getReturnType();
              if (silent.getAsBoolean()) {
                if (answer == void.class) {
                  return null;
                }
                if (answer == boolean.class && method.getDeclaringClass() == Logger.class) {
                  return false;
                }
                if (answer == LoggingEventBuilder.class) {
                  return NOPLoggingEventBuilder.singleton();
                }
              }
              try {
                return method.invoke(target, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause() == null ? e : e.getCause();
              }
            });
  }
}
