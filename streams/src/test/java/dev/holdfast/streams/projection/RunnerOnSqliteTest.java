// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

/** Runners of projections, on SQLite. */
class RunnerOnSqliteTest extends RunnerContract {}
