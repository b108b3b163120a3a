// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker.internal;

import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.TagFilter;
import dev.holdfast.worker.ActivityLimit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which activities of a worker have a limit of their own. Each group of them is fetched by itself,
 * so that none waits behind another; the rest is fetched together. Immutable.
 */
public final class ActivityGroups {

  /** What every store takes in a filter. */
  private static final int MOST_NAMES = 1_000;

  private final List<Group> groups;
  private final Set<String> limitedNames;
  private final Set<String> limitedTags;
  private final Set<String> otherNames;
  private final TagFilter otherTags;

  /**
   * Activities that share a limit: those of some names, or those of a tag.
   *
   * @param names the names; empty where it is a tag that is limited
   * @param tags the tags; empty where it is names that are limited
   * @param limit the limit
   */
  public record Group(Set<String> names, Set<String> tags, ActivityLimit limit) {
    /** Copies the sets. */
    public Group {
      names = Set.copyOf(names);
      tags = Set.copyOf(tags);
    }
  }

  /**
   * Checks the limits of a worker.
   *
   * @param groups the groups
   * @param names all activities that the worker has
   * @param tags which tags it serves
   * @throws IllegalArgumentException when something is limited twice or not served at all, or when
   *     there are limits of names and of tags
   */
  public ActivityGroups(List<Group> groups, Set<String> names, TagFilter tags) {
    this.groups = List.copyOf(groups);
    this.limitedNames = once(groups.stream().flatMap(group -> group.names().stream()).toList());
    this.limitedTags = once(groups.stream().flatMap(group -> group.tags().stream()).toList());
    if (!limitedNames.isEmpty() && !limitedTags.isEmpty()) {
      throw new IllegalArgumentException(
          "activities are limited by their names "
              + limitedNames
              + " and by their tags "
              + limitedTags
              + "; a worker has limits of one kind");
    }
    for (String name : limitedNames) {
      if (!names.contains(name)) {
        throw new IllegalArgumentException(
            "the activity \"%s\" has a limit and is not registered".formatted(name));
      }
    }
    if (!groups.isEmpty() && names.size() > MOST_NAMES) {
      throw new IllegalArgumentException(
          "a worker with limits may have %d activities at most".formatted(MOST_NAMES));
    }
    Set<String> rest = new HashSet<>(names);
    rest.removeAll(limitedNames);
    this.otherNames = Set.copyOf(rest);
    this.otherTags = without(tags, limitedTags);
  }

  private static Set<String> once(List<String> all) {
    Set<String> seen = new HashSet<>();
    for (String one : all) {
      if (!seen.add(one)) {
        throw new IllegalArgumentException("\"%s\" has two limits".formatted(one));
      }
    }
    return Set.copyOf(seen);
  }

  private static TagFilter without(TagFilter served, Set<String> limited) {
    for (String tag : limited) {
      if (!served.matches(tag) || served.equals(TagFilter.any())) {
        throw new IllegalArgumentException(
            "the tag \"%s\" has a limit; the worker has to serve it by its name".formatted(tag));
      }
    }
    if (limited.isEmpty()) {
      return served;
    }
    return switch (served) {
      case TagFilter.Simple simple -> simple;
      case TagFilter.Tags(Set<String> names) -> {
        String[] rest = rest(names, limited);
        yield rest.length == 0 ? TagFilter.none() : TagFilter.tags(rest);
      }
      case TagFilter.UntaggedOr(Set<String> names) -> {
        String[] rest = rest(names, limited);
        yield rest.length == 0 ? TagFilter.untagged() : TagFilter.untaggedOr(rest);
      }
    };
  }

  private static String[] rest(Set<String> names, Set<String> limited) {
    List<String> rest = new ArrayList<>(names);
    rest.removeAll(limited);
    return rest.toArray(String[]::new);
  }

  List<Group> groups() {
    return groups;
  }

  /** {@return whether there are names that have a limit} */
  boolean limitNames() {
    return !limitedNames.isEmpty();
  }

  boolean isLimited(ActivityTask task) {
    return limitedNames.contains(task.name())
        || (task.tag() != null && limitedTags.contains(task.tag()));
  }

  /** {@return the names that have no limit} */
  Set<String> otherNames() {
    return otherNames;
  }

  /** {@return the tags that are served and have no limit} */
  TagFilter otherTags() {
    return otherTags;
  }
}
