// SPDX-License-Identifier: Apache-2.0

/** What providers on SQL databases have in common. Support for authors, no part of the SPI. */
module dev.holdfast.provider.jdbc {
  requires transitive dev.holdfast.provider;
  requires transitive java.sql;
  requires static org.jspecify;
  requires org.slf4j;

  exports dev.holdfast.provider.jdbc.admin;
  exports dev.holdfast.provider.jdbc.batch;
  exports dev.holdfast.provider.jdbc.row;
  exports dev.holdfast.provider.jdbc.schema;
  exports dev.holdfast.provider.jdbc.state;
  exports dev.holdfast.provider.jdbc.stream;
  exports dev.holdfast.provider.jdbc.wait;
}
