// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import dev.holdfast.provider.internal.Checks;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An activity to be executed by some worker. Scheduled by an {@link OrchestrationAck}, delivered in
 * an {@link ActivityItem} with every field as it was given (QUEUE-17).
 *
 * @param identity instance, execution and activity id
 * @param name the activity's name
 * @param input the runtime's own encoding of the input; opaque
 * @param sessionId the session it belongs to; needs {@link Feature#SESSIONS} when present
 * @param tag which workers may take it; needs {@link Feature#TAGS} when present
 * @param orchestrationName the name of the orchestration that scheduled it
 * @param orchestrationVersion its version, absent when not versioned
 */
public record ActivityTask(
    ActivityIdentity identity,
    String name,
    Payload input,
    @Nullable String sessionId,
    @Nullable String tag,
    String orchestrationName,
    @Nullable String orchestrationVersion) {

  /**
   * Checks the parts.
   *
   * @throws ProviderError.InvalidRequest when an identifier is not well formed
   */
  public ActivityTask {
    Objects.requireNonNull(identity, "identity");
    Checks.identifier("ActivityTask", "name", name);
    Objects.requireNonNull(input, "input");
    Checks.optionalIdentifier("ActivityTask", "sessionId", sessionId);
    Checks.optionalIdentifier("ActivityTask", "tag", tag);
    Checks.identifier("ActivityTask", "orchestrationName", orchestrationName);
    Checks.optionalVersion("ActivityTask", orchestrationVersion);
  }

  /** {@return the id of the instance that scheduled it} */
  public String instanceId() {
    return identity.instanceId();
  }

  /** {@return the id of the execution that scheduled it} */
  public long executionId() {
    return identity.executionId();
  }

  /** {@return the activity id, which is its number within the execution} */
  public long activityId() {
    return identity.activityId();
  }

  /**
   * Creates a builder with the fields that are always there.
   *
   * @param identity instance, execution and activity id
   * @param name the activity's name
   * @param input the input
   * @param orchestrationName the name of the orchestration that schedules it
   * @return a new builder
   */
  public static Builder builder(
      ActivityIdentity identity, String name, Payload input, String orchestrationName) {
    return new Builder(identity, name, input, orchestrationName);
  }

  /** Collects the optional fields. Not thread-safe. */
  public static final class Builder {
    private final ActivityIdentity identity;
    private final String name;
    private final Payload input;
    private final String orchestrationName;
    private @Nullable String sessionId;
    private @Nullable String tag;
    private @Nullable String orchestrationVersion;

    private Builder(
        ActivityIdentity identity, String name, Payload input, String orchestrationName) {
      this.identity = identity;
      this.name = name;
      this.input = input;
      this.orchestrationName = orchestrationName;
    }

    /**
     * Puts it into a session.
     *
     * @param sessionId the session, null for none
     * @return this
     */
    public Builder sessionId(@Nullable String sessionId) {
      this.sessionId = sessionId;
      return this;
    }

    /**
     * Restricts it to workers that serve a tag.
     *
     * @param tag the tag, null for none
     * @return this
     */
    public Builder tag(@Nullable String tag) {
      this.tag = tag;
      return this;
    }

    /**
     * Names the version of the orchestration that schedules it.
     *
     * @param orchestrationVersion the version, null when not versioned
     * @return this
     */
    public Builder orchestrationVersion(@Nullable String orchestrationVersion) {
      this.orchestrationVersion = orchestrationVersion;
      return this;
    }

    /**
     * Builds the task.
     *
     * @return the task
     * @throws ProviderError.InvalidRequest when an identifier is not well formed
     */
    public ActivityTask build() {
      return new ActivityTask(
          identity, name, input, sessionId, tag, orchestrationName, orchestrationVersion);
    }
  }
}
