// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.jdbc.batch.Outcome;
import dev.holdfast.provider.sqlite.store.AfterWrites;
import dev.holdfast.provider.sqlite.store.Database;
import dev.holdfast.provider.sqlite.store.Write;
import dev.holdfast.provider.sqlite.store.WriteTx;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Runs acks of one queue: each is checked, all are submitted together, and permanent errors become
 * {@link AckResult.Rejected} (ERR-04). Thread-safe.
 */
final class Acks<A> {

  private final Database database;
  private final String operation;
  private final Consumer<A> check;
  private final ToLongFunction<A> bytes;
  private final Applying<A> applying;
  private final Claims<A> claims;

  /** Applies one ack inside a transaction. */
  @FunctionalInterface
  interface Apply<A> {
    AckResult apply(WriteTx tx, A ack) throws SQLException;
  }

  /** Applies the acks of one list. */
  @FunctionalInterface
  interface Applying<A> {
    /** {@return what applies them, one after another; it may be asked again, in the same order} */
    Apply<A> of(List<A> acks);
  }

  /** What a list of acks claims once all of them are applied. */
  @FunctionalInterface
  interface Claims<A> {
    /** Returns claims of nothing beyond what each ack claims by itself. */
    static <A> Claims<A> none() {
      return acks -> null;
    }

    /** {@return what to do after the acks; null when none of them asks for anything} */
    @Nullable AfterWrites<AckResult> of(List<A> acks);
  }

  Acks(
      Database database,
      String operation,
      Consumer<A> check,
      ToLongFunction<A> bytes,
      Applying<A> applying,
      Claims<A> claims) {
    this.database = database;
    this.operation = operation;
    this.check = check;
    this.bytes = bytes;
    this.applying = applying;
    this.claims = claims;
  }

  /**
   * Returns one result per ack, in order; throws the first retryable error, after which repeating
   * the list is safe (ATOM-13).
   */
  List<AckResult> run(List<A> acks) {
    try {
      Apply<A> apply = applying.of(acks);
      List<Write<AckResult>> writes = acks.stream().map(ack -> write(ack, apply)).toList();
      return database.writeAll(operation, writes, claims.of(acks)).stream()
          .map(Acks::result)
          .toList();
    } catch (ProviderError.Permanent e) {
      return acks.stream().map(ack -> AckResult.rejected(e)).toList();
    }
  }

  private Write<AckResult> write(A ack, Apply<A> apply) {
    try {
      check.accept(ack);
      return Write.of(operation, bytes.applyAsLong(ack), tx -> apply.apply(tx, ack));
    } catch (ProviderError.Permanent refusal) {
      return new Write<>(operation, tx -> AckResult.rejected(refusal));
    }
  }

  private static AckResult result(Outcome<AckResult> outcome) {
    return switch (outcome) {
      case Outcome.Done<AckResult>(AckResult result) -> result;
      case Outcome.Failed<AckResult>(ProviderError.Permanent error) -> AckResult.rejected(error);
      case Outcome.Failed<AckResult>(ProviderError error) -> throw error;
    };
  }
}
