// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams;

/** Executing commands on PostgreSQL. */
class ExecuteOnPostgresIT extends ExecuteContract {}
