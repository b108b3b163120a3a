// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.model;

import dev.holdfast.provider.RuntimeVersion;
import dev.holdfast.provider.TagFilter;
import dev.holdfast.provider.VersionFilter;
import dev.holdfast.provider.VersionRange;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a fetch or a claim takes: activities by their tag, instances by their pin. */
enum Taken {
  PLAIN,
  ALL,
  FIRST,
  FROM_THE_SECOND,
  FIRST_AND_LAST,
  NOTHING;

  /** How many tags there are. */
  static final int TAGS = 2;

  /** How many versions there are. */
  static final int PINS = 3;

  TagFilter tags() {
    return switch (this) {
      case PLAIN -> TagFilter.untagged();
      case ALL -> TagFilter.any();
      case FIRST -> TagFilter.tags("t1");
      case FROM_THE_SECOND -> TagFilter.untaggedOr("t2");
      case FIRST_AND_LAST -> TagFilter.tags("t1", "t2");
      case NOTHING -> TagFilter.none();
    };
  }

  @Nullable VersionFilter versions() {
    return switch (this) {
      case PLAIN, ALL -> null;
      case FIRST -> new VersionFilter(List.of(range(1, 1)));
      case FROM_THE_SECOND -> new VersionFilter(List.of(range(2, 3)));
      case FIRST_AND_LAST -> new VersionFilter(List.of(range(3, 3), range(1, 1)));
      case NOTHING -> new VersionFilter(List.of());
    };
  }

  /** The tag with a number; none for 0. */
  static @Nullable String tag(int number) {
    return number == 0 ? null : "t" + number;
  }

  /** The version with a number from 1; their order is not that of their texts. */
  static RuntimeVersion pin(int number) {
    return switch (number) {
      case 1 -> new RuntimeVersion(1, 2, 0);
      case 2 -> new RuntimeVersion(1, 10, 0);
      default -> new RuntimeVersion(2, 0, 0);
    };
  }

  private static VersionRange range(int from, int to) {
    return new VersionRange(pin(from), pin(to));
  }

  /** In words that follow others; nothing for what is usual. */
  String text() {
    return this == PLAIN ? "" : " taking " + name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
