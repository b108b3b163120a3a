// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.OutcomeUnknown;
import dev.holdfast.provider.ProviderError.StoreFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests travel together, and each gets its own answer. A caller left waiting is a failure. */
@Timeout(value = 1, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CallBatcherTest {

  private final List<List<String>> calls = new CopyOnWriteArrayList<>();
  private final Semaphore gate = new Semaphore(0);
  private final CountDownLatch underWay = new CountDownLatch(1);

  /** Answers in capitals; the first call waits until it is let through. */
  private final Batch<String, String> capitals =
      new Batch<>() {
        @Override
        public List<String> run(List<String> requests) {
          calls.add(List.copyOf(requests));
          underWay.countDown();
          gate.acquireUninterruptibly();
          gate.release();
          if (requests.contains("bad")) {
            throw new InvalidRequest("test", "bad");
          }
          if (requests.contains("cut")) {
            throw new OutcomeUnknown("test", "cut", null);
          }
          if (requests.contains("defect")) {
            throw new IllegalStateException("defect");
          }
          if (requests.contains("no memory")) {
            throw new Untellable();
          }
          if (requests.contains("short")) {
            return List.of();
          }
          return requests.stream().map(String::toUpperCase).toList();
        }

        @Override
        public int together(List<String> requests) {
          int alone = requests.subList(1, requests.size()).indexOf("alone");
          return alone < 0 ? requests.size() : 1 + alone;
        }

        @Override
        public long weight(String request) {
          if (request.equals("heavy")) {
            throw new OutOfMemoryError("injected");
          }
          return 1;
        }
      };

  /** There is no memory to tell about it either. */
  private static final class Untellable extends OutOfMemoryError {
    private static final long serialVersionUID = 1L;

    @Override
    public String toString() {
      throw new OutOfMemoryError("injected");
    }
  }

  private final CallBatcher<String, String> batcher = new CallBatcher<>("test", capitals);

  private List<Object> together(List<String> requests) throws Exception {
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      List<Future<Object>> answers = new ArrayList<>();
      answers.add(threads.submit(() -> answer("first")));
      underWay.await();
      for (String request : requests) {
        int waiting = batcher.waiting();
        Future<Object> answer = threads.submit(() -> answer(request));
        answers.add(answer);
        while (batcher.waiting() == waiting && !answer.isDone()) {
          Thread.onSpinWait();
        }
      }
      gate.release();
      List<Object> all = new ArrayList<>();
      for (Future<Object> answer : answers) {
        all.add(answer.get());
      }
      return all.subList(1, all.size());
    }
  }

  private Object answer(String request) {
    try {
      return batcher.call(request);
    } catch (ProviderError e) {
      return e.getClass().getSimpleName();
    }
  }

  @Test
  void aLoneCallerMakesTheCallItself() {
    gate.release();
    Thread[] caller = new Thread[1];
    CallBatcher<String, Thread> who =
        new CallBatcher<>(
            "test", requests -> requests.stream().map(r -> Thread.currentThread()).toList());
    caller[0] = who.call("me");
    assertThat(caller[0]).isSameAs(Thread.currentThread());
  }

  @Test
  void whoeverComesMeanwhileGoesTogether() throws Exception {
    assertThat(together(List.of("a", "b", "c"))).containsExactly("A", "B", "C");
    assertThat(calls).containsExactly(List.of("first"), List.of("a", "b", "c"));
  }

  @Test
  void oneThatFailsDoesNotTouchTheOthers() throws Exception {
    assertThat(together(List.of("a", "bad", "c"))).containsExactly("A", "InvalidRequest", "C");
  }

  @Test
  void whatIsUnknownForOneIsUnknownForAllAndNotTriedAgain() throws Exception {
    assertThat(together(List.of("a", "cut"))).containsExactly("OutcomeUnknown", "OutcomeUnknown");
    assertThat(calls).hasSize(2);
  }

  @Test
  void whatCannotJoinGoesInACallOfItsOwn() throws Exception {
    assertThat(together(List.of("a", "alone", "b"))).containsExactly("A", "ALONE", "B");
    assertThat(calls).containsExactly(List.of("first"), List.of("a"), List.of("alone", "b"));
  }

  @Test
  void aDefectLeavesNobodyWaiting() throws Exception {
    assertThat(together(List.of("a", "defect"))).containsOnly("StoreFailure");
    assertThatThrownBy(() -> batcher.call("defect")).isInstanceOf(StoreFailure.class);
    assertThat(batcher.call("again")).isEqualTo("AGAIN");
  }

  @Test
  void anErrorBeforeTheCallHarmsOnlyItsCaller() throws Exception {
    assertThat(together(List.of("a", "heavy", "c"))).containsExactly("A", "StoreFailure", "C");
    assertThat(batcher.call("again")).isEqualTo("AGAIN");
  }

  @Test
  void anErrorThatCannotBeToldLeavesNobodyWaiting() throws Exception {
    assertThat(together(List.of("a", "no memory", "c"))).hasSize(3).containsOnly("StoreFailure");
    assertThat(batcher.call("again")).isEqualTo("AGAIN");
  }

  @Test
  void aMissingAnswerLeavesNobodyWaiting() throws Exception {
    assertThat(together(List.of("a", "short"))).containsExactly("StoreFailure", "StoreFailure");
    assertThat(batcher.call("again")).isEqualTo("AGAIN");
  }

  @Test
  void anErrorOfALaterCallLeavesTheAnswersOfTheOneBefore() throws Exception {
    assertThat(together(List.of("a", "alone", "defect")))
        .containsExactly("A", "StoreFailure", "StoreFailure");
  }

  @Test
  void anInterruptedCallerGetsItsAnswerAndKeepsTheFlag() {
    gate.release();
    Thread.currentThread().interrupt();
    assertThat(batcher.call("a")).isEqualTo("A");
    assertThat(Thread.interrupted()).isTrue();
  }
}
