// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres;

import java.util.List;
import java.util.stream.Stream;

/**
 * A store with other SQL on its server.
 *
 * @param name its name
 * @param rules rules that all have to notice, separated by commas
 * @param what what is broken, in one sentence
 * @param changes what is made otherwise
 */
record SqlMutant(String name, String rules, String what, List<SqlChange> changes) {

  private static final String LOCK_LOG =
      "PERFORM pg_advisory_xact_lock(x'686f6c65'::integer, hashtext((:order_seq)::oid::text));";

  static final List<SqlMutant> ALL =
      List.of(
          new SqlMutant(
              "a-plain-sequence",
              "ORDER-04",
              "Positions come from a sequence, and nothing holds readers back.",
              Stream.of(
                      Stream.of(
                          SqlChange.statement(
                              "CREATE SEQUENCE IF NOT EXISTS :schema.tck_position MINVALUE 0"
                                  + " INCREMENT 1000"),
                          SqlChange.statement(
                              "GRANT ALL ON SEQUENCE :schema.tck_position TO public")),
                      inAppends(LOCK_LOG, ""),
                      inAppends(
                          "coalesce(greatest(e.position, g.archived_through), 0)",
                          "nextval(':schema.tck_position')"))
                  .flatMap(changes -> changes)
                  .toList()),
          new SqlMutant(
              "a-log-that-is-not-locked",
              "ORDER-04",
              "Two appends count on from the same end of the log.",
              inAppends(LOCK_LOG, "").toList()),
          new SqlMutant(
              "keys-are-not-kept",
              "STREAM-24,STREAM-27",
              "Keys of appends are not stored.",
              List.of(
                  SqlChange.inFunction(
                      "append_events",
                      "IF cardinality(array_remove(n_streams.key, NULL)) > 0 THEN",
                      "IF false THEN"))),
          new SqlMutant(
              "labels-without-an-index",
              "READ-23",
              "Filtered reads walk through all labels.",
              List.of(
                  SqlChange.statement(
                      "ALTER TABLE :schema.event_label DROP CONSTRAINT IF EXISTS"
                          + " event_label_pkey"))));

  /** A change of what all functions have that append. */
  private static Stream<SqlChange> inAppends(String from, String to) {
    return Stream.of("lock_log", "append_one", "append_event")
        .map(function -> SqlChange.inFunction(function, from, to));
  }

  /** The readable form, such as {@code ORDER-04 a-plain-sequence}. */
  @Override
  public String toString() {
    return rules + " " + name;
  }
}
