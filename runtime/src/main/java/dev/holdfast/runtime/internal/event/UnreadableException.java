// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.event;

import dev.holdfast.runtime.HoldfastException;
import org.jspecify.annotations.Nullable;

/** What is stored cannot be read by this runtime: damaged, or written by a newer one. */
public final class UnreadableException extends HoldfastException {

  private static final long serialVersionUID = 1L;

  /** Creates the exception. */
  public UnreadableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
