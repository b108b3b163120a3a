// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.schema;

import dev.holdfast.provider.jdbc.schema.SqlFiles;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The functions that one version of this code calls. All of them have the number of the set in
 * their names: {@code :fn.enqueue} means {@code enqueue_1}. So the functions of two sets exist side
 * by side in one schema, and processes of two versions each call their own. Immutable and
 * thread-safe.
 */
final class FunctionSet {

  /** The files, in the order in which they are applied. */
  static final List<String> FILES =
      List.of(
          "util",
          "keys",
          "sessions",
          "messages",
          "posted",
          "items",
          "enqueue",
          "locks",
          "fetch_orchestrations",
          "key_values",
          "ack_orchestrations",
          "fetch_activities",
          "fetch_routed_activities",
          "ack_activities",
          "states",
          "inboxes",
          "fences",
          "streams",
          "projections",
          "changes",
          "ahead",
          "problems",
          "prune",
          "leases",
          "audit",
          "delete",
          "takeover");

  private static final Pattern FUNCTION =
      Pattern.compile("^CREATE OR REPLACE FUNCTION :fn\\.(\\w+)", Pattern.MULTILINE);
  private static final Pattern NAME = Pattern.compile(":fn\\.(\\w+)");

  /** The set that this code calls. */
  static final FunctionSet CURRENT =
      new FunctionSet(
          2,
          1,
          1,
          FILES.stream()
              .map(file -> Fragments.expand(SchemaFiles.FILES.read("functions/" + file + ".sql")))
              .collect(Collectors.joining("\n")));

  private final int number;
  private final int revision;
  private final int servedFrom;
  private final String text;

  // Each opening compares these, and the text is long.
  private final String checksum;
  private final List<String> names;

  /**
   * Creates a set.
   *
   * @param number raised by a release that changes what a function takes or returns, or what it
   *     needs of its callers
   * @param revision raised by a release that changes no more than what functions do; from 1 in each
   *     set. An older revision never replaces a newer one
   * @param servedFrom the oldest set whose processes may still run beside this one; those before
   *     are dropped
   * @param text all functions
   */
  FunctionSet(int number, int revision, int servedFrom, String text) {
    this.number = number;
    this.revision = revision;
    this.servedFrom = servedFrom;
    this.text = text;
    this.checksum = SqlFiles.checksum(text);
    this.names =
        FUNCTION.matcher(text).results().map(name -> name.group(1) + "_" + number).toList();
  }

  int number() {
    return number;
  }

  int revision() {
    return revision;
  }

  int servedFrom() {
    return servedFrom;
  }

  String text() {
    return text;
  }

  String checksum() {
    return checksum;
  }

  /** Fills the names of this set's functions into SQL. */
  String inSql(String sql) {
    return NAME.matcher(sql).replaceAll(":schema.$1_" + number);
  }

  /** {@return the names of the functions in the schema} */
  List<String> names() {
    return names;
  }
}
