// SPDX-License-Identifier: Apache-2.0

/** What came of a run: results of rules, waivers, verdicts, and the report in three forms. */
@NullMarked
package dev.holdfast.tck.report;

import org.jspecify.annotations.NullMarked;
