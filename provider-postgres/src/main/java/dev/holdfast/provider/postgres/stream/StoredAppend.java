// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.stream;

import dev.holdfast.provider.ProviderError.IdempotencyMismatch;
import dev.holdfast.provider.ProviderError.Permanent;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.jdbc.stream.EventReader;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.Appended;
import dev.holdfast.provider.support.StoreTime;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * What the store returns of one append; see append_events.
 *
 * @param code what became of it
 * @param firstVersion of its first event; the version found where another was expected
 * @param lastVersion of its last event
 * @param firstPosition of its first event
 * @param lastPosition of its last event
 * @param recordedAt in microseconds
 */
public record StoredAppend(
    long code,
    long firstVersion,
    long lastVersion,
    long firstPosition,
    long lastPosition,
    long recordedAt) {

  private static final int REPEATED = 1;
  private static final int OTHER_VERSION = 2;
  private static final int MISMATCH = 3;

  /** Reads the next six numbers. */
  public static StoredAppend read(LongSupplier numbers) {
    return new StoredAppend(
        numbers.getAsLong(),
        numbers.getAsLong(),
        numbers.getAsLong(),
        numbers.getAsLong(),
        numbers.getAsLong(),
        numbers.getAsLong());
  }

  /**
   * Says it as the contract does.
   *
   * @param operation the SPI call, for errors
   * @param append what was to be appended
   * @return the result
   * @throws Permanent when the append does not fit
   */
  public Appended result(String operation, AppendEvents append) {
    if (code == OTHER_VERSION) {
      throw conflict(operation, append, firstVersion);
    }
    if (code == MISMATCH) {
      throw mismatch(operation, append);
    }
    return new Appended(
        append.stream(),
        firstVersion,
        lastVersion,
        EventReader.position(firstPosition),
        EventReader.position(lastPosition),
        StoreTime.fromMicros(recordedAt),
        code == REPEATED);
  }

  /** {@return the refusal of an append that expects another version than the one found} */
  public static Permanent conflict(String operation, AppendEvents append, long found) {
    return new VersionConflict(operation, append.stream(), append.expected(), found);
  }

  /** {@return the refusal of an append whose key came with other content} */
  public static Permanent mismatch(String operation, AppendEvents append) {
    return new IdempotencyMismatch(
        operation, append.stream(), Objects.requireNonNull(append.key()));
  }
}
