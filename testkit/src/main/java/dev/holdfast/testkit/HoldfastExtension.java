// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.testkit;

import java.lang.reflect.Method;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * The JUnit extension behind {@link HoldfastTest}. Registered as a field it prepares the {@link
 * OrchestrationTest} of each test:
 *
 * <pre>{@code
 * @RegisterExtension
 * static final HoldfastExtension HOLDFAST =
 *     HoldfastExtension.with(test -> test.orchestration(CHILD).activity(CHARGE).returns(receipt));
 * }</pre>
 *
 * <p>Methods of tests, {@code @BeforeEach} and {@code @AfterEach} take it as a parameter, the same
 * one within a test. Thread-safe, also where tests run in parallel.
 */
public final class HoldfastExtension implements ParameterResolver, AfterEachCallback {

  private static final Namespace NAMESPACE = Namespace.create(HoldfastExtension.class);

  private final Consumer<? super OrchestrationTest> preparation;

  /** Creates an extension that prepares nothing. */
  public HoldfastExtension() {
    this(test -> {});
  }

  private HoldfastExtension(Consumer<? super OrchestrationTest> preparation) {
    this.preparation = preparation;
  }

  /**
   * Creates an extension that prepares each test.
   *
   * @param preparation what it does with a new one
   * @return the extension
   */
  public static HoldfastExtension with(Consumer<? super OrchestrationTest> preparation) {
    return new HoldfastExtension(Objects.requireNonNull(preparation, "preparation"));
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == OrchestrationTest.class;
  }

  @Override
  public OrchestrationTest resolveParameter(ParameterContext parameter, ExtensionContext context) {
    if (context.getTestMethod().isEmpty()
        || !(parameter.getDeclaringExecutable() instanceof Method)) {
      throw new ParameterResolutionException(
          "an OrchestrationTest belongs to one test; take it as a parameter of test methods,"
              + " @BeforeEach or @AfterEach");
    }
    return context
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(OrchestrationTest.class, any -> prepared(), OrchestrationTest.class);
  }

  private OrchestrationTest prepared() {
    OrchestrationTest test = OrchestrationTest.create();
    preparation.accept(test);
    return test;
  }

  @Override
  public void afterEach(ExtensionContext context) {
    OrchestrationTest test =
        context.getStore(NAMESPACE).remove(OrchestrationTest.class, OrchestrationTest.class);
    if (test != null) {
      test.close();
    }
  }
}
