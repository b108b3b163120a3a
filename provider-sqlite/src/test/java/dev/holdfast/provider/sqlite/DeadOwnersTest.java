// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite;

import static dev.holdfast.tck.crash.HolderProcess.LOCKED;
import static dev.holdfast.tck.crash.HolderProcess.WITH_ACTIVITY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.Providers;
import dev.holdfast.tck.crash.HolderProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a process held when it was killed goes on at once; what a living one holds is left alone.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "signals, and the state of a process in /proc")
class DeadOwnersTest {

  /** Much shorter than the locks of the holder, and longer than anything here takes. */
  private static final Duration WAIT = HolderProcess.LOCK.dividedBy(30);

  private static final OrchestrationFetch TURNS =
      OrchestrationFetch.of(5, HolderProcess.LOCK).withWaitUpTo(WAIT);
  private static final ActivityFetch ACTIVITIES =
      ActivityFetch.of(5, HolderProcess.LOCK).withWaitUpTo(WAIT);

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void nameTheStore() {
    file = directory.resolve("store.db");
  }

  private Provider open() {
    return Providers.open("sqlite:" + file);
  }

  private List<String> ownerFiles() throws IOException {
    Path owners = directory.resolve("store.db-owners");
    if (!Files.exists(owners)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(owners)) {
      return files.map(path -> path.getFileName().toString()).toList();
    }
  }

  private static void assertTakesOver(Provider provider) {
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
  }

  private static void assertNothingToTakeOver(Provider provider) {
    assertThat(provider.fetchOrchestrationItems(TURNS.withWaitUpTo(Duration.ZERO))).isEmpty();
    assertThat(provider.fetchActivityItems(ACTIVITIES.withWaitUpTo(Duration.ZERO))).isEmpty();
  }

  @Test
  void whoWaitsTakesOverTheWorkOfAKilledProcess() throws Exception {
    try (HolderProcess holder = HolderProcess.start("sqlite:" + file);
        Provider provider = open()) {
      assertNothingToTakeOver(provider);
      holder.kill();
      assertTakesOver(provider);
    }
    assertThat(ownerFiles()).isEmpty();
  }

  @Test
  void whoOpensTakesOverTheWorkOfAKilledProcess() throws Exception {
    try (HolderProcess holder = HolderProcess.start("sqlite:" + file)) {
      holder.kill();
    }
    assertThat(ownerFiles()).as("what the dead left behind").hasSize(1);
    try (Provider provider = open()) {
      assertThat(provider.fetchOrchestrationItems(TURNS.withWaitUpTo(Duration.ZERO))).hasSize(1);
      assertThat(provider.fetchActivityItems(ACTIVITIES.withWaitUpTo(Duration.ZERO))).hasSize(1);
      assertThat(ownerFiles()).as("the opener's own").hasSize(1);
    }
    assertThat(ownerFiles()).isEmpty();
  }

  @Test
  void aProcessThatPausesKeepsItsWork() throws Exception {
    try (HolderProcess holder = HolderProcess.start("sqlite:" + file)) {
      holder.pause();
      for (int looks = 0; looks < 3; looks++) {
        try (Provider provider = open()) { // whoever opens looks
          assertNothingToTakeOver(provider);
        }
      }
      holder.resume();
      assertThat(holder.tell("renew")).isEqualTo("renewed");
      assertThat(holder.tell("ack")).isEqualTo("Applied");
    }
  }

  @Test
  void aProcessThatLosesItsFilesKeepsItsWork() throws Exception {
    try (HolderProcess holder = HolderProcess.start("sqlite:" + file)) {
      assertThat(holder.tell("read " + directory.resolve("store.db-owners"))).isEqualTo("read");
      open().close();
      for (String name : ownerFiles()) {
        Files.delete(directory.resolve("store.db-owners").resolve(name));
      }
      try (Provider provider = open()) {
        assertNothingToTakeOver(provider);
      }
      assertThat(holder.tell("renew")).isEqualTo("renewed");
      assertThat(holder.tell("ack")).isEqualTo("Applied");
    }
  }

  @Test
  void aClosedHandleKeepsWhatItHeld() throws Exception {
    try (HolderProcess holder = HolderProcess.start("sqlite:" + file)) {
      assertThat(holder.tell("close")).isEqualTo("closed");
      try (Provider provider = open()) {
        assertNothingToTakeOver(provider);
      }
    }
  }

  @Test
  void handlesOfOneProcessLeaveEachOtherAlone() {
    try (Provider one = open();
        Provider other = open()) {
      one.enqueue(
          OrchestratorMessage.builder(LOCKED, "start", Payload.empty())
              .start(ExecutionStart.of("flow"))
              .build());
      assertThat(one.fetchOrchestrationItems(TURNS)).hasSize(1);
      open().close();
      assertNothingToTakeOver(other);
    }
  }

  @Test
  void whatWasLeftBehindOfAnotherDatabaseIsClearedAway() throws Exception {
    Path owners = Files.createDirectory(directory.resolve("store.db-owners"));
    Files.createFile(owners.resolve("1125899906842624-999999999-1"));
    Files.createFile(owners.resolve("notes.txt"));
    open().close();
    assertThat(ownerFiles()).containsExactly("notes.txt");
  }
}
