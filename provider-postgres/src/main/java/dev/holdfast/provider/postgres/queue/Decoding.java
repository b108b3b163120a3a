// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.queue;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.CorruptData;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;

/**
 * Reads stored values. A value that the SPI's own types refuse cannot have been stored by this
 * provider: the row is corrupt.
 */
final class Decoding {

  private Decoding() {}

  /** Builds a value from a row. */
  @FunctionalInterface
  interface Decoder<T> {
    T decode() throws SQLException;
  }

  /** Runs a decoder and throws {@link CorruptData} for values that no SPI type takes. */
  static <T> T decode(String operation, String instanceId, String what, Decoder<T> decoder)
      throws SQLException {
    try {
      return decoder.decode();
    } catch (InvalidRequest | NullPointerException | ArithmeticException | DateTimeException e) {
      throw new CorruptData(operation, instanceId, what + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** Reads a payload from a column that is never NULL. */
  static Payload payload(ResultSet row, int column) throws SQLException {
    return Payload.of(row.getBytes(column));
  }
}
