// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.stream;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.internal.Checks;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a stream event is made of. A store keeps it and interprets none of it (READ-02).
 *
 * @param eventId its id; not checked to be unique (READ-13), because keys are what makes appends
 *     idempotent
 * @param type what has happened
 * @param schemaVersion the form of the data, from 1
 * @param data the fact
 * @param metadata what is said about it; absent differs from empty
 * @param correlationId what it belongs to, absent for nothing
 * @param causationId what caused it, absent for nothing
 * @param tags its labels, a set of pairs
 */
public record NewEvent(
    String eventId,
    String type,
    int schemaVersion,
    Payload data,
    @Nullable Payload metadata,
    @Nullable String correlationId,
    @Nullable String causationId,
    Set<Tag> tags) {

  private static final String OWNER = "NewEvent";

  /**
   * Checks the parts, and copies the tags.
   *
   * @throws ProviderError.InvalidRequest when an id or the type is no identifier, or the schema
   *     version is below 1 (STREAM-09)
   */
  public NewEvent {
    Checks.identifier(OWNER, "eventId", eventId);
    Checks.identifier(OWNER, "type", type);
    Checks.atLeastOne(OWNER, "schemaVersion", schemaVersion);
    Objects.requireNonNull(data, "data");
    Checks.optionalIdentifier(OWNER, "correlationId", correlationId);
    Checks.optionalIdentifier(OWNER, "causationId", causationId);
    tags = Set.copyOf(tags);
  }

  /**
   * Creates an event with an id of its own, schema version 1, and nothing else.
   *
   * @param type what has happened
   * @param data the fact
   * @return the event
   * @throws ProviderError.InvalidRequest when the type is no identifier
   */
  public static NewEvent of(String type, Payload data) {
    return builder(type, data).build();
  }

  /**
   * Creates a builder of an event with a random id and schema version 1.
   *
   * @param type what has happened
   * @param data the fact
   * @return the builder
   */
  public static Builder builder(String type, Payload data) {
    return new Builder(type, data);
  }

  /** Builds events. Not thread-safe. */
  public static final class Builder {

    private final String type;
    private final Payload data;
    private final Set<Tag> tags = new HashSet<>();
    private @Nullable String eventId;
    private int schemaVersion = 1;
    private @Nullable Payload metadata;
    private @Nullable String correlationId;
    private @Nullable String causationId;

    private Builder(String type, Payload data) {
      this.type = type;
      this.data = data;
    }

    /**
     * Sets the id.
     *
     * @param eventId the id
     * @return this
     */
    public Builder eventId(String eventId) {
      this.eventId = eventId;
      return this;
    }

    /**
     * Sets the form of the data.
     *
     * @param schemaVersion the number, from 1
     * @return this
     */
    public Builder schemaVersion(int schemaVersion) {
      this.schemaVersion = schemaVersion;
      return this;
    }

    /**
     * Sets what is said about the event.
     *
     * @param metadata the metadata, null for none
     * @return this
     */
    public Builder metadata(@Nullable Payload metadata) {
      this.metadata = metadata;
      return this;
    }

    /**
     * Sets what the event belongs to.
     *
     * @param correlationId the id, null for nothing
     * @return this
     */
    public Builder correlationId(@Nullable String correlationId) {
      this.correlationId = correlationId;
      return this;
    }

    /**
     * Sets what caused the event.
     *
     * @param causationId the id, null for nothing
     * @return this
     */
    public Builder causationId(@Nullable String causationId) {
      this.causationId = causationId;
      return this;
    }

    /**
     * Adds a tag; a pair that is there already adds nothing.
     *
     * @param key what the value means
     * @param value the value
     * @return this
     * @throws ProviderError.InvalidRequest when one is no identifier
     */
    public Builder tag(String key, String value) {
      tags.add(new Tag(key, value));
      return this;
    }

    /**
     * Adds tags.
     *
     * @param tags the tags
     * @return this
     */
    public Builder tags(Set<Tag> tags) {
      this.tags.addAll(tags);
      return this;
    }

    /**
     * Builds the event.
     *
     * @return the event
     * @throws ProviderError.InvalidRequest when an id or the type is no identifier, or the schema
     *     version is below 1
     */
    public NewEvent build() {
      return new NewEvent(
          eventId == null ? TimeOrderedIds.next() : eventId,
          type,
          schemaVersion,
          data,
          metadata,
          correlationId,
          causationId,
          tags);
    }
  }
}
