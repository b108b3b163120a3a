// SPDX-License-Identifier: Apache-2.0
package com.example.holdfast.h2.queue;

import com.example.holdfast.h2.db.Tx;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.jdbc.row.Decoding;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Reading what may be damaged. Stateless. */
final class Stored {

  private Stored() {}

  /** Makes a value of stored parts; what the SPI's constructors refuse cannot have been stored. */
  static <T> T readable(Tx tx, String instanceId, String what, ResultSet row, Tx.Row<T> mapper)
      throws SQLException {
    return Decoding.decode(tx.operation(), instanceId, what, () -> mapper.read(row));
  }

  static Payload payload(ResultSet row, String column) throws SQLException {
    byte[] bytes = row.getBytes(column);
    return bytes == null ? null : Payload.of(bytes);
  }
}
