// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a store can tell of one instance at little cost (DESCRIBE-01 to DESCRIBE-04).
 *
 * @param instanceId the instance
 * @param executionId its current execution; 0 while no ack was applied, that is, while its start is
 *     only queued
 * @param name the name of its orchestration: of the instance row, or of the earliest queued start
 *     while there is no row; absent when there is neither
 * @param version the version, from the same place; absent when there is none
 * @param problems why it is not moving, as workers have reported it ({@link
 *     Provider#reportProblem}): the instance's own first, then those of its activities in the order
 *     in which they were reported, at most {@link #MAX_PROBLEMS}
 */
public record InstanceDescription(
    String instanceId,
    long executionId,
    @Nullable String name,
    @Nullable String version,
    List<Problem> problems) {

  /** The most problems that are told of one instance. */
  public static final int MAX_PROBLEMS = 10;

  /** The longest text of a problem, in UTF-16 units. */
  public static final int MAX_PROBLEM_LENGTH = 2_000;

  /** Copies the list. */
  public InstanceDescription {
    Objects.requireNonNull(instanceId, "instanceId");
    problems = List.copyOf(problems);
  }

  /**
   * Something that keeps an instance, or one of its activities, from moving.
   *
   * @param activityId the activity, absent when it is the instance itself
   * @param activityName the activity's name, absent when it is the instance itself
   * @param text what the worker said
   * @param reportedAt when, by the store's clock
   */
  public record Problem(
      @Nullable Long activityId, @Nullable String activityName, String text, Instant reportedAt) {
    /** Checks the parts. */
    public Problem {
      Objects.requireNonNull(text, "text");
      Objects.requireNonNull(reportedAt, "reportedAt");
    }
  }
}
