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
   *
   * <p><b>If this fails, check:</b> which codes of the driver mean that the connection was refused,
   * lost, or is being shut down?
   */
  @Rule("ERR-02")
  void aStoppedStoreIsUnavailable(StoreUnderTest s) {
    whileStopped(
        s,
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
   *
   * <p><b>If this fails, check:</b> is an error caught and turned into "no work" or "no history"?
   */
  @Rule("ERR-08")
  void aFailureNeverLooksLikeAnEmptyAnswer(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    StoreSwitch power = s.storeSwitch();
    power.stop();
    try {
      Duration wait = s.pace().prompt();
      List<Runnable> reads =
          List.of(
              () -> a.fetch(1),
              () -> a.fetch(OrchestrationFetch.of(1, s.lockFor()).withWaitUpTo(wait)),
              () -> a.fetchActivities(1),
              () ->
                  a.provider()
                      .fetchActivityItems(ActivityFetch.of(1, s.lockFor()).withWaitUpTo(wait)),
              () -> a.history("order", 1),
              () -> a.provider().latestExecutionId("order"));
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
   *
   * <p><b>If this fails, check:</b> does the handle keep dead connections, or remember the failure?
   */
  @Rule("ERR-09")
  void retryableCallsSucceedOnceTheStoreIsBack(StoreUnderTest s) {
    List<Runnable> calls = calls(s);
    StoreSwitch power = s.storeSwitch();
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
   *
   * <p><b>If this fails, check:</b> is there a limit for every wait: for a connection, for a lock,
   * for an answer?
   */
  @Rule("ERR-10")
  void callsEndWhileTheStoreIsAway(StoreUnderTest s) {
    whileStopped(
        s,
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

  private static void whileStopped(StoreUnderTest s, Calls body) {
    List<Runnable> calls = calls(s);
    StoreSwitch power = s.storeSwitch();
    power.stop();
    try {
      body.make(calls);
    } finally {
      power.start();
    }
  }

  /** One good call of every kind; each can be made once. */
  private static List<Runnable> calls(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.schedule("order", 1, 2);
    a.poke("order");
    OrchestrationItem item = a.fetchOne("order");
    ActivityItem activity = a.fetchActivity(1);
    ActivityItem other = a.fetchActivity(2);
    return List.of(
        () -> a.renew(item, s.lockFor()),
        () -> a.renew(activity, s.lockFor()),
        () -> a.poke("order"),
        () -> a.history("order", 1),
        () -> a.provider().latestExecutionId("order"),
        () -> a.finish(item),
        () -> a.complete(activity),
        () -> a.abandon(other),
        () -> a.fetch(1),
        () -> a.fetchActivities(1));
  }
}
