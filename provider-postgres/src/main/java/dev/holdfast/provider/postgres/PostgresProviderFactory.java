// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.ProviderFactory;

/**
 * Finds stores in PostgreSQL databases: {@code postgres://HOST:PORT/DATABASE}, {@code
 * postgresql://…} or {@code jdbc:postgresql:…}, or the application's own {@code DataSource}.
 * PostgreSQL 14 or newer, encoding UTF8.
 *
 * <p>A store is a schema. Several stores, and anything else, live side by side in one database.
 *
 * <p>Making a store needs the right {@code CREATE} on the database, or on a schema that is there
 * and empty; migrating it has to be done by its owner. Using it needs {@code USAGE} on the schema
 * and on its sequences, and {@code SELECT, INSERT, UPDATE, DELETE} on its tables.
 *
 * <p>Options:
 *
 * <ul>
 *   <li>{@code schema}: the schema, {@code holdfast} unless said otherwise; created when missing.
 *   <li>{@code user}, {@code password}: also as {@code postgres://user:password@…}.
 *   <li>{@code poolSize}: the most connections of a handle, 8 unless said otherwise, at least 2.
 *       One more listens, and one more notifies other processes.
 *   <li>{@code connectTimeoutMillis}: how long to wait for a connection, 10000 unless said
 *       otherwise.
 *   <li>{@code callTimeoutMillis}: after which time without an answer of the server a call is given
 *       up, 60000 unless said otherwise.
 *   <li>{@code listen}: whether to learn of other processes' work by LISTEN; {@code true} with a
 *       URL, {@code false} with a {@code DataSource}, of which it keeps two connections for good,
 *       so that its pool needs at least three. Without it, and through a PgBouncer that pools
 *       transactions, work is found by polling.
 *   <li>{@code takeoverMillis}: how long all connections of a handle must be gone before its
 *       process counts as dead and what it holds goes on elsewhere: 5000 unless said otherwise, at
 *       least 1000; {@code off}: locks always last until their end. Needs {@code listen}. Handles
 *       on a {@code DataSource} take over from other handles, but none takes over from them.
 *   <li>{@code pinPlans}: whether connections ask for the session settings that pin query plans,
 *       {@code true} unless said otherwise; a PgBouncer may refuse them.
 *   <li>every connection property of the PostgreSQL JDBC driver, such as {@code sslmode}.
 * </ul>
 *
 * <p>With a {@code DataSource} only {@code schema}, {@code listen} and {@code takeoverMillis} have
 * a meaning, and the others are refused. It must hand out READ COMMITTED connections; {@link
 * dev.holdfast.provider.ProviderError.Misconfigured} otherwise. Stateless and thread-safe.
 */
public final class PostgresProviderFactory implements ProviderFactory {

  static final String ID = "postgres";

  /** For {@link java.util.ServiceLoader}. */
  public PostgresProviderFactory() {}

  @Override
  public String id() {
    return ID;
  }

  @Override
  public boolean accepts(ProviderConfig config) {
    return PostgresOptions.accepts(config);
  }

  @Override
  public Provider open(ProviderConfig config) {
    return Opening.open(config, PostgresOptions.parse(config), dataSource -> dataSource);
  }
}
