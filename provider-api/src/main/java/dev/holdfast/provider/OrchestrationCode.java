// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import dev.holdfast.provider.internal.Checks;
import org.jspecify.annotations.Nullable;

/**
 * The code of an orchestration, as a worker has it and as an instance needs it: a name, in one
 * version. What an instance needs is the name and version of its {@link OrchestrationItem}
 * (FETCH-16).
 *
 * @param name the orchestration's name
 * @param version its version, absent for code without one; absent is a value of its own and matches
 *     absent only
 */
public record OrchestrationCode(String name, @Nullable String version) {
  /**
   * Checks the parts.
   *
   * @throws ProviderError.InvalidRequest when one is not well formed
   */
  public OrchestrationCode {
    Checks.identifier("OrchestrationCode", "name", name);
    Checks.optionalVersion("OrchestrationCode", version);
  }
}
