// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.selftest;

import dev.holdfast.tck.ProviderTck;

/** All rules on the reference provider, exactly as the author of a provider would run them. */
class ReferenceTckTest extends ProviderTck {}
