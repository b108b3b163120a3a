// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import dev.holdfast.provider.stream.StreamId;
import java.util.Objects;

/**
 * A stream was not as an {@link OrchestrationContext#append append} expected it: others have
 * appended to it meanwhile. Thrown by the call, which has no other effect: code may catch it, read
 * what is new in an activity, and decide again.
 */
public final class AppendConflictException extends HoldfastException {

  private static final long serialVersionUID = 1L;

  private final String category;
  private final String id;
  private final long expectedVersion;
  private final long foundVersion;

  /**
   * Creates the exception.
   *
   * @param message what was expected and what was found
   * @param stream the stream
   * @param expectedVersion the version that was expected, see {@link
   *     dev.holdfast.provider.stream.Expected#version()}
   * @param foundVersion the version of the last event that was there, 0 for none
   */
  public AppendConflictException(
      String message, StreamId stream, long expectedVersion, long foundVersion) {
    super(message);
    Objects.requireNonNull(stream, "stream");
    this.category = stream.category();
    this.id = stream.id();
    this.expectedVersion = expectedVersion;
    this.foundVersion = foundVersion;
  }

  /** {@return the stream} */
  public StreamId stream() {
    return new StreamId(category, id);
  }

  /** {@return the version that was expected, 0 for no stream} */
  public long expectedVersion() {
    return expectedVersion;
  }

  /** {@return the version of the last event that was there, 0 for none} */
  public long foundVersion() {
    return foundVersion;
  }
}
