// SPDX-License-Identifier: Apache-2.0
package com.example.holdfast.h2.queue;

import com.example.holdfast.h2.db.Tx;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.CorruptData;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Reading what may be damaged. Stateless. */
final class Stored {

  private Stored() {}

  /** Makes a value of stored parts; what the SPI's constructors refuse cannot have been stored. */
  static <T> T readable(Tx tx, String instanceId, String what, ResultSet row, Tx.Row<T> mapper)
      throws SQLException {
    try {
      return mapper.read(row);
    } catch (RuntimeException e) {
      throw new CorruptData(tx.operation(), instanceId, what + " cannot be read", e);
    }
  }

  static Payload payload(ResultSet row, String column) throws SQLException {
    byte[] bytes = row.getBytes(column);
    return bytes == null ? null : Payload.of(bytes);
  }
}
