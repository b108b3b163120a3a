// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.queue;

import dev.holdfast.provider.Payload;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Payloads as columns. Stateless. */
final class Rows {

  private static final byte[] NO_BYTES = {};

  private Rows() {}

  /** A payload from a column that is never NULL; the driver reads an empty one as null. */
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
