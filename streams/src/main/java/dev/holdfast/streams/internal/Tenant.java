// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.internal;

import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;

/**
 * Whose streams are seen: those of a tenant, or all of them. A tenant stands before the categories
 * of its streams, {@code ~tenant~category}, with {@code ~} and {@code %} in its name escaped, so
 * that no two pairs meet; categories of no tenant do not begin with {@code ~} (ES-42).
 *
 * @param prefix what stands before each category, empty for no tenant
 */
public record Tenant(String prefix) {

  /** Sees all streams. */
  public static final Tenant NONE = new Tenant("");

  private static final String MARK = "~";

  /** Sees those of a tenant. */
  public static Tenant of(String name) {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("the tenant has no name");
    }
    return new Tenant(MARK + name.replace("%", "%25").replace(MARK, "%7E") + MARK);
  }

  /** The stream as it is stored. */
  public StreamId stored(String category, String id) {
    return new StreamId(storedCategory(category), id);
  }

  /** The category as it is stored. */
  public String storedCategory(String category) {
    return prefix + category;
  }

  /** Tells whether a stored stream is one of those that are seen. */
  public boolean sees(StreamId stored) {
    return stored.category().startsWith(prefix);
  }

  /** The stream as it is seen. */
  public StreamId seen(StreamId stored) {
    return prefix.isEmpty()
        ? stored
        : new StreamId(stored.category().substring(prefix.length()), stored.id());
  }

  /** The event as it is seen. */
  public StreamEvent seen(StreamEvent stored) {
    return prefix.isEmpty()
        ? stored
        : new StreamEvent(
            seen(stored.stream()),
            stored.version(),
            stored.position(),
            stored.recordedAt(),
            stored.content());
  }
}
