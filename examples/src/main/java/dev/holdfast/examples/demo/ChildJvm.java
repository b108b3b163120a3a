// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.demo;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How a demo runs one of its own commands in a process of its own.
 *
 * @param main the class that has its commands
 */
public record ChildJvm(Class<?> main) {

  /** A process to be started; what it says goes to a log. */
  public ProcessBuilder running(Path log, String... args) {
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
            main.getName()));
    command.addAll(List.of(args));
    ProcessBuilder.Redirect toLog = ProcessBuilder.Redirect.appendTo(log.toFile());
    return new ProcessBuilder(command).redirectOutput(toLog).redirectError(toLog);
  }
}
