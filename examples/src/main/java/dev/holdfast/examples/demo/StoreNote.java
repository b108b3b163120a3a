// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.demo;

import dev.holdfast.examples.BadInputException;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.Properties;

/**
 * What the demo notes beside its ledger, so that a later run finds the same store: without it, the
 * orders in the ledger would be run again elsewhere.
 *
 * @param provider the id of the provider
 * @param where the store without credentials, with a fresh name in it if it has one
 * @param name the fresh name, empty when the user named the store
 */
public record StoreNote(String provider, String where, String name) {

  /** Whether both mean one store, whoever named it. */
  public boolean isSameStoreAs(StoreNote other) {
    return provider.equals(other.provider) && where.equals(other.where);
  }

  /** The note in a file, empty when there is no file. */
  public static Optional<StoreNote> read(Path file) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw new BadInputException(file + " cannot be read: " + e.getMessage(), e);
    }
    return Optional.of(
        new StoreNote(
            properties.getProperty("provider", ""),
            properties.getProperty("store", ""),
            properties.getProperty("name", "")));
  }

  /** Writes the file, all or nothing. */
  public void write(Path file) {
    Properties properties = new Properties();
    properties.setProperty("provider", provider);
    properties.setProperty("store", where);
    properties.setProperty("name", name);
    try {
      Path made = file.resolveSibling(file.getFileName() + ".new");
      try (Writer writer = Files.newBufferedWriter(made, StandardCharsets.UTF_8)) {
        properties.store(writer, "The store of a run of the Holdfast demo");
      }
      Files.move(made, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new BadInputException(file + " cannot be written: " + e.getMessage(), e);
    }
  }
}
