// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.stream;

import dev.holdfast.provider.Payload;

/**
 * A row of a projection.
 *
 * @param key its key
 * @param value what was put
 * @param version grows with every write, and is never used again for this key, also when the row
 *     was removed and put again (PROJECTION-10)
 */
public record ProjectionRow(String key, Payload value, long version) {}
