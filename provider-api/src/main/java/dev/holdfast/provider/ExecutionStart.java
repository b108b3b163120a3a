// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import dev.holdfast.provider.internal.Checks;
import org.jspecify.annotations.Nullable;

/**
 * What a message says that can begin an execution (start, continue-as-new). Storing such a message
 * creates no instance (CREATE-03); it only makes an instance deliverable that does not exist yet
 * (CREATE-01).
 *
 * @param name the orchestration's name
 * @param version the orchestration's version, absent when not versioned; the word "unknown" is
 *     refused (CREATE-04)
 * @param parentInstanceId the instance that starts this one, absent for a root. It is stored and
 *     delivered with the message and does nothing else: the parent link of the instance row comes
 *     from {@link ExecutionMetadata#parentInstanceId()} alone, where the runtime repeats it
 *     (CREATE-10)
 */
public record ExecutionStart(
    String name, @Nullable String version, @Nullable String parentInstanceId) {

  /**
   * Checks the parts.
   *
   * @throws ProviderError.InvalidRequest when an identifier is not well formed
   */
  public ExecutionStart {
    Checks.identifier("ExecutionStart", "name", name);
    Checks.optionalVersion("ExecutionStart", version);
    Checks.optionalIdentifier("ExecutionStart", "parentInstanceId", parentInstanceId);
  }

  /**
   * Creates a root start without a version.
   *
   * @param name the orchestration's name
   * @return the start
   * @throws ProviderError.InvalidRequest when the name is not well formed
   */
  public static ExecutionStart of(String name) {
    return new ExecutionStart(name, null, null);
  }
}
