// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.StoreUnavailable;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.fixture.StoreSwitch;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.StoreUnderTest;
import dev.holdfast.tck.harness.Together;
import java.time.Duration;
import java.util.List;

/** A store that is away: typed errors, calls that end, and work that goes on when it is back. */
@RuleFamily("ERR")
final class ErrOutageRules {

  private static final int CALLERS = 16;

  /**
   * A store that is out of reach is StoreUnavailable.
   *
   * <p><b>Shape:</b> stop the store and make every call.
   */
  @Rule("ERR-02")
  void aStoppedStoreIsUnavailable(StoreUnderTest store) {
    whileStopped(
        store,
        calls ->
            calls.forEach(call ->
                Expect.thrown(
                    "A call on a stopped store did not fail as it should.",
                    StoreUnavailable.class,
                    call)));
  }

  /**
   * A failure never looks like an empty answer.
   *
   * <p><b>Shape:</b> stop the store; fetches of both queues, with and without a wait, and reads
   * throw.
   */
  @Rule("ERR-08")
  void aFailureNeverLooksLikeAnEmptyAnswer(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    StoreSwitch power = store.storeSwitch();
    power.stop();
    try {
      Duration wait = store.pace().prompt();
      List<Runnable> reads =
          List.of(
              () -> first.fetch(1),
              () -> first.fetch(OrchestrationFetch.of(1, store.lockFor()).withWaitUpTo(wait)),
              () -> first.fetchActivities(1),
              () ->
                  first
                      .provider()
                      .fetchActivityItems(ActivityFetch.of(1, store.lockFor()).withWaitUpTo(wait)),
              () -> first.history("order", 1),
              () -> first.provider().latestExecutionId("order"));
      for (Runnable read : reads) {
        Expect.thrown("A store that is away answered.", ProviderError.Retryable.class, read);
      }
    } finally {
      power.start();
    }
  }

  /**
   * Retryable means it: the same calls succeed on the same handle once the store is back.
   *
   * <p><b>Shape:</b> stop the store; every call fails; start it; every call succeeds.
   */
  @Rule("ERR-09")
  void retryableCallsSucceedOnceTheStoreIsBack(StoreUnderTest store) {
    List<Runnable> calls = calls(store);
    StoreSwitch power = store.storeSwitch();
    power.stop();
    try {
      calls.forEach(call ->
          Expect.thrown(
              "A call on a stopped store did not fail as it should.",
              ProviderError.Retryable.class,
              call));
    } finally {
      power.start();
    }
    calls.forEach(Runnable::run);
  }

  /**
   * Calls end, also with many callers, while the store is away.
   *
   * <p><b>Shape:</b> stop the store; 16 callers make every call; all of them come back.
   */
  @Rule("ERR-10")
  void callsEndWhileTheStoreIsAway(StoreUnderTest store) {
    whileStopped(
        store,
        calls ->
            Together.times(
                CALLERS,
                n -> {
                  calls.forEach(call ->
                      Expect.thrown(
                          "A call on a stopped store did not fail as it should.",
                          ProviderError.Retryable.class,
                          call));
                  return n;
                }));
  }

  private interface Calls {
    void make(List<Runnable> calls);
  }

  private static void whileStopped(StoreUnderTest store, Calls body) {
    List<Runnable> calls = calls(store);
    StoreSwitch power = store.storeSwitch();
    power.stop();
    try {
      body.make(calls);
    } finally {
      power.start();
    }
  }

  /** One good call of every kind; each can be made once. */
  private static List<Runnable> calls(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.schedule("order", 1, 2);
    first.poke("order");
    OrchestrationItem item = first.fetchOne("order");
    ActivityItem activity = first.fetchActivity(1);
    ActivityItem other = first.fetchActivity(2);
    return List.of(
        () -> first.renew(item, store.lockFor()),
        () -> first.renew(activity, store.lockFor()),
        () -> first.poke("order"),
        () -> first.history("order", 1),
        () -> first.provider().latestExecutionId("order"),
        () -> first.finish(item),
        () -> first.complete(activity),
        () -> first.abandon(other),
        () -> first.fetch(1),
        () -> first.fetchActivities(1));
  }
}
