// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.documents.flow;

import dev.holdfast.examples.BadInputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder of documents.
 *
 * @param path where it is
 * @param files the names of the documents in it, sorted
 */
public record Folder(Path path, List<String> files) {

  /** The documents that come with the examples; a class path cannot be listed. */
  static final List<String> SHIPPED =
      List.of(
          "alice.txt",
          "bill-of-rights.txt",
          "gettysburg.txt",
          "moby-dick.txt",
          "origin-of-species.txt",
          "pride-and-prejudice.txt",
          "sonnets.txt",
          "verwandlung.txt");

  /**
   * Lists the texts of a folder.
   *
   * @throws BadInputException when there are none, or one cannot be read as a text
   */
  public static Folder of(Path path) {
    if (!Files.isDirectory(path)) {
      throw new BadInputException(path + " is no directory; give --documents a folder of texts");
    }
    try (Stream<Path> all = Files.list(path)) {
      List<String> files =
          all.filter(file -> Files.isRegularFile(file) && file.toString().endsWith(".txt"))
              .map(file -> String.valueOf(file.getFileName()))
              .sorted()
              .toList();
      if (files.isEmpty()) {
        throw new BadInputException(path + " has no file that ends with .txt");
      }
      for (String file : files) {
        check(path.resolve(file));
      }
      return new Folder(path.toAbsolutePath(), files);
    } catch (IOException | UncheckedIOException e) {
      throw new BadInputException(path + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static void check(Path file) throws IOException {
    try {
      if (Files.readString(file).isBlank()) {
        throw new BadInputException(file + " is empty");
      }
    } catch (MalformedInputException e) {
      throw new BadInputException(file + " is no text in UTF-8", e);
    }
  }

  /** Puts the documents that come with the examples into a new folder. */
  public static Folder shipped(Path path) throws IOException {
    Files.createDirectories(path);
    for (String file : SHIPPED) {
      try (InputStream in = Folder.class.getResourceAsStream("texts/" + file)) {
        if (in == null) {
          throw new IllegalStateException(file + " does not come with the examples");
        }
        Files.write(path.resolve(file), in.readAllBytes());
      }
    }
    return of(path);
  }
}
