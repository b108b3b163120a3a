// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The status of an instance at one moment.
 *
 * @param instanceId the instance
 * @param state its state
 * @param executionId its current execution, 0 when it has not begun
 * @param name its orchestration's name, absent when it was not started
 * @param output its output, absent unless it is completed and an orchestration of this runtime
 * @param failure why it failed or was cancelled, absent otherwise
 * @param problems what keeps it from moving, as workers have reported it: code that is missing or
 *     does not follow its history, or that does not return. Empty when nothing is known to be wrong
 * @param ofOtherEngine whether it is no orchestration of this runtime but, for instance, a run of a
 *     graph: then this tells what the store knows of it, which is state and name, and the client of
 *     that engine tells the rest
 */
public record InstanceStatus(
    String instanceId,
    InstanceState state,
    long executionId,
    @Nullable String name,
    @Nullable EncodedValue output,
    @Nullable Failure failure,
    List<Problem> problems,
    boolean ofOtherEngine) {

  /** Checks the parts. */
  public InstanceStatus {
    Objects.requireNonNull(instanceId, "instanceId");
    Objects.requireNonNull(state, "state");
    problems = List.copyOf(problems);
  }

  /**
   * Creates the status of an orchestration of this runtime.
   *
   * @param instanceId the instance
   * @param state its state
   * @param executionId its current execution, 0 when it has not begun
   * @param name its orchestration's name, absent when it was not started
   * @param output its output, absent unless it is completed
   * @param failure why it failed or was cancelled, absent otherwise
   * @param problems what keeps it from moving
   */
  public InstanceStatus(
      String instanceId,
      InstanceState state,
      long executionId,
      @Nullable String name,
      @Nullable EncodedValue output,
      @Nullable Failure failure,
      List<Problem> problems) {
    this(instanceId, state, executionId, name, output, failure, problems, false);
  }

  /**
   * Something that keeps an instance from moving.
   *
   * @param activity the name of the activity that it is about, absent when it is about the instance
   * @param text what is wrong, for people
   * @param since when it was reported last, by the store's clock
   */
  public record Problem(@Nullable String activity, String text, Instant since) {}

  /**
   * Decodes the output of a completed instance.
   *
   * @param <T> the type
   * @param type the class of the output
   * @return the output
   * @throws IllegalStateException when the instance is not completed, or is of another engine
   * @throws DataConversionException when the output does not fit
   */
  public <T> @Nullable T output(Class<T> type) {
    if (output == null) {
      throw new IllegalStateException(
          "instance \"%s\" is %s and has no output".formatted(instanceId, state));
    }
    return output.decode(type);
  }
}
