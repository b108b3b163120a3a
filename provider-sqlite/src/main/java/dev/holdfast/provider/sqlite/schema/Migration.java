// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.schema;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One step of the schema. Applied steps are never edited: their checksum is stored (SCHEMA-05).
 *
 * @param version the schema version it leads to, from 1 without gaps
 * @param file the SQL beside this class
 * @param servedFrom the oldest schema version whose code can still serve a store of this one
 *     (SCHEMA-04)
 */
record Migration(int version, String file, int servedFrom) {

  /** Every step, in order. */
  static final List<Migration> ALL =
      List.of(new Migration(1, "V001__core.sql", 1), new Migration(2, "V002__trust.sql", 1));

  private static final Pattern COMMENT = Pattern.compile("--[^\n]*");
  private static final Pattern CREATED = Pattern.compile("CREATE (TABLE|INDEX) (\\w+)");

  /** {@return the schema version that this code works with} */
  static int current() {
    return ALL.get(ALL.size() - 1).version();
  }

  String text() {
    try (InputStream in = Migration.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("the jar lacks " + file);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<String> statements() {
    return Arrays.stream(COMMENT.matcher(text()).replaceAll("").split(";"))
        .map(String::strip)
        .filter(statement -> !statement.isEmpty())
        .toList();
  }

  /** {@return the names of tables and indexes that exist once it was applied} */
  List<String> createdObjects() {
    Matcher matcher = CREATED.matcher(COMMENT.matcher(text()).replaceAll(""));
    return matcher.results().map(result -> result.group(2)).toList();
  }

  String checksum() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text().getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
