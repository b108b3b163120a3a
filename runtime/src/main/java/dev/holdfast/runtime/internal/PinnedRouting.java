// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal;

import dev.holdfast.provider.RuntimeVersion;
import dev.holdfast.provider.VersionFilter;
import dev.holdfast.provider.VersionRange;
import dev.holdfast.worker.Routing;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which executions a worker takes that pins its own to a version. Stateless. */
public final class PinnedRouting {

  private PinnedRouting() {}

  /**
   * Returns the routing of a worker.
   *
   * @param routing what was set
   * @param own the version that it begins executions with, null for none
   * @throws IllegalArgumentException when what was set does not contain that
   */
  public static Routing of(Routing routing, @Nullable RuntimeVersion own) {
    VersionFilter served = routing.versions();
    if (own == null) {
      return routing;
    }
    if (served == null) {
      return routing.withVersions(new VersionFilter(List.of(new VersionRange(own, own))));
    }
    if (!served.matches(own)) {
      throw new IllegalArgumentException(
          "the ranges of versions do not contain %s, which this worker begins executions with"
              .formatted(own));
    }
    return routing;
  }
}
