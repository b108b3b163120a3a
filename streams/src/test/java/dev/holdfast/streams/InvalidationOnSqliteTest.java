// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams;

/** Invalidated events, on SQLite. */
class InvalidationOnSqliteTest extends InvalidationContract {}
