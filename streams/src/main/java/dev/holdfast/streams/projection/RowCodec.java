// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import dev.holdfast.provider.Payload;
import dev.holdfast.streams.internal.json.Jsons;

/** Rows as JSON; equal rows are equal bytes. Immutable. */
record RowCodec<R>(Class<R> type) {

  Payload write(R row) {
    return Jsons.write(Jsons.MAPPER, row);
  }

  R read(Payload stored) {
    return Jsons.value(Jsons.MAPPER, Jsons.read(Jsons.MAPPER, stored), type);
  }
}
