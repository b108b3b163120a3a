// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.application;

import dev.holdfast.cli.io.Refusal;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A class path as people write it: jars, directories of classes, and {@code DIRECTORY/*} for all
 * jars in one. Stateless.
 */
final class AppPath {

  private static final Pattern SEPARATOR = Pattern.compile(Pattern.quote(File.pathSeparator));

  private AppPath() {}

  /** Reads what was given, and refuses what is not there. */
  static List<URL> read(List<String> given) {
    List<URL> urls = new ArrayList<>();
    for (String text : given) {
      for (String entry : SEPARATOR.split(text)) {
        if (entry.endsWith("/*") || entry.endsWith("\\*")) {
          jars(entry.substring(0, entry.length() - 1), urls);
        } else {
          add(entry, urls);
        }
      }
    }
    return urls;
  }

  private static void jars(String directory, List<URL> urls) {
    Path path = Path.of(directory);
    if (!Files.isDirectory(path)) {
      throw Refusal.badInput(
          "--app is \"%s*\", and there is no such directory".formatted(directory));
    }
    try (Stream<Path> files = Files.list(path)) {
      files
          .filter(file -> file.toString().endsWith(".jar"))
          .sorted()
          .forEach(file -> add(file.toString(), urls));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void add(String entry, List<URL> urls) {
    Path path = Path.of(entry);
    if (entry.isEmpty() || !Files.exists(path)) {
      throw Refusal.badInput("--app is \"%s\", and there is no such file".formatted(entry));
    }
    try {
      urls.add(path.toUri().toURL());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
