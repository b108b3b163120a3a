// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.support;

import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.admin.InstanceFilter;
import dev.holdfast.provider.admin.InstanceQuery;
import dev.holdfast.provider.admin.TimeRange;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Where a page of a list ends, and with it the page token: the place itself, so that it works on
 * every handle and for ever, with a hash of filter and order and one of everything (ADMIN-05,
 * ADMIN-07). The hashes find mistakes; they are no protection against forgery, and a forged token
 * shows nothing that its caller could not list.
 *
 * @param createdAt when the last instance of the page was created, in microseconds since 1970
 * @param instanceId its id
 */
public record PageToken(long createdAt, String instanceId) {

  private static final byte VERSION = 1;
  private static final int HASH = 8;
  private static final int SHORTEST = 1 + HASH + Long.BYTES + 1 + HASH;

  /**
   * Writes the token of the page that ends here.
   *
   * @param query what was asked for; its page size does not matter
   * @return the token
   */
  public String encode(InstanceQuery query) {
    byte[] id = instanceId.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(SHORTEST - 1 + id.length);
    bytes.put(VERSION).put(hash(canonical(query))).putLong(createdAt).put(id);
    bytes.put(hash(Arrays.copyOf(bytes.array(), bytes.position())));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }

  /**
   * Reads the token of a query.
   *
   * @param operation the SPI call, for the error
   * @param query the query
   * @return the place after which the page begins, null for the first page
   * @throws InvalidRequest when the token is damaged or belongs to another filter or order
   *     (ADMIN-07)
   */
  public static @Nullable PageToken of(String operation, InstanceQuery query) {
    String token = query.pageToken();
    return token == null ? null : decode(operation, token, query);
  }

  private static PageToken decode(String operation, String token, InstanceQuery query) {
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
    if (!Arrays.equals(hash(canonical(query)), Arrays.copyOfRange(bytes, 1, 1 + HASH))) {
      throw new InvalidRequest(
          operation,
          "the page token belongs to another filter or order; use it with those it came from");
    }
    int idAt = 1 + HASH + Long.BYTES;
    return new PageToken(
        ByteBuffer.wrap(bytes).getLong(1 + HASH),
        new String(bytes, idAt, end - idAt, StandardCharsets.UTF_8));
  }

  private static InvalidRequest damaged(String operation) {
    return new InvalidRequest(
        operation, "the page token is damaged; take it from a page as it is, or begin anew");
  }

  /** The same bytes for equal filters, in every JVM. */
  private static byte[] canonical(InstanceQuery query) {
    InstanceFilter filter = query.filter();
    StringBuilder text = new StringBuilder(query.oldestFirst() ? "oldest" : "newest");
    append(text, filter.name());
    filter.statuses().stream().sorted().forEach(status -> append(text, status.name()));
    append(text, filter.createdAt());
    append(text, filter.updatedAt());
    append(text, filter.completedAt());
    append(text, filter.parentInstanceId());
    text.append(filter.rootsOnly()).append(filter.minAttempts());
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void append(StringBuilder text, TimeRange range) {
    append(text, micros(range.from()));
    append(text, micros(range.to()));
  }

  private static @Nullable String micros(@Nullable Instant moment) {
    return moment == null ? null : Long.toString(StoreTime.toMicros(moment));
  }

  /** Control characters stand in no identifier. */
  private static void append(StringBuilder text, @Nullable String part) {
    text.append('\n').append(part == null ? "\t" : part);
  }

  private static byte[] hash(byte[] bytes) {
    try {
      return Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(bytes), HASH);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** {@return the place, for logs} */
  @Override
  public String toString() {
    return "PageToken[createdAt=%s, instanceId=%s]"
        .formatted(StoreTime.fromMicros(createdAt), instanceId);
  }
}
