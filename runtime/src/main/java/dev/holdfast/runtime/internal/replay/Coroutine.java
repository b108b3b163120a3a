// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.replay;

import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Code on a thread of its own that runs in turns with the engine: exactly one of the two runs at
 * any time. The two semaphores also make what one side wrote visible to the other.
 *
 * <p>The thread is a virtual one as long as there is a carrier to spare for it, and a platform
 * thread where stuck code has taken the carriers.
 */
final class Coroutine {

  private static final Logger LOG = LoggerFactory.getLogger(Coroutine.class);

  private final String instanceId;
  private final long executionId;
  private final CodeMdc mdc;
  private final Runnable code;
  private final Host host;
  private final Carriers carriers;
  private final Semaphore codesTurn = new Semaphore(0);
  private final Semaphore enginesTurn = new Semaphore(0);
  private volatile @Nullable Thread thread;
  private volatile Thread engine = Thread.currentThread();
  private boolean begun;
  private boolean heldUp;
  private boolean finished;
  private boolean handedOver;
  private boolean onCarrier;
  private boolean wokenToLeave;
  private boolean toldToLeave;
  private @Nullable Throwable death;
  private volatile boolean unwinding;
  private volatile long runningSince;

  /**
   * Code that has not begun.
   *
   * @param name the name of the orchestration
   */
  Coroutine(String instanceId, long executionId, String name, Runnable code, Host host) {
    this(instanceId, executionId, name, code, host, Carriers.OF_THIS_JVM);
  }

  Coroutine(
      String instanceId,
      long executionId,
      String name,
      Runnable code,
      Host host,
      Carriers carriers) {
    this.instanceId = instanceId;
    this.executionId = executionId;
    mdc = new CodeMdc(instanceId, executionId, name);
    this.code = code;
    this.host = host;
    this.carriers = carriers;
  }

  String instanceId() {
    return instanceId;
  }

  long executionId() {
    return executionId;
  }

  // ---- the engine's side ---------------------------------------------------------------------

  /**
   * Lets the code run until it parks or ends.
   *
   * @throws HeldUpException when its thread cannot go on
   */
  void resume() {
    resume(Patience.ENDLESS);
  }

  /**
   * As {@link #resume()}, for a limited time.
   *
   * @throws TooLongException when the code has not come back then; it cannot be used any more
   */
  void resume(Patience patience) {
    if (finished) {
      return;
    }
    engine = Thread.currentThread();
    if (thread == null) {
      start(!carriers.areStuck());
    }
    handOver(patience);
    if (heldUp && !begun) {
      // The code has not begun, so it can begin on another thread.
      heldUp = false;
      start(false);
      handOver(patience);
    }
    if (heldUp) {
      throw new HeldUpException(instanceId);
    }
  }

  private void handOver(Patience patience) {
    host.watch().began(this);
    mdc.handsOver();
    codesTurn.release();
    if (!patience.acquire(enginesTurn)) {
      abandon();
      throw new TooLongException(instanceId);
    }
    host.watch().ended(this);
  }

  /**
   * Lets code go that may be running: it leaves its thread when it parks or uses its context, or
   * does not begin at all. Nobody waits for it any more, but it is watched until then.
   */
  private void abandon() {
    wokenToLeave = true;
    unwinding = true;
    codesTurn.release();
  }

  private void start(boolean virtually) {
    String name = "holdfast-code-" + instanceId;
    Thread created =
        virtually
            ? host.threads().virtual(name, this::runOnCarrier)
            : host.threads().daemon(name, this::run);
    thread = created;
    created.start();
  }

  /**
   * Ends parked code without a result: it is woken up with {@link EvictedError}, and its thread
   * ends when the code has left its frames. Does not wait for that, since those frames are code of
   * users.
   */
  void unwind() {
    if (begun && !finished && !wokenToLeave) {
      wokenToLeave = true;
      unwinding = true;
      host.watch().began(this);
      codesTurn.release();
    }
  }

  /** Interrupts running code, which takes it off its thread if it reacts. */
  void interrupt() {
    unwinding = true;
    Thread running = thread;
    if (running != null) {
      running.interrupt();
    }
  }

