// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.batch;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What one caller hands to a {@link GroupCommit}. Created by the thread that waits for it. Belongs
 * to the leader from then on, and to its caller again once it is done.
 *
 * @param <S> the submission itself
 */
public abstract class Submission<S extends Submission<S>> {

  private final Thread caller = Thread.currentThread();
  private @Nullable S behind;
  private @Nullable Throwable problem;
  private volatile boolean done;

  /** For the calling thread. */
  protected Submission() {}

  /**
   * Whether everything in it has its outcome, so that its caller can go on; for the leader.
   *
   * @return false when the rest of it has to be taken into another group
   */
  protected abstract boolean isComplete();

  /**
   * What has ended the group without the submission having been judged; for the caller, when it is
   * done. The caller makes its own error of it, because for the leader there may have been no
   * memory for that.
   *
   * @return null when it was judged
   */
  protected final @Nullable Throwable problem() {
    return problem;
  }

  /**
   * The next one in the same line; for the leader.
   *
   * @return null when it is the last
   */
  public final @Nullable S behind() {
    return behind;
  }

  final void setBehind(@Nullable S next) {
    behind = next;
  }

  final boolean isDone() {
    return done;
  }

  /** Ends it, whatever it has come to. */
  final void abort(Throwable cause) {
    problem = cause;
    finish();
  }

  final void finish() {
    done = true;
    wake();
  }

  final void wake() {
    LockSupport.unpark(caller);
  }
}
