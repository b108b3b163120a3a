// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck;

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
 * A suite that finds no rules fails, and so does one without a fixture.
 */
@Suite(failIfNoTests = true)
@SelectPackages("dev.holdfast.tck.rules")
@IncludeClassNamePatterns(".*Rules")
public abstract class ProviderTck {
  /** For subclasses, which have nothing to do. */
  protected ProviderTck() {}
}
