// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.NotSupported;
import dev.holdfast.provider.TagFilter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;

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
        .handle(
            "served-activities-are-not-looked-at",
            "A fetch gets activities whatever names are served.",
            "QUEUE-24: the filter is not passed on",
            inner -> new Asking(inner, request -> request.withServed(null)))
        .handle(
            "names-of-activities-are-folded",
            "A fetch gets activities whose names differ in case.",
            "QUEUE-24: a collation that folds case",
            FoldsNames::new)
        .handle(
            "at-most-a-hundred-names",
            "Of many names the first hundred are served.",
            "QUEUE-24: a limit on parameters",
            inner -> new Asking(inner, ActivityFilterMutants::aHundred))
        .handle(
            "inputs-are-not-bounded",
            "A fetch of activities answers as many bytes as there are.",
            "QUEUE-25: the bound is not passed on",
            inner -> new Asking(inner, request -> request.withMaxBytes(Long.MAX_VALUE)))
        .handle(
            "the-first-input-has-to-fit",
            "An activity whose input is above the bound is never delivered.",
            "QUEUE-25: the bound holds for the first one too",
            FirstHasToFit::new)
        .handle(
            "small-inputs-overtake",
            "An activity that does not fit is passed by in favour of a smaller one.",
            "QUEUE-25: the loop goes on behind what does not fit",
            SmallOnesOvertake::new)
        .mutants();
  }

  private static ActivityFetch aHundred(ActivityFetch request) {
    Set<String> served = request.served();
    return served == null || served.size() <= 100
        ? request
        : request.withServed(Set.copyOf(served.stream().sorted().limit(100).toList()));
  }

  private static final class Asking extends Forwarding {
    private final UnaryOperator<ActivityFetch> change;

    Asking(Provider inner, UnaryOperator<ActivityFetch> change) {
      super(inner);
      this.change = change;
    }

    @Override
    public List<ActivityItem> fetchActivityItems(ActivityFetch request) {
      return super.fetchActivityItems(change.apply(request));
    }
  }

  private static final class FoldsNames extends Forwarding {
    FoldsNames(Provider inner) {
      super(inner);
    }

    @Override
    public List<ActivityItem> fetchActivityItems(ActivityFetch request) {
      Set<String> served = request.served();
      if (served == null) {
        return super.fetchActivityItems(request);
      }
      Set<String> more = new HashSet<>(served);
      for (String name : served) {
        more.add(name.toLowerCase(Locale.ROOT));
        more.add(name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1));
      }
      return super.fetchActivityItems(request.withServed(more));
    }
  }

  private static final class FirstHasToFit extends Forwarding {
    FirstHasToFit(Provider inner) {
      super(inner);
    }

    @Override
    public List<ActivityItem> fetchActivityItems(ActivityFetch request) {
      List<ActivityItem> kept = new ArrayList<>();
      for (ActivityItem item : super.fetchActivityItems(request)) {
        if (item.task().input().size() <= request.maxBytes()) {
          kept.add(item);
        } else {
          inner.abandon(item.lockToken(), AbandonOptions.now().uncounted());
        }
      }
      return kept;
    }
  }

  private static final class SmallOnesOvertake extends Forwarding {
    SmallOnesOvertake(Provider inner) {
      super(inner);
    }

    @Override
    public List<ActivityItem> fetchActivityItems(ActivityFetch request) {
      List<ActivityItem> kept = new ArrayList<>();
      long left = request.maxBytes();
      ActivityFetch all = request.withMaxBytes(ActivityFetch.ANY_BYTES);
      for (ActivityItem item : super.fetchActivityItems(all)) {
        long size = item.task().input().size();
        if (kept.isEmpty() || size <= left) {
          left -= size;
          kept.add(item);
        } else {
          inner.abandon(item.lockToken(), AbandonOptions.now().uncounted());
        }
      }
      return kept;
    }
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
