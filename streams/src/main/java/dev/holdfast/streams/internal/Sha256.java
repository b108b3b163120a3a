// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.internal;

import dev.holdfast.provider.Payload;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Hashes a list of parts, each with its length, so that no two lists meet. Not thread-safe. */
public final class Sha256 {

  private final MessageDigest digest;

  /** Begins with nothing. */
  public Sha256() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Adds a number. */
  public Sha256 add(long number) {
    digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, number));
    return this;
  }

  /** An absent text differs from an empty one. */
  public Sha256 add(@Nullable String text) {
    return text == null ? add(-1) : add(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Adds bytes. */
  public Sha256 add(Payload payload) {
    add(payload.size());
    digest.update(payload.asByteBuffer());
    return this;
  }

  private Sha256 add(byte[] bytes) {
    add(bytes.length);
    digest.update(bytes);
    return this;
  }

  /** The hash. */
  public byte[] bytes() {
    return digest.digest();
  }

  /** The hash as text. */
  public String hex() {
    return HexFormat.of().formatHex(bytes());
  }
}
