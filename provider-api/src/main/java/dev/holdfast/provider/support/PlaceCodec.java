// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.support;

import dev.holdfast.provider.ProviderError.InvalidRequest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/**
 * Writes places in lists as page tokens: a moment and an id, with a hash of what was asked for and
 * one of everything. The hashes find mistakes; they are no protection against forgery, and a forged
 * token shows nothing that its caller could not list. Stateless.
 */
final class PlaceCodec {

  private static final byte VERSION = 1;
  private static final int HASH = 8;
  private static final int SHORTEST = 1 + HASH + Long.BYTES + 1 + HASH;

  private PlaceCodec() {}

  /** Where a page ends. */
  record Place(long moment, String id) {}

  /**
   * Writes a token.
   *
   * @param asked what was asked for: the same text for equal lists, in every JVM
   */
  static String encode(String asked, Place place) {
    byte[] id = place.id().getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(SHORTEST - 1 + id.length);
    bytes.put(VERSION).put(hash(asked)).putLong(place.moment()).put(id);
    bytes.put(hash(Arrays.copyOf(bytes.array(), bytes.position())));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }

  /** Reads a token, or refuses one that is damaged or belongs to another list. */
  static Place decode(String operation, String asked, String token) {
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(token);
    } catch (IllegalArgumentException e) {
      throw damaged(operation);
    }
    int end = bytes.length - HASH;
    if (bytes.length < SHORTEST
        || bytes[0] != VERSION
        // Some bits of the last character carry nothing.
        || !Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(token)
        || !Arrays.equals(
            hash(Arrays.copyOf(bytes, end)), Arrays.copyOfRange(bytes, end, bytes.length))) {
      throw damaged(operation);
    }
    if (!Arrays.equals(hash(asked), Arrays.copyOfRange(bytes, 1, 1 + HASH))) {
      throw new InvalidRequest(
          operation,
          "the page token belongs to another filter or order; use it with those it came from");
    }
    int idAt = 1 + HASH + Long.BYTES;
    return new Place(
        ByteBuffer.wrap(bytes).getLong(1 + HASH),
        new String(bytes, idAt, end - idAt, StandardCharsets.UTF_8));
  }

  private static InvalidRequest damaged(String operation) {
    return new InvalidRequest(
        operation, "the page token is damaged; take it from a page as it is, or begin anew");
  }

  private static byte[] hash(String text) {
    return hash(text.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] hash(byte[] bytes) {
    try {
      return Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(bytes), HASH);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
