// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.stream;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.internal.Checks;

/**
 * Which stream: one aggregate. Category and id are compared exactly, each for itself (STREAM-02). A
 * stream begins with its first event and never ends; its id is never new again.
 *
 * @param category the kind of aggregate
 * @param id which one of them
 */
public record StreamId(String category, String id) {

  /**
   * Checks the parts.
   *
   * @throws ProviderError.InvalidRequest when one is no identifier
   */
  public StreamId {
    Checks.identifier("StreamId", "category", category);
    Checks.identifier("StreamId", "id", id);
  }

  /** {@return the readable form, such as {@code order/17}} */
  @Override
  public String toString() {
    return category + "/" + id;
  }
}
