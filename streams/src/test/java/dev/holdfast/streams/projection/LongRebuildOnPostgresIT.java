// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

/** A long rebuild, on PostgreSQL. */
class LongRebuildOnPostgresIT extends LongRebuildContract {}
