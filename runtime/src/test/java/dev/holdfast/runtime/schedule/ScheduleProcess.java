// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.schedule;

import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import dev.holdfast.runtime.Holdfast;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/**
 * A worker in a JVM of its own that dies in the turn in which a run is due, before or after that
 * turn is stored: the URL of the store and {@code before} or {@code after} are its arguments.
 */
final class ScheduleProcess {

  private ScheduleProcess() {}

  static Process launch(String url, String when) throws Exception {
    return new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                ScheduleProcess.class.getName(),
                url,
                when))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .redirectOutput(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** The other process. */
  public static void main(String[] arguments) throws Exception {
    Provider store = Providers.open(ProviderConfig.url(arguments[0]).build());
    Holdfast holdfast =
        Holdfast.builder(dying(store, arguments[1].equals("after")))
            .lockFor(Duration.ofSeconds(2))
            .orchestration(SchedulesContract.REPORT)
            .start();
    holdfast.awaitClose();
  }

  private static Provider dying(Provider store, boolean after) {
    return (Provider)
        Proxy.newProxyInstance(
            Provider.class.getClassLoader(),
            new Class<?>[] {Provider.class},
            (proxy, method, arguments) -> {
              boolean last = startsRun(arguments == null ? null : arguments[0]);
              if (last && !after) {
                Runtime.getRuntime().halt(1);
              }
              try {
                Object result = method.invoke(store, arguments);
                if (last) {
                  Runtime.getRuntime().halt(1);
                }
                return result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  /** Whether a call stores a turn that starts a run. */
  private static boolean startsRun(Object argument) {
    Stream<?> acks =
        argument instanceof Collection<?> many ? many.stream() : Stream.ofNullable(argument);
    return acks.filter(OrchestrationAck.class::isInstance)
        .flatMap(ack -> ((OrchestrationAck) ack).messages().stream())
        .anyMatch(message -> message.instanceId().startsWith("holdfast.schedule-run:"));
  }
}
