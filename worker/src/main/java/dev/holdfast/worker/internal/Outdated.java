// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker.internal;

import dev.holdfast.provider.ProviderError;

/** Tells results that others have overtaken from those that are wrong. */
final class Outdated {

  private Outdated() {}

  /**
   * {@return whether a change was refused because a row is not as the engine saw it: reading it
   * again and computing again is all there is to do}
   */
  static boolean is(ProviderError.Permanent error) {
    return switch (error) {
      case ProviderError.VersionConflict conflict -> true;
      case ProviderError.IllegalTransition illegal -> true;
      case ProviderError.NotFound missing -> missing.changeIndex() != null;
      default -> false;
    };
  }
}
