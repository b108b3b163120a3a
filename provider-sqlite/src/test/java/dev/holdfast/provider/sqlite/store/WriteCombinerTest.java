// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.store;

import static dev.holdfast.provider.sqlite.store.Writes.awaitQuietly;
import static dev.holdfast.provider.sqlite.store.Writes.blocking;
import static dev.holdfast.provider.sqlite.store.Writes.insert;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.StoreFailure;
import dev.holdfast.provider.jdbc.batch.Outcome;
import dev.holdfast.provider.sqlite.store.Write.Durability;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writes share commits and nothing else: a bad one harms only itself. */
class WriteCombinerTest {

  @TempDir Path directory;
  private WriteCombiner combiner;
  private Session reader;
  private final AtomicInteger commits = new AtomicInteger();

  @BeforeEach
  void open() throws SQLException {
    SqliteFile file =
        new SqliteFile(directory.resolve("store.db"), SqliteFile.Synchronous.FULL, 1_000);
    Session writer = file.openWriter();
    writer.execute("CREATE TABLE t (n INTEGER PRIMARY KEY) STRICT");
    combiner =
        new WriteCombiner(
            file,
            new FileGuard(file.path()),
            writer,
            InstantSource.system(),
            0,
            (orchestrations, activities) -> commits.incrementAndGet());
    reader = file.openReader();
  }

  @AfterEach
  void close() throws SQLException {
    reader.close();
    combiner.close();
  }

  private List<Integer> stored() throws SQLException {
    return reader.list("SELECT n FROM t ORDER BY n", row -> row.getInt(1));
  }

  @Test
  void aBadWriteInTheMiddleHarmsOnlyItself() throws SQLException {
    List<Outcome<@Nullable Void>> outcomes =
        combiner.runAll(List.of(insert(1), insert(2), insert(2), insert(3)));
    assertThat(outcomes)
        .map(outcome -> outcome instanceof Outcome.Done)
        .containsExactly(true, true, false, true);
    assertThat(stored()).containsExactly(1, 2, 3);
  }

  @Test
  void aWriteThatFailsHalfwayLeavesNothing() throws SQLException {
    Write<@Nullable Void> half =
        new Write<>(
            "test",
            tx -> {
              tx.session().update("INSERT INTO t VALUES (7)");
              throw new InvalidRequest("test", "changed my mind");
            });
    assertThatThrownBy(() -> combiner.run(half)).isInstanceOf(InvalidRequest.class);
    assertThat(stored()).isEmpty();
  }

  @Test
  void whatNobodyForesawIsAStoreFailureWithItsCause() {
    Write<@Nullable Void> broken =
        new Write<>(
            "test",
            tx -> {
              throw new IllegalStateException("surprise");
            });
    assertThatThrownBy(() -> combiner.run(broken))
        .isInstanceOf(StoreFailure.class)
        .hasRootCauseMessage("surprise");
  }

  /**
   * Answers how much the commit will wait for the disk: 1 is not at all, 2 is until it is there.
   */
  private static Write<@Nullable Long> synchronous(Durability durability) {
    return new Write<>("test", durability, tx -> tx.session().number("PRAGMA synchronous"));
  }

  @Test
  void onlyWhatMustNotBeLostWaitsForTheDisk() {
    assertThat(combiner.run(synchronous(Durability.FULL))).isEqualTo(2);
    assertThat(combiner.run(synchronous(Durability.RELAXED))).isEqualTo(1);
    assertThat(combiner.run(synchronous(Durability.FULL))).isEqualTo(2);
    assertThat(
            combiner.runAll(List.of(synchronous(Durability.RELAXED), synchronous(Durability.FULL))))
        .map(Outcome::orThrow)
        .containsExactly(2L, 2L);
  }

  @Test
  void aNewSessionWaitsForTheDisk() {
    combiner.run(synchronous(Durability.RELAXED));
    Write<@Nullable Void> broken =
        new Write<>(
            "test",
            Durability.RELAXED,
            tx -> {
              throw new SQLException("the disk is gone", null, 10);
            });
    assertThatThrownBy(() -> combiner.run(broken)).isInstanceOf(ProviderError.class);
    assertThat(combiner.run(synchronous(Durability.FULL))).isEqualTo(2);
    assertThat(combiner.run(synchronous(Durability.RELAXED))).isEqualTo(1);
  }

