// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

/** Projections, on PostgreSQL. */
class ProjectionOnPostgresIT extends ProjectionContract {}
