// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.demo;

import dev.holdfast.examples.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where the demo keeps its files.
 *
 * @param database the orchestration store if that is a file; else the name that the others go by
 * @param ledger the books of the services outside
 * @param workerLog what the workers say
 * @param note which store it is, if it is no file
 * @param server the data of a server of the demo's own
 * @param temporary whether nobody will come back to it
 */
public record Place(
    Path database, Path ledger, Path workerLog, Path note, Path server, boolean temporary) {

  /**
   * The files beside a database, or, without one, in a new directory for temporary files.
   *
   * @param usual what the database is called there
   * @param isFile whether the database is a file
   */
  public static Place of(@Nullable String database, String usual, boolean isFile) {
    if (database != null) {
      Place place = beside(path(database), false);
      place.check();
      if (isFile) {
        place.checkMadeByDemo();
      } else {
        place.checkNoFile();
      }
      return place;
    }
    try {
      return beside(Files.createTempDirectory("holdfast-demo-").resolve(usual), true);
    } catch (IOException e) {
      throw new BadInputException(
          "no directory for temporary files (%s); name a database with --db"
              .formatted(e.getMessage()),
          e);
    }
  }

  private static Place beside(Path database, boolean temporary) {
    String name = String.valueOf(database.getFileName());
    String stem = name.endsWith(".db") ? name.substring(0, name.length() - 3) : name;
    return new Place(
        database,
        database.resolveSibling(stem + "-ledger.db"),
        database.resolveSibling(stem + "-workers.log"),
        database.resolveSibling(stem + "-store.properties"),
        database.resolveSibling(stem + "-postgres"),
        temporary);
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

  private void check() {
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
  }

  private void checkMadeByDemo() {
    if (isNotEmpty(database) && !Files.exists(ledger)) {
      throw new BadInputException(
          "%s was not made by this demo: there is no %s beside it"
              .formatted(database, ledger.getFileName()));
    }
  }

  /** A file would belong to a run on SQLite, and the ledger beside it too. */
  private void checkNoFile() {
    if (isNotEmpty(database)) {
      throw new BadInputException(
          database + " is a file, and this store is none; give another --db");
    }
  }

  private static boolean isNotEmpty(Path file) {
    try {
      return Files.exists(file) && Files.size(file) > 0;
    } catch (IOException e) {
      throw new BadInputException(file + " cannot be read: " + e.getMessage(), e);
    }
  }
}
