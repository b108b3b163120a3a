// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.replay;

import java.util.concurrent.Semaphore;

/**
 * Code on a virtual thread of its own that runs in turns with the engine: exactly one of the two
 * runs at any time. The two semaphores also make what one side wrote visible to the other.
 */
final class Coroutine {

  private final Semaphore codesTurn = new Semaphore(0);
  private final Semaphore enginesTurn = new Semaphore(0);
  private final Thread thread;
  private boolean started;
  private boolean finished;
  private boolean handedOver;
  private volatile boolean unwinding;

  Coroutine(String name, Runnable code) {
    thread =
        Thread.ofVirtual()
            .name(name)
            .unstarted(() -> {
              codesTurn.acquireUninterruptibly();
              try {
                code.run();
              } finally {
                takeBack();
                finished = true;
                enginesTurn.release();
              }
            });
  }

  // ---- the engine's side ---------------------------------------------------------------------

  /** Lets the code run until it parks or ends. */
  void resume() {
    if (finished) {
      return;
    }
    if (!started) {
      started = true;
      thread.start();
    }
    codesTurn.release();
    enginesTurn.acquireUninterruptibly();
  }

  /**
   * Ends parked code without a result: it is woken up with {@link Unwind} and its thread ends when
   * it has left its own frames. Does not wait for that, since those frames are not ours.
   */
  void unwind() {
    if (started && !finished) {
      unwinding = true;
      codesTurn.release();
    }
  }

  // ---- the code's side -----------------------------------------------------------------------

  /** Hands over to the engine and returns when the engine resumes the code. */
  void park() {
    handedOver = true;
    enginesTurn.release();
    codesTurn.acquireUninterruptibly();
    handedOver = false;
    check();
  }

  /** Throws when the code is to leave its thread. */
  void check() {
    takeBack();
    if (unwinding) {
      throw new Unwind();
    }
  }

  /** Whether the caller is the code. */
  boolean isCurrent() {
    return thread.equals(Thread.currentThread());
  }

  boolean isUnwinding() {
    return unwinding;
  }

  /**
   * Waits for the code's turn if a stack overflow threw it out of {@link #park} between handing
   * over and getting back: the engine may be running.
   */
  private void takeBack() {
    if (handedOver) {
      codesTurn.acquireUninterruptibly();
      handedOver = false;
    }
  }
}
