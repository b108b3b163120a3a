// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.state;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.admin.TimeRange;
import dev.holdfast.provider.internal.Checks;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which audit records a query shows; every part that is given must match (AUDIT-07). Built with
 * {@link #builder()}; immutable.
 */
public final class AuditFilter {

  /** The most types that a filter may name. */
  public static final int MAX_TYPES = 64;

  private static final AuditFilter ALL = builder().build();

  private final @Nullable String runId;
  private final Set<String> types;
  private final @Nullable String stepId;
  private final SequenceRange sequences;
  private final TimeRange storedAt;

  private AuditFilter(Builder builder) {
    runId = Checks.optionalIdentifier("AuditFilter", "runId", builder.runId);
    types = builder.types;
    types.forEach(type -> Checks.identifier("AuditFilter", "type", type));
    if (types.size() > MAX_TYPES) {
      throw new InvalidRequest(
          "AuditFilter",
          "the filter names %d types; at most %d are allowed".formatted(types.size(), MAX_TYPES));
    }
    stepId = Checks.optionalIdentifier("AuditFilter", "stepId", builder.stepId);
    sequences = builder.sequences;
    storedAt = builder.storedAt;
  }

  /** {@return the filter that lets everything through} */
  public static AuditFilter all() {
    return ALL;
  }

  /** {@return a new builder of a filter that lets everything through} */
  public static Builder builder() {
    return new Builder();
  }

  /** {@return the run, null for any} */
  public @Nullable String runId() {
    return runId;
  }

  /** {@return the types, none for any} */
  public Set<String> types() {
    return types;
  }

  /** {@return the step, in whatever run; null for any, and for records without one} */
  public @Nullable String stepId() {
    return stepId;
  }

  /** {@return the range of the sequence numbers} */
  public SequenceRange sequences() {
    return sequences;
  }

  /** {@return the range in which the record was stored} */
  public TimeRange storedAt() {
    return storedAt;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AuditFilter that
        && Objects.equals(runId, that.runId)
        && types.equals(that.types)
        && Objects.equals(stepId, that.stepId)
        && sequences.equals(that.sequences)
        && storedAt.equals(that.storedAt);
  }

  @Override
  public int hashCode() {
    return Objects.hash(runId, types, stepId, sequences, storedAt);
  }

  @Override
  public String toString() {
    return "AuditFilter[runId=%s, types=%s, stepId=%s, sequences=%s, storedAt=%s]"
        .formatted(runId, types, stepId, sequences, storedAt);
  }

  /** Collects the parts. Not thread-safe. */
  public static final class Builder {
    private @Nullable String runId;
    private Set<String> types = Set.of();
    private @Nullable String stepId;
    private SequenceRange sequences = SequenceRange.all();
    private TimeRange storedAt = TimeRange.all();

    private Builder() {}

    /**
     * Shows records of one run.
     *
     * @param runId the run
     * @return this
     */
    public Builder runId(String runId) {
      this.runId = runId;
      return this;
    }

    /**
     * Shows records of one of these types.
     *
     * @param types the types, at most {@link AuditFilter#MAX_TYPES}; none for any
     * @return this
     */
    public Builder types(Set<String> types) {
      this.types = Set.copyOf(types);
      return this;
    }

    /**
     * Shows records of one step.
     *
     * @param stepId the step
     * @return this
     */
    public Builder stepId(String stepId) {
      this.stepId = stepId;
      return this;
    }

    /**
     * Shows records in a range of sequence numbers.
     *
     * @param range the range
     * @return this
     */
    public Builder sequences(SequenceRange range) {
      this.sequences = Objects.requireNonNull(range, "range");
      return this;
    }

    /**
     * Shows records stored in a range of time.
     *
     * @param range the range
     * @return this
     */
    public Builder storedAt(TimeRange range) {
      this.storedAt = Objects.requireNonNull(range, "range");
      return this;
    }

    /**
     * Builds the filter.
     *
     * @return the filter
     * @throws ProviderError.InvalidRequest when an identifier is not well formed, or there are too
     *     many types
     */
    public AuditFilter build() {
      return new AuditFilter(this);
    }
  }
}
