// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

/** The lag of projections, on PostgreSQL. */
class PagedVerifyOnPostgresIT extends PagedVerifyContract {}
