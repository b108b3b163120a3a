// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

/** What {@link ProviderFactory#open} does about the store's schema. */
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
