// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.selftest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.Provider;
import dev.holdfast.tck.engine.TckRun;
import dev.holdfast.tck.fixture.TestStore;
import dev.holdfast.tck.fixture.TimeControl;
import dev.holdfast.tck.reference.ReferenceFixture;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.launcher.TestExecutionListener;

/** Rules run side by side where the fixture says so, and nothing that is reported shows it. */
class SideBySideTest {

  private static final int AT_ONCE = 3;
  private static final String RULES = "FIX-01,SPI-11,CREATE,LOCK,EXPIRY-01,ERR-05";

  @Test
  void asManyStoresAsTheFixtureSaysAreTestedAtOnce() {
    KitRun run = crowded(AT_ONCE, Map.of());

    assertThat(run.ended(Status.FAILED)).isEmpty();
    assertThat(Crowded.MOST.get()).isEqualTo(AT_ONCE);
  }

  @Test
  void theSettingIsObeyedInPlaceOfTheFixture() {
    KitRun run = crowded(1, Map.of("tck.parallel", "1"));

    assertThat(run.ended(Status.FAILED)).isEmpty();
    assertThat(Crowded.MOST.get()).isEqualTo(1);
  }

  @Test
  void whatNeedsTheJvmForItselfHasNoCompany() {
    crowded(AT_ONCE, Map.of());

    assertThat(Crowded.WITH_COMPANY).contains("CREATE").doesNotContain("FIX", "SPI", "ERR");
  }

  @Test
  void testsAreToldInTheOrderOfARunOneAfterAnother() {
    List<String> oneAfterAnother = told(crowded(1, Map.of("tck.parallel", "1")));

    assertThat(told(crowded(AT_ONCE, Map.of()))).isEqualTo(oneAfterAnother);
  }

  @Test
  void violationsAreThoseOfARunOneAfterAnother() {
    Map<String, String> one = Map.of("tck.parallel", "1", "tck.seed", "17");
    Map<String, String> many = Map.of("tck.parallel", "4", "tck.seed", "17");

    KitRun alone = run(Mutants.MergesMessages.class, one);
    KitRun sideBySide = run(Mutants.MergesMessages.class, many);

    assertThat(told(sideBySide)).isEqualTo(told(alone));
    assertThat(sideBySide.violated()).isEqualTo(alone.violated()).isNotEmpty();
    assertThat(sideBySide.ended(Status.FAILED))
        .allSatisfy(failed ->
            assertThat(failed.result().getThrowable().orElseThrow())
                .hasMessageContaining("-Dtck.rules=" + failed.ruleId() + " -Dtck.seed=17"));
  }

  @Test
  void aFixtureThatFailsIsToldAsInARunOneAfterAnother() {
    KitRun alone = run(FailingParts.JammedClock.class, Map.of("tck.parallel", "1"));
    KitRun sideBySide = run(FailingParts.JammedClock.class, Map.of("tck.parallel", "4"));

    assertThat(told(sideBySide)).isEqualTo(told(alone));
  }

  @Test
  void theReportIsThatOfARunOneAfterAnother() {
    List<String> oneAfterAnother = reported("1");

    assertThat(oneAfterAnother).anyMatch(rule -> rule.startsWith("SCHEMA-02 NOT_MEASURED"));
    assertThat(reported("3")).isEqualTo(oneAfterAnother);
  }

  private static List<String> reported(String parallel) {
    Map<String, String> parameters =
        Map.of(
            "tck.fixture",
            ReferenceFixture.class.getName(),
            "tck.rules",
            "FIX-01,LOCK,SCHEMA,CLOCK,ERR-02",
            "tck.report",
            "none",
            "tck.parallel",
            parallel);
    return TckRun.execute(parameters, new TestExecutionListener() {})
        .report()
        .orElseThrow()
        .rules()
        .stream()
        .map(rule -> rule.rule().id() + " " + rule.status() + " " + rule.reason())
        .toList();
  }

  @Test
  void aNumberBelowOneIsRefused() {
    for (String wrong : new String[] {"0", "many"}) {
      KitRun run = run(Crowded.class, Map.of("tck.parallel", wrong));

      assertThat(run.ended()).isEmpty();
      assertThat(run.otherFailures().toString()).contains("tck.parallel is " + wrong);
    }
    assertThat(run(SaysNone.class, Map.of()).otherFailures().toString())
        .contains("TckFixture.storesAtOnce", "says 0");
  }

  private static KitRun crowded(int atOnce, Map<String, String> more) {
    Crowded.expect(atOnce);
    return run(Crowded.class, more);
  }

  private static KitRun run(Class<?> fixture, Map<String, String> more) {
    Map<String, String> parameters = new HashMap<>(more);
    parameters.put("tck.fixture", fixture.getName());
    parameters.put("tck.rules", RULES);
    return KitRun.of(KitRun.AllRules.class, parameters);
  }

  private static List<String> told(KitRun run) {
    return run.ended().stream()
        .map(one -> one.displayName() + " " + one.result().getStatus())
        .toList();
  }

  /** Says what no fixture can mean. */
  public static final class SaysNone extends BrokenFixture {
    @Override
    public int storesAtOnce() {
      return 0;
    }

    @Override
    UnaryOperator<Provider> breaker() {
      return right -> right;
    }
  }

  /** Counts the threads that have stores open at one time. */
  public static final class Crowded extends BrokenFixture {

    static final AtomicInteger MOST = new AtomicInteger();
    static final Set<String> WITH_COMPANY = ConcurrentHashMap.newKeySet();
    private static final Map<Thread, Integer> OPEN = new ConcurrentHashMap<>();
    private static final AtomicReference<CountDownLatch> MEETING =
        new AtomicReference<>(new CountDownLatch(0));

    private static void expect(int atOnce) {
      MOST.set(0);
      WITH_COMPANY.clear();
      OPEN.clear();
      MEETING.set(new CountDownLatch(atOnce));
    }

    @Override
    public int storesAtOnce() {
      return AT_ONCE;
    }

    @Override
    public TestStore freshStore(String purpose) {
      Thread thread = Thread.currentThread();
      OPEN.merge(thread, 1, Integer::sum);
      if (purpose.startsWith("CREATE")) {
        meet();
      }
      MOST.accumulateAndGet(OPEN.size(), Math::max);
      if (OPEN.size() > 1) {
        WITH_COMPANY.add(purpose.replaceAll("-.*", ""));
      }
      return new Closing(
          super.freshStore(purpose),
          () -> OPEN.computeIfPresent(thread, (key, n) -> n == 1 ? null : n - 1));
    }

    /** The first stores that are made at once are there before the first of them is used. */
    private static void meet() {
      CountDownLatch meeting = MEETING.get();
      meeting.countDown();
      try {
        if (!meeting.await(1, TimeUnit.MINUTES)) {
          throw new IllegalStateException("nobody came");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    UnaryOperator<Provider> breaker() {
      return right -> right;
    }
  }

  /** Tells that a store was closed. */
  private record Closing(TestStore store, Runnable closed) implements TestStore {
    @Override
    public Provider open() {
      return store.open();
    }

    @Override
    public Optional<TimeControl> timeControl() {
      return store.timeControl();
    }

    @Override
    public void close() {
      store.close();
      closed.run();
    }
  }
}
