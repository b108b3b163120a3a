// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.schema;

import dev.holdfast.provider.ProviderError.Misconfigured;
import java.util.List;

/** How the schema of a store compares with the {@link Migrations} of the code that opens it. */
public sealed interface SchemaState {

  /** Nothing is to be done: it has every step, or is one step ahead and can be served. */
  record Current() implements SchemaState {}

  /**
   * It lacks steps.
   *
   * @param version what it has, 0 for an empty place
   * @param missing what it lacks, in order
   */
  record Outdated(int version, List<Migration> missing) implements SchemaState {

    /**
     * Makes the error for {@code SchemaMode.CHECK_ONLY} (SCHEMA-03).
     *
     * @param schema what the schema is called, such as {@code the schema shop}
     * @return the error of opening, which names both versions
     */
    public Misconfigured notMigrated(String schema) {
      return new Misconfigured(
          "open",
          "%s has version %d, this code needs version %d; open once without check-only to migrate it"
              .formatted(schema, version, version + missing.size()));
    }
  }

  /** It cannot be served, and needs a person (SCHEMA-04, SCHEMA-05). */
  sealed interface Unfit extends SchemaState {

    /**
     * Tells what is wrong and what to do.
     *
     * @param schema what the schema is called, such as {@code the schema shop}
     * @param code what the users of this provider call it, such as {@code Holdfast}
     * @return the text of an error
     */
    String problem(String schema, String code);

    /**
     * Makes the error of opening.
     *
     * @param schema see {@link #problem}
     * @param code see {@link #problem}
     * @return the error
     */
    default Misconfigured error(String schema, String code) {
      return new Misconfigured("open", problem(schema, code));
    }
  }

  /**
   * Its records are not in order.
   *
   * @param version the first version that is at the wrong place
   * @param expected the version that belongs there
   */
  record Disordered(int version, int expected) implements Unfit {
    @Override
    public String problem(String schema, String code) {
      return "%s records version %d where %d belongs; restore that record from a backup"
          .formatted(schema, version, expected);
    }
  }

  /**
   * A step was applied whose text was another one.
   *
   * @param version the step
   * @param file its file
   */
  record Edited(int version, String file) implements Unfit {
    @Override
    public String problem(String schema, String code) {
      return "migration %d of %s was applied from another %s than this code has; use the version of %s that made it"
          .formatted(version, schema, file, code);
    }
  }

  /**
   * Something is recorded as created and is missing.
   *
   * @param object its name
   * @param version the step that created it
   */
  record Incomplete(String object, int version) implements Unfit {
    @Override
    public String problem(String schema, String code) {
      return "%s is recorded as made by migration %d but is missing in %s; restore it from a backup"
          .formatted(object, version, schema);
    }
  }

  /**
   * It is newer than this code can serve.
   *
   * @param version what it has
   * @param served the newest that this code serves for certain
   */
  record TooNew(int version, int served) implements Unfit {
    @Override
    public String problem(String schema, String code) {
      return "%s has version %d, this code can serve up to version %d; use a newer version of %s"
          .formatted(schema, version, served, code);
    }
  }
}
