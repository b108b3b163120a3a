// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.samples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where the samples work: on the store that is named, or else on a file that goes afterwards. */
final class SampleStore {

  private static final Pattern SCHEMA = Pattern.compile("[?&]schema=([^&]*)");
  private static final Pattern POSTGRES =
      Pattern.compile("postgres(?:ql)?://(?:([^:@/]*)(?::([^@]*))?@)?(.*)");

  private SampleStore() {}

  /** Returns the URL that is given, or else that of a new SQLite file in a temporary directory. */
  static String url(String[] args) throws IOException {
    if (args.length > 0) {
      return args[0];
    }
    Path directory = Files.createTempDirectory("holdfast-sample");
    directory.toFile().deleteOnExit();
    for (String name : new String[] {"sample.db-wal", "sample.db-shm", "sample.db"}) {
      directory.resolve(name).toFile().deleteOnExit();
    }
    return "sqlite:" + directory.resolve("sample.db");
  }

  /** Connects to the database that a store is in, where an application has its own tables too. */
  static Connection connect(String url) throws SQLException {
    Properties properties = new Properties();
    if (url.startsWith("sqlite:")) {
      properties.setProperty("transaction_mode", "IMMEDIATE");
      properties.setProperty("busy_timeout", "10000");
      return DriverManager.getConnection("jdbc:" + url, properties);
    }
    Matcher postgres = POSTGRES.matcher(url);
    String jdbcUrl = url;
    if (postgres.matches()) {
      jdbcUrl = "jdbc:postgresql://" + postgres.group(3);
      put(properties, "user", postgres.group(1));
      put(properties, "password", postgres.group(2));
    }
    Matcher schema = SCHEMA.matcher(url);
    properties.setProperty("currentSchema", schema.find() ? schema.group(1) : "holdfast");
    return DriverManager.getConnection(jdbcUrl, properties);
  }

  private static void put(Properties properties, String name, @Nullable String value) {
    if (value != null) {
      properties.setProperty(name, value);
    }
  }
}
