// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

/**
 * An instance id was used before to start another orchestration; where starts are compared
 * strictly, also the same orchestration in another version or with another input, and with {@link
 * IdPolicy#REJECT} any.
 */
public final class AlreadyStartedException extends HoldfastException {

  private static final long serialVersionUID = 1L;

  private final String instanceId;

  /**
   * Creates the exception.
   *
   * @param instanceId the instance
   * @param difference what differs, such as {@code orchestration "a", now "b"}
   * @param cause what the store said
   */
  public AlreadyStartedException(String instanceId, String difference, Throwable cause) {
    super(
        "instance \"%s\" was started before with another %s; repeat the same start, or choose another id"
            .formatted(instanceId, difference),
        cause);
    this.instanceId = instanceId;
  }

  /**
   * Creates the exception of a start that is to be the first one.
   *
   * @param instanceId the instance
   */
  public AlreadyStartedException(String instanceId) {
    super("instance \"%s\" was started before; choose another id".formatted(instanceId));
    this.instanceId = instanceId;
  }

  /** {@return the id of the instance} */
  public String instanceId() {
    return instanceId;
  }
}
