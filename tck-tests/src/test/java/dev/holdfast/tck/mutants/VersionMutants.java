// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.RuntimeVersion;
import dev.holdfast.provider.VersionFilter;
import dev.holdfast.provider.VersionRange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Filters that let the wrong versions pass, and pins that are kept wrongly. */
final class VersionMutants {

  private static final int MAX = Integer.MAX_VALUE;
  private static final VersionFilter NOTHING = new VersionFilter(List.of());
  private static final RuntimeVersion ODD = new RuntimeVersion(4_711, 0, 0);

  private VersionMutants() {}

  static List<Mutant> all() {
    Family family = new Family("VERSION");
    filters(family);
    pins(family);
    skips(family);
    return family.mutants();
  }

  private static void filters(Family family) {
    filter(
        family,
        "a-filter-is-not-looked-at",
        "Every fetch takes anything.",
        "VERSION-01: the filter is forgotten on its way",
        versions -> null);
    filter(
        family,
        "an-empty-filter-takes-anything",
        "An empty list of ranges is taken for no filter.",
        "VERSION-03: the empty list and the absent one are one",
        versions -> versions.ranges().isEmpty() ? null : versions);
    filter(
        family,
        "the-upper-end-is-left-out",
        "A range ends below its upper end.",
        "VERSION-04: < in place of <=",
        versions ->
            each(
                versions,
                range ->
                    range.to().patch() == 0 || range.to().equals(range.from())
                        ? range
                        : new VersionRange(range.from(), below(range.to()))));
    filter(
        family,
        "only-the-first-range-counts",
        "The first range of a list is the filter.",
        "VERSION-05: the list is cut",
        versions ->
            versions.ranges().isEmpty()
                ? versions
                : new VersionFilter(versions.ranges().subList(0, 1)));
    filter(
        family,
        "ranges-are-joined",
        "A filter is one range from its least to its greatest version.",
        "VERSION-06: least and greatest end are sent",
        VersionMutants::joined);
    filter(
        family,
        "versions-are-packed",
        "Versions above a million patches are cut.",
        "VERSION-07: numbers of a fixed width",
        versions -> each(versions, range -> new VersionRange(packed(range.from()), range.to())));
  }

  private static RuntimeVersion below(RuntimeVersion version) {
    return new RuntimeVersion(version.major(), version.minor(), version.patch() - 1);
  }

  private static RuntimeVersion packed(RuntimeVersion version) {
    return new RuntimeVersion(
        Math.min(version.major(), 999_999),
        Math.min(version.minor(), 999_999),
        Math.min(version.patch(), 999_999));
  }

  private static VersionFilter each(VersionFilter filter, UnaryOperator<VersionRange> change) {
    return new VersionFilter(filter.ranges().stream().map(change).toList());
  }

  private static VersionFilter joined(VersionFilter filter) {
    List<VersionRange> ranges = filter.ranges();
    return ranges.isEmpty()
        ? filter
        : new VersionFilter(
            List.of(
                new VersionRange(
                    ranges.stream().map(VersionRange::from).min(Comparator.naturalOrder()).get(),
                    ranges.stream().map(VersionRange::to).max(Comparator.naturalOrder()).get())));
  }

  /** Changes filters of fetches on their way in. */
  private interface FilterChange {
    @Nullable VersionFilter of(VersionFilter versions);
  }

