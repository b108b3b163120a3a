// SPDX-License-Identifier: Apache-2.0
package com.example.holdfast.h2;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
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

  /** The files in it, by name. Others may come and go meanwhile. */
  List<String> contents() {
    List<String> names = new ArrayList<>();
    try {
      Files.walkFileTree(
          path,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              names.add(path.relativize(file).toString());
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure)
                throws IOException {
              if (failure instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
              }
              throw failure;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    names.sort(Comparator.naturalOrder());
    return names;
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