  /** Stores how many writes went well, and answers the outcomes as they are. */
  private static final AfterWrites<@Nullable Void> TALLY =
      (tx, outcomes) -> {
        long good = outcomes.stream().filter(outcome -> outcome instanceof Outcome.Done).count();
        tx.session().update("INSERT INTO t VALUES (?)", 100 + good);
        return outcomes;
      };

  @Test
  void whatIsAddedAtTheEndSharesTheCommit() throws SQLException {
    combiner.runAll(List.of(insert(1), insert(2)), TALLY);
    assertThat(stored()).containsExactly(1, 2, 102);
    assertThat(commits).hasValue(1);
  }

  @Test
  void whatIsAddedAtTheEndKnowsWhichWritesWereBad() throws SQLException {
    combiner.runAll(List.of(insert(1), insert(1), insert(2)), TALLY);
    assertThat(stored()).containsExactly(1, 2, 102);
  }

  @Test
  void aLoneWriteAndItsEndShareTheirFate() throws SQLException {
    List<Outcome<@Nullable Void>> outcomes =
        combiner.runAll(
            List.of(insert(1)),
            (tx, done) -> {
              throw new SQLException("bad end");
            });
    assertThat(outcomes).singleElement().isInstanceOf(Outcome.Failed.class);
    assertThat(stored()).isEmpty();
  }

  @Test
  void aBadEndOfManyWritesHarmsNoneOfThem() throws SQLException {
    List<Outcome<@Nullable Void>> outcomes =
        combiner.runAll(
            List.of(insert(1), insert(2)),
            (tx, done) -> {
              tx.session().update("INSERT INTO t VALUES (3)");
              throw new SQLException("bad end");
            });
    assertThat(outcomes).hasSize(2).allMatch(outcome -> outcome instanceof Outcome.Done);
    assertThat(stored()).containsExactly(1, 2);
  }

  private final List<String> order = Collections.synchronizedList(new ArrayList<>());

  /** Notes that it ran, and in which commit. */
  private Write<@Nullable Void> noted(String name, boolean urgent, long bytes) {
    return new Write<>(
        "test",
        Durability.FULL,
        urgent,
        bytes,
        tx -> {
          order.add(name + "@" + commits);
          return null;
        });
  }

  private static Thread running(Runnable call) {
    return Thread.ofPlatform().start(call);
  }

