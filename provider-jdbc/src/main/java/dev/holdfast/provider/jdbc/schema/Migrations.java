// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.schema;

import java.util.List;
import java.util.Set;

/**
 * All steps of a schema, and how a store is compared with them. How a store is read, locked and
 * changed is the provider's. Immutable.
 *
 * @param all every step, in order; at least one
 */
public record Migrations(List<Migration> all) {

  /**
   * Keeps a copy.
   *
   * @throws IllegalArgumentException when versions do not count from 1 without gaps
   */
  public Migrations {
    all = List.copyOf(all);
    if (all.isEmpty()) {
      throw new IllegalArgumentException("a schema has at least one migration");
    }
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).version() != i + 1) {
        throw new IllegalArgumentException(
            "the migration %s has version %d where %d belongs"
                .formatted(all.get(i).file(), all.get(i).version(), i + 1));
      }
    }
  }

  /**
   * Tells what this code works with.
   *
   * @return the version of the last step
   */
  public int current() {
    return all.size();
  }

  /**
   * Lists what exists once all steps were applied.
   *
   * @return see {@link Migration#createdObjects}
   */
  public List<String> createdObjects() {
    return all.stream().flatMap(migration -> migration.createdObjects().stream()).toList();
  }

  /**
   * Compares a store with the steps.
   *
   * @param applied what the store has recorded, in the order of versions; empty when it records
   *     nothing
   * @param objects the names of what it has. They are read after the records, so that what another
   *     process creates meanwhile does not seem to be missing
   * @return what is to be done
   */
  public SchemaState compare(List<Migration.Applied> applied, Set<String> objects) {
    for (int i = 0; i < applied.size(); i++) {
      Migration.Applied row = applied.get(i);
      if (row.version() != i + 1) {
        return new SchemaState.Disordered(row.version(), i + 1);
      }
      if (row.version() > current()) {
        // One step ahead is served when that step says that this code's version still can.
        if (row.version() > current() + 1 || row.servedFrom() > current()) {
          return new SchemaState.TooNew(applied.size(), current());
        }
        continue;
      }
      Migration known = all.get(i);
      if (!row.checksum().equals(known.checksum())) {
        return new SchemaState.Edited(row.version(), row.file());
      }
      for (String object : known.createdObjects()) {
        if (!objects.contains(object)) {
          return new SchemaState.Incomplete(object, row.version());
        }
      }
    }
    return applied.size() < current()
        ? new SchemaState.Outdated(applied.size(), all.subList(applied.size(), current()))
        : new SchemaState.Current();
  }
}
