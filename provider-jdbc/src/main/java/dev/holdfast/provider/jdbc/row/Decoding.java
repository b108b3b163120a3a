// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.row;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.CorruptData;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import org.jspecify.annotations.Nullable;

/**
 * Reading stored values. What the SPI's own types refuse cannot have been stored by a provider: the
 * row is corrupt. Stateless.
 */
public final class Decoding {

  private Decoding() {}

  /**
   * Builds a value from a row.
   *
   * @param <T> the value
   */
  @FunctionalInterface
  public interface Decoder<T extends @Nullable Object> {

    /**
     * Builds it.
     *
     * @return the value
     * @throws SQLException when the store fails
     */
    T decode() throws SQLException;
  }

  /**
   * Runs a decoder.
   *
   * @param <T> the value
   * @param operation the SPI call
   * @param instanceId whose row it is, null when it is of no instance
   * @param what what it holds, the beginning of the error's text
   * @param decoder builds the value
   * @return the value
   * @throws CorruptData when the row holds what no type of the SPI takes
   * @throws SQLException when the store fails
   */
  public static <T extends @Nullable Object> T decode(
      String operation, @Nullable String instanceId, String what, Decoder<T> decoder)
      throws SQLException {
    try {
      return decoder.decode();
    } catch (InvalidRequest | NullPointerException | ArithmeticException | DateTimeException e) {
      throw new CorruptData(operation, instanceId, what + " cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Reads a payload from a column that is never NULL; inside a decoder, so that NULL is corrupt.
   *
   * @param row the row
   * @param column its place, from 1
   * @return the payload
   * @throws SQLException when the store fails
   */
  public static Payload payload(ResultSet row, int column) throws SQLException {
    return Payload.of(row.getBytes(column));
  }
}
