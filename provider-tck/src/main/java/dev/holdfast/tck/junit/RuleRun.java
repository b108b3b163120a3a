// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.junit;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.tck.FixturePart;
import dev.holdfast.tck.FixtureProblem;
import dev.holdfast.tck.NotMeasured;
import dev.holdfast.tck.RuleViolation;
import dev.holdfast.tck.RuleViolation.Blamed;
import dev.holdfast.tck.RuleViolation.Circumstances;
import dev.holdfast.tck.RuleViolation.Finding;
import dev.holdfast.tck.fixture.StorePlace;
import dev.holdfast.tck.fixture.TckFixture;
import dev.holdfast.tck.fixture.TestStore;
import dev.holdfast.tck.instrument.CallLog;
import dev.holdfast.tck.instrument.FixtureGuard;
import dev.holdfast.tck.instrument.NotedPlace;
import dev.holdfast.tck.instrument.Pace;
import dev.holdfast.tck.instrument.Show;
import dev.holdfast.tck.spec.RuleText;
import dev.holdfast.tck.words.FixtureUnderTest;
import dev.holdfast.tck.words.StoreUnderTest;
import java.lang.reflect.Method;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One run of one test method: its stores, its log, its chance, and how its failure is told.
 * Thread-safe.
 */
final class RuleRun implements FixtureUnderTest.Maker, AutoCloseable {

  private final Kit kit;
  private final String ruleId;
  private final Method method;
  private final int stretch;
  private final long seed;
  private final TckFixture fixture;
  private final AtomicReference<@Nullable FixtureProblem> problem = new AtomicReference<>();
  private final CallLog log = new CallLog();
  private final Deque<StoreUnderTest> stores = new ArrayDeque<>();
  private final Deque<StorePlace> places = new ArrayDeque<>();
  private @Nullable RuntimeException closingFailed;

  RuleRun(Kit kit, String ruleId, Method method, int stretch, long seed) {
    this.kit = kit;
    this.ruleId = ruleId;
    this.method = method;
    this.stretch = stretch;
    this.seed = seed;
    this.fixture = FixtureGuard.of(kit.fixture(), first -> problem.compareAndSet(null, first));
  }

  Kit kit() {
    return kit;
  }

  String ruleId() {
    return ruleId;
  }

  Method method() {
    return method;
  }

  /** The fixture, whose problems are noted here. */
  @Override
  public TckFixture fixture() {
    return fixture;
  }

  /**
   * The first problem of the fixture, also where the test took it for something else or swallowed
   * it.
   */
  Optional<FixtureProblem> fixtureProblem() {
    return Optional.ofNullable(problem.get());
  }

  /** The value of a parameter of the test method. */
  Object argument(Class<?> type) {
    return type == StoreUnderTest.class ? freshStore() : new FixtureUnderTest(this);
  }

  @Override
  public synchronized StoreUnderTest freshStore() {
    return adopt(fixture.freshStore(ruleId));
  }

  /** A store that the test made itself. */
  @Override
  public synchronized StoreUnderTest adopt(TestStore store) {
    String suffix = stores.isEmpty() ? "" : "@" + (stores.size() + 1);
    Random random = new Random(seed ^ (ruleId + method.getName()).hashCode());
    StoreUnderTest underTest =
        new StoreUnderTest(
            store, suffix, Pace.of(store, kit.roundTrip(), stretch), log, random, kit.soak());
    stores.push(underTest);
    return underTest;
  }

  /** A place for stores, removed after the test. */
  @Override
  public synchronized StorePlace freshPlace() {
    StorePlace place =
        fixture.freshPlace(ruleId).orElseThrow(() -> new NotMeasured(FixturePart.STORE_PLACE));
    places.push(place);
    return new NotedPlace(place, log);
  }

  /**
   * Whether a call took so long in real time that the test may have failed because of it (FIX-06).
   */
  synchronized boolean wasTooSlow() {
    return stores.stream()
        .map(StoreUnderTest::pace)
        .anyMatch(pace ->
            pace.clock() != Pace.Clock.STANDING && log.slowest().compareTo(pace.tick()) > 0);
  }

  /** The same test with locks twice as long. */
  RuleRun slower() {
    return new RuleRun(kit, ruleId, method, stretch * 2, seed);
  }

  /** The same test once more, with the seed of another round. */
  RuleRun round(int round) {
    return new RuleRun(kit, ruleId, method, 1, kit.seed(round));
  }

  /** A failure with everything that is known about it. */
  RuleViolation explain(Throwable thrown) {
    RuleText rule = kit.rule(ruleId);
    Finding finding =
        thrown instanceof RuleViolation violation
            ? violation.finding()
            : new Finding(
                "A call ended with an error that nothing led to expect.",
                "no error",
                Show.of(thrown));
    boolean ofTheFixture = rule.family().isOfTheFixture() && !isOfACall(thrown);
    return new RuleViolation(
        finding,
        new Circumstances(
            rule,
            kit.subject(),
            ofTheFixture ? Blamed.FIXTURE : Blamed.PROVIDER,
            log.text(thrown),
            test(method),
            kit.rerun(ruleId, seed)),
        thrown);
  }

  /** Whether it is what a call of the provider ended with, and not what a test made of it. */
  private boolean isOfACall(Throwable thrown) {
    return thrown instanceof ProviderError || log.hasThrown(thrown);
  }

  /** The name of a test in reports. */
  static String test(Method method) {
    return method.getDeclaringClass().getSimpleName() + "." + method.getName();
  }

  /** Closing it once more does nothing but throw what closing it threw. */
  @Override
  public synchronized void close() {
    while (!stores.isEmpty() || !places.isEmpty()) {
      try {
        if (stores.isEmpty()) {
          places.pop().close();
        } else {
          stores.pop().close();
        }
      } catch (RuntimeException e) {
        closingFailed = e;
      }
    }
    log.end();
    if (closingFailed != null) {
      throw closingFailed;
    }
  }
}
