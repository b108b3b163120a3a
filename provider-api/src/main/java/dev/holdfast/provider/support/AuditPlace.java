// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.support;

import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.state.AuditFilter;
import dev.holdfast.provider.state.AuditPage;
import dev.holdfast.provider.state.AuditQuery;
import dev.holdfast.provider.state.AuditRecord;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a page of the audit log ends, and with it the page token: the place itself, so that it
 * works on every handle and for ever, with a hash of filter and direction (AUDIT-07). Immutable.
 *
 * @param sequence the sequence number of the last record of the page
 */
public record AuditPlace(long sequence) {

  /** Stands where other places have an id: two records never have one sequence number. */
  private static final String NO_ID = "-";

  /**
   * Reads the token of a query.
   *
   * @param operation the SPI call, for the error
   * @param query the query
   * @return the place after which the page begins, null for the first page
   * @throws InvalidRequest when the token is damaged or belongs to another filter or direction
   */
  public static @Nullable AuditPlace of(String operation, AuditQuery query) {
    String token = query.pageToken();
    return token == null
        ? null
        : new AuditPlace(PlaceCodec.decode(operation, canonical(query), token).moment());
  }

  /**
   * Makes a page.
   *
   * @param query what was asked for
   * @param found the records in their order, one more than the page may have where there are so
   *     many
   * @return the page, with a token where more may follow
   */
  public static AuditPage page(AuditQuery query, List<AuditRecord> found) {
    if (found.size() <= query.limit()) {
      return new AuditPage(found, null);
    }
    List<AuditRecord> rows = found.subList(0, query.limit());
    return new AuditPage(
        rows,
        PlaceCodec.encode(
            canonical(query), new PlaceCodec.Place(rows.getLast().sequence(), NO_ID)));
  }

  /** The same text for equal queries, in every JVM. */
  private static String canonical(AuditQuery query) {
    AuditFilter filter = query.filter();
    StringBuilder text = new StringBuilder("audit ");
    text.append(query.newestFirst() ? "newest" : "oldest");
    append(text, filter.runId());
    append(text, filter.stepId());
    append(text, Long.toString(filter.sequences().from()));
    append(text, Long.toString(filter.sequences().to()));
    append(text, micros(filter.storedAt().from()));
    append(text, micros(filter.storedAt().to()));
    filter.types().stream().sorted().forEach(type -> append(text, type));
    return text.toString();
  }

  private static @Nullable String micros(@Nullable Instant moment) {
    return moment == null ? null : Long.toString(StoreTime.toMicros(moment));
  }

  /** Control characters stand in no identifier. */
  private static void append(StringBuilder text, @Nullable String part) {
    text.append('\n').append(part == null ? "\t" : part);
  }
}
