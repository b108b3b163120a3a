// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.junit;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.junit.platform.commons.support.ReflectionSupport;
import org.opentest4j.TestAbortedException;

/**
 * A test that the kit runs before JUnit comes to it, and whose outcome JUnit then gets as if it had
 * run it itself. Its stores are closed as soon as it has ended. Thread-safe.
 */
final class EarlyTest {

  private final RuleRun run;
  private final FutureTask<Outcome> outcome = new FutureTask<>(this::outcome);

  /**
   * How it ended.
   *
   * @param thrown what the test threw, as it is to be reported
   * @param took how long it took
   */
  private record Outcome(@Nullable Throwable thrown, Duration took) {}

  /** A test that has not begun. */
  EarlyTest(RuleRun run) {
    this.run = run;
  }

  RuleRun run() {
    return run;
  }

  /** Runs the test on this thread, unless it was cancelled. Throws nothing. */
  void begin() {
    outcome.run();
  }

  /** It need not begin any more; where it has begun, its thread is interrupted. */
  void cancel() {
    outcome.cancel(true);
  }

  private Outcome outcome() {
    long start = System.nanoTime();
    Throwable failure = null;
    try {
      Object target = ReflectionSupport.newInstance(run.method().getDeclaringClass());
      RuleBody body = new RuleBody(run.method(), target);
      body.runAll(run, () -> body.invoke(run));
    } catch (Throwable thrown) {
      failure = thrown;
    } finally {
      closeRun();
    }
    return new Outcome(failure, Duration.ofNanos(System.nanoTime() - start));
  }

  private void closeRun() {
    try {
      run.close();
    } catch (RuntimeException e) {
      // JUnit closes it once more, and that throws the same.
    }
  }

  /** How long the test took, once it has ended. */
  Duration took() throws InterruptedException {
    return await().took();
  }

  /** Ends as the test did, once it has. */
  void end() throws Throwable {
    Outcome ended = await();
    if (ended.thrown() != null) {
      throw ended.thrown();
    }
  }

  private Outcome await() throws InterruptedException {
    try {
      return outcome.get();
    } catch (InterruptedException e) {
      // JUnit gave up waiting: the test hangs.
      cancel();
      throw e;
    } catch (CancellationException e) {
      throw new TestAbortedException("It was not run, because the run is over.", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("A test ended without an outcome.", e);
    }
  }
}
