// SPDX-License-Identifier: Apache-2.0

/** Tests of aggregates without a store: given events, when a command comes, then these events. */
@NullMarked
package dev.holdfast.streams.test;

import org.jspecify.annotations.NullMarked;
