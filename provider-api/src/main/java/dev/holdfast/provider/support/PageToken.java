// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.support;

import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.admin.InstanceFilter;
import dev.holdfast.provider.admin.InstanceQuery;
import dev.holdfast.provider.admin.TimeRange;
import java.time.Instant;
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

  /**
   * Writes the token of the page that ends here.
   *
   * @param query what was asked for; its page size does not matter
   * @return the token
   */
  public String encode(InstanceQuery query) {
    return PlaceCodec.encode(canonical(query), new PlaceCodec.Place(createdAt, instanceId));
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
    if (token == null) {
      return null;
    }
    PlaceCodec.Place place = PlaceCodec.decode(operation, canonical(query), token);
    return new PageToken(place.moment(), place.id());
  }

  /** The same text for equal filters, in every JVM. */
  private static String canonical(InstanceQuery query) {
    InstanceFilter filter = query.filter();
    StringBuilder text = new StringBuilder(query.oldestFirst() ? "oldest" : "newest");
    append(text, filter.name());
    filter.statuses().stream().sorted().forEach(status -> append(text, status.name()));
    append(text, filter.createdAt());
    append(text, filter.updatedAt());
    append(text, filter.completedAt());
    append(text, filter.parentInstanceId());
    text.append(filter.rootsOnly()).append(filter.minAttempts());
    return text.toString();
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

  /** {@return the place, for logs} */
  @Override
  public String toString() {
    return "PageToken[createdAt=%s, instanceId=%s]"
        .formatted(StoreTime.fromMicros(createdAt), instanceId);
  }
}
