// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.queue;

import dev.holdfast.provider.RuntimeVersion;
import dev.holdfast.provider.VersionFilter;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How versions of runtimes are sent to the store: as the text of an array of integers. Stateless.
 */
final class Versions {

  private Versions() {}

  /** {@return three numbers; null for no version} */
  static @Nullable String encode(@Nullable RuntimeVersion version) {
    return version == null ? null : "{" + numbers(version) + "}";
  }

  /** {@return six numbers per range; null for no filter} */
  static @Nullable String encode(@Nullable VersionFilter filter) {
    return filter == null
        ? null
        : filter.ranges().stream()
            .map(range -> numbers(range.from()) + "," + numbers(range.to()))
            .collect(Collectors.joining(",", "{", "}"));
  }

  private static String numbers(RuntimeVersion version) {
    return version.major() + "," + version.minor() + "," + version.patch();
  }
}
