// SPDX-License-Identifier: Apache-2.0

import dev.holdfast.provider.ProviderFactory;
import dev.holdfast.provider.sqlite.SqliteProviderFactory;

/** The embedded provider: durable orchestrations in one SQLite file, or in memory. */
module dev.holdfast.provider.sqlite {
  requires transitive dev.holdfast.provider;
  requires dev.holdfast.provider.jdbc;
  requires static org.jspecify;
  requires org.slf4j;
  requires org.xerial.sqlitejdbc;

  exports dev.holdfast.provider.sqlite;

  provides ProviderFactory with
      SqliteProviderFactory;
}
