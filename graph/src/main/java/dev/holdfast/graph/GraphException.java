// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph;

import org.jspecify.annotations.Nullable;

/**
 * The superclass of the exceptions about runs. Errors of the store are {@link
 * dev.holdfast.provider.ProviderError}.
 */
public class GraphException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String runId;

  /**
   * Creates the exception.
   *
   * @param runId the run that it is about
   * @param message what happened, and what to do
   * @param cause the cause, or null
   */
  protected GraphException(String runId, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.runId = runId;
  }

  /** {@return the run that it is about} */
  public final String runId() {
    return runId;
  }
}
