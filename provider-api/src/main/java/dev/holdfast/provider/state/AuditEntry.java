// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.state;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.internal.Checks;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something that has happened to a run, for people who ask later. Immutable.
 *
 * @param runId the run; an identifier, and nothing of that name need exist
 * @param type what kind of thing has happened, in the words of the engine; an identifier
 * @param stepId the step of the run, absent when it is about the run itself
 * @param happenedAt when it has happened, by the clock of whoever offers it, in microseconds; the
 *     store keeps it and never judges by it (AUDIT-06)
 * @param data whatever the engine wants to keep with it
 */
public record AuditEntry(
    String runId, String type, @Nullable String stepId, Instant happenedAt, Payload data) {

  /**
   * Checks the parts, and cuts the moment off to microseconds.
   *
   * @throws ProviderError.InvalidRequest when an identifier is not well formed or the moment out of
   *     range (DATA-04, DATA-08)
   */
  public AuditEntry {
    Checks.identifier("AuditEntry", "runId", runId);
    Checks.identifier("AuditEntry", "type", type);
    Checks.optionalIdentifier("AuditEntry", "stepId", stepId);
    happenedAt = Checks.instant("AuditEntry", "happenedAt", happenedAt);
    Objects.requireNonNull(data, "data");
  }
}
