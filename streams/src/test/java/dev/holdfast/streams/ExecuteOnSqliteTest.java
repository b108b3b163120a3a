// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams;

/** Executing commands on SQLite. */
class ExecuteOnSqliteTest extends ExecuteContract {}
