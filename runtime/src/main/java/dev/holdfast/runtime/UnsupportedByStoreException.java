// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import dev.holdfast.provider.Feature;

/**
 * An orchestration asked for something that its store does not have, such as an activity with a
 * tag, or an activity did, such as a heartbeat with details. Thrown by the call, which has no other
 * effect: code may catch it and do something else. What is not caught fails the instance with this
 * message; nothing is tried again.
 */
public final class UnsupportedByStoreException extends HoldfastException {

  private static final long serialVersionUID = 1L;

  private final String feature;

  /**
   * Creates the exception.
   *
   * @param what what was asked for
   * @param feature the name of the feature that it needs
   * @param provider the id of the provider that does not declare it
   */
  public UnsupportedByStoreException(String what, String feature, String provider) {
    super(
        "%s needs a store that declares %s; the provider \"%s\" does not"
            .formatted(what, feature, provider));
    this.feature = feature;
  }

  /**
   * {@return the name of the feature, one of {@link Feature} unless it was recorded by a later
   * version}
   */
  public String feature() {
    return feature;
  }
}
