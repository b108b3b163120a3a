// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.replay;

import dev.holdfast.runtime.HoldfastException;

/**
 * The code of an instance could not go on here, through no fault of its own: code of other
 * instances keeps the carrier threads, or the worker was closed. A new delivery begins where the
 * history ends.
 */
public final class HeldUpException extends HoldfastException {

  private static final long serialVersionUID = 1L;

  HeldUpException(String instanceId) {
    super("the code of instance \"" + instanceId + "\" could not go on in its thread");
  }
}
