// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.retention;

import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.state.RunStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What goes from a store, and when. Of several rules about one thing the first that fits decides,
 * so exceptions come first. What no rule is about stays. Built with {@link #builder()} or read from
 * JSON with {@link #parse}; immutable.
 */
public final class RetentionPolicy {

  private final List<InstanceRule> instances;
  private final List<ExecutionRule> executions;
  private final List<RunRule> runs;
  private final @Nullable Duration inbox;
  private final @Nullable Duration audit;
  private final List<SnapshotRule> snapshots;
  private final Set<String> holds;

  private RetentionPolicy(Builder builder) {
    instances = List.copyOf(builder.instances);
    executions = List.copyOf(builder.executions);
    runs = List.copyOf(builder.runs);
    inbox = builder.inbox;
    audit = builder.audit;
    snapshots = List.copyOf(builder.snapshots);
    holds = Set.copyOf(builder.holds);
  }

  /** {@return a new builder of a policy by which everything stays} */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Reads a policy from JSON.
   *
   * @param json the text, as the guide to retention describes it; times as in {@code "P30D"} or
   *     {@code "30d"}
   * @return the policy
   * @throws IllegalArgumentException when it is no such JSON; the message says where
   */
  public static RetentionPolicy parse(String json) {
    return PolicyReader.read(json);
  }

  /** {@return the rules about finished instances, in order} */
  public List<InstanceRule> instances() {
    return instances;
  }

  /** {@return the rules about former executions of running instances, in order} */
  public List<ExecutionRule> executions() {
    return executions;
  }

  /** {@return the rules about runs that have ended, in order} */
  public List<RunRule> runs() {
    return runs;
  }

  /** {@return how long after it was consumed a message of an inbox goes; null for never} */
  public @Nullable Duration inbox() {
    return inbox;
  }

  /** {@return how long after it was stored an audit record goes; null for never} */
  public @Nullable Duration audit() {
    return audit;
  }

  /** {@return the rules about snapshots} */
  public List<SnapshotRule> snapshots() {
    return snapshots;
  }

  /**
   * {@return the ids of instances and runs of which nothing goes whatever the rules say: nothing of
   * an instance and of the tree that it belongs to, of a run, of its inboxes and audit records}
   */
  public Set<String> holds() {
    return holds;
  }

  /** Finds how long after its end such an instance goes; empty for never. */
  Optional<Duration> after(String orchestration, ExecutionStatus status) {
    return instances.stream()
        .filter(rule -> rule.isFor(orchestration, status))
        .findFirst()
        .map(InstanceRule::after);
  }

  /** Finds how long after its end such a run goes; empty for never. */
  Optional<Duration> after(String kind, RunStatus status) {
    return runs.stream().filter(rule -> rule.isFor(kind, status)).findFirst().map(RunRule::after);
  }

  /** Collects rules. Not thread-safe. */
  public static final class Builder {
    private final List<InstanceRule> instances = new ArrayList<>();
    private final List<ExecutionRule> executions = new ArrayList<>();
    private final List<RunRule> runs = new ArrayList<>();
    private final List<SnapshotRule> snapshots = new ArrayList<>();
    private final Set<String> holds = new HashSet<>();
    private @Nullable Duration inbox;
    private @Nullable Duration audit;

    private Builder() {}

    /**
     * Adds a rule about finished instances, behind those before.
     *
     * @param rule the rule
     * @return this
     */
    public Builder instances(InstanceRule rule) {
      instances.add(rule);
      return this;
    }

    /**
     * Adds a rule about former executions of running instances, behind those before.
     *
     * @param rule the rule
     * @return this
     */
    public Builder executions(ExecutionRule rule) {
      executions.add(rule);
      return this;
    }

    /**
     * Adds a rule about runs that have ended, behind those before.
     *
     * @param rule the rule
     * @return this
     */
    public Builder runs(RunRule rule) {
      runs.add(rule);
      return this;
    }

    /**
     * Adds a rule about snapshots.
     *
     * @param rule the rule
     * @return this
     */
    public Builder snapshots(SnapshotRule rule) {
      snapshots.add(rule);
      return this;
    }

    /**
     * Has messages of inboxes go that were consumed.
     *
     * @param after how long after they were
     * @return this
     * @throws IllegalArgumentException when it is negative
     */
    public Builder inbox(Duration after) {
      Times.check(after);
      inbox = after;
      return this;
    }

    /**
     * Has audit records go.
     *
     * @param after how long after they were stored
     * @return this
     * @throws IllegalArgumentException when it is negative
     */
    public Builder audit(Duration after) {
      Times.check(after);
      audit = after;
      return this;
    }

    /**
     * Has nothing go of an instance or run.
     *
     * @param id its id, whether or not it is there
     * @return this
     */
    public Builder hold(String id) {
      holds.add(id);
      return this;
    }

    /**
     * Builds the policy.
     *
     * @return the policy
     */
    public RetentionPolicy build() {
      return new RetentionPolicy(this);
    }
  }
}
