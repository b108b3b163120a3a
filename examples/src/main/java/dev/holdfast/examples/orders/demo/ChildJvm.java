// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.demo;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How the demo runs one of its own commands in a process of its own. */
final class ChildJvm {

  private ChildJvm() {}

  /** A process to be started; what it says goes to a log. */
  static ProcessBuilder running(Path log, String... args) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx256m",
            "-Dorg.slf4j.simpleLogger.log.dev.holdfast.examples=info",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName()));
    command.addAll(List.of(args));
    ProcessBuilder.Redirect toLog = ProcessBuilder.Redirect.appendTo(log.toFile());
    return new ProcessBuilder(command).redirectOutput(toLog).redirectError(toLog);
  }
}
