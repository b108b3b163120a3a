// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.Providers;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.fixture.Fault;
import dev.holdfast.tck.fixture.Fault.Kind;
import dev.holdfast.tck.fixture.Fault.Moment;
import dev.holdfast.tck.fixture.Fault.Place;
import dev.holdfast.tck.instrument.Waiting;
import dev.holdfast.tck.jdbc.JdbcErrors;
import dev.holdfast.tck.jdbc.StoreTap;
import dev.holdfast.tck.words.Configs;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** What a provider borrows from the data source of its caller comes back as it was. */
@RuleFamily("SPI")
final class SpiDataSourceRules {

  private static final int PLACES = 3;
  private static final String DIRTY =
      "A connection of the caller was not given back as it was lent";

  /**
   * Connections of the caller's data source come back as they were lent, and all of them.
   *
   * <p><b>Shape:</b> a data source that pools and looks at what comes back; open, make every kind
   * of call, refused ones too, close; nothing was changed about any connection, and none is missing
   * after the close.
   */
  @Rule("SPI-13")
  void connectionsComeBackAsTheyWereLent(StoreUnderTest store) {
    ProviderConfig given = store.configWithDataSource();
    store.first().create("order");
    try (CallersDataSource source =
        new CallersDataSource(Objects.requireNonNull(given.dataSource()))) {
      try (Provider provider = Providers.open(Configs.like(given, source))) {
        everyCall(provider, store.lockFor());
        Expect.none(DIRTY + ".", source.complaints());
      }
      expectAllBack(store, source);
    }
  }

  /**
   * They come back as they were lent also after calls that failed.
   *
   * <p><b>Shape:</b> the same data source above connections whose statements and commits fail in
   * each way, at each place, while a message is stored and a turn is acked; then normal calls work.
   */
  @Rule("SPI-13")
  void connectionsComeBackAsTheyWereLentAfterFailures(StoreUnderTest store) {
    ProviderConfig given = store.configWithDataSource();
    store.first().create("order");
    StoreTap tap = new StoreTap(JdbcErrors.standard(), true, sql -> true);
    try (CallersDataSource source =
        new CallersDataSource(tap.wrap(Objects.requireNonNull(given.dataSource())))) {
      try (Provider provider = Providers.open(Configs.like(given, source))) {
        for (Kind kind : Kind.values()) {
          for (Place place : Place.values()) {
            for (int number = 1; number <= PLACES; number++) {
              Fault fault = new Fault(place, number, Moment.BEFORE, kind);
              tap.arm(fault);
              turn(provider, store.lockFor());
              tap.disarm();
              Expect.none(DIRTY + " after " + fault + ".", source.complaints());
            }
          }
        }
        store.moveTime(store.lockFor());
        everyCall(provider, store.lockFor());
        Expect.none(DIRTY + ".", source.complaints());
      }
      expectAllBack(store, source);
    }
  }

  /** A turn that may fail anywhere. */
  private static void turn(Provider provider, Duration lock) {
    try {
      provider.enqueue(Sample.message("order", "poke"));
      for (OrchestrationItem item :
          provider.fetchOrchestrationItems(OrchestrationFetch.of(1, lock))) {
        provider.ackOrchestrationItem(
            OrchestrationAck.builder(item.lockToken(), item.executionId()).build());
      }
    } catch (ProviderError failed) {
      // As it was meant to.
      return;
    }
  }

  private static void everyCall(Provider provider, Duration lock) {
    provider.enqueue(identified("first"));
    refused(() -> provider.enqueue(identified("other content")));
    provider.enqueueAll(List.of(Sample.message("order", "one"), Sample.message("order", "two")));
    OrchestrationItem item = fetch(provider, lock);
    provider.renew(List.of(item.lockToken()), lock);
    provider.abandon(item.lockToken(), AbandonOptions.now());
    refused(() -> provider.abandon(item.lockToken(), AbandonOptions.now()));
    provider.renew(List.of(item.lockToken()), lock);
    LockToken token = fetch(provider, lock).lockToken();
    provider.ackOrchestrationItem(
        OrchestrationAck.builder(token, 1)
            .activities(List.of(Sample.activity("stranger", 1)))
            .build());
    OrchestrationAck ack =
        OrchestrationAck.builder(token, 1).activities(List.of(Sample.activity("order", 1))).build();
    Expect.applied(provider.ackOrchestrationItem(ack));
    Expect.alreadyApplied("A repeated ack was not recognised.", provider.ackOrchestrationItem(ack));
    List<ActivityItem> activities = provider.fetchActivityItems(ActivityFetch.of(1, lock));
    Expect.equal("An activity that is queued was not delivered.", 1, activities.size());
    ActivityItem activity = activities.get(0);
    provider.renew(List.of(activity.lockToken()), lock);
    provider.ackActivityItem(
        ActivityAck.of(activity.lockToken(), Sample.message("stranger", "astray")));
    provider.ackActivityItem(
        ActivityAck.of(
            new LockToken.OfActivity(new ActivityIdentity("order", 1, 77), 1),
            Sample.completion(activity)));
    Expect.applied(
        provider
            .ackActivityItems(
                List.of(ActivityAck.of(activity.lockToken(), Sample.completion(activity))))
            .get(0));
    Expect.applied(
        provider.ackOrchestrationItem(
            OrchestrationAck.builder(fetch(provider, lock).lockToken(), 1).build()));
    provider.readHistory("order", 1, 0, Handle.ALL);
    provider.latestExecutionId("order");
    Expect.none(
        "There is work left.",
        provider.fetchOrchestrationItems(
            OrchestrationFetch.of(1, lock).withWaitUpTo(Duration.ofMillis(1))));
  }

  private static OrchestrationItem fetch(Provider provider, Duration lock) {
    List<OrchestrationItem> items =
        provider.fetchOrchestrationItems(OrchestrationFetch.of(1, lock));
    Expect.equal("A message that is queued was not delivered.", 1, items.size());
    return items.get(0);
  }

  private static void refused(Runnable call) {
    Expect.thrown("A call that is wrong was accepted.", ProviderError.Permanent.class, call);
  }

  private static OrchestratorMessage identified(String body) {
    return OrchestratorMessage.builder("order", "identified", Payload.utf8(body))
        .messageId("m-1")
        .build();
  }

  /** Whoever was closed may take a moment to let go. */
  private static void expectAllBack(StoreUnderTest store, CallersDataSource source) {
    Waiting.until(() -> source.lent() == 0, store.pace().prompt());
    Expect.equal("Connections of the caller are kept after the close.", 0, source.lent());
    Expect.none(DIRTY + " by the close.", source.complaints());
    Expect.that("Closing a handle closed the caller's data source.", !source.isClosed());
  }
}
