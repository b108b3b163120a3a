// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.spring.test;

import dev.holdfast.testkit.OrchestrationTest;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.springframework.test.context.junit.jupiter.SpringExtension;

/** Begins a store in memory before each test and ends it afterwards. */
final class HoldfastBootExtension
    implements BeforeEachCallback, AfterEachCallback, ParameterResolver {

  HoldfastBootExtension() {}

  private static CurrentTest current(ExtensionContext context) {
    return SpringExtension.getApplicationContext(context).getBean(CurrentTest.class);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    current(context).begin();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    current(context).end();
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == OrchestrationTest.class;
  }

  @Override
  public OrchestrationTest resolveParameter(ParameterContext parameter, ExtensionContext context) {
    if (context.getTestMethod().isEmpty()) {
      throw new ParameterResolutionException(
          "an OrchestrationTest belongs to one test; take it as a parameter of test methods,"
              + " @BeforeEach or @AfterEach");
    }
    return current(context).running();
  }
}
