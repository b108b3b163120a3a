// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker;

import dev.holdfast.provider.TagFilter;
import dev.holdfast.provider.VersionFilter;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which of the work that its engines have code for a worker serves. Immutable. What needs a feature
 * that the store does not declare is refused when the worker starts.
 *
 * @param tags which activities it serves by their tag; naming tags needs {@link
 *     dev.holdfast.provider.Feature#TAGS}
 * @param sessions how it holds sessions, null when it serves no activities of sessions; needs
 *     {@link dev.holdfast.provider.Feature#SESSIONS}
 * @param versions which pinned executions it serves, null for all; never without a range. Needs
 *     {@link dev.holdfast.provider.Feature#VERSION_FILTER}
 */
public record Routing(
    TagFilter tags, @Nullable SessionSettings sessions, @Nullable VersionFilter versions) {

  private static final Routing PLAIN = new Routing(TagFilter.untagged(), null, null);

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException when the versions have no range
   */
  public Routing {
    Objects.requireNonNull(tags, "tags");
    if (versions != null && versions.ranges().isEmpty()) {
      throw new IllegalArgumentException("versions has no range; give one, or null for all");
    }
  }

  /** {@return activities without tag and session, and executions of any pin} */
  public static Routing plain() {
    return PLAIN;
  }

  /**
   * Returns the same routing with another tag filter.
   *
   * @param tags which activities are served by their tag
   * @return a new routing
   */
  public Routing withTags(TagFilter tags) {
    return new Routing(tags, sessions, versions);
  }

  /**
   * Returns the same routing with sessions or without.
   *
   * @param sessions how they are held, null for none
   * @return a new routing
   */
  public Routing withSessions(@Nullable SessionSettings sessions) {
    return new Routing(tags, sessions, versions);
  }

  /**
   * Returns the same routing with another version filter.
   *
   * @param versions which pinned executions are served, null for all
   * @return a new routing
   * @throws IllegalArgumentException when it has no range
   */
  public Routing withVersions(@Nullable VersionFilter versions) {
    return new Routing(tags, sessions, versions);
  }
}
