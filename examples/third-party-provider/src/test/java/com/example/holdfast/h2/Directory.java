// SPDX-License-Identifier: Apache-2.0
package com.example.holdfast.h2;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** A directory for the files of one test. Thread-safe. */
record Directory(Path path) {

  private static final Path ROOT = Path.of("target", "tck-stores");
  private static final Set<Path> REMOVED = ConcurrentHashMap.newKeySet();

  static Directory fresh(String purpose) {
    try {
      Files.createDirectories(ROOT);
      return new Directory(Files.createTempDirectory(ROOT, purpose + "-").toAbsolutePath());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The files in it, by name. */
  List<String> contents() {
    try (Stream<Path> files = Files.walk(path)) {
      return files
          .filter(file -> !file.equals(path))
          .map(file -> path.relativize(file).toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void remove() {
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      REMOVED.add(path);
    }
  }

  /** Directories that should be gone. */
  static List<String> leftOvers() {
    return REMOVED.stream().filter(Files::exists).map(Path::toString).sorted().toList();
  }
}
