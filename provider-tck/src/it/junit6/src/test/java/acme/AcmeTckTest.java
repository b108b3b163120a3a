// SPDX-License-Identifier: Apache-2.0
package acme;

import dev.holdfast.tck.ProviderTck;
import dev.holdfast.tck.junit.RunSettings;
import org.junit.platform.suite.api.ConfigurationParameter;

/** The one-line suite in a project on JUnit 6. */
@ConfigurationParameter(
    key = RunSettings.FIXTURE,
    value = "dev.holdfast.tck.reference.ReferenceFixture")
@ConfigurationParameter(key = RunSettings.ACCEPT, value = RunSettings.GAPS)
class AcmeTckTest extends ProviderTck {}
