// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.stream;

import java.time.Instant;
import java.util.UUID;

/**
 * Ids whose order is that of the times they were made at: UUIDs of version 7 (RFC 9562). What a
 * store keeps by id lies together for events of about the same time, where random ids would lie
 * everywhere. Thread-safe.
 */
final class TimeOrderedIds {

  private static final int MILLIS_SHIFT = 16;
  private static final int VERSION = 0x7000;

  /** What twelve bits can tell apart within a millisecond. */
  private static final int PARTS = 1 << 12;

  private static final int NANOS_PER_MILLI = 1_000_000;

  private TimeOrderedIds() {}

  /** A new id. */
  static String next() {
    return of(Instant.now(), UUID.randomUUID()).toString();
  }

  /**
   * An id of a moment.
   *
   * @param moment when it is made
   * @param random its lower half makes the id unique
   */
  static UUID of(Instant moment, UUID random) {
    long part = (long) (moment.getNano() % NANOS_PER_MILLI) * PARTS / NANOS_PER_MILLI;
    return new UUID(
        moment.toEpochMilli() << MILLIS_SHIFT | VERSION | part, random.getLeastSignificantBits());
  }
}
