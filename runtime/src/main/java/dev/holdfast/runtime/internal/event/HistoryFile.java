// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.event;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The histories of an instance as a file has them. Component names are part of the form: add, never
 * rename. What is absent in a file is null here, and refused by whoever reads it.
 *
 * @param format the name of the form and its generation
 * @param instanceId the instance
 * @param executions its executions, ascending
 */
public record HistoryFile(
    @Nullable String format,
    @Nullable String instanceId,
    @Nullable List<FileExecution> executions) {

  /** The only generation of the form so far. */
  public static final String FORMAT = "holdfast-history/1";

  /** One execution. */
  public record FileExecution(long executionId, @Nullable List<FileEvent> events) {}

  /** One event; its data as they are stored. */
  public record FileEvent(
      long eventId, @Nullable String kind, @Nullable Instant recordedAt, Json data) {}
}
