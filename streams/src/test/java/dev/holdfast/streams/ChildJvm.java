// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A class of the tests that runs in a JVM of its own. Thread-safe. */
public final class ChildJvm {

  private final Process process;

  private ChildJvm(Process process) {
    this.process = process;
  }

  /** Starts it; what it says goes where this JVM says it. */
  public static ChildJvm launch(Class<?> main, String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    command.addAll(List.of(arguments));
    return new ChildJvm(
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .redirectOutput(ProcessBuilder.Redirect.INHERIT)
            .start());
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Ends it without a chance to clean up. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Lets it end; returns its exit code. */
  public int end() throws IOException, InterruptedException {
    process.getOutputStream().close();
    return process.waitFor();
  }

  /** In the other process: waits until this one wants its end, or has ended itself. */
  public static void awaitEnd() throws IOException {
    while (System.in.read() >= 0) {
      // it is still wanted
    }
  }
}
