// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.demo;

import dev.holdfast.examples.orders.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where the demo keeps its files.
 *
 * @param database the orchestration store
 * @param ledger the books of the services outside
 * @param workerLog what the workers say
 */
record Place(Path database, Path ledger, Path workerLog) {

  /** The files beside a database, or, without one, in a new directory for temporary files. */
  static Place of(@Nullable String database) {
    if (database != null) {
      return checked(beside(path(database)));
    }
    try {
      return beside(Files.createTempDirectory("holdfast-demo-").resolve("orders.db"));
    } catch (IOException e) {
      throw new BadInputException(
          "no directory for temporary files (%s); name a database with --db"
              .formatted(e.getMessage()),
          e);
    }
  }

  /** The URL under which Holdfast opens the database. */
  String url() {
    return "sqlite:" + database;
  }

  private static Place beside(Path database) {
    String name = String.valueOf(database.getFileName());
    String stem = name.endsWith(".db") ? name.substring(0, name.length() - 3) : name;
    return new Place(
        database,
        database.resolveSibling(stem + "-ledger.db"),
        database.resolveSibling(stem + "-workers.log"));
  }

  private static Path path(String text) {
    if (text.isBlank() || text.indexOf('?') >= 0) {
      throw new BadInputException("--db needs the name of a file, without a question mark");
    }
    try {
      return Path.of(text).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      throw new BadInputException("--db names no valid file: " + e.getReason(), e);
    }
  }

  private static Place checked(Place place) {
    Path database = place.database;
    Path directory = database.getParent();
    if (Files.isDirectory(database)) {
      throw new BadInputException(database + " is a directory; give --db a database file");
    }
    if (directory == null || !Files.isDirectory(directory)) {
      throw new BadInputException(
          "the directory " + directory + " does not exist; create it first");
    }
    if (Files.exists(database) && !Files.isRegularFile(database)) {
      throw new BadInputException(database + " is not a regular file; give --db a database file");
    }
    Path locked = Files.exists(database) && !Files.isWritable(database) ? database : directory;
    if (!Files.isWritable(locked)) {
      throw new BadInputException(locked + " is not writable; give --db another file");
    }
    if (isNotEmpty(database) && !Files.exists(place.ledger)) {
      throw new BadInputException(
          "%s was not made by this demo: there is no %s beside it"
              .formatted(database, place.ledger.getFileName()));
    }
    return place;
  }

  private static boolean isNotEmpty(Path file) {
    try {
      return Files.exists(file) && Files.size(file) > 0;
    } catch (IOException e) {
      throw new BadInputException(file + " cannot be read: " + e.getMessage(), e);
    }
  }
}
