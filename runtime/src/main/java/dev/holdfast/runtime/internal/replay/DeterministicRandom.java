// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.replay;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Random numbers and ids that are the same in every replay of an execution, and differ between
 * executions: they follow from its ids and from when it started.
 */
final class DeterministicRandom {

  private final String instanceId;
  private final long executionId;
  private final Instant startedAt;
  // Its algorithm is specified to the bit, so that a history outlives a change of the JDK.
  private @Nullable Random random;
  private long uuids;

  DeterministicRandom(String instanceId, long executionId, Instant startedAt) {
    this.instanceId = instanceId;
    this.executionId = executionId;
    this.startedAt = startedAt;
  }

  Random random() {
    Random known = random;
    if (known == null) {
      known = new Random(digest("random").getLong());
      random = known;
    }
    return known;
  }

  UUID uuid() {
    ByteBuffer bytes = digest("uuid " + uuids++);
    long high = (bytes.getLong() & ~0xF000L) | 0x4000L; // version 4
    long low = (bytes.getLong() & ~(3L << 62)) | (2L << 62); // the variant of RFC 9562
    return new UUID(high, low);
  }

  private ByteBuffer digest(String purpose) {
    String origin = instanceId + '\n' + executionId + '\n' + startedAt;
    try {
      byte[] text = (origin + '\n' + purpose).getBytes(StandardCharsets.UTF_8);
      return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
