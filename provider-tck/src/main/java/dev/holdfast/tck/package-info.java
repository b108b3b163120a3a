// SPDX-License-Identifier: Apache-2.0

/**
 * The conformance kit: proves that a provider keeps the contract.
 *
 * <p>A provider author supplies a {@link dev.holdfast.tck.fixture.TckFixture} and one line of code:
 *
 * <pre>{@code
 * class AcmeTckIT extends ProviderTck {}
 * }</pre>
 */
@NullMarked
package dev.holdfast.tck;

import org.jspecify.annotations.NullMarked;
