// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams;

/** Snapshots, on PostgreSQL. */
class SnapshotOnPostgresIT extends SnapshotContract {}
