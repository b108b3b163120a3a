// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.TagFilter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Tags that are lost, confused, or looked at in the wrong place. */
final class TagMutants {

  private static final int MANY = 10_000;

  private TagMutants() {}

  static List<Mutant> all() {
    return new Family("TAG")
        .handle(
            "tags-are-not-stored",
            "Tags are accepted and forgotten.",
            "TAG-01: a column is missing",
            inner -> new Changing(inner, tag -> null, filter -> filter))
        .handle(
            "no-filter-is-any",
            "A fetch without a filter takes tagged activities too.",
            "TAG-02: the default looks at no tag",
            inner -> new Changing(inner, tag -> tag, TagMutants::untaggedIsAny))
        .handle(
            "named-tags-take-untagged-too",
            "A fetch for named tags takes what has no tag, too.",
            "TAG-03: one filter for both",
            inner -> new Changing(inner, tag -> tag, TagMutants::namedIsUntaggedOr))
        .handle(
            "untagged-come-first",
            "Of two kinds of activities those without a tag come first.",
            "TAG-04: two reads that are not merged",
            UntaggedFirst::new)
        .handle(
            "any-is-untagged",
            "A fetch for any tag takes what has none.",
            "TAG-05: a filter without names is the default",
            inner -> new Changing(inner, tag -> tag, TagMutants::anyIsUntagged))
        .handle(
            "at-most-eight-names",
            "Of the names of a filter eight are used.",
            "TAG-06: a statement with places for eight names",
            inner -> new Changing(inner, tag -> tag, TagMutants::eight))
        .handle(
            "tags-are-folded",
            "Tags that differ in case are one tag.",
            "TAG-07: a collation that folds case",
            inner -> new Changing(inner, TagMutants::folded, TagMutants::foldedNames))
        .handle(
            "tags-are-cut",
            "Of a long tag a part is stored.",
            "TAG-08: a column that is too narrow",
            inner -> new Changing(inner, TagMutants::cut, TagMutants::cutNames))
        .handle(
            "one-tag-for-all",
            "All activities of an ack get the tag of the first one.",
            "TAG-09: the tag is bound once",
            OneTag::new)
        .handle(
            "the-tag-is-for-the-first-attempt",
            "What was delivered before goes to anybody.",
            "TAG-10: giving back clears the tag",
            AnybodyAgain::new)
        .handle(
            "looks-at-a-hundred",
            "A fetch finds what it serves among the first hundred activities only.",
            "TAG-11: the bound is applied before the filter",
            inner -> new LockingFirst(inner, 100, AbandonOptions.now().uncounted()))
        .handle(
            "what-is-left-out-is-counted",
            "Activities that a filter leaves out are locked and given back.",
            "TAG-12: the filter is applied to what is locked",
            inner -> new LockingFirst(inner, MANY, AbandonOptions.now()))
        .store(
            "named-tags-know-no-locks",
            "What a fetch for a tag has locked is delivered to the next fetch for named tags, too.",
            "TAG-13: the line of a tag is not told of locks",
            store -> {
              AtomicReference<@Nullable ActivityItem> last = new AtomicReference<>();
              return inner -> new Again(inner, last, TagMutants::isNamed);
            })
        .store(
            "any-knows-no-locks",
            "What a fetch for a tag has locked is delivered to the next fetch for any tag, too.",
            "TAG-14: a line for each tag and one for all",
            store -> {
              AtomicReference<@Nullable ActivityItem> last = new AtomicReference<>();
              return inner -> new Again(inner, last, TagFilter.any()::equals);
            })
        .store(
            "tagged-activities-are-not-cancelled",
            "A cancellation does not find activities that have a tag.",
            "TAG-15: the tag is part of the key",
            store -> {
              Set<ActivityIdentity> tagged = ConcurrentHashMap.newKeySet();
              return inner -> new KeepsTagged(inner, tagged);
            })
        .handle(
            "named-tags-are-not-woken",
            "A fetch that waits for named tags polls when its time is over.",
            "TAG-16: only those without a filter are woken",
            NotWoken::new)
        .mutants();
  }

