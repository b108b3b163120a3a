// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

/**
 * What {@link ProviderFactory#open} does about the store's schema.
 *
 * <p>In either mode it first compares the schema with what it knows. Therefore a provider records
 * in the store, for each migration that it has applied: its <em>version</em>, counted up one by
 * one; its <em>name</em>, for the people who read the error; a <em>checksum</em> of its text, so
 * that a migration that was changed afterwards is found; and the oldest version of the schema whose
 * code may still serve the store. The record is written in the transaction of the migration; in a
 * store that commits every statement that defines something (MySQL, MariaDB, Oracle, H2), it is
 * written after the last statement, and then each statement must be able to run twice, because a
 * killed migration runs again (SCHEMA-06). By these records it refuses a store that is too new and
 * serves one that is a compatible step ahead (SCHEMA-04), and it refuses, naming it, a migration
 * whose checksum differs or whose tables are gone (SCHEMA-05).
 */
public enum SchemaMode {
  /**
   * Creates what is missing and migrates what is old; safe when several processes do it at once
   * (SCHEMA-01, SCHEMA-02).
   */
  CREATE_AND_MIGRATE,
  /**
   * Writes nothing: a missing or outdated schema is {@link ProviderError.Misconfigured}
   * (SCHEMA-03).
   */
  CHECK_ONLY
}
