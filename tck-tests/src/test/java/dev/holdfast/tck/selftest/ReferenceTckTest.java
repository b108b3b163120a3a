// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.selftest;

import dev.holdfast.tck.ProviderTck;
import dev.holdfast.tck.junit.RunSettings;
import org.junit.platform.suite.api.ConfigurationParameter;

/**
 * All rules on the reference provider, exactly as the author of a provider would run them. It lives
 * in memory, so what is about crashes and files is not measured, and its verdict says so.
 */
@ConfigurationParameter(key = RunSettings.ACCEPT, value = RunSettings.GAPS)
class ReferenceTckTest extends ProviderTck {}
