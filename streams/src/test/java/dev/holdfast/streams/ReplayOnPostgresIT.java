// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams;

/** Replays on PostgreSQL. */
class ReplayOnPostgresIT extends ReplayContract {}
