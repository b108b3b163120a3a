// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import dev.holdfast.provider.RuntimeVersion;
import dev.holdfast.provider.VersionFilter;
import dev.holdfast.provider.VersionRange;
import dev.holdfast.worker.Routing;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which pinned executions a worker takes, that pins those that it begins. */
final class ServedVersions {

  private ServedVersions() {}

  /** Returns the routing with its own version, where no ranges are set. */
  static Routing routing(Routing routing, @Nullable RuntimeVersion own) {
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
