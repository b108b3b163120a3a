// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.internal.Checks;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which activities a worker serves, by their tag. A filter that names tags needs {@link
 * Feature#TAGS}; the other three work everywhere (TAG-01).
 */
public sealed interface TagFilter {

  /** {@return the filter for activities without a tag only; the default (TAG-02)} */
  static TagFilter untagged() {
    return Simple.UNTAGGED;
  }

  /** {@return the filter for every activity (TAG-05)} */
  static TagFilter any() {
    return Simple.ANY;
  }

  /** {@return the filter that no activity passes (TAG-05)} */
  static TagFilter none() {
    return Simple.NONE;
  }

  /**
   * Only activities whose tag is one of the names (TAG-03).
   *
   * @param names the tags, at least one
   * @return the filter
   * @throws InvalidRequest when there is none, or one is not well formed (TAG-06, TAG-08)
   */
  static TagFilter tags(String... names) {
    return new Tags(Set.copyOf(Arrays.asList(names)));
  }

  /**
   * Activities without a tag and those whose tag is one of the names (TAG-04).
   *
   * @param names the tags, at least one
   * @return the filter
   * @throws InvalidRequest when there is none, or one is not well formed (TAG-06, TAG-08)
   */
  static TagFilter untaggedOr(String... names) {
    return new UntaggedOr(Set.copyOf(Arrays.asList(names)));
  }

  /**
   * Returns whether an activity may be fetched.
   *
   * @param tag the activity's tag, null when it has none
   * @return true when it may
   */
  default boolean matches(@Nullable String tag) {
    return switch (this) {
      case Simple simple ->
          switch (simple) {
            case UNTAGGED -> tag == null;
            case ANY -> true;
            case NONE -> false;
          };
      case Tags(Set<String> names) -> tag != null && names.contains(tag);
      case UntaggedOr(Set<String> names) -> tag == null || names.contains(tag);
    };
  }

  /** The filters that name no tag. */
  enum Simple implements TagFilter {
    /** Only activities without a tag. */
    UNTAGGED,
    /** Everything. */
    ANY,
    /** Nothing. */
    NONE
  }

  /**
   * Only activities whose tag is one of the names.
   *
   * @param names the tags
   */
  record Tags(Set<String> names) implements TagFilter {
    /**
     * Checks and copies the names.
     *
     * @throws ProviderError.InvalidRequest when there is none, or one is not well formed
     */
    public Tags {
      names = checked("TagFilter.Tags", names);
    }
  }

  /**
   * Activities without a tag and those whose tag is one of the names.
   *
   * @param names the tags
   */
  record UntaggedOr(Set<String> names) implements TagFilter {
    /**
     * Checks and copies the names.
     *
     * @throws ProviderError.InvalidRequest when there is none, or one is not well formed
     */
    public UntaggedOr {
      names = checked("TagFilter.UntaggedOr", names);
    }
  }

  private static Set<String> checked(String owner, Set<String> names) {
    if (names.isEmpty()) {
      throw new InvalidRequest(
          owner, "no tag is named; name at least one, or use untagged(), any() or none()");
    }
    names.forEach(name -> Checks.identifier(owner, "tag", name));
    return Set.copyOf(names);
  }
}
