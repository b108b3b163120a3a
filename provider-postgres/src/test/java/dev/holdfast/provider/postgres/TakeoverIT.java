// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres;

import static dev.holdfast.tck.crash.HolderProcess.LOCKED;
import static dev.holdfast.tck.crash.HolderProcess.WITH_ACTIVITY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.Providers;
import dev.holdfast.provider.postgres.server.TestServer;
import dev.holdfast.tck.crash.HolderProcess;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * What a process held when it was killed goes on elsewhere; what a living one holds is left alone,
 * whatever becomes of its connections. Each test waits for most of its time, in a database of its
 * own.
 */
@Execution(ExecutionMode.CONCURRENT)
@EnabledOnOs(value = OS.LINUX, disabledReason = "signals, and the state of a process in /proc")
class TakeoverIT {

  /** Much shorter than the locks of the holder, and longer than anything here takes. */
  private static final Duration WAIT = HolderProcess.LOCK.dividedBy(30);

  private static final OrchestrationFetch TURNS =
      OrchestrationFetch.of(5, HolderProcess.LOCK).withWaitUpTo(WAIT);
  private static final ActivityFetch ACTIVITIES =
      ActivityFetch.of(5, HolderProcess.LOCK).withWaitUpTo(WAIT);

  /** By then whoever is missing has counted as missing for longer than the grace. */
  private static final int LOOKS = 4;

  /** Its own, for what others do to their sessions would leave us in doubt about ours. */
  private final Tenant tenant = Tenant.inOwnDatabase();

  private final String url = tenant.location().url();

  @AfterEach
  void dropTenant() {
    tenant.drop();
  }

  /** Far too early to take over, were it not for how death is told from silence. */
  private Provider openHasty() {
    return Providers.open(url + "?takeoverMillis=1000");
  }

  private List<String> query(String sql) {
    return TestServer.queryText(tenant.admin(), sql);
  }

  private String lastLook() {
    return query("SELECT max(missing_since) FROM holdfast.owner WHERE number = 0").get(0);
  }

  private void endSessions(String which) {
    assertThat(
            query(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE usename = '%s' AND (%s)"
                    .formatted(tenant.name(), which)))
        .isNotEmpty();
  }

  private List<OrchestrationItem> assertTakesOver(Provider provider) {
    List<OrchestrationItem> turns = provider.fetchOrchestrationItems(TURNS);
    List<ActivityItem> activities = provider.fetchActivityItems(ACTIVITIES);
    assertThat(turns)
        .singleElement()
        .satisfies(item -> {
          assertThat(item.instanceId()).isEqualTo(LOCKED);
          assertThat(item.deliveryCount()).isEqualTo(2);
        });
    assertThat(activities)
        .singleElement()
        .satisfies(item -> {
          assertThat(item.lockToken().instanceId()).isEqualTo(WITH_ACTIVITY);
          assertThat(item.deliveryCount()).isEqualTo(2);
        });
    return turns;
  }

  private List<String> owners() {
    return query("SELECT number FROM holdfast.owner WHERE number > 0");
  }

  private void assertNothingToTakeOver(Provider provider) {
    for (int looks = 0; looks < LOOKS; looks++) {
      waitForALook(provider);
    }
  }

  private void waitForALook(Provider provider) {
    Duration shortly = Duration.ofMillis(50);
    String last = lastLook();
    do {
      assertThat(provider.fetchOrchestrationItems(TURNS.withWaitUpTo(shortly))).isEmpty();
      assertThat(provider.fetchActivityItems(ACTIVITIES.withWaitUpTo(shortly))).isEmpty();
    } while (last.equals(lastLook()));
  }

  @Test
  void whoWaitsTakesOverTheWorkOfAKilledProcess() throws Exception {
    try (HolderProcess holder = HolderProcess.start(url);
        Provider provider = Providers.open(url)) {
      LockToken old =
          new LockToken.OfInstance(
              LOCKED,
              Long.parseLong(
                  query(
                          "SELECT lock_epoch FROM holdfast.ready JOIN holdfast.instance USING (instance_key) WHERE instance_id = '%s'"
                              .formatted(LOCKED))
                      .get(0)));
      assertThat(provider.renew(List.of(old), HolderProcess.LOCK)).containsExactly(old);
      holder.kill();
      List<OrchestrationItem> turns = assertTakesOver(provider);
      LockToken current = turns.get(0).lockToken();
      assertThat(provider.renew(List.of(old, current), HolderProcess.LOCK))
          .containsExactly(current);
    }
  }

  @Test
  void whoOpensLaterTakesOverToo() throws Exception {
    try (HolderProcess holder = HolderProcess.start(url)) {
      holder.kill();
    }
    try (Provider provider = openHasty()) {
      assertTakesOver(provider);
      // The dead are forgotten at a later look than the one that ends their locks.
      for (int looks = 0; looks < LOOKS && owners().size() > 1; looks++) {
        waitForALook(provider);
      }
    }
    assertThat(owners()).as("what the dead and the closed left behind").isEmpty();
  }

  @Test
  void aProcessThatPausesKeepsItsWork() throws Exception {
    try (HolderProcess holder = HolderProcess.start(url);
        Provider provider = openHasty()) {
      holder.pause();
      assertNothingToTakeOver(provider);
      holder.resume();
      assertThat(holder.tell("renew")).isEqualTo("renewed");
      assertThat(holder.tell("ack")).isEqualTo("Applied");
    }
  }

  @Test
  void aProcessWhoseListeningConnectionBreaksKeepsItsWork() throws Exception {
    try (HolderProcess holder = HolderProcess.start(url)) {
      endSessions("query LIKE 'LISTEN%' OR query LIKE '%end_locks_of_the_dead%'");
      try (Provider provider = openHasty()) {
        assertNothingToTakeOver(provider);
      }
      assertThat(holder.tell("ack")).isEqualTo("Applied");
    }
  }

  @Test
  void aPausingProcessWhoseConnectionsAreEndedKeepsItsWork() throws Exception {
    try (HolderProcess holder = HolderProcess.start(url)) {
      holder.pause();
      endSessions("true");
      try (Provider provider = openHasty()) {
        assertNothingToTakeOver(provider);
      }
      holder.resume();
      assertThat(holder.tell("renew")).isEqualTo("renewed");
      assertThat(holder.tell("ack")).isEqualTo("Applied");
    }
  }

  @Test
  void aClosedHandleKeepsWhatItHeld() throws Exception {
    try (HolderProcess holder = HolderProcess.start(url)) {
      assertThat(holder.tell("close")).isEqualTo("closed");
      try (Provider provider = openHasty()) {
        assertNothingToTakeOver(provider);
      }
    }
  }

  @Test
  void whoSwitchesItOffNeitherTakesOverNorIsTakenOverFrom() throws Exception {
    try (HolderProcess holder = HolderProcess.start(url + "?takeoverMillis=off");
        Provider provider = openHasty()) {
      holder.kill();
      assertNothingToTakeOver(provider);
    }
  }
}
