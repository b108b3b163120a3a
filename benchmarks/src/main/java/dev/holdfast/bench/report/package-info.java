// SPDX-License-Identifier: Apache-2.0

/** What was measured, for people and for programs. */
@NullMarked
package dev.holdfast.bench.report;

import org.jspecify.annotations.NullMarked;
