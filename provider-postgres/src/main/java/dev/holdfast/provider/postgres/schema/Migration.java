// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.schema;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

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
      List.of(
          new Migration(1, "V001__tables.sql", 1),
          new Migration(2, "V002__messages.sql", 2),
          new Migration(3, "V003__orchestrator_queue.sql", 3),
          new Migration(4, "V004__worker_queue.sql", 4),
          new Migration(5, "V005__claims.sql", 5),
          new Migration(6, "V006__single_calls.sql", 6),
          new Migration(7, "V007__problems.sql", 7),
          new Migration(8, "V008__takeover.sql", 8));

  private static final Pattern CREATED =
      Pattern.compile(
          "^CREATE (?:(?:UNLOGGED )?TABLE|INDEX|SEQUENCE) (?::schema\\.)?(\\w+)",
          Pattern.MULTILINE);
  private static final Pattern FUNCTION =
      Pattern.compile("^CREATE FUNCTION :schema\\.(\\w+)", Pattern.MULTILINE);

  /** The schema version that this code works with. */
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

  /** What {@link #createdObjects} says of every step. */
  static Stream<String> allObjects() {
    return ALL.stream().flatMap(migration -> migration.createdObjects().stream());
  }

  /** The names of tables, indexes, sequences and functions that exist once it was applied. */
  List<String> createdObjects() {
    String text = text();
    return Stream.of(CREATED, FUNCTION)
        .flatMap(pattern -> pattern.matcher(text).results())
        .map((MatchResult result) -> result.group(1))
        .toList();
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
