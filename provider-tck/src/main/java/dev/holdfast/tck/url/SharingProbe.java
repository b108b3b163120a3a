// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.url;

import dev.holdfast.provider.ProviderError.StoreUnavailable;
import dev.holdfast.tck.crash.ChildJvm;
import dev.holdfast.tck.crash.Task;
import dev.holdfast.tck.fixture.CrashTarget;

/** Finds out whether one process has a store for itself. Stateless. */
final class SharingProbe {

  private SharingProbe() {}

  /** Lets a child open the store beside a handle that is open here. */
  static boolean refuses(CrashTarget target) {
    try (ChildJvm child = ChildJvm.start(target, Task.IDENTITY)) {
      return child.rest().stream()
          .anyMatch(line -> line.startsWith("failed " + StoreUnavailable.class.getName()));
    }
  }
}
