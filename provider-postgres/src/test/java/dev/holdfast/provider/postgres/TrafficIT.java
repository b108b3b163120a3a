// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.EagerActivities;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.TagFilter;
import dev.holdfast.tck.fixture.Traffic;
import dev.holdfast.tck.jdbc.JdbcErrors;
import dev.holdfast.tck.jdbc.StoreTap;
import dev.holdfast.tck.words.Sample;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Every call is one statement and one round trip, for one element and for many, also when there is
 * nothing to fetch. What a pool does by itself with connections that were idle is not counted.
 */
class TrafficIT {

  private static final int MANY = 50;
  private static final Duration LOCK = Duration.ofMinutes(10);

  private final StoreTap tap = new StoreTap(JdbcErrors.standard(), true);
  private final Map<String, Traffic> costs = new LinkedHashMap<>();

  @Test
  void everyCallIsOneRoundTrip() {
    withStore(
        UnaryOperator.identity(),
        provider -> {
          makeEveryCall(provider);
          assertThat(costs)
              .hasSizeGreaterThan(20)
              .allSatisfy((call, cost) -> {
                assertThat(cost.roundTrips()).as("round trips of " + call).isEqualTo(1);
                assertThat(cost.statements()).as("statements of " + call).isEqualTo(1);
              });
        });
  }

  @Test
  void aStatementMoreIsNoticed() {
    withStore(
        TrafficIT::withOneStatementMore,
        provider -> {
          makeEveryCall(provider);
          assertThat(costs)
              .allSatisfy((call, cost) -> {
                assertThat(cost.roundTrips()).as("round trips of " + call).isEqualTo(2);
                assertThat(cost.statements()).as("statements of " + call).isEqualTo(2);
              });
        });
  }

  private void withStore(UnaryOperator<DataSource> above, Consumer<Provider> test) {
    Tenant tenant = Tenant.inSharedDatabase();
    try {
      ProviderConfig config =
          ProviderConfig.url(tenant.location().url()).option("schema", tenant.name()).build();
      try (Provider provider =
          Opening.open(
              config, PostgresOptions.parse(config), source -> above.apply(tap.wrap(source)))) {
        test.accept(provider);
      }
    } finally {
      tenant.drop();
    }
  }

  /** Connections that ask something before each statement that is prepared. */
  private static DataSource withOneStatementMore(DataSource source) {
    return looking(
        DataSource.class,
        source,
        answer ->
            answer instanceof Connection connection
                ? looking(Connection.class, connection, prepared -> asked(connection, prepared))
                : answer);
  }

  private static Object asked(Connection connection, Object prepared) throws SQLException {
    if (prepared instanceof PreparedStatement) {
      try (Statement statement = connection.createStatement()) {
        statement.execute("SELECT 1");
      }
    }
    return prepared;
  }

  /** Takes an answer and gives another one. */
  @FunctionalInterface
  private interface Look {
    Object at(Object answer) throws SQLException;
  }

