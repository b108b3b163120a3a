// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

/** Parked events, on SQLite. */
class ParkingOnSqliteTest extends ParkingContract {}
