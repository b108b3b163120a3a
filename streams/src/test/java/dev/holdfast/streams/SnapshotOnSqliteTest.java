// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams;

/** Snapshots, on SQLite. */
class SnapshotOnSqliteTest extends SnapshotContract {}
