// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.spring;

import dev.holdfast.runtime.Holdfast;

/**
 * Says of the worker what properties cannot; each bean of this type is called, in their order,
 * after the properties and before the worker starts.
 *
 * <pre>{@code
 * @Bean
 * HoldfastCustomizer onlyVideos() {
 *   return builder -> builder.servesTags(TagFilter.tags("video"));
 * }
 * }</pre>
 */
@FunctionalInterface
public interface HoldfastCustomizer {

  /**
   * Customizes the worker that is about to start. Called again when the application's context is
   * started again.
   *
   * @param builder of the worker; to be changed, not to be started
   */
  void customize(Holdfast.Builder builder);
}
