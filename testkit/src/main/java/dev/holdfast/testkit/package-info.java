// SPDX-License-Identifier: Apache-2.0

/**
 * For authors of orchestrations: run them in tests with {@link
 * dev.holdfast.testkit.OrchestrationTest}, in virtual time and with activities of the test, and
 * {@linkplain dev.holdfast.testkit.Replay replay} recorded histories against new code.
 *
 * <p>Nothing is null unless it is marked {@code @Nullable}.
 */
@NullMarked
package dev.holdfast.testkit;

import org.jspecify.annotations.NullMarked;
