// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.stream;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.internal.Checks;

/**
 * A label of an event, by which the log is filtered (READ-14). One key may stand with several
 * values (READ-03).
 *
 * @param key what the value means
 * @param value the value
 */
public record Tag(String key, String value) {

  /**
   * Checks the parts.
   *
   * @throws ProviderError.InvalidRequest when one is no identifier
   */
  public Tag {
    Checks.identifier("Tag", "key", key);
    Checks.identifier("Tag", "value", value);
  }
}
