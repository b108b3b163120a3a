// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Where it was measured.
 *
 * @param cores how many processors Java sees
 * @param processor what they are
 * @param os the operating system
 * @param jdk the JDK
 * @param store the store
 */
public record Machine(int cores, String processor, String os, String jdk, String store) {

  /** This machine. */
  public static Machine here(String store) {
    return new Machine(
        Runtime.getRuntime().availableProcessors(),
        processorName(),
        "%s %s, %s"
            .formatted(
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                System.getProperty("os.arch")),
        "%s %s".formatted(System.getProperty("java.vm.name"), System.getProperty("java.version")),
        store);
  }

  private static String processorName() {
    Path info = Path.of("/proc/cpuinfo");
    if (!Files.isReadable(info)) {
      return System.getProperty("os.arch");
    }
    try (Stream<String> lines = Files.lines(info)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElseGet(() -> System.getProperty("os.arch"));
    } catch (IOException e) {
      return System.getProperty("os.arch"); // nice to know, no more
    }
  }
}