  boolean isFinished() {
    return finished;
  }

  /** {@return whether it has no thread, now and for ever; may be asked by any thread} */
  boolean hasLeft() {
    Thread running = thread;
    return running == null || !running.isAlive();
  }

  /** {@return what ended the thread in place of the code's own end; null when nothing did} */
  @Nullable Throwable death() {
    return death;
  }

  // ---- for the watch -------------------------------------------------------------------------

  /**
   * {@return since when the code has been running, by {@code System.nanoTime()}; 0 when it is not
   * running}
   */
  long runningSince() {
    return runningSince;
  }

  /** {@return the thread that waits for the code} */
  Thread engine() {
    return engine;
  }

  List<StackTraceElement> stack() {
    Thread running = thread;
    return running == null ? List.of() : List.of(running.getStackTrace());
  }

  // ---- the code's side -----------------------------------------------------------------------

  private void runOnCarrier() {
    codesTurn.acquireUninterruptibly();
    if (carriers.tryEnter()) {
      onCarrier = true;
      runCode();
    } else {
      heldUp = true;
      host.watch().ended(this); // the engine may have left
      enginesTurn.release();
    }
  }

  private void run() {
    codesTurn.acquireUninterruptibly();
    runCode();
  }

  private void runCode() {
    begun = true;
    runningSince = now();
    try {
      mdc.begins();
      if (!unwinding) {
        code.run();
      }
    } catch (Throwable e) {
      death = e;
    }
    takeBack();
    finish();
  }

  private void finish() {
    finished = true;
    stops();
    host.watch().ended(this); // the engine may not wait for it
    enginesTurn.release();
  }

  /** Hands over to the engine and returns when the engine resumes the code. */
  void park() {
    stops();
    handedOver = true;
    enginesTurn.release();
    check();
  }

  /** Takes the turn back, and leaves the thread if the code is to leave. */
  void check() {
    takeBack();
    if (unwinding) {
      throw leave();
    }
  }

  /**
   * Takes the code off its thread. Code that has caught the error and comes here again is parked
   * for good: it would never end.
   *
   * @return what is to be thrown
   */
  EvictedError leave() {
    if (!toldToLeave) {
      toldToLeave = true;
      return new EvictedError();
    }
    LOG.warn(
        "instance {}: its code catches everything, also what takes it off its thread, and goes on;"
            + " the thread is parked for good. Catch Exception in place of Throwable or Error"
            + " here:",
        instanceId,
        new EvictedError.Caught());
    finish();
    while (true) {
      LockSupport.park(this);
      Thread.interrupted();
    }
  }

  /** {@return whether the code was to leave before, and is still here} */
  boolean hasBeenToldToLeave() {
    return toldToLeave;
  }

  /** {@return whether the caller is the code} */
  boolean isCurrent() {
    return Thread.currentThread().equals(thread);
  }

  boolean isUnwinding() {
    return unwinding;
  }

  /** Notes that the code stops running and needs no carrier. */
  private void stops() {
    runningSince = 0;
    if (onCarrier) {
      onCarrier = false;
      carriers.leave();
    }
  }

  /**
   * Takes the turn back after {@link #park}, also if a stack overflow threw the code out of there
   * after it had handed over: the engine may be running.
   */
  private void takeBack() {
    if (handedOver) {
      codesTurn.acquireUninterruptibly();
      handedOver = false;
      mdc.goesOn();
    }
    if (runningSince == 0) {
      goOn();
    }
  }

  private void goOn() {
    if (Thread.currentThread().isVirtual() && !onCarrier) {
      if (!unwinding && !carriers.tryEnter()) {
        heldUp = true;
        enginesTurn.release();
        codesTurn.acquireUninterruptibly(); // the engine only unwinds it from here on
      }
      if (unwinding) {
        carriers.enter();
      }
      onCarrier = true;
    }
    runningSince = now();
  }

  private static long now() {
    return System.nanoTime() | 1; // 0 means: not running
  }
}
