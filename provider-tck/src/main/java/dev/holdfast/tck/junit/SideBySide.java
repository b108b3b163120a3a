// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.junit;

import java.lang.reflect.Method;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Runs tests side by side, each on stores of its own, on threads that are ahead of JUnit. JUnit
 * itself goes through the tests one by one and collects how they ended, so that its order, what it
 * reports and the report of the run are those of a run one after another. Tests of the fixture come
 * before all others, and classes that are {@link Isolated} run while nothing else does: both are
 * left to JUnit's thread. Thread-safe.
 */
final class SideBySide implements AutoCloseable {

  private static final long PATIENCE_SECONDS = 60;

  private final int atOnce;
  private final BooleanSupplier isPointless;
  private final Semaphore room;
  private final Map<Method, EarlyTest> tests = new LinkedHashMap<>();
  private final ExecutorService threads;
  private boolean begun;

  /**
   * Nothing runs yet.
   *
   * @param atOnce how many tests run at once; with 1 none runs ahead of JUnit
   * @param isWanted which rules are to run
   * @param start makes the run of a test
   * @param isPointless whether no more tests need to begin
   */
  SideBySide(
      int atOnce,
      Predicate<String> isWanted,
      BiFunction<String, Method, RuleRun> start,
      BooleanSupplier isPointless) {
    this.atOnce = atOnce;
    this.isPointless = isPointless;
    room = new Semaphore(atOnce, true);
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    threads =
        Executors.newFixedThreadPool(
            atOnce,
            body -> {
              Thread thread = Thread.ofPlatform().daemon().name("tck-side-by-side").unstarted(body);
              thread.setContextClassLoader(loader);
              return thread;
            });
    if (atOnce > 1) {
      RuleTests.all().entrySet().stream()
          .filter(rule -> isWanted.test(rule.getKey()))
          .flatMap(rule -> rule.getValue().stream().map(test -> start.apply(rule.getKey(), test)))
          .filter(run -> mayHaveCompany(run.method().getDeclaringClass()))
          .sorted(
              Comparator.comparing(
                  run -> run.method().getDeclaringClass(), FixtureRulesFirst.ORDER))
          .forEach(run -> tests.put(run.method(), new EarlyTest(run)));
    }
  }

  /** How many tests run at once. */
  int atOnce() {
    return atOnce;
  }

  private static boolean mayHaveCompany(Class<?> type) {
    return !FixtureRulesFirst.isOfTheFixture(type) && !type.isAnnotationPresent(Isolated.class);
  }

  /**
   * A test that runs ahead. Asking for the first one begins with all of them.
   *
   * @param test the test
   * @return empty for one that JUnit's thread runs
   */
  Optional<EarlyTest> find(Method test) {
    Optional<EarlyTest> found = Optional.ofNullable(tests.get(test));
    if (found.isPresent()) {
      begin();
    }
    return found;
  }

  private synchronized void begin() {
    if (!begun) {
      begun = true;
      tests.values().forEach(test -> threads.execute(() -> run(test)));
    }
  }

  private void run(EarlyTest test) {
    if (isPointless.getAsBoolean()) {
      test.cancel();
      return;
    }
    room.acquireUninterruptibly();
    try {
      test.begin();
    } finally {
      room.release();
    }
  }

  /** Runs a test on this thread; one of an isolated class while no other test runs. */
  void run(Class<?> type, RuleBody.Call test) throws Throwable {
    int taken = type.isAnnotationPresent(Isolated.class) ? atOnce : 0;
    room.acquire(taken);
    try {
      test.make();
    } finally {
      room.release(taken);
    }
  }

  /** Ends what JUnit did not come to. */
  @Override
  public void close() {
    threads.shutdownNow();
    tests.values().forEach(EarlyTest::cancel);
    try {
      // Stores that are in use are closed by those who use them.
      threads.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
