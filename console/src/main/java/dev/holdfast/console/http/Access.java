// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.console.http;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask and do what.
 *
 * @param token what a request shows as its bearer token, null when a proxy says who asks
 * @param trustedHeader the header in which a proxy says who asks, null when there is none
 * @param publicUrl where browsers find the console when that is not where it listens
 * @param actions whether anything may be changed
 */
public record Access(
    @Nullable String token,
    @Nullable String trustedHeader,
    @Nullable URI publicUrl,
    boolean actions) {

  /**
   * Compares a token in a time that does not tell how much of it is right.
   *
   * @param shown what a request shows
   * @return whether it is the one
   */
  boolean isToken(String shown) {
    return token != null && MessageDigest.isEqual(digest(token), digest(shown));
  }

  private static byte[] digest(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }
}
