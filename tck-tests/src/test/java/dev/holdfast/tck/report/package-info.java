// SPDX-License-Identifier: Apache-2.0

/** Reports and verdicts. */
@NullMarked
package dev.holdfast.tck.report;

import org.jspecify.annotations.NullMarked;
