// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Callers do each other's work, in order. A caller left waiting is a failure. */
@Timeout(value = 1, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GroupCommitTest {

  private static final int MOST = 3;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch underWay = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);
  private final Numbers numbers = new Numbers();
  private final GroupCommit<Number> commit = new GroupCommit<>(numbers, numbers::run);

  /** Is done in as many groups as it says. */
  private static final class Number extends Submission<Number> {
    private final int value;
    private int groups;

    Number(int value, int groups) {
      this.value = value;
      this.groups = groups;
    }

    @Override
    protected boolean isComplete() {
      return groups == 0;
    }

    @Nullable Throwable end() {
      return problem();
    }
  }

  /** Takes three at a time, in the order in which they came. */
  private final class Numbers implements GroupCommit.Queue<Number> {
    private final Line<Number> line = new Line<>();
    private final List<List<Integer>> groups = new ArrayList<>(); // used by the leader only
    private final AtomicBoolean leads = new AtomicBoolean();
    private @Nullable Error error;

    @Override
    public void add(Number submission) {
      line.add(submission);
    }

    @Override
    public @Nullable Number first() {
      return line.first();
    }

    @Override
    public void next(Line<Number> group) {
      for (int i = 0; i < MOST; i++) {
        Number next = line.poll();
        if (next != null) {
          group.add(next);
        }
      }
    }

    void run(Line<Number> group) {
      assertThat(leads.getAndSet(true)).as("somebody else leads too").isFalse();
      List<Integer> values = new ArrayList<>();
      for (Number next = group.first(); next != null; next = next.behind()) {
        values.add(next.value);
        next.groups--;
      }
      groups.add(values);
      leads.set(false);
      if (values.contains(0)) {
        underWay.countDown();
        awaitQuietly(goOn);
      }
      Error thrown = error;
      if (thrown != null && values.contains(1)) {
        throw thrown;
      }
    }

    @Override
    public void putBack(Number submission) {
      line.addFirst(submission);
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @AfterEach
  void end() {
    threads.shutdownNow();
  }

  private Future<@Nullable Throwable> submit(int value, int groups) {
    return threads.submit(() -> {
      Number own = new Number(value, groups);
      commit.run(own);
      return own.end();
    });
  }

  /** Submits them, one after another, while a group is under way, and lets it go. */
  private List<@Nullable Throwable> meanwhile(int... values) throws Exception {
    Future<@Nullable Throwable> first = submit(0, 1);
    underWay.await();
    List<Future<@Nullable Throwable>> all = new ArrayList<>();
    for (int value : values) {
      int arrived = commit.arrived();
      all.add(submit(value, 1));
      while (commit.arrived() == arrived) {
        Thread.onSpinWait();
      }
    }
    goOn.countDown();
    assertThat(first.get()).isNull();
    List<@Nullable Throwable> ends = new ArrayList<>();
    for (Future<@Nullable Throwable> one : all) {
      ends.add(one.get());
    }
    return ends;
  }

  @Test
  void aLoneCallerLeadsItself() {
    commit.run(new Number(7, 1));
    assertThat(numbers.groups).containsExactly(List.of(7));
  }

  @Test
  void whatComesMeanwhileGoesInGroupsInTheOrderInWhichItCame() throws Exception {
    assertThat(meanwhile(1, 2, 3, 4, 5)).containsOnlyNulls();
    assertThat(numbers.groups).containsExactly(List.of(0), List.of(1, 2, 3), List.of(4, 5));
  }

  @Test
  void whatIsNotCompleteGoesOnInFrontOfTheOthers() {
    commit.run(new Number(7, 3));
    assertThat(numbers.groups).containsExactly(List.of(7), List.of(7), List.of(7));
  }

  @Test
  void anErrorIsToldToAllOfItsGroupAndToNobodyElse() throws Exception {
    Error error = new OutOfMemoryError("injected");
    numbers.error = error;
    assertThat(meanwhile(1, 2, 3, 4)).containsExactly(error, error, error, null);
    Number next = new Number(9, 1);
    commit.run(next);
    assertThat(next.end()).isNull();
  }

  @Test
  void anInterruptedCallerIsServedAndKeepsItsFlag() throws Exception {
    Future<@Nullable Throwable> first = submit(0, 1);
    underWay.await();
    Future<Boolean> interrupted =
        threads.submit(() -> {
          Thread.currentThread().interrupt();
          commit.run(new Number(5, 1));
          return Thread.interrupted();
        });
    while (commit.arrived() == 0) {
      Thread.onSpinWait();
    }
    goOn.countDown();
    assertThat(interrupted.get()).isTrue();
    assertThat(first.get()).isNull();
  }

  @Test
  void anActionWaitsForTheGroupAndLeavesNobodyWaitingWhenItFails() throws Exception {
    Future<@Nullable Throwable> first = submit(0, 1);
    underWay.await();
    List<List<Integer>> seen = new ArrayList<>();
    CountDownLatch acting = new CountDownLatch(1);
    CountDownLatch act = new CountDownLatch(1);
    Future<?> action =
        threads.submit(() -> {
          commit.betweenGroups(() -> {
            seen.addAll(numbers.groups);
            acting.countDown();
            act.await();
            throw new IllegalStateException("injected");
          });
          return null;
        });
    goOn.countDown();
    acting.await();
    assertThat(seen).containsExactly(List.of(0));
    Future<@Nullable Throwable> late = submit(5, 1);
    while (commit.arrived() == 0) {
      Thread.onSpinWait();
    }
    act.countDown();
    assertThatThrownBy(action::get).hasRootCauseMessage("injected");
    assertThat(late.get()).isNull();
    assertThat(first.get()).isNull();
  }

  @Test
  void nobodyOfACrowdIsForgottenOrServedTwice() throws Exception {
    int callers = 16;
    int rounds = 2_000;
    CyclicBarrier start = new CyclicBarrier(callers);
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < callers; i++) {
      int caller = i + 1;
      all.add(
          threads.submit(() -> {
            start.await();
            for (int round = 0; round < rounds; round++) {
              commit.run(new Number(caller * rounds + round, 1));
            }
            return null;
          }));
    }
    for (Future<?> one : all) {
      one.get();
    }
    assertThat(numbers.groups.stream().flatMap(List::stream))
        .hasSize(callers * rounds)
        .doesNotHaveDuplicates();
  }
}