  private static <T> T looking(Class<T> type, T target, Look look) {
    return type.cast(
        Proxy.newProxyInstance(
            TrafficIT.class.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              try {
                Object answer = method.invoke(target, arguments);
                return answer == null ? null : look.at(answer);
              } catch (InvocationTargetException e) {
                throw e.getCause() == null ? e : e.getCause();
              }
            }));
  }

  private void makeEveryCall(Provider provider) {
    cost("fetch that finds nothing", () -> fetch(provider, 1));
    cost("fetch of activities that finds none", () -> fetchActivities(provider, 1));
    makeSingleCalls(provider);
    makeListCalls(provider);
    makeCallsThatClaim(provider);
    cost("readHistory", () -> provider.readHistory("one", 1, 0, MANY));
    cost("latestExecutionId", () -> provider.latestExecutionId("one"));
  }

  private void makeSingleCalls(Provider provider) {
    cost("enqueue", () -> provider.enqueue(start("one")));
    LockToken token = cost("fetch of one", () -> fetch(provider, 1)).get(0).lockToken();
    cost("renew of one instance", () -> provider.renew(List.of(token), LOCK));
    cost("abandon of an instance", () -> provider.abandon(token, AbandonOptions.now()));
    OrchestrationAck ack = ack(fetch(provider, 1).get(0), 1);
    cost("ackOrchestrationItem", () -> provider.ackOrchestrationItem(ack));
    cost("ackOrchestrationItem again", () -> provider.ackOrchestrationItem(ack));
    LockToken held =
        cost("fetch of one activity", () -> fetchActivities(provider, 1)).get(0).lockToken();
    cost("renew of one activity", () -> provider.renew(List.of(held), LOCK));
    cost("abandon of an activity", () -> provider.abandon(held, AbandonOptions.now()));
    ActivityAck completion = completed(fetchActivities(provider, 1).get(0));
    cost("ackActivityItem", () -> provider.ackActivityItem(completion));
    cost("ackActivityItem again", () -> provider.ackActivityItem(completion));
    provider.ackOrchestrationItem(ack(fetch(provider, 1).get(0), 0));
  }

  private void makeListCalls(Provider provider) {
    List<OrchestratorMessage> starts =
        IntStream.range(0, MANY).mapToObj(n -> start("many-" + n)).toList();
    cost("enqueueAll", () -> provider.enqueueAll(starts));
    List<OrchestrationItem> items = cost("fetch of many", () -> fetch(provider, MANY));
    assertThat(items).hasSize(MANY);
    List<LockToken> tokens = items.stream().map(OrchestrationItem::lockToken).toList();
    cost("renew of instances", () -> provider.renew(tokens, LOCK));
    List<OrchestrationAck> acks = items.stream().map(item -> ack(item, 3)).toList();
    cost("ackOrchestrationItems", () -> provider.ackOrchestrationItems(acks));
    cost("ackOrchestrationItems again", () -> provider.ackOrchestrationItems(acks));
    List<ActivityItem> activities =
        cost("fetch of many activities", () -> fetchActivities(provider, MANY));
    assertThat(activities).hasSize(MANY);
    List<LockToken> held = activities.stream().map(ActivityItem::lockToken).toList();
    List<LockToken> both = Stream.of(tokens, held).flatMap(List::stream).toList();
    cost("renew of both kinds", () -> provider.renew(both, LOCK));
    List<ActivityAck> completions = activities.stream().map(TrafficIT::completed).toList();
    cost("ackActivityItems", () -> provider.ackActivityItems(completions));
  }

  private void makeCallsThatClaim(Provider provider) {
    EagerInstance instance = new EagerInstance(LOCK, MANY, null);
    OrchestrationItem item =
        Objects.requireNonNull(
            cost("enqueue with a claim", () -> provider.enqueue(start("claimed"), instance))
                .eagerInstance());
    OrchestrationAck ack =
        OrchestrationAck.builder(item.lockToken(), 1)
            .activities(
                LongStream.rangeClosed(1, MANY)
                    .mapToObj(id -> Sample.activity(item.instanceId(), id))
                    .toList())
            .eager(new EagerActivities(MANY, LOCK, TagFilter.untagged(), null))
            .build();
    List<ActivityItem> activities =
        claimed(cost("ackOrchestrationItem with a claim", () -> provider.ackOrchestrationItem(ack)))
            .eagerActivities();
    assertThat(activities).hasSize(MANY);
    List<ActivityAck> acks =
        activities.stream()
            .map(one -> new ActivityAck(one.lockToken(), Sample.completion(one), instance))
            .toList();
    LockToken held =
        Objects.requireNonNull(
                claimed(
                        cost(
                            "ackActivityItem with a claim",
                            () -> provider.ackActivityItem(acks.get(0))))
                    .eagerInstance())
            .lockToken();
    provider.abandon(held, AbandonOptions.now());
    List<ActivityAck> rest = acks.subList(1, MANY);
    List<AckResult> results =
        cost("ackActivityItems with claims", () -> provider.ackActivityItems(rest));
    assertThat(claimed(results.get(rest.size() - 1)).eagerInstance()).isNotNull();
  }

  private static AckResult.Applied claimed(AckResult result) {
    return (AckResult.Applied) result;
  }

  private void cost(String call, Runnable body) {
    cost(
        call,
        () -> {
          body.run();
          return call;
        });
  }

  private <T extends @Nullable Object> T cost(String call, Supplier<T> body) {
    Traffic before = tap.soFar();
    T answer = body.get();
    costs.put(call, tap.soFar().since(before));
    return answer;
  }

  private static OrchestratorMessage start(String id) {
    return Sample.start(id, Sample.NAME, null);
  }

  /** Events, activities and messages, several of each. */
  private static OrchestrationAck ack(OrchestrationItem item, int elements) {
    long last = item.history().lastEventId();
    return OrchestrationAck.builder(item.lockToken(), item.executionId())
        .historyDelta(Sample.events(last + 1, last + 1 + elements))
        .activities(
            LongStream.rangeClosed(1, elements)
                .mapToObj(id -> Sample.activity(item.instanceId(), id))
                .toList())
        .messages(
            IntStream.range(0, elements)
                .mapToObj(n -> Sample.timer(item.instanceId(), "later", LOCK))
                .toList())
        .metadata(ExecutionMetadata.builder().name(Sample.NAME).build())
        .build();
  }

  private static ActivityAck completed(ActivityItem item) {
    return ActivityAck.of(item.lockToken(), Sample.completion(item));
  }

  private static List<OrchestrationItem> fetch(Provider provider, int max) {
    return provider.fetchOrchestrationItems(OrchestrationFetch.of(max, LOCK));
  }

  private static List<ActivityItem> fetchActivities(Provider provider, int max) {
    return provider.fetchActivityItems(ActivityFetch.of(max, LOCK));
  }
}
