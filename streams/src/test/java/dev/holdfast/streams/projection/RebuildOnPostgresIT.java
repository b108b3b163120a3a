// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

/** Rebuilds of projections, on PostgreSQL. */
class RebuildOnPostgresIT extends RebuildContract {}
