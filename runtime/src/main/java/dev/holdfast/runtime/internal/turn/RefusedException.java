// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.turn;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.runtime.HoldfastException;

/** What the code asked for cannot be stored, and would be the same in every delivery. */
final class RefusedException extends HoldfastException {

  private static final long serialVersionUID = 1L;

  RefusedException(ProviderError error) {
    super("the store refused the result of a turn: " + error.getMessage(), error);
  }
}
