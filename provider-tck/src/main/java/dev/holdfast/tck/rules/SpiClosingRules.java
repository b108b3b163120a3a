// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.Providers;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.instrument.Footprint;
import dev.holdfast.tck.words.Configs;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Parked;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.parallel.Isolated;

/** What closing a handle ends, what it leaves alone, and that it leaves nothing behind. */
@RuleFamily("SPI")
@Isolated("what this JVM has running, open and on its console is compared")
final class SpiClosingRules {

  private static final int OPENINGS = 4;
  private static final int VALID_SECONDS = 30;

  /**
   * Close is idempotent and ends waiting fetches promptly, with an empty answer.
   *
   * <p><b>Shape:</b> park fetches on both queues; close twice; both answer.
   */
  @Rule("SPI-10")
  void closeEndsWaitingFetches(StoreUnderTest store) {
    Handle first = store.first();
    Duration wait = store.pace().prompt().multipliedBy(50);
    try (Parked<List<OrchestrationItem>> items =
            Parked.call(
                store.pace(),
                () -> first.fetch(OrchestrationFetch.of(1, store.lockFor()).withWaitUpTo(wait)));
        Parked<List<ActivityItem>> activities =
            Parked.call(
                store.pace(),
                () ->
                    first
                        .provider()
                        .fetchActivityItems(
                            ActivityFetch.of(1, store.lockFor()).withWaitUpTo(wait)))) {
      first.close();
      first.close();

      String what = "A waiting fetch goes on after its handle was closed.";
      Expect.none("A closed handle delivered.", items.within(what, store.pace().prompt()));
      Expect.none("A closed handle delivered.", activities.within(what, store.pace().prompt()));
    }
  }

  /**
   * Calls on a closed handle are InvalidRequest that says so.
   *
   * <p><b>Shape:</b> lock an instance and an activity; close; call everything; another handle still
   * works.
   */
  @Rule("SPI-10")
  void aClosedHandleRefusesEveryCall(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.schedule("order", 1);
    first.poke("order");
    OrchestrationItem item = first.fetchOne("order");
    ActivityItem activity = first.fetchActivity(1);
    first.close();

    Provider provider = first.provider();
    LockToken token = item.lockToken();
    LockToken activityToken = activity.lockToken();
    Duration lock = store.lockFor();
    expectClosed(() -> first.fetch(1));
    expectClosed(() -> first.fetchActivities(1));
    expectClosed(() -> provider.abandon(token, AbandonOptions.now()));
    expectClosed(() -> provider.abandon(activityToken, AbandonOptions.now()));
    expectClosed(() -> provider.renew(List.of(token), lock));
    expectClosed(() -> provider.renew(List.of(activityToken), lock));
    expectClosed(() -> provider.renew(List.of(token, activityToken), lock));
    expectClosed(() -> provider.renew(List.of(), lock));
    expectClosed(() -> first.poke("order"));
    expectClosed(() -> provider.enqueueAll(List.of(Sample.message("order", "late"))));
    expectClosed(() -> provider.readHistory("order", 1, 0, 1));
    expectClosed(() -> provider.latestExecutionId("order"));
    OrchestrationAck ack = first.turn(item).event(1).build();
    ActivityAck activityAck = ActivityAck.of(activityToken, Sample.completion(activity));
    expectClosed(provider.ackOrchestrationItem(ack));
    expectClosed(provider.ackActivityItem(activityAck));
    expectClosed(provider.ackOrchestrationItems(List.of(ack)).get(0));
    expectClosed(provider.ackActivityItems(List.of(activityAck)).get(0));

    Expect.none("A refused ack was stored.", store.second().history("order", 1));
    store.second().turn(item).event(1).apply();
    store.second().complete(activity);
  }

  private static void expectClosed(Runnable call) {
    expectSaysClosed(Expect.thrown("A closed handle took a call.", InvalidRequest.class, call));
  }

  private static void expectClosed(AckResult result) {
    expectSaysClosed(Expect.rejected("A closed handle took an ack.", InvalidRequest.class, result));
  }

  private static void expectSaysClosed(InvalidRequest error) {
    Expect.that(
        "The error does not say that the handle is closed: " + error.getMessage(),
        String.valueOf(error.getMessage()).contains("closed"));
  }

