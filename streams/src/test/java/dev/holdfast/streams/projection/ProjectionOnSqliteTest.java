// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

/** Projections, on SQLite. */
class ProjectionOnSqliteTest extends ProjectionContract {}
