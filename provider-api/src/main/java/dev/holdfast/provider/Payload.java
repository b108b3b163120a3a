// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import dev.holdfast.provider.ProviderError.InvalidRequest;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Opaque bytes with value equality. A provider stores them and never looks inside (DATA-01).
 *
 * <p>Immutable: arrays are copied in both directions (DATA-10). {@link #toString()} shows the size
 * and never the content, so that payloads do not end up in logs (ERR-05).
 */
public final class Payload {

  private static final Payload EMPTY = new Payload(new byte[0]);

  private final byte[] bytes;

  private Payload(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Creates a payload of these bytes.
   *
   * @param bytes the content; copied
   * @return the payload
   */
  public static Payload of(byte[] bytes) {
    return bytes.length == 0 ? EMPTY : new Payload(bytes.clone());
  }

  /**
   * Creates a payload of the remaining bytes of a buffer, whose position does not move.
   *
   * @param buffer the content; copied
   * @return the payload
   */
  public static Payload of(ByteBuffer buffer) {
    byte[] copy = new byte[buffer.remaining()];
    buffer.duplicate().get(copy);
    return copy.length == 0 ? EMPTY : new Payload(copy);
  }

  /**
   * Creates a payload of the UTF-8 form of a text.
   *
   * @param text the text
   * @return the payload
   * @throws InvalidRequest when the text has an unpaired surrogate, which UTF-8 cannot express
   */
  public static Payload utf8(String text) {
    try {
      return of(StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text)));
    } catch (CharacterCodingException e) {
      throw new InvalidRequest(
          "Payload.utf8", "the text has an unpaired surrogate, which UTF-8 cannot express");
    }
  }

  /** {@return the payload of length 0, which differs from an absent payload} */
  public static Payload empty() {
    return EMPTY;
  }

  /**
   * Returns the content as text.
   *
   * @return the text
   * @throws InvalidRequest when the bytes are not well-formed UTF-8
   */
  public String asUtf8() {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new InvalidRequest(
          "Payload.asUtf8", "the " + bytes.length + " bytes are not well-formed UTF-8");
    }
  }

  /** {@return a copy of the content} */
  public byte[] toByteArray() {
    return bytes.clone();
  }

  /**
   * {@return the content without a copy: a read-only buffer over all bytes, with a position of its
   * own}
   */
  public ByteBuffer asByteBuffer() {
    return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
  }

  /** {@return the number of bytes} */
  public int size() {
    return bytes.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Payload that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** {@return the size, never the content} */
  @Override
  public String toString() {
    return "Payload[" + bytes.length + " bytes]";
  }
}
