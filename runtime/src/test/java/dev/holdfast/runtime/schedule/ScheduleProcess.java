// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.schedule;

import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestratorMessage;
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
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A worker in a JVM of its own that dies in the turn in which a run is due, before or after that
 * turn is stored: the URL of the store and {@code before} or {@code after} are its arguments. Its
 * output is the id of the instance that has the run.
 */
final class ScheduleProcess {

  static final String PREFIX = "holdfast.schedule-run:";

  /** How it ends when it has died as it should. */
  static final int DIED = 7;

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
              Optional<String> run = startedRun(arguments == null ? null : arguments[0]);
              if (run.isPresent() && !after) {
                die(run.get());
              }
              try {
                Object result = method.invoke(store, arguments);
                run.ifPresent(ScheduleProcess::die);
                return result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static void die(String run) {
    System.out.print(run);
    System.out.flush();
    Runtime.getRuntime().halt(DIED);
  }

  /** The first run that a call starts, if it stores a turn that does. */
  private static Optional<String> startedRun(Object argument) {
    Stream<?> acks =
        argument instanceof Collection<?> many ? many.stream() : Stream.ofNullable(argument);
    return acks.filter(OrchestrationAck.class::isInstance)
        .flatMap(ack -> ((OrchestrationAck) ack).messages().stream())
        .map(OrchestratorMessage::instanceId)
        .filter(id -> id.startsWith(PREFIX))
        .findFirst();
  }
}
