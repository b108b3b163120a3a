// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.queue;

import dev.holdfast.provider.OrchestrationCode;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.VersionFilter;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which instances a fetch can take.
 *
 * @param served the code that the caller has, null for any
 * @param versions the versions that it can replay, null for any
 */
public record Selection(@Nullable Set<OrchestrationCode> served, @Nullable VersionFilter versions) {

  /** {@return the selection of a fetch; null when it takes anything} */
  static @Nullable Selection of(OrchestrationFetch request) {
    return request.served() == null && request.versionFilter() == null
        ? null
        : new Selection(request.served(), request.versionFilter());
  }
}
