// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Directories of our own. */
final class Directories {

  private Directories() {}

  /** Makes a new one. */
  static Path make(Path under, String prefix) throws IOException {
    Files.createDirectories(under);
    return Files.createTempDirectory(under.toAbsolutePath(), prefix);
  }

  /** Removes one with everything in it. */
  static void remove(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
