// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.replay;

import dev.holdfast.runtime.HoldfastException;

/**
 * The code of an instance took longer than the engine could wait. The code is left alone, and taken
 * off its thread when it comes back; the execution cannot be used any more.
 */
public final class TooLongException extends HoldfastException {

  private static final long serialVersionUID = 1L;

  TooLongException(String instanceId) {
    super("the code of instance \"" + instanceId + "\" did not come back in time");
  }
}
