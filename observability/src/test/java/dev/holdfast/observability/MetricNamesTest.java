// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.observability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.Projections;
import dev.holdfast.worker.StoreCall;
import dev.holdfast.worker.Work;
import dev.holdfast.worker.WorkEnd;
import dev.holdfast.worker.WorkEnd.Arrival;
import dev.holdfast.worker.WorkEnd.Outcome;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The metrics that there are, those of the guide, and those of the dashboard are the same. */
class MetricNamesTest extends OnSqlite {

  private static final Pattern SCRAPED = Pattern.compile("(?m)^# TYPE (\\S+) (\\S+)");
  private static final Pattern QUERIED = Pattern.compile("holdfast_[a-z_]+");
  private static final Duration SOME = Duration.ofMillis(5);

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final HoldfastMetrics metrics = HoldfastMetrics.on(registry);

  /** Everything that can be counted happens once. */
  @BeforeEach
  void everythingHappens() {
    provider.capability(Projections.class).orElseThrow().create("sums", 0, 1, LogPosition.START);
    metrics.watch(StoreWatch.of(provider));
    Work turn = new Work(Work.Kind.TURN, "i", 1, "book", null, 2);
    metrics.begun(turn);
    metrics.ended(
        turn,
        new WorkEnd(
            Outcome.STORED, Arrival.FETCHED, SOME, SOME, ExecutionStatus.COMPLETED, true, 0));
    Work activity = new Work(Work.Kind.ACTIVITY, "i", 1, "charge", 4L, 1);
    metrics.begun(activity);
    metrics.ended(
        activity, new WorkEnd(Outcome.LOCK_LOST, Arrival.EAGER, SOME, null, null, null, 2));
    metrics.fetched(Work.Kind.TURN, 3);
    metrics.turnAheadNotUsed(turn);
    metrics.storeFailed(
        StoreCall.ACK_TURN, new ProviderError.StoreUnavailable("ack", "gone", null));
    registry.scrape(); // reads the store, and so learns which projections there are
  }

  @Test
  void thereAreNoOtherMetersThanThese() {
    Map<String, Set<String>> there = new TreeMap<>();
    for (Meter meter : registry.getMeters()) {
      there.put(
          meter.getId().getName(),
          meter.getId().getTags().stream().map(Tag::getKey).collect(Collectors.toSet()));
    }

    assertThat(there)
        .isEqualTo(
            Arrays.stream(HoldfastMetric.values())
                .collect(
                    Collectors.toMap(
                        HoldfastMetric::meterName, metric -> Set.copyOf(metric.tags()))));
    assertThat(registry.getMeters())
        .allSatisfy(
            meter -> assertThat(meter.getId().getDescription()).as(meter.toString()).isNotBlank());
  }

  @Test
  void theGuideHasThemAll() throws IOException {
    String guide = Files.readString(Path.of("..", "docs", "guide", "metrics.md"));
    List<String> rows = guide.lines().filter(line -> line.startsWith("| `holdfast.")).toList();

    assertThat(rows).containsExactlyElementsOf(expectedRows());
  }

  private List<String> expectedRows() {
    Map<String, String> scraped = scraped();
    List<String> rows = new ArrayList<>();
    for (HoldfastMetric metric : HoldfastMetric.values()) {
      String base = metric.meterName().replace('.', '_');
      String name =
          List.of(base, base + "_seconds", base + "_total").stream()
              .filter(scraped::containsKey)
              .findFirst()
              .orElseThrow(() -> new AssertionError(base + " is not scraped"));
      rows.add(
          "| `%s` | `%s` | %s | %s | %s |"
              .formatted(
                  metric.meterName(),
                  name,
                  scraped.get(name),
                  String.join(", ", metric.tags()),
                  metric.description()));
    }
    return rows;
  }

  private Map<String, String> scraped() {
    Map<String, String> names = new TreeMap<>();
    Matcher type = SCRAPED.matcher(registry.scrape());
    while (type.find()) {
      names.put(type.group(1), type.group(2));
    }
    return names;
  }

  @Test
  void theDashboardAsksForNothingElse() throws IOException {
    JsonNode dashboard =
        new JsonMapper().readTree(Files.readString(Path.of("grafana", "holdfast-dashboard.json")));
    Set<String> known = new TreeSet<>();
    scraped()
        .forEach((name, type) -> {
          known.add(name);
          if (type.equals("summary")) {
            known.addAll(List.of(name + "_count", name + "_sum"));
          }
        });
    Set<String> asked = new TreeSet<>();
    for (JsonNode expression : dashboard.findValues("expr")) {
      Matcher name = QUERIED.matcher(expression.asString());
      while (name.find()) {
        asked.add(name.group());
      }
    }

    assertThat(asked).isSubsetOf(known).hasSizeGreaterThan(15);
    assertThat(dashboard.path("panels")).hasSizeGreaterThan(10);
    for (JsonNode panel : dashboard.path("panels")) {
      assertThat(panel.path("title").asString()).isNotBlank();
    }
  }

  @Test
  void namesBeyondANumberAreCountedTogether() {
    for (int i = 0; i <= HoldfastMetrics.MOST_NAMES; i++) {
      Work work = new Work(Work.Kind.ACTIVITY, "i", 1, "a" + i, 4L, 1);
      metrics.begun(work);
      metrics.ended(work, new WorkEnd(Outcome.STORED, Arrival.FETCHED, SOME, null, null, null, 1));
    }

    assertThat(registry.find("holdfast.activity.duration").tag("outcome", "stored").timers())
        .hasSize(HoldfastMetrics.MOST_NAMES);
    assertThat(registry.get("holdfast.activity.duration").tag("activity", "other").timer().count())
        .isEqualTo(2);
  }
}
