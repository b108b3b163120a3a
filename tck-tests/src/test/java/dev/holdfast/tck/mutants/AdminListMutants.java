// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.admin.InstanceFilter;
import dev.holdfast.provider.admin.InstancePage;
import dev.holdfast.provider.admin.InstanceQuery;
import dev.holdfast.provider.admin.InstanceSummary;
import dev.holdfast.provider.admin.TimeRange;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lists that miss, repeat or mix up instances. */
final class AdminListMutants {

  private static final int SMALL_PAGE = 20;

  private AdminListMutants() {}

  static List<Mutant> all() {
    Family family = new Family("ADMIN");
    AdminMutants.asked(
        family,
        "locked-instances-are-not-listed",
        "An instance under a lock is missing in the list.",
        "ADMIN-02: locked rows are skipped",
        admin ->
            new Asked(admin) {
              @Override
              public InstancePage list(InstanceQuery query) {
                InstancePage page = inner.list(query);
                return new InstancePage(
                    page.rows().stream()
                        .filter(row -> inner.facts(row.instanceId()).lock() == null)
                        .toList(),
                    page.nextPageToken());
              }
            });
    AdminMutants.asked(
        family,
        "ids-ascend-in-either-order",
        "The other order turns times around, and not ids.",
        "ADMIN-03: DESC stands at one column",
        admin ->
            new Asked(admin) {
              @Override
              public InstancePage list(InstanceQuery query) {
                InstancePage page = inner.list(query);
                return query.oldestFirst()
                    ? new InstancePage(
                        page.rows().stream()
                            .sorted(
                                Comparator.comparing(InstanceSummary::createdAt)
                                    .thenComparing(InstanceSummary::instanceId))
                            .toList(),
                        page.nextPageToken())
                    : page;
              }
            });
    AdminMutants.asked(
        family,
        "a-full-page-has-a-token",
        "Every full page says that more may follow.",
        "ADMIN-04: no row more is read than asked for",
        admin ->
            new Asked(admin) {
              @Override
              public InstancePage list(InstanceQuery query) {
                InstancePage page = inner.list(query);
                return page.nextPageToken() == null && page.rows().size() == query.limit()
                    ? new InstancePage(
                        page.rows(), query.pageToken() == null ? "end" : query.pageToken())
                    : page;
              }
            });
    AdminMutants.asked(
        family,
        "pages-begin-by-number",
        "A page begins after so many rows.",
        "ADMIN-05: OFFSET",
        admin -> new Numbered(admin, false));
    AdminMutants.asked(
        family,
        "later-pages-are-read-row-by-row",
        "A page behind the first is looked for once for each of its rows.",
        "ADMIN-32: OFFSET",
        admin ->
            new Asked(admin) {
              @Override
              public InstancePage list(InstanceQuery query) {
                InstancePage page = inner.list(query);
                // Small pages are spared for the rules that turn many of them.
                if (query.pageToken() != null && query.limit() > SMALL_PAGE) {
                  page.rows().forEach(row -> inner.list(query));
                }
                return page;
              }
            });
    AdminMutants.asked(
        family,
        "lists-by-the-last-change",
        "What changed last comes first.",
        "ADMIN-06: the wrong column",
        admin -> new Numbered(admin, true));
    AdminMutants.asked(
        family,
        "wrong-tokens-begin-anew",
        "A token that cannot be used shows the first page.",
        "ADMIN-07: the error is caught",
        admin ->
            new Asked(admin) {
              @Override
              public InstancePage list(InstanceQuery query) {
                try {
                  return inner.list(query);
                } catch (InvalidRequest e) {
                  return inner.list(
                      new InstanceQuery(query.filter(), query.oldestFirst(), query.limit(), null));
                }
              }
            });
    AdminMutants.asked(
        family,
        "the-end-of-a-range-is-in-it",
        "The upper end of a range of creation times is included.",
        "ADMIN-08: <= in place of <",
        admin ->
            new Asked(admin) {
              @Override
              public InstancePage list(InstanceQuery query) {
                InstanceFilter filter = query.filter();
                TimeRange range = filter.createdAt();
                return range.to() == null
                    ? inner.list(query)
                    : inner.list(
                        new InstanceQuery(
                            copy(filter)
                                .createdAt(
                                    new TimeRange(
                                        range.from(), range.to().plus(1, ChronoUnit.MICROS)))
                                .build(),
                            query.oldestFirst(),
                            query.limit(),
                            query.pageToken()));
              }
            });
    AdminMutants.asked(
        family,
        "the-name-wins-over-the-status",
        "Where a name is given, statuses are not looked at.",
        "ADMIN-09: else if",
        admin ->
            new Asked(admin) {
              @Override
              public InstancePage list(InstanceQuery query) {
                InstanceFilter filter = query.filter();
                return filter.name() == null
                    ? inner.list(query)
                    : inner.list(
                        new InstanceQuery(
                            copy(filter).statuses().build(),
                            query.oldestFirst(),
                            query.limit(),
                            query.pageToken()));
              }
            });
    AdminMutants.asked(
        family,
        "rows-show-an-older-update",
        "Rows of the list have the creation time as update time.",
        "ADMIN-11: the list has a mapping of its own",
        admin ->
            new Asked(admin) {
              @Override
              public InstancePage list(InstanceQuery query) {
                InstancePage page = inner.list(query);
                return new InstancePage(
                    page.rows().stream().map(AdminListMutants::notUpdated).toList(),
                    page.nextPageToken());
              }
            });
    AdminMutants.asked(
        family,
        "deliveries-of-activities-do-not-count",
        "The filter by deliveries looks at instances only.",
        "ADMIN-28: half of it was forgotten",
        admin ->
            new Asked(admin) {
              @Override
              public InstancePage list(InstanceQuery query) {
                InstancePage page = inner.list(query);
                Integer least = query.filter().minAttempts();
                return least == null
                    ? page
                    : new InstancePage(
                        page.rows().stream()
                            .filter(row -> inner.facts(row.instanceId()).deliveryCount() >= least)
                            .toList(),
                        page.nextPageToken());
              }
            });
    return family.mutants();
  }