  private static boolean isNamed(TagFilter filter) {
    return names(filter) != null;
  }

  private static @Nullable Set<String> names(TagFilter filter) {
    return switch (filter) {
      case TagFilter.Simple simple -> null;
      case TagFilter.Tags(Set<String> names) -> names;
      case TagFilter.UntaggedOr(Set<String> names) -> names;
    };
  }

  private static TagFilter renamed(TagFilter filter, UnaryOperator<Set<String>> change) {
    return switch (filter) {
      case TagFilter.Simple simple -> simple;
      case TagFilter.Tags(Set<String> names) -> new TagFilter.Tags(change.apply(names));
      case TagFilter.UntaggedOr(Set<String> names) -> new TagFilter.UntaggedOr(change.apply(names));
    };
  }

  private static TagFilter untaggedIsAny(TagFilter filter) {
    return filter.equals(TagFilter.untagged()) ? TagFilter.any() : filter;
  }

  private static TagFilter anyIsUntagged(TagFilter filter) {
    return filter.equals(TagFilter.any()) ? TagFilter.untagged() : filter;
  }

  private static TagFilter namedIsUntaggedOr(TagFilter filter) {
    return filter instanceof TagFilter.Tags(Set<String> names)
        ? new TagFilter.UntaggedOr(names)
        : filter;
  }

  private static TagFilter eight(TagFilter filter) {
    return renamed(filter, names -> new HashSet<>(names.stream().sorted().limit(8).toList()));
  }

  private static String folded(String tag) {
    return tag.toLowerCase(Locale.ROOT);
  }

  private static TagFilter foldedNames(TagFilter filter) {
    return renamed(filter, names -> new HashSet<>(names.stream().map(TagMutants::folded).toList()));
  }

  private static String cut(String tag) {
    return tag.length() <= 200 ? tag : tag.substring(0, 200);
  }

  private static TagFilter cutNames(TagFilter filter) {
    return renamed(filter, names -> new HashSet<>(names.stream().map(TagMutants::cut).toList()));
  }

  private static ActivityTask tagged(ActivityTask task, @Nullable String tag) {
    return new ActivityTask(
        task.identity(),
        task.name(),
        task.input(),
        task.sessionId(),
        tag,
        task.orchestrationName(),
        task.orchestrationVersion());
  }

  /** Changes tags on their way into the store, and filters. */
  private static final class Changing extends Altering {
    private final UnaryOperator<@Nullable String> tag;
    private final UnaryOperator<TagFilter> filter;

    Changing(Provider inner, UnaryOperator<@Nullable String> tag, UnaryOperator<TagFilter> filter) {
      super(inner);
      this.tag = tag;
      this.filter = filter;
    }

    @Override
    ActivityTask written(ActivityTask task) {
      return task.tag() == null ? task : tagged(task, tag.apply(task.tag()));
    }

    @Override
    public List<ActivityItem> fetchActivityItems(ActivityFetch request) {
      return super.fetchActivityItems(request.withTagFilter(filter.apply(request.tagFilter())));
    }
  }

  private static final class OneTag extends Altering {
    OneTag(Provider inner) {
      super(inner);
    }

    @Override
    OrchestrationAck written(OrchestrationAck ack) {
      return Change.of(ack)
          .activities(
              ack.activities().stream()
                  .map(task -> tagged(task, ack.activities().get(0).tag()))
                  .toList())
          .build();
    }
  }

  private static final class UntaggedFirst extends Forwarding {
    UntaggedFirst(Provider inner) {
      super(inner);
    }

    @Override
    public List<ActivityItem> fetchActivityItems(ActivityFetch request) {
      if (!(request.tagFilter() instanceof TagFilter.UntaggedOr)) {
        return super.fetchActivityItems(request);
      }
      List<ActivityItem> items =
          super.fetchActivityItems(
              request.withTagFilter(TagFilter.untagged()).withWaitUpTo(Duration.ZERO));
      return items.isEmpty() ? super.fetchActivityItems(request) : items;
    }
  }

