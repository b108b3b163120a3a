// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

/** The lag of projections, on SQLite. */
class PagedVerifyOnSqliteTest extends PagedVerifyContract {}
