// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

/** Which appends and projections have spans, on SQLite. */
class TracedOnSqliteTest extends TracedContract {}
