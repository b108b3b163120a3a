// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck;

import dev.holdfast.tck.junit.RuleTests;
import org.junit.platform.suite.api.ConfigurationParameter;
import org.junit.platform.suite.api.IncludeClassNamePatterns;
import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/**
 * All rules as one suite. The author of a provider writes
 *
 * <pre>{@code
 * class AcmeTckIT extends ProviderTck {}
 * }</pre>
 *
 * next to a {@link dev.holdfast.tck.fixture.TckFixture} that {@link java.util.ServiceLoader} finds.
 * A suite that finds no rules fails, and so does one without a fixture, and one that measured too
 * little for a verdict. At the end it writes a report to {@code target/conformance}, in a directory
 * with the name of the class. {@link dev.holdfast.tck.junit.RunSettings} has the names of what can
 * be set, as system properties or with {@link org.junit.platform.suite.api.ConfigurationParameter}
 * on the class.
 */
@Suite(failIfNoTests = true)
@SelectPackages(RuleTests.PACKAGE)
@IncludeClassNamePatterns(RuleTests.CLASS_NAMES)
@ConfigurationParameter(
    key = "junit.jupiter.testclass.order.default",
    value = "dev.holdfast.tck.junit.FixtureRulesFirst")
public abstract class ProviderTck {
  /** For subclasses, which have nothing to do. */
  protected ProviderTck() {}
}
