// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.internal;

import dev.holdfast.provider.stream.StreamId;
import java.nio.ByteBuffer;
import java.util.UUID;

/** Ids of events: derived from stream, key and place, equal wherever they are derived (ES-03). */
public final class EventIds {

  private EventIds() {}

  /** The id of one event of an append. */
  public static String of(StreamId stream, String key, int index) {
    byte[] hash = new Sha256().add(stream.category()).add(stream.id()).add(key).add(index).bytes();
    ByteBuffer words = ByteBuffer.wrap(hash);
    long high = (words.getLong() & 0xFFFFFFFFFFFF0FFFL) | 0x8000L;
    long low = (words.getLong() & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L;
    return new UUID(high, low).toString();
  }
}