  /** Each of them sleeps once it has handed in its write. */
  private static void awaitAsleep(Thread... threads) {
    for (Thread thread : threads) {
      while (thread.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void renewalsComeFirstAndLargeWritesTakeTurnsWithSmallOnes() throws Exception {
    long large = Lanes.MOST_BYTES - 1;
    CountDownLatch underWay = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Thread leader = running(() -> combiner.run(blocking(underWay, goOn)));
    underWay.await();
    CountDownLatch largeUnderWay = new CountDownLatch(1);
    CountDownLatch largeGoesOn = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>(List.of(leader));
    for (Runnable call :
        List.<Runnable>of(
            () ->
                combiner.run(
                    Write.<@Nullable Void>of(
                        "test",
                        large,
                        tx -> {
                          order.add("large-1@" + commits);
                          largeUnderWay.countDown();
                          awaitQuietly(largeGoesOn);
                          return null;
                        })),
            () -> combiner.run(noted("large-2", false, large)),
            () -> combiner.run(noted("small-1", false, 1)),
            () -> combiner.run(noted("renewal-1", true, 0)))) {
      Thread thread = running(call);
      awaitAsleep(thread);
      threads.add(thread);
    }
    goOn.countDown();
    largeUnderWay.await();
    for (Runnable call :
        List.<Runnable>of(
            () -> combiner.run(noted("small-2", false, 1)),
            () -> combiner.run(noted("renewal-2", true, 0)))) {
      Thread thread = running(call);
      awaitAsleep(thread);
      threads.add(thread);
    }
    largeGoesOn.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(order)
        .containsExactly(
            "renewal-1@1", "large-1@2", "renewal-2@3", "small-1@3", "small-2@3", "large-2@4");
  }

  @Test
  void othersWriteBetweenTheLargeWritesOfOneCaller() throws Exception {
    long large = Lanes.MOST_BYTES / 2;
    CountDownLatch underWay = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    List<Write<@Nullable Void>> list = new ArrayList<>();
    list.add(
        Write.of(
            "test",
            large,
            tx -> {
              order.add("list-0@" + commits);
              underWay.countDown();
              awaitQuietly(goOn);
              return null;
            }));
    for (int i = 1; i < 5; i++) {
      list.add(noted("list-" + i, false, large));
    }
    Thread caller =
        running(() ->
            combiner.runAll(
                list,
                (tx, outcomes) -> {
                  order.add("end-of-" + outcomes.size() + "@" + commits);
                  return outcomes;
                }));
    underWay.await();
    Thread other = running(() -> combiner.run(noted("renewal", true, 0)));
    awaitAsleep(other);
    goOn.countDown();
    caller.join();
    other.join();
    assertThat(order)
        .containsExactly(
            "list-0@0", "list-1@0", "renewal@1", "list-2@2", "list-3@2", "list-4@3", "end-of-5@3");
  }

  @Test
  void aBadLargeWriteHarmsNoneOfItsCallers() throws SQLException {
    long large = Lanes.MOST_BYTES / 2;
    List<Write<@Nullable Void>> list = new ArrayList<>();
    for (int n : List.of(1, 2, 3, 3, 4)) {
      list.add(Write.of("test", large, insert(n).body()));
    }
    assertThat(combiner.runAll(list, TALLY))
        .map(outcome -> outcome instanceof Outcome.Done)
        .containsExactly(true, true, true, false, true);
    assertThat(stored()).containsExactly(1, 2, 3, 4, 104);
  }

  @Test
  void manySmallWritesThatAreLargeTogetherDoNotShareOneCommit() throws Exception {
    CountDownLatch underWay = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    threads.add(running(() -> combiner.run(blocking(underWay, goOn))));
    underWay.await();
    int crowd = (int) (2 * Lanes.MOST_BYTES / Lanes.LARGE_BYTES);
    for (int i = 0; i < crowd; i++) {
      threads.add(running(() -> combiner.run(noted("some", false, Lanes.LARGE_BYTES))));
    }
    awaitAsleep(threads.subList(1, threads.size()).toArray(Thread[]::new));
    goOn.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(order).hasSize(crowd);
    assertThat(commits).as("commits: the first, and two for the crowd").hasValue(3);
  }

  @Test
  void callersThatComeDuringACommitShareTheNext() throws Exception {
    int crowd = 50;
    CountDownLatch underWay = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    threads.add(Thread.ofVirtual().start(() -> combiner.run(blocking(underWay, goOn))));
    underWay.await();
    for (int i = 0; i < crowd; i++) {
      int n = i;
      threads.add(Thread.ofPlatform().start(() -> combiner.run(insert(n))));
    }
    // Each of the crowd sleeps once it has handed in its write.
    for (Thread thread : threads.subList(1, threads.size())) {
      while (thread.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
    }
    goOn.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(stored()).hasSize(crowd);
    assertThat(commits).as("commits: the first, and one for the crowd").hasValue(2);
  }

  @Test
  void anInterruptNeitherCutsAWriteShortNorGetsLost() throws Exception {
    CountDownLatch underWay = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Thread leader = Thread.ofPlatform().start(() -> combiner.run(blocking(underWay, goOn)));
    underWay.await();
    AtomicInteger flagged = new AtomicInteger();
    Thread waiter =
        Thread.ofPlatform()
            .start(() -> {
              combiner.run(insert(1));
              flagged.set(Thread.currentThread().isInterrupted() ? 1 : -1);
            });
    while (waiter.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    waiter.interrupt();
    goOn.countDown();
    waiter.join();
    leader.join();
    assertThat(stored()).containsExactly(1);
    assertThat(flagged).hasValue(1);
  }

  @Test
  void onceClosedEveryWriteIsRefused() throws SQLException {
    combiner.close();
    assertThatThrownBy(() -> combiner.run(insert(1)))
        .isInstanceOf(InvalidRequest.class)
        .hasMessageContaining("closed");
  }
}