  /**
   * Closing a handle leaves its locks until they end, and other handles go on.
   *
   * <p><b>Shape:</b> fetch from both queues through A; close A; B gets nothing until L has passed,
   * then both.
   */
  @Rule("SPI-11")
  void closingAHandleLeavesItsLocks(StoreUnderTest store) {
    Handle first = store.first();
    Handle second = store.second();
    first.create("order");
    first.schedule("order", 1);
    first.poke("order");
    first.fetchOne("order");
    first.fetchActivity(1);

    first.close();

    second.fetchNone("Closing a handle released a lock.");
    second.fetchNoActivity("Closing a handle released the lock of an activity.");
    store.moveTime(store.lockFor());
    Expect.equal(
        "The delivery before the handle was closed was not counted.",
        2,
        second.fetchOne("order").deliveryCount());
    Expect.equal(
        "The delivery before the handle was closed was not counted.",
        2,
        second.fetchActivity(1).deliveryCount());
  }

  /**
   * Closing a handle leaves the caller's data source open.
   *
   * <p><b>Shape:</b> open with a data source that can be closed, work and close, twice; nobody has
   * closed it, and it still hands out connections that work.
   */
  @Rule("SPI-11")
  void closingAHandleLeavesTheCallersDataSource(StoreUnderTest store) throws Exception {
    ProviderConfig given = store.configWithDataSource();
    store.first().create("order");
    try (CallersDataSource source =
        new CallersDataSource(Objects.requireNonNull(given.dataSource()))) {
      ProviderConfig config = Configs.like(given, source);
      for (String message : List.of("first", "second")) {
        try (Provider provider = Providers.open(config)) {
          workOnce(provider, message, store.lockFor());
        }
        Expect.that("Closing a handle closed the caller's data source.", !source.isClosed());
        try (Connection connection = source.getConnection()) {
          Expect.that(
              "The caller's data source hands out connections that do not work.",
              connection.isValid(VALID_SECONDS));
        }
      }
    }
    Expect.equal(
        "What was written through the caller's data source is not there.",
        Sample.events(1, 2),
        store.first().history("order", 1));
  }

  private static void workOnce(Provider provider, String message, Duration lock) {
    provider.enqueue(Sample.message("order", message));
    List<OrchestrationItem> items =
        provider.fetchOrchestrationItems(OrchestrationFetch.of(1, lock));
    Expect.equal("A message that is queued was not delivered.", 1, items.size());
    OrchestrationItem item = items.get(0);
    Expect.applied(
        provider.ackOrchestrationItem(
            OrchestrationAck.builder(item.lockToken(), item.executionId())
                .historyDelta(List.of(Sample.event(item.history().lastEventId() + 1)))
                .build()));
  }

  /**
   * A closed handle leaves no thread and no open file.
   *
   * <p><b>Shape:</b> open, work and close several times; compare threads and open files.
   */
  @Rule("SPI-12")
  void aClosedHandleLeavesNothing(StoreUnderTest store) {
    store.first().create("order");
    openWorkAndClose(store);
    Footprint before = Footprint.take();

    for (int i = 0; i < OPENINGS; i++) {
      openWorkAndClose(store);
    }

    Expect.none("Closed handles left threads behind.", before.newThreads());
    Expect.that("Closed handles left files or connections behind.", before.moreFiles() < OPENINGS);
  }

  private static void openWorkAndClose(StoreUnderTest store) {
    Handle handle = store.newHandle();
    handle.poke("order");
    handle.finish(handle.fetchOne("order"));
    handle.fetchNoActivity();
    handle.close();
  }

  /**
   * A provider never writes to standard output or error.
   *
   * <p><b>Shape:</b> capture both streams of this JVM while handles are opened, work, are refused
   * and are closed.
   */
  @Rule("SPI-12")
  void aProviderWritesNothingToTheConsole(StoreUnderTest store) {
    String written =
        Footprint.consoleOf(() -> {
          store.first().create("order");
          openWorkAndClose(store);
          Set<LockToken> held =
              store
                  .first()
                  .provider()
                  .renew(List.of(new LockToken.OfInstance("nobody", 1)), store.lockFor());
          Expect.none("A token that was never given out is held.", held);
        });
    Expect.equal("Something was written to the console.", "", written);
  }
}
