// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import dev.holdfast.provider.ProviderError;

/** What a turn was to store at once did not fit the rows any more: the turn is computed again. */
final class OutdatedRowsException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  OutdatedRowsException(ProviderError.Permanent cause) {
    super(cause.getMessage(), cause);
  }
}
