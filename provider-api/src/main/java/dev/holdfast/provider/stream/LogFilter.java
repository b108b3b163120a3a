// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.stream;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.admin.TimeRange;
import dev.holdfast.provider.internal.Checks;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which events of the log. Every condition that is given must hold (READ-16); names compare exactly
 * (READ-15).
 *
 * @param categories the categories, none for any (READ-12)
 * @param types the types, none for any (READ-12)
 * @param tags the tags, all of which an event must have (READ-14)
 * @param correlationId what the events belong to, absent for anything (READ-13)
 * @param causationId what caused them, absent for anything
 * @param eventId their id, absent for any; all events with this id match
 * @param recorded the range of {@code recordedAt} (READ-17)
 */
public record LogFilter(
    Set<String> categories,
    Set<String> types,
    Set<Tag> tags,
    @Nullable String correlationId,
    @Nullable String causationId,
    @Nullable String eventId,
    TimeRange recorded) {

  private static final String OWNER = "LogFilter";
  private static final LogFilter ALL = builder().build();

  /**
   * Checks the names, and copies the sets.
   *
   * @throws ProviderError.InvalidRequest when a name is no identifier
   */
  public LogFilter {
    categories = Set.copyOf(categories);
    types = Set.copyOf(types);
    tags = Set.copyOf(tags);
    categories.forEach(name -> Checks.identifier(OWNER, "category", name));
    types.forEach(name -> Checks.identifier(OWNER, "type", name));
    Checks.optionalIdentifier(OWNER, "correlationId", correlationId);
    Checks.optionalIdentifier(OWNER, "causationId", causationId);
    Checks.optionalIdentifier(OWNER, "eventId", eventId);
    Objects.requireNonNull(recorded, "recorded");
  }

  /** {@return the filter that every event matches} */
  public static LogFilter all() {
    return ALL;
  }

  /** {@return whether every event matches} */
  public boolean isAll() {
    return equals(ALL);
  }

  /**
   * Decides whether an event matches.
   *
   * @param event the event
   * @return whether every condition holds
   */
  public boolean matches(StreamEvent event) {
    NewEvent content = event.content();
    return matches(categories, event.stream().category())
        && matches(types, content.type())
        && content.tags().containsAll(tags)
        && matches(correlationId, content.correlationId())
        && matches(causationId, content.causationId())
        && matches(eventId, content.eventId())
        && (recorded.from() == null || !event.recordedAt().isBefore(recorded.from()))
        && (recorded.to() == null || event.recordedAt().isBefore(recorded.to()));
  }

  private static boolean matches(Set<String> named, String name) {
    return named.isEmpty() || named.contains(name);
  }

  private static boolean matches(@Nullable String asked, @Nullable String id) {
    return asked == null || asked.equals(id);
  }

  /** {@return a builder of a filter that begins as one for all events} */
  public static Builder builder() {
    return new Builder();
  }

  /** Builds filters. Not thread-safe. */
  public static final class Builder {

    private final Set<Tag> tags = new HashSet<>();
    private Set<String> categories = Set.of();
    private Set<String> types = Set.of();
    private @Nullable String correlationId;
    private @Nullable String causationId;
    private @Nullable String eventId;
    private TimeRange recorded = TimeRange.all();

    private Builder() {}

    /**
     * Asks for events of certain categories.
     *
     * @param categories the categories, none for any
     * @return this
     */
    public Builder categories(String... categories) {
      this.categories = Set.of(categories);
      return this;
    }

    /**
     * Asks for events of certain types.
     *
     * @param types the types, none for any
     * @return this
     */
    public Builder types(String... types) {
      this.types = Set.of(types);
      return this;
    }

    /**
     * Asks for events that have a tag, beside those asked for before.
     *
     * @param key the key
     * @param value the value
     * @return this
     * @throws ProviderError.InvalidRequest when one is no identifier
     */
    public Builder tag(String key, String value) {
      tags.add(new Tag(key, value));
      return this;
    }

    /**
     * Asks for events that belong to something.
     *
     * @param correlationId the id, null for anything
     * @return this
     */
    public Builder correlationId(@Nullable String correlationId) {
      this.correlationId = correlationId;
      return this;
    }

    /**
     * Asks for events that something caused.
     *
     * @param causationId the id, null for anything
     * @return this
     */
    public Builder causationId(@Nullable String causationId) {
      this.causationId = causationId;
      return this;
    }

    /**
     * Asks for the events of an id.
     *
     * @param eventId the id, null for any
     * @return this
     */
    public Builder eventId(@Nullable String eventId) {
      this.eventId = eventId;
      return this;
    }

    /**
     * Asks for events of a time.
     *
     * @param recorded the range of {@code recordedAt}
     * @return this
     */
    public Builder recorded(TimeRange recorded) {
      this.recorded = recorded;
      return this;
    }

    /**
     * Builds the filter.
     *
     * @return the filter
     * @throws ProviderError.InvalidRequest when a name is no identifier
     */
    public LogFilter build() {
      return new LogFilter(categories, types, tags, correlationId, causationId, eventId, recorded);
    }
  }
}
