// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.store;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * One write, atomic on its own, that may share its commit with others.
 *
 * <p>The body may run more than once, each time in a fresh transaction: when a neighbour in the
 * same commit fails, all are undone and run again one by one. So it must have no effect outside the
 * transaction. A body that throws leaves nothing behind; one that has written nothing may also
 * answer a refusal as its result.
 *
 * @param operation the SPI call it belongs to, for errors
 * @param loss what it means when a power cut undoes it
 * @param urgent whether it prolongs a lock, which ends while it waits
 * @param bytes how much payload it writes, as far as its caller can tell
 * @param body what to do
 */
public record Write<R extends @Nullable Object>(
    String operation, Loss loss, boolean urgent, long bytes, Body<R> body) {

  /** What it means when a power cut undoes a write after it was answered. */
  public enum Loss {
    /** Somebody was told something that is not true any more. */
    UNACCEPTABLE,
    /** Nothing: it took locks, and their holders are gone with the power. */
    HARMLESS
  }

  /** A small write that must not be lost. */
  public Write(String operation, Body<R> body) {
    this(operation, Loss.UNACCEPTABLE, body);
  }

  /** A small write. */
  public Write(String operation, Loss loss, Body<R> body) {
    this(operation, loss, false, 0, body);
  }

  /** A write with payload that must not be lost. */
  public static <R extends @Nullable Object> Write<R> of(
      String operation, long bytes, Body<R> body) {
    return new Write<>(operation, Loss.UNACCEPTABLE, false, bytes, body);
  }

  /** A write that prolongs locks. */
  public static <R extends @Nullable Object> Write<R> renewal(String operation, Body<R> body) {
    return new Write<>(operation, Loss.UNACCEPTABLE, true, 0, body);
  }

  /** What to do inside the transaction. */
  @FunctionalInterface
  public interface Body<R extends @Nullable Object> {
    R apply(WriteTx tx) throws SQLException;
  }
}
