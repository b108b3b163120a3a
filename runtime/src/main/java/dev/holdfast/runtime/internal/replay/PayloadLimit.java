// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.replay;

import dev.holdfast.runtime.internal.event.Json;

/**
 * How large a value may be so that the store takes everything that has to carry it: its event, its
 * task, its message.
 *
 * @param bytes the most bytes of one value
 */
public record PayloadLimit(long bytes) {

  /** More than names, ids and everything else around a value can take. */
  private static final int ENVELOPE = 16 * 1024;

  /** {@return the limit of a store, less what is stored around a value} */
  public static PayloadLimit of(int maxPayloadBytes) {
    return new PayloadLimit(maxPayloadBytes - Math.min(ENVELOPE, maxPayloadBytes / 2));
  }

  boolean allows(Json value) {
    return value.text().length() <= bytes / 3 || size(value) <= bytes;
  }

  /** {@return the bytes of a value in UTF-8} */
  static long size(Json value) {
    String text = value.text();
    long size = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      // Each half of a pair has two of its four bytes.
      size += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    }
    return size;
  }
}