  private static final class AnybodyAgain extends Forwarding {
    AnybodyAgain(Provider inner) {
      super(inner);
    }

    @Override
    public List<ActivityItem> fetchActivityItems(ActivityFetch request) {
      if (!request.tagFilter().equals(TagFilter.untagged())) {
        return super.fetchActivityItems(request);
      }
      List<ActivityItem> kept = new ArrayList<>();
      for (ActivityItem item : super.fetchActivityItems(request.withTagFilter(TagFilter.any()))) {
        if (item.task().tag() == null || item.deliveryCount() > 1) {
          kept.add(item);
        } else {
          inner.abandon(item.lockToken(), AbandonOptions.now().uncounted());
        }
      }
      return kept;
    }
  }

  /** Locks first, and looks at tags afterwards. */
  private static final class LockingFirst extends Forwarding {
    private final int most;
    private final AbandonOptions giveBack;

    LockingFirst(Provider inner, int most, AbandonOptions giveBack) {
      super(inner);
      this.most = most;
      this.giveBack = giveBack;
    }

    @Override
    public List<ActivityItem> fetchActivityItems(ActivityFetch request) {
      if (!isNamed(request.tagFilter())) {
        return super.fetchActivityItems(request);
      }
      ActivityFetch all =
          new ActivityFetch(
              most,
              request.lockFor(),
              request.waitUpTo(),
              TagFilter.any(),
              request.session(),
              request.served(),
              request.maxBytes());
      List<ActivityItem> kept = new ArrayList<>();
      for (ActivityItem item : super.fetchActivityItems(all)) {
        if (kept.size() < request.max() && request.tagFilter().matches(item.task().tag())) {
          kept.add(item);
        } else {
          inner.abandon(item.lockToken(), giveBack);
        }
      }
      return kept;
    }
  }

  /** Delivers again what it has delivered last through named tags. */
  private static final class Again extends Forwarding {
    private final AtomicReference<@Nullable ActivityItem> last;
    private final Predicate<TagFilter> again;

    Again(
        Provider inner, AtomicReference<@Nullable ActivityItem> last, Predicate<TagFilter> again) {
      super(inner);
      this.last = last;
      this.again = again;
    }

    @Override
    public List<ActivityItem> fetchActivityItems(ActivityFetch request) {
      List<ActivityItem> items = new ArrayList<>(super.fetchActivityItems(request));
      if (again.test(request.tagFilter())) {
        ActivityItem once = last.getAndSet(null);
        if (once != null && request.tagFilter().matches(once.task().tag())) {
          items.add(once);
          return items;
        }
      }
      if (isNamed(request.tagFilter()) && !items.isEmpty()) {
        last.set(Objects.requireNonNull(items.get(0)));
      }
      return items;
    }
  }

  private static final class KeepsTagged extends Altering {
    private final Set<ActivityIdentity> tagged;

    KeepsTagged(Provider inner, Set<ActivityIdentity> tagged) {
      super(inner);
      this.tagged = tagged;
    }

    @Override
    public AckResult ackOrchestrationItem(OrchestrationAck ack) {
      ack.activities().stream()
          .filter(task -> task.tag() != null)
          .forEach(task -> tagged.add(task.identity()));
      return super.ackOrchestrationItem(
          Change.of(ack)
              .cancelledActivities(
                  ack.cancelledActivities().stream()
                      .filter(identity -> !tagged.contains(identity))
                      .toList())
              .build());
    }
  }

  private static final class NotWoken extends Forwarding {
    NotWoken(Provider inner) {
      super(inner);
    }

    @Override
    public List<ActivityItem> fetchActivityItems(ActivityFetch request) {
      if (!isNamed(request.tagFilter()) || request.waitUpTo().isZero()) {
        return super.fetchActivityItems(request);
      }
      List<ActivityItem> items = super.fetchActivityItems(request.withWaitUpTo(Duration.ZERO));
      if (!items.isEmpty()) {
        return items;
      }
      super.fetchActivityItems(request.withTagFilter(TagFilter.none()));
      return super.fetchActivityItems(request.withWaitUpTo(Duration.ZERO));
    }
  }
}
