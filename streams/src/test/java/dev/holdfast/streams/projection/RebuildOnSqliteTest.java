// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

/** Rebuilds of projections, on SQLite. */
class RebuildOnSqliteTest extends RebuildContract {}
