// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.junit;

import dev.holdfast.tck.FixturePart;
import dev.holdfast.tck.FixtureProblem;
import dev.holdfast.tck.Inconclusive;
import dev.holdfast.tck.NotMeasured;
import dev.holdfast.tck.ReportedViolation;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.RuleViolation;
import dev.holdfast.tck.RuleViolation.Blamed;
import dev.holdfast.tck.instrument.Show;
import dev.holdfast.tck.report.RuleStatus;
import dev.holdfast.tck.spec.RuleText;
import dev.holdfast.tck.words.FixtureUnderTest;
import dev.holdfast.tck.words.StoreUnderTest;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * Runs the methods of a rule class: finds the fixture, hands out stores, closes them, and tells
 * failures with all that is known. A test that failed in real time while a call was slower than
 * measured runs again with longer locks (FIX-06). Stateless.
 */
public final class RuleExtension
    implements BeforeAllCallback,
        AfterAllCallback,
        ExecutionCondition,
        ParameterResolver,
        InvocationInterceptor,
        TestWatcher {

  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(RuleExtension.class);

  /** Created by JUnit. */
  public RuleExtension() {}

  @Override
  public void beforeAll(ExtensionContext context) {
    kit(context);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    Optional<Preparation> prepared = prepared(context);
    RuleFamily family = context.getRequiredTestClass().getAnnotation(RuleFamily.class);
    if (family != null && prepared.isPresent() && !prepared.get().hasFailed()) {
      prepared.get().kit().classEnded(family.value(), context.getRequiredTestClass());
    }
  }

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    if (context.getTestMethod().isEmpty()) {
      return prepared(context).map(Preparation::wasTold).orElse(false)
          ? ConditionEvaluationResult.disabled(Preparation.TOLD)
          : ConditionEvaluationResult.enabled("a rule class");
    }
    Kit kit = kit(context);
    RuleText rule = kit.rule(ruleId(context.getRequiredTestMethod()));
    if (!kit.selection().includes(rule.id())) {
      return ConditionEvaluationResult.disabled("not selected by " + RunSettings.RULES);
    }
    Optional<String> broken = kit.ledger().brokenFixture();
    if (broken.isPresent() && !rule.family().isOfTheFixture()) {
      kit.ledger()
          .ended(
              rule,
              RuleRun.test(context.getRequiredTestMethod()),
              RuleStatus.NOT_MEASURED,
              broken.get());
      return ConditionEvaluationResult.disabled(broken.get());
    }
    return ConditionEvaluationResult.enabled("selected");
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == StoreUnderTest.class || type == FixtureUnderTest.class;
  }

  @Override
  public @Nullable Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    // What the kit runs itself gets its own arguments, and JUnit's call of it is skipped.
    return early(context).isPresent()
        ? null
        : run(context).argument(parameter.getParameter().getType());
  }

  @Override
  public void interceptTestMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> invoked,
      ExtensionContext context)
      throws Throwable {
    Kit kit = kit(context);
    String test = RuleRun.test(context.getRequiredTestMethod());
    Optional<EarlyTest> early = early(context);
    // Kept with the test, also to be asked and closed when it has ended.
    RuleRun run = run(context);
    if (early.isPresent()) {
      invocation.skip();
      kit.ledger().took(test, early.get().took());
      early.get().end();
      return;
    }
    RuleBody body = new RuleBody(invoked.getExecutable(), invoked.getTarget().orElseThrow());
    kit.sideBySide()
        .run(
            context.getRequiredTestClass(),
            () -> {
              long start = System.nanoTime();
              try {
                body.runAll(run, invocation::proceed);
              } finally {
                kit.ledger().took(test, Duration.ofNanos(System.nanoTime() - start));
              }
            });
  }

  private static Optional<EarlyTest> early(ExtensionContext context) {
    return kit(context).sideBySide().find(context.getRequiredTestMethod());
  }

  @Override
  public void testSuccessful(ExtensionContext context) {
    ended(context, RuleStatus.PASSED, "");
  }

  @Override
  public void testAborted(ExtensionContext context, @Nullable Throwable cause) {
    if (cause instanceof ReportedViolation reported) {
      RuleViolation violation = reported.violation();
      ended(
          context,
          RuleStatus.FAILED,
          String.valueOf(violation.getMessage()),
          violation.isOnTheWay());
    } else if (cause instanceof NotMeasured missing) {
      notMeasured(context, missing);
    } else if (cause instanceof Inconclusive seen) {
      ended(context, RuleStatus.NOT_MEASURED, seen.reason());
    } else {
      ended(context, RuleStatus.NOT_MEASURED, Show.of(cause));
    }
  }

  private static void notMeasured(ExtensionContext context, NotMeasured missing) {
    Optional<String> impossible;
    try {
      impossible =
          missing.part().dependsOnTheStore(missing.detail())
              ? run(context).fixture().whyImpossible(missing.part(), missing.detail())
              : Optional.empty();
    } catch (FixtureProblem problem) {
      fixtureFailed(context, problem, false);
      return;
    }
    if (missing.part() == FixturePart.FEATURE) {
      ended(context, RuleStatus.NOT_DECLARED, missing.reason());
    } else if (impossible.isPresent()) {
      ended(context, RuleStatus.NOT_APPLICABLE, impossible.get());
    } else {
      ended(context, RuleStatus.NOT_MEASURED, missing.reason());
    }
  }

  @Override
  public void testFailed(ExtensionContext context, @Nullable Throwable cause) {
    Optional<FixtureProblem> problem = fixtureProblem(cause);
    if (problem.isPresent()) {
      fixtureFailed(context, problem.get(), true);
    } else {
      ended(
          context,
          status(cause),
          cause instanceof RuleViolation ? String.valueOf(cause.getMessage()) : Show.of(cause),
          !(cause instanceof RuleViolation violation) || violation.isOnTheWay());
    }
  }

  /** A rule about the fixture does not fail because the provider does. */
  private static RuleStatus status(@Nullable Throwable cause) {
    return cause instanceof RuleViolation violation
            && violation
                .circumstances()
                .filter(one -> one.rule().family().isOfTheFixture())
                .filter(one -> one.blamed() == Blamed.PROVIDER)
                .isPresent()
        ? RuleStatus.PROVIDER_FAILED
        : RuleStatus.FAILED;
  }

  private static void fixtureFailed(
      ExtensionContext context, FixtureProblem problem, boolean failsATest) {
    Kit kit = kit(context);
    RuleText rule = kit.rule(ruleId(context.getRequiredTestMethod()));
    kit.ledger().problem(rule, problem, failsATest);
    ended(context, RuleStatus.FIXTURE_FAILED, problem.details());
  }

  /** JUnit wraps what happens while it prepares a test. */
  private static Optional<FixtureProblem> fixtureProblem(@Nullable Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof FixtureProblem problem) {
        return Optional.of(problem);
      }
    }
    return Optional.empty();
  }

  private static void ended(ExtensionContext context, RuleStatus status, String detail) {
    ended(context, status, detail, false);
  }

  private static void ended(
      ExtensionContext context, RuleStatus status, String detail, boolean onTheWay) {
    Kit kit = kit(context);
    Method method = context.getRequiredTestMethod();
    kit.ledger().ended(kit.rule(ruleId(method)), RuleRun.test(method), status, detail, onTheWay);
    kit.testEnded();
  }

  private static RuleRun run(ExtensionContext context) {
    return context
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(
            RuleRun.class,
            key -> {
              Method method = context.getRequiredTestMethod();
              return early(context)
                  .map(EarlyTest::run)
                  .orElseGet(() -> kit(context).run(ruleId(method), method));
            },
            RuleRun.class);
  }

  private static Kit kit(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(
            Preparation.class,
            key ->
                Preparation.of(() ->
                    Kit.prepare(
                        name -> context.getConfigurationParameter(name).orElse(null),
                        Door.of(context.getRoot().getUniqueId()),
                        ReportSink.of(context))),
            Preparation.class)
        .kit();
  }

  private static Optional<Preparation> prepared(ExtensionContext context) {
    return Optional.ofNullable(
        context.getRoot().getStore(NAMESPACE).get(Preparation.class, Preparation.class));
  }

  private static String ruleId(Method method) {
    Rule rule = method.getAnnotation(Rule.class);
    if (rule == null) {
      throw new FixtureProblem(method + " is a test of a rule class but carries no @Rule.");
    }
    return rule.value();
  }
}
