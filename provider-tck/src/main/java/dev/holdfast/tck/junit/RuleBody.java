// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.junit;

import dev.holdfast.tck.FixtureProblem;
import dev.holdfast.tck.ReportedViolation;
import dev.holdfast.tck.RuleViolation;
import dev.holdfast.tck.report.Waiver;
import dev.holdfast.tck.spec.RuleText;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.platform.commons.support.ReflectionSupport;
import org.opentest4j.TestAbortedException;

/**
 * What the kit makes of a test method: it judges what the method throws, calls it once more where a
 * call was slower than measured (FIX-06), and as often as rounds were asked for.
 *
 * @param method the test
 * @param target the rule class
 */
record RuleBody(Method method, Object target) {

  private static final int MOST_RUNS = 4;

  /** A test, as JUnit or the kit calls it. */
  @FunctionalInterface
  interface Call {
    void make() throws Throwable;
  }

  /**
   * Runs all rounds.
   *
   * @param run the first one
   * @param call how it calls the method
   * @throws Throwable what ends the test, as it is to be reported
   */
  void runAll(RuleRun run, Call call) throws Throwable {
    judged(run, call);
    for (int round = 2; round <= run.kit().rounds(); round++) {
      try (RuleRun next = run.round(round)) {
        judged(next, () -> invoke(next));
      }
    }
  }

  private void judged(RuleRun run, Call call) throws Throwable {
    try {
      call.make();
      expectSoundFixture(run, null);
    } catch (FixtureProblem e) {
      throw e;
    } catch (Throwable thrown) {
      rethrowIfUnrecoverable(thrown);
      expectSoundFixture(run, thrown);
      if (thrown instanceof TestAbortedException) {
        throw thrown;
      }
      if (!run.wasTooSlow()) {
        throw decided(run, run.explain(thrown));
      }
      runAgain(run);
    }
  }

  private void runAgain(RuleRun slowRun) throws Throwable {
    RuleRun previous = slowRun;
    for (int i = 2; ; i++) {
      slowRun.kit().ledger().slowedDown();
      try (RuleRun run = previous.slower()) {
        try {
          invoke(run);
          expectSoundFixture(run, null);
          return;
        } catch (FixtureProblem e) {
          throw e;
        } catch (Throwable thrown) {
          rethrowIfUnrecoverable(thrown);
          expectSoundFixture(run, thrown);
          if (thrown instanceof TestAbortedException) {
            throw thrown;
          }
          if (!run.wasTooSlow() || i == MOST_RUNS) {
            throw decided(run, run.explain(thrown));
          }
          previous = run;
        }
      }
    }
  }

  /** Calls the method with stores of this run; what it throws comes out as it is. */
  void invoke(RuleRun run) {
    Object[] arguments = Arrays.stream(method.getParameterTypes()).map(run::argument).toArray();
    ReflectionSupport.invokeMethod(method, target, arguments);
  }

  /** A test during which the fixture failed says nothing, however it ended. */
  private static void expectSoundFixture(RuleRun run, @Nullable Throwable thrown) {
    Optional<FixtureProblem> problem = run.fixtureProblem();
    if (problem.isPresent()) {
      if (thrown != null) {
        problem.get().addSuppressed(thrown);
      }
      throw problem.get();
    }
  }

  /** How a violation ends its test: only those that decide the verdict fail it. */
  private static Throwable decided(RuleRun run, RuleViolation violation) {
    RuleText rule = run.kit().rule(run.ruleId());
    Optional<Waiver> waiver = run.kit().waivers().find(rule.id());
    if (waiver.isPresent()) {
      return new ReportedViolation("waived: " + waiver.get().reason(), violation);
    }
    return rule.isMust()
        ? violation
        : new ReportedViolation("reported only, because it is a SHOULD", violation);
  }

  private static void rethrowIfUnrecoverable(Throwable thrown) {
    if (thrown instanceof VirtualMachineError error) {
      throw error;
    }
  }
}