  private static InstanceSummary notUpdated(InstanceSummary row) {
    return new InstanceSummary(
        row.instanceId(),
        row.name(),
        row.version(),
        row.executionId(),
        row.status(),
        row.parentInstanceId(),
        row.createdAt(),
        row.createdAt(),
        row.completedAt());
  }

  private static InstanceFilter.Builder copy(InstanceFilter filter) {
    InstanceFilter.Builder copy =
        InstanceFilter.builder()
            .statuses(filter.statuses().toArray(ExecutionStatus[]::new))
            .createdAt(filter.createdAt())
            .updatedAt(filter.updatedAt())
            .completedAt(filter.completedAt());
    if (filter.name() != null) {
      copy.name(filter.name());
    }
    if (filter.parentInstanceId() != null) {
      copy.parentInstanceId(filter.parentInstanceId());
    }
    if (filter.rootsOnly()) {
      copy.rootsOnly();
    }
    if (filter.minAttempts() != null) {
      copy.minAttempts(filter.minAttempts());
    }
    return copy;
  }

  /** Pages that begin after so many rows. */
  private static final class Numbered extends Asked {
    private final boolean byLastChange;

    Numbered(InstanceAdmin inner, boolean byLastChange) {
      super(inner);
      this.byLastChange = byLastChange;
    }

    @Override
    public InstancePage list(InstanceQuery query) {
      List<InstanceSummary> all = new ArrayList<>();
      @Nullable String token = null;
      do {
        InstancePage page =
            inner.list(new InstanceQuery(query.filter(), query.oldestFirst(), 100, token));
        all.addAll(page.rows());
        token = page.nextPageToken();
      } while (token != null);
      if (byLastChange) {
        all.sort(Comparator.comparing(InstanceSummary::updatedAt).reversed());
      }
      int from = query.pageToken() == null ? 0 : number(query.pageToken());
      int to = Math.min(all.size(), from + query.limit());
      return new InstancePage(
          from > to ? List.of() : all.subList(from, to),
          to < all.size() ? Integer.toString(to) : null);
    }

    private static int number(String token) {
      try {
        return Math.max(0, Integer.parseInt(token));
      } catch (NumberFormatException e) {
        throw new InvalidRequest("list", "the page token is damaged");
      }
    }
  }
}
