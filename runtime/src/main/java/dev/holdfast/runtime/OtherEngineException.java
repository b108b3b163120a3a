// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import org.jspecify.annotations.Nullable;

/**
 * An instance was asked for something that only orchestrations of this runtime have, and is one of
 * another engine of the same store, such as a run of a graph. Nothing was done.
 */
public final class OtherEngineException extends HoldfastException {

  private static final long serialVersionUID = 1L;

  private final String instanceId;

  /**
   * Creates the exception.
   *
   * @param instanceId the instance
   * @param name the name under which it was started, null when it is not known
   * @param what what it cannot be asked for, as in "it has no output for this client"
   */
  public OtherEngineException(String instanceId, @Nullable String name, String what) {
    super(
        "instance \"%s\"%s is of another engine, such as a graph: %s; use the client of that engine"
            .formatted(instanceId, name == null ? "" : " (\"" + name + "\")", what));
    this.instanceId = instanceId;
  }

  /** {@return the id of the instance} */
  public String instanceId() {
    return instanceId;
  }
}
