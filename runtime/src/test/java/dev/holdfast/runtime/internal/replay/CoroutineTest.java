// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class CoroutineTest {

  private final Carriers carriers = new Carriers(1);
  private final List<String> seen = new CopyOnWriteArrayList<>();

  private Coroutine coroutine(Consumer<Coroutine> code) {
    Coroutine[] self = new Coroutine[1];
    self[0] = new Coroutine("x", 1, "flow", () -> code.accept(self[0]), Hosts.plain(), carriers);
    return self[0];
  }

  private void note(String what) {
    seen.add(what + (Thread.currentThread().isVirtual() ? " on a virtual thread" : " elsewhere"));
  }

  private Coroutine parkingOnce() {
    return coroutine(code -> {
      note("begun");
      code.park();
      note("resumed");
    });
  }

  @Test
  void codeRunsOnAVirtualThreadWhileThereIsACarrierToSpare() {
    Coroutine code = parkingOnce();
    code.resume();
    assertThat(code.isFinished()).isFalse();
    code.resume();
    assertThat(code.isFinished()).isTrue();
    assertThat(seen).containsExactly("begun on a virtual thread", "resumed on a virtual thread");
    assertThat(carriers.tryEnter()).as("the carrier was given back").isTrue();
  }

  @Test
  void codeBeginsOnAThreadOfItsOwnWhereOthersKeepTheCarriers() {
    assertThat(carriers.tryEnter()).isTrue();
    Coroutine code = parkingOnce();
    code.resume();
    code.resume();
    assertThat(code.isFinished()).isTrue();
    assertThat(seen).containsExactly("begun elsewhere", "resumed elsewhere");
    assertThat(carriers.areStuck()).isTrue();
    carriers.leave();
    assertThat(carriers.areStuck()).isFalse();
  }

  @Test
  void parkedCodeIsHeldUpWhereOthersKeepTheCarriersAndLeavesLater() throws Exception {
    BlockingQueue<String> left = new LinkedBlockingQueue<>();
    Coroutine code =
        coroutine(it -> {
          try {
            it.park();
          } finally {
            left.add("left");
          }
        });
    code.resume();
    assertThat(carriers.tryEnter()).isTrue();
    assertThatThrownBy(code::resume).isInstanceOf(HeldUpException.class).hasMessageContaining("x");
    code.unwind();
    carriers.leave();
    assertThat(left.poll(30, TimeUnit.SECONDS)).isEqualTo("left");
  }

  @Test
  void oneWithoutAnyCarrierToSpareUsesNone() {
    Coroutine code =
        new Coroutine("x", 1, "flow", () -> note("run"), Hosts.plain(), new Carriers(0));
    code.resume();
    assertThat(code.isFinished()).isTrue();
    assertThat(seen).containsExactly("run elsewhere");
  }

  @Test
  void whatEndsTheThreadIsKnown() {
    Error error = new Error("the end");
    Coroutine code =
        coroutine(it -> {
          throw error;
        });
    code.resume();
    assertThat(code.isFinished()).isTrue();
    assertThat(code.death()).isSameAs(error);
  }

  @Test
  void codeThatWasUnwoundTwiceIsFinishedForTheEngine() {
    Coroutine code =
        coroutine(it -> {
          for (int i = 0; i < 10; i++) {
            try {
              throw it.leave();
            } catch (Throwable e) {
              note("caught");
            }
          }
        });
    code.resume();
    assertThat(code.isFinished()).isTrue();
    assertThat(seen).hasSize(1);
    assertThat(carriers.tryEnter()).as("the carrier was given back").isTrue();
  }

  // ---- for a limited time --------------------------------------------------------------------

  private static final Duration NO_TIME = Duration.ZERO;

  @Test
  void codeThatTakesTooLongIsLeftAloneAndLeavesWhenItParks() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    BlockingQueue<String> left = new LinkedBlockingQueue<>();
    Coroutine code =
        coroutine(it -> {
          it.park();
          gate.countDown(); // the engine has gone, so it runs for real
          awaitUninterruptibly(() -> it.isUnwinding());
          try {
            it.park();
          } finally {
            left.add("left");
          }
        });
    code.resume();
    assertThatThrownBy(() -> code.resume(Patience.of(NO_TIME)))
        .isInstanceOf(TooLongException.class)
        .hasMessageContaining("x");
    code.unwind(); // once more does no harm
    awaitUninterruptibly(code::hasLeft);
    // It may have been told to leave before it went on at all.
    assertThat(gate.getCount() == 1 || left.contains("left")).isTrue();
    assertThat(carriers.tryEnter()).as("the carrier was given back").isTrue();
  }

  @Test
  void codeThatBlocksInItselfIsLeftAloneAndLeavesWhenItComesBack() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch gate = new CountDownLatch(1);
    Coroutine code =
        coroutine(it -> {
          note("begun");
          inside.countDown();
          awaitUninterruptibly(() -> gate.getCount() == 0);
          it.check();
          note("went on");
        });
    Thread engine =
        Thread.ofPlatform()
            .start(() ->
                assertThatThrownBy(() -> code.resume(Patience.of(Duration.ofMillis(50))))
                    .isInstanceOf(TooLongException.class));
    inside.await();
    engine.join();
    assertThat(code.hasLeft()).isFalse();
    gate.countDown();
    awaitUninterruptibly(code::hasLeft);
    assertThat(seen).containsExactly("begun on a virtual thread");
    assertThat(carriers.tryEnter()).as("the carrier was given back").isTrue();
  }

  @Test
  void codeThatIsInTimeGoesOnAsAlways() {
    Coroutine code = parkingOnce();
    code.resume(Patience.of(Duration.ofSeconds(30)));
    code.resume(Patience.of(Duration.ofSeconds(30)));
    assertThat(code.isFinished()).isTrue();
    assertThat(seen).containsExactly("begun on a virtual thread", "resumed on a virtual thread");
  }

  @Test
  void anInterruptedEngineWaitsAllTheSameAndStaysInterrupted() {
    Coroutine code = parkingOnce();
    Thread.currentThread().interrupt();
    code.resume(Patience.of(Duration.ofSeconds(30)));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(seen).containsExactly("begun on a virtual thread");
  }

  private static void awaitUninterruptibly(BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited too long").isLessThan(deadline);
      Thread.yield();
    }
  }
}
