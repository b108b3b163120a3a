// SPDX-License-Identifier: Apache-2.0

import dev.holdfast.provider.ProviderFactory;
import dev.holdfast.provider.postgres.PostgresProviderFactory;

/** The shared provider: durable orchestrations in a PostgreSQL database. */
module dev.holdfast.provider.postgres {
  requires transitive dev.holdfast.provider;
  requires dev.holdfast.provider.jdbc;
  requires static org.checkerframework.checker.qual;
  requires static org.jspecify;
  requires com.zaxxer.hikari;
  requires java.sql;
  requires org.postgresql.jdbc;
  requires org.slf4j;

  exports dev.holdfast.provider.postgres;

  provides ProviderFactory with
      PostgresProviderFactory;
}