  private static void filter(
      Family family, String name, String what, String origin, FilterChange change) {
    family.handle(
        name,
        what,
        origin,
        inner ->
            new Forwarding(inner) {
              @Override
              public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
                VersionFilter versions = request.versionFilter();
                return super.fetchOrchestrationItems(
                    versions == null ? request : request.withVersionFilter(change.of(versions)));
              }
            });
  }

  private static void pins(Family family) {
    pin(
        family,
        "what-has-no-pin-is-pinned",
        "What has no pin is pinned by its first ack.",
        "VERSION-09: no pin is taken for a version",
        (ack, metadata) ->
            metadata.runtimeVersion() == null && metadata.name() != null
                ? with(metadata, ODD, metadata.status())
                : metadata);
    pin(
        family,
        "a-pin-is-stored-once",
        "A later pin is ignored once the instance has a name.",
        "VERSION-12: written when the row is created",
        (ack, metadata) ->
            metadata.name() == null ? with(metadata, null, metadata.status()) : metadata);
    pin(
        family,
        "an-ended-execution-binds",
        "An end as ContinuedAsNew is stored as a completion.",
        "VERSION-13: the pin is not cleared",
        (ack, metadata) ->
            metadata.status() == ExecutionStatus.CONTINUED_AS_NEW
                ? with(metadata, metadata.runtimeVersion(), ExecutionStatus.COMPLETED)
                : metadata);
    family.handle(
        "a-rejected-ack-pins",
        "The pin of an ack that is rejected is stored.",
        "VERSION-14: the pin is written before the checks",
        inner ->
            new Forwarding(inner) {
              @Override
              public AckResult ackOrchestrationItem(OrchestrationAck ack) {
                AckResult result = super.ackOrchestrationItem(ack);
                if (result instanceof AckResult.Rejected
                    && ack.metadata().runtimeVersion() != null) {
                  super.ackOrchestrationItem(
                      OrchestrationAck.builder(ack.lockToken(), ack.executionId())
                          .metadata(
                              ExecutionMetadata.builder()
                                  .runtimeVersion(ack.metadata().runtimeVersion())
                                  .build())
                          .build());
                }
                return result;
              }
            });
  }

  /** Changes metadata of acks on their way in. */
  private interface MetadataChange {
    ExecutionMetadata of(OrchestrationAck ack, ExecutionMetadata metadata);
  }

  private static void pin(
      Family family, String name, String what, String origin, MetadataChange change) {
    family.handle(
        name,
        what,
        origin,
        inner ->
            new Altering(inner) {
              @Override
              OrchestrationAck written(OrchestrationAck ack) {
                return Change.of(ack).metadata(change.of(ack, ack.metadata())).build();
              }
            });
  }

  private static ExecutionMetadata with(
      ExecutionMetadata metadata, @Nullable RuntimeVersion pin, @Nullable ExecutionStatus status) {
    return ExecutionMetadata.builder()
        .name(metadata.name())
        .version(metadata.version())
        .parentInstanceId(metadata.parentInstanceId())
        .status(status)
        .output(metadata.output())
        .customStatus(metadata.customStatus())
        .runtimeVersion(pin)
        .build();
  }

  private static void skips(Family family) {
    family
        .handle(
            "a-skipped-instance-is-locked",
            "Whatever is ready is locked, looked at, and given back.",
            "VERSION-10: the filter is evaluated after the lock",
            inner ->
                new Forwarding(inner) {
                  @Override
                  public List<OrchestrationItem> fetchOrchestrationItems(
                      OrchestrationFetch request) {
                    List<OrchestrationItem> items = super.fetchOrchestrationItems(request);
                    if (items.isEmpty()
                        && request.versionFilter() != null
                        && !request.versionFilter().equals(NOTHING)) {
                      super.fetchOrchestrationItems(OrchestrationFetch.of(1, Duration.ofMinutes(1)))
                          .forEach(item -> abandon(item.lockToken(), AbandonOptions.now()));
                    }
                    return items;
                  }
                })
        .handle(
            "what-does-not-match-hides",
            "A filtered fetch looks at a page of candidates.",
            "VERSION-11: the limit stands before the filter",
            inner ->
                new Forwarding(inner) {
                  @Override
                  public List<OrchestrationItem> fetchOrchestrationItems(
                      OrchestrationFetch request) {
                    VersionFilter versions = request.versionFilter();
                    if (versions == null || versions.ranges().size() != 1) {
                      return super.fetchOrchestrationItems(request);
                    }
                    List<OrchestrationItem> page =
                        super.fetchOrchestrationItems(
                            OrchestrationFetch.of(100, Duration.ofMinutes(1)));
                    page.forEach(
                        item -> abandon(item.lockToken(), AbandonOptions.now().uncounted()));
                    return page.size() == 100 ? List.of() : super.fetchOrchestrationItems(request);
                  }
                })
        .store(
            "a-filtered-fetch-repeats-itself",
            "A fetch with four ranges or more, or two, is answered again from memory.",
            "VERSION-15: checked and locked in two steps",
            store -> repeating())
        .handle(
            "a-plain-fetch-leaves-pins-out",
            "A fetch without a filter takes what has a low version.",
            "VERSION-02: no filter means no pin",
            inner ->
                new Forwarding(inner) {
                  @Override
                  public List<OrchestrationItem> fetchOrchestrationItems(
                      OrchestrationFetch request) {
                    return super.fetchOrchestrationItems(
                        request.versionFilter() == null
                            ? request.withVersionFilter(
                                new VersionFilter(
                                    List.of(
                                        new VersionRange(
                                            new RuntimeVersion(0, 0, 0),
                                            new RuntimeVersion(50, MAX, MAX)))))
                            : request);
                  }
                })
        .handle(
            "a-filtered-fetch-does-not-wait",
            "A fetch with a filter returns at once.",
            "VERSION-17: waiters with filters are not woken",
            inner ->
                new Forwarding(inner) {
                  @Override
                  public List<OrchestrationItem> fetchOrchestrationItems(
                      OrchestrationFetch request) {
                    return super.fetchOrchestrationItems(
                        request.versionFilter() == null
                            ? request
                            : request.withWaitUpTo(Duration.ZERO));
                  }
                });
  }

  private static UnaryOperator<Provider> repeating() {
    Map<String, OrchestrationItem> seen = new ConcurrentHashMap<>();
    return inner ->
        new Forwarding(inner) {
          @Override
          public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
            List<OrchestrationItem> items = new ArrayList<>(super.fetchOrchestrationItems(request));
            if (request.versionFilter() != null && request.versionFilter().ranges().size() == 3) {
              if (items.isEmpty() && !seen.isEmpty()) {
                String any = seen.keySet().iterator().next();
                items.add(seen.remove(any));
              } else {
                items.forEach(item -> seen.put(item.instanceId(), item));
              }
            }
            return items;
          }
        };
  }
}
