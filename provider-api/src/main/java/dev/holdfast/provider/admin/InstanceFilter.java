// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.admin;

import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.internal.Checks;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which instances a list shows; every part that is given must match (ADMIN-08, ADMIN-09, ADMIN-28).
 * Built with {@link #builder()}; immutable.
 */
public final class InstanceFilter {

  private static final InstanceFilter ALL = builder().build();

  private final @Nullable String name;
  private final Set<ExecutionStatus> statuses;
  private final TimeRange createdAt;
  private final TimeRange updatedAt;
  private final TimeRange completedAt;
  private final @Nullable String parentInstanceId;
  private final boolean rootsOnly;
  private final int minAttempts;

  private InstanceFilter(Builder builder) {
    name = Checks.optionalIdentifier("InstanceFilter", "name", builder.name);
    statuses = Set.copyOf(builder.statuses);
    createdAt = builder.createdAt;
    updatedAt = builder.updatedAt;
    completedAt = builder.completedAt;
    parentInstanceId =
        Checks.optionalIdentifier("InstanceFilter", "parentInstanceId", builder.parentInstanceId);
    rootsOnly = builder.rootsOnly;
    minAttempts = (int) Checks.notNegative("InstanceFilter", "minAttempts", builder.minAttempts);
  }

  /** {@return the filter that lets everything through} */
  public static InstanceFilter all() {
    return ALL;
  }

  /** {@return a new builder of a filter that lets everything through} */
  public static Builder builder() {
    return new Builder();
  }

  /** {@return the orchestration's name, null for any} */
  public @Nullable String name() {
    return name;
  }

  /** {@return the statuses of the current execution, none for any (ADMIN-10)} */
  public Set<ExecutionStatus> statuses() {
    return statuses;
  }

  /** {@return the range in which the instance was created} */
  public TimeRange createdAt() {
    return createdAt;
  }

  /** {@return the range in which its last ack was applied} */
  public TimeRange updatedAt() {
    return updatedAt;
  }

  /**
   * {@return the range in which its current execution ended; a range with an end excludes
   * executions that have not}
   */
  public TimeRange completedAt() {
    return completedAt;
  }

  /** {@return the parent's id, null for any} */
  public @Nullable String parentInstanceId() {
    return parentInstanceId;
  }

  /**
   * {@return whether only roots are shown: instances without a parent, and those whose parent is
   * not stored}
   */
  public boolean rootsOnly() {
    return rootsOnly;
  }

  /**
   * {@return the least delivery count of the instance or of one of its activities, null for any}
   */
  public @Nullable Integer minAttempts() {
    return minAttempts == 0 ? null : (Integer) minAttempts;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof InstanceFilter that
        && Objects.equals(name, that.name)
        && statuses.equals(that.statuses)
        && createdAt.equals(that.createdAt)
        && updatedAt.equals(that.updatedAt)
        && completedAt.equals(that.completedAt)
        && Objects.equals(parentInstanceId, that.parentInstanceId)
        && rootsOnly == that.rootsOnly
        && minAttempts == that.minAttempts;
  }

  @Override
  public int hashCode() {
    return Objects.hash(
        name,
        statuses,
        createdAt,
        updatedAt,
        completedAt,
        parentInstanceId,
        rootsOnly,
        minAttempts);
  }

  @Override
  public String toString() {
    return "InstanceFilter[name=%s, statuses=%s, createdAt=%s, updatedAt=%s, completedAt=%s, parentInstanceId=%s, rootsOnly=%s, minAttempts=%d]"
        .formatted(
            name,
            statuses,
            createdAt,
            updatedAt,
            completedAt,
            parentInstanceId,
            rootsOnly,
            minAttempts);
  }

  /** Collects the parts. Not thread-safe. */
  public static final class Builder {
    private @Nullable String name;
    private Set<ExecutionStatus> statuses = Set.of();
    private TimeRange createdAt = TimeRange.all();
    private TimeRange updatedAt = TimeRange.all();
    private TimeRange completedAt = TimeRange.all();
    private @Nullable String parentInstanceId;
    private boolean rootsOnly;
    private int minAttempts;

    private Builder() {}

    /**
     * Shows instances of one orchestration.
     *
     * @param name its name
     * @return this
     */
    public Builder name(String name) {
      this.name = name;
      return this;
    }

    /**
     * Shows instances whose current execution has one of these statuses.
     *
     * @param statuses the statuses
     * @return this
     */
    public Builder statuses(ExecutionStatus... statuses) {
      this.statuses = Set.of(statuses);
      return this;
    }

    /**
     * Shows instances created in a range.
     *
     * @param range the range
     * @return this
     */
    public Builder createdAt(TimeRange range) {
      this.createdAt = Objects.requireNonNull(range, "range");
      return this;
    }

    /**
     * Shows instances whose last ack was applied in a range.
     *
     * @param range the range
     * @return this
     */
    public Builder updatedAt(TimeRange range) {
      this.updatedAt = Objects.requireNonNull(range, "range");
      return this;
    }

    /**
     * Shows instances whose current execution ended in a range.
     *
     * @param range the range
     * @return this
     */
    public Builder completedAt(TimeRange range) {
      this.completedAt = Objects.requireNonNull(range, "range");
      return this;
    }

    /**
     * Shows the direct children of an instance.
     *
     * @param parentInstanceId the parent's id
     * @return this
     */
    public Builder parentInstanceId(String parentInstanceId) {
      this.parentInstanceId = parentInstanceId;
      return this;
    }

    /**
     * Shows roots: instances without a parent, and those whose parent is not stored.
     *
     * @return this
     */
    public Builder rootsOnly() {
      this.rootsOnly = true;
      return this;
    }

    /**
     * Shows instances whose own delivery count, or that of one of their activities, is at least
     * this.
     *
     * @param attempts the count; 0 for any
     * @return this
     */
    public Builder minAttempts(int attempts) {
      this.minAttempts = attempts;
      return this;
    }

    /**
     * Builds the filter.
     *
     * @return the filter
     * @throws ProviderError.InvalidRequest when an identifier is not well formed or the count
     *     negative
     */
    public InstanceFilter build() {
      return new InstanceFilter(this);
    }
  }
}
