// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.queue;

import dev.holdfast.provider.RuntimeVersion;
import dev.holdfast.provider.jdbc.row.Decoding;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** How versions of runtimes are stored: as they are written, {@code 1.10.0}. Stateless. */
final class Pins {

  private Pins() {}

  static @Nullable String encode(@Nullable RuntimeVersion version) {
    return version == null ? null : version.toString();
  }

  /** Reads a version, or throws that the row of its instance cannot be read. */
  static RuntimeVersion decode(String instanceId, String stored) throws SQLException {
    return Decoding.decode(
        Delivery.OPERATION,
        instanceId,
        "the version that it is pinned to",
        () -> RuntimeVersion.parse(stored));
  }
}
