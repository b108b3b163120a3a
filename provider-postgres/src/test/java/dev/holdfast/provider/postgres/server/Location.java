// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.server;

import java.net.URI;

/**
 * A database and who enters it.
 *
 * @param host host and port
 */
public record Location(String host, String database, String user, String password) {

  static Location parse(String url) {
    URI uri = URI.create(url.replaceFirst("^jdbc:postgresql:", "postgres:"));
    String[] user = (uri.getUserInfo() == null ? "postgres" : uri.getUserInfo()).split(":", 2);
    return new Location(
        uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort()),
        uri.getPath().substring(1),
        user[0],
        user.length > 1 ? user[1] : "");
  }

  /** The same server, another database. */
  public Location withDatabase(String other) {
    return new Location(host, other, user, password);
  }

  /** The same database, another user. */
  public Location withUser(String name, String itsPassword) {
    return new Location(host, database, name, itsPassword);
  }

  /** For the driver, without credentials. */
  public String jdbcUrl() {
    return "jdbc:postgresql://" + host + "/" + database;
  }

  /** For the provider. */
  public String url() {
    return "postgres://%s:%s@%s/%s".formatted(user, password, host, database);
  }
}
