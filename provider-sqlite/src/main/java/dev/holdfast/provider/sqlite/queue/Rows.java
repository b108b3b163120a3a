// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.queue;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.CorruptData;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import org.jspecify.annotations.Nullable;

/**
 * Reads stored values. A value that the SPI's own types refuse cannot have been stored by this
 * provider: the row is corrupt.
 */
final class Rows {

  private static final byte[] NO_BYTES = {};

  private Rows() {}

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

  /** Reads a payload from a column that is never NULL; the driver reads an empty one as null. */
  static Payload payload(ResultSet row, int column) throws SQLException {
    byte[] bytes = row.getBytes(column);
    return Payload.of(bytes == null ? NO_BYTES : bytes);
  }

  /** {@return the bytes to store for a payload} */
  static byte[] bytes(Payload payload) {
    return payload.toByteArray();
  }

  /** {@return the bytes to store for a payload that may be absent} */
  static byte @Nullable [] bytesOrNull(@Nullable Payload payload) {
    return payload == null ? null : payload.toByteArray();
  }
}
