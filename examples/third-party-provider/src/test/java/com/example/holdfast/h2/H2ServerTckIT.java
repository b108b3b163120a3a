// SPDX-License-Identifier: Apache-2.0
package com.example.holdfast.h2;

import dev.holdfast.tck.ProviderTck;
import org.junit.platform.suite.api.ConfigurationParameter;

/** Runs the conformance kit on stores on a server. */
@ConfigurationParameter(key = "tck.fixture", value = "com.example.holdfast.h2.ServerFixture")
class H2ServerTckIT extends ProviderTck {}
