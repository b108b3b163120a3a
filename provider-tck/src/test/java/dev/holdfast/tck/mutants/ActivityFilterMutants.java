// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.NotSupported;
import dev.holdfast.provider.TagFilter;
import java.util.List;

/** Fetches of activities that take what they should pass by. */
final class ActivityFilterMutants {

  private ActivityFilterMutants() {}

  static List<Mutant> all() {
    return new Family("QUEUE")
        .handle(
            "no-tag-is-no-filter",
            "A fetch for no tag gets activities without one.",
            "QUEUE-23: the filter is not looked at where tags are not declared",
            IgnoresNone::new)
        .handle(
            "no-tag-is-refused",
            "A fetch for no tag is refused where tags are not declared.",
            "QUEUE-23: every filter but the default is taken for one that names tags",
            RefusesNone::new)
        .mutants();
  }

  private static final class IgnoresNone extends Forwarding {
    IgnoresNone(Provider inner) {
      super(inner);
    }

    @Override
    public List<ActivityItem> fetchActivityItems(ActivityFetch request) {
      return super.fetchActivityItems(
          request.tagFilter().equals(TagFilter.none())
              ? request.withTagFilter(TagFilter.untagged())
              : request);
    }
  }

  private static final class RefusesNone extends Forwarding {
    RefusesNone(Provider inner) {
      super(inner);
    }

    @Override
    public List<ActivityItem> fetchActivityItems(ActivityFetch request) {
      if (request.tagFilter().equals(TagFilter.none())) {
        throw new NotSupported("fetchActivityItems", Feature.TAGS);
      }
      return super.fetchActivityItems(request);
    }
  }
}
