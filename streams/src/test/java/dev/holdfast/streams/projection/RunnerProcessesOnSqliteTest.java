// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

/** Processes with runners, on SQLite. */
class RunnerProcessesOnSqliteTest extends RunnerProcessesContract {}
