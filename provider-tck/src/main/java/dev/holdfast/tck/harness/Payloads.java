// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.harness;

import dev.holdfast.provider.Payload;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Payloads that are hard to store. Stateless. */
public final class Payloads {

  /** Above this, a payload of one byte more than the limit is not worth its memory. */
  private static final int MOST_MEMORY = 64 * 1024 * 1024;

  private static final int EVERY_BYTE = 256;

  private Payloads() {}

  /**
   * Payloads that break what looks inside, or what stores bytes as text.
   *
   * @return the payloads, all different
   */
  public static List<Payload> hostile() {
    byte[] every = new byte[EVERY_BYTE];
    for (int i = 0; i < EVERY_BYTE; i++) {
      every[i] = (byte) i;
    }
    return List.of(
        Payload.of(every),
        Payload.empty(),
        Payload.of(new byte[1]),
        Payload.of(new byte[] {0, 'a', 0, 0}),
        Payload.of(new byte[] {(byte) 0xc3, 0x28, (byte) 0xff, (byte) 0xfe}),
        Payload.of(new byte[] {(byte) 0xef, (byte) 0xbb, (byte) 0xbf, 'b', 'o', 'm'}),
        Payload.utf8("{\"broken\": [1, 2,"),
        Payload.utf8("{ \"b\" : 1.0,\r\n\t\"a\" : 1e2, \"a\" : null }"),
        Payload.utf8("null"),
        Payload.utf8("\\x00ff"),
        Payload.utf8("\\000\\\\"),
        Payload.utf8("x'00ff'"),
        Payload.utf8("AAEC/w=="),
        Payload.utf8("'; DROP TABLE message; --"),
        Payload.utf8("ein Wort, \u00fcber\u0301 \ud83d\udc69\u200d\ud83d\ude80"),
        Payload.utf8(" leading and trailing \n"));
  }

  /**
   * The largest payload that is worth testing: the limit, or less when the limit takes more memory
   * than a test should.
   *
   * @param s the store
   * @return the payload, with different bytes all along
   */
  public static Payload largest(StoreUnderTest store) {
    return ofSize(Math.min(limit(store), MOST_MEMORY));
  }

  /**
   * The largest payload that is worth testing, of one byte over and over.
   *
   * @param s the store
   * @param content the byte
   * @return the payload
   */
  public static Payload largestOf(StoreUnderTest store, byte content) {
    byte[] bytes = new byte[Math.min(limit(store), MOST_MEMORY)];
    Arrays.fill(bytes, content);
    return Payload.of(bytes);
  }

  /**
   * A payload of one byte more than the limit.
   *
   * @param s the store
   * @return the payload, empty when the limit takes more memory than a test should
   */
  public static Optional<Payload> overTheLimit(StoreUnderTest store) {
    return limit(store) > MOST_MEMORY ? Optional.empty() : Optional.of(ofSize(limit(store) + 1));
  }

  /**
   * A payload with different bytes all along.
   *
   * @param size how many
   * @return the payload
   */
  public static Payload ofSize(int size) {
    byte[] bytes = new byte[size];
    int state = size;
    for (int i = 0; i < size; i++) {
      state = state * 1_103_515_245 + 12_345;
      bytes[i] = (byte) (state >>> 16);
    }
    return Payload.of(bytes);
  }

  private static int limit(StoreUnderTest store) {
    return store.first().provider().info().limits().maxPayloadBytes();
  }
}
