// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.store;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * One write, atomic on its own, that may share its commit with others.
 *
 * <p>The body may run more than once, each time in a fresh transaction: when another write of the
 * same commit fails, all are undone and run again one by one. So it must have no effect outside the
 * transaction. A body that throws leaves nothing behind; one that has written nothing may also
 * return a refusal as its result.
 *
 * @param operation the SPI call it belongs to, for errors
 * @param durability what a power cut may undo of it
 * @param urgent whether it prolongs a lock, which ends while it waits
 * @param bytes how much payload it writes, as far as its caller can tell
 * @param body what to do
 */
public record Write<R extends @Nullable Object>(
    String operation, Durability durability, boolean urgent, long bytes, Body<R> body) {

  /** What a power cut may undo of a write whose call has returned. */
  public enum Durability {
    /** Nothing: the caller has been told, so it survives. */
    FULL,
    /**
     * All of it: it only took locks, and a power cut ends their holders too; or it is best effort.
     */
    RELAXED
  }

  /** Creates a small write that must not be lost. */
  public Write(String operation, Body<R> body) {
    this(operation, Durability.FULL, body);
  }

  /** Creates a small write. */
  public Write(String operation, Durability durability, Body<R> body) {
    this(operation, durability, false, 0, body);
  }

  /** Creates a write with payload that must not be lost. */
  public static <R extends @Nullable Object> Write<R> of(
      String operation, long bytes, Body<R> body) {
    return new Write<>(operation, Durability.FULL, false, bytes, body);
  }

  /** Creates a write that prolongs locks. */
  public static <R extends @Nullable Object> Write<R> renewal(String operation, Body<R> body) {
    return new Write<>(operation, Durability.FULL, true, 0, body);
  }

  /** What to do inside the transaction. */
  @FunctionalInterface
  public interface Body<R extends @Nullable Object> {
    R apply(WriteTx tx) throws SQLException;
  }
}
