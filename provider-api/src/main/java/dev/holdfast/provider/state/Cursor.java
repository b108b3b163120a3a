// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.state;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.internal.Checks;
import org.jspecify.annotations.Nullable;

/**
 * How far an ordered source has been delivered to a trigger. The order decides which of two is
 * further; the text comes back as it was given (TRIGGER-12).
 *
 * @param order the place in the source; any number
 * @param token what the source needs to go on from there, a text of up to 4,096 UTF-16 units;
 *     absent when the number says it all
 */
public record Cursor(long order, @Nullable String token) {

  /**
   * Checks the text.
   *
   * @throws ProviderError.InvalidRequest when it is no text
   */
  public Cursor {
    Checks.optionalText("Cursor", "token", token);
  }
}
