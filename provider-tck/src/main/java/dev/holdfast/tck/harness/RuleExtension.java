// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.harness;

import dev.holdfast.tck.FixtureProblem;
import dev.holdfast.tck.Rule;
import java.lang.reflect.Method;
import java.util.Arrays;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.platform.commons.support.ReflectionSupport;
import org.opentest4j.TestAbortedException;

/**
 * Runs the methods of a rule class: finds the fixture, hands out stores, closes them, and tells
 * failures with all that is known. A test that failed in real time while a call was slower than
 * measured runs again with longer locks (FIX-06). Stateless.
 */
public final class RuleExtension
    implements BeforeAllCallback, ExecutionCondition, ParameterResolver, InvocationInterceptor {

  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(RuleExtension.class);
  private static final int MOST_RUNS = 4;

  /** Created by JUnit. */
  public RuleExtension() {}

  @Override
  public void beforeAll(ExtensionContext context) {
    kit(context);
  }

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    if (context.getTestMethod().isEmpty()) {
      return ConditionEvaluationResult.enabled("a rule class");
    }
    boolean selected = kit(context).selection().includes(ruleId(context.getRequiredTestMethod()));
    return selected
        ? ConditionEvaluationResult.enabled("selected")
        : ConditionEvaluationResult.disabled("not selected by " + RuleSelection.PARAMETER);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == StoreUnderTest.class || type == FixtureUnderTest.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return run(context).argument(parameter.getParameter().getType());
  }

  @Override
  public void interceptTestMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> invoked,
      ExtensionContext context)
      throws Throwable {
    RuleRun run = run(context);
    try {
      invocation.proceed();
    } catch (TestAbortedException | FixtureProblem e) {
      throw e;
    } catch (Throwable thrown) {
      rethrowIfUnrecoverable(thrown);
      if (!run.wasTooSlow()) {
        throw run.explain(thrown);
      }
      runAgain(run, invoked);
    }
  }

  private static void runAgain(RuleRun slowRun, ReflectiveInvocationContext<Method> invoked) {
    Object target = invoked.getTarget().orElseThrow();
    RuleRun previous = slowRun;
    for (int i = 2; ; i++) {
      try (RuleRun run = previous.slower()) {
        Object[] arguments =
            Arrays.stream(invoked.getExecutable().getParameterTypes()).map(run::argument).toArray();
        try {
          ReflectionSupport.invokeMethod(invoked.getExecutable(), target, arguments);
          return;
        } catch (TestAbortedException | FixtureProblem e) {
          throw e;
        } catch (Throwable thrown) {
          rethrowIfUnrecoverable(thrown);
          if (!run.wasTooSlow() || i == MOST_RUNS) {
            throw run.explain(thrown);
          }
          previous = run;
        }
      }
    }
  }

  private static RuleRun run(ExtensionContext context) {
    return context
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(
            RuleRun.class,
            key -> {
              Method method = context.getRequiredTestMethod();
              return new RuleRun(kit(context), ruleId(method), method, 1);
            },
            RuleRun.class);
  }

  private static Kit kit(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(
            Kit.class,
            key -> Kit.prepare(name -> context.getConfigurationParameter(name).orElse(null)),
            Kit.class);
  }

  private static String ruleId(Method method) {
    Rule rule = method.getAnnotation(Rule.class);
    if (rule == null) {
      throw new FixtureProblem(method + " is a test of a rule class but carries no @Rule.");
    }
    return rule.value();
  }

  private static void rethrowIfUnrecoverable(Throwable thrown) {
    if (thrown instanceof VirtualMachineError error) {
      throw error;
    }
  }
}
