// SPDX-License-Identifier: Apache-2.0

/** What the demos share: processes that can be killed, the store they work on, what they print. */
@NullMarked
package dev.holdfast.examples.demo;

import org.jspecify.annotations.NullMarked;
