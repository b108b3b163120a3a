// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.support;

import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.admin.TimeRange;
import dev.holdfast.provider.state.RunPage;
import dev.holdfast.provider.state.RunQuery;
import dev.holdfast.provider.state.RunSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where a page of runs ends, and with it the page token: the place itself, so that it works on
 * every handle and for ever (RUN-19, RUN-23). Immutable.
 *
 * @param moment by what the list is sorted, of the last run of the page: when it was created, or in
 *     the list of stuck runs changed last, in microseconds since 1970
 * @param runId its id
 */
public record RunPlace(long moment, String runId) {

  /**
   * Reads the token of a list.
   *
   * @param operation the SPI call, for the error
   * @param query the query
   * @return the place after which the page begins, null for the first page
   * @throws InvalidRequest when the token is damaged or belongs to another filter or order
   */
  public static @Nullable RunPlace of(String operation, RunQuery query) {
    return of(operation, asked(query), query.pageToken());
  }

  /**
   * Reads the token of a list of stuck runs.
   *
   * @param operation the SPI call, for the error
   * @param olderThan for how long nothing has changed
   * @param pageToken the token, null for the first page
   * @return the place after which the page begins, null for the first page
   * @throws InvalidRequest when the token is damaged or belongs to another list
   */
  public static @Nullable RunPlace ofStuck(
      String operation, Duration olderThan, @Nullable String pageToken) {
    return of(operation, asked(olderThan), pageToken);
  }

  private static @Nullable RunPlace of(String operation, String asked, @Nullable String token) {
    if (token == null) {
      return null;
    }
    PlaceCodec.Place place = PlaceCodec.decode(operation, asked, token);
    return new RunPlace(place.moment(), place.id());
  }

  /**
   * Makes a page of a list.
   *
   * @param found the runs in their order, one more than the page may have where there are so many
   * @param query what was asked for
   * @return the page, with a token where more may follow
   */
  public static RunPage page(List<RunSummary> found, RunQuery query) {
    return page(found, query.limit(), asked(query), run -> run.times().createdAt());
  }

  /**
   * Makes a page of stuck runs.
   *
   * @param found the runs in their order, one more than the page may have where there are so many
   * @param olderThan for how long nothing has changed
   * @param limit the most rows of the page
   * @return the page, with a token where more may follow
   */
  public static RunPage stuckPage(List<RunSummary> found, Duration olderThan, int limit) {
    return page(found, limit, asked(olderThan), run -> run.times().updatedAt());
  }

  private static RunPage page(
      List<RunSummary> found, int limit, String asked, Function<RunSummary, Instant> moment) {
    if (found.size() <= limit) {
      return new RunPage(found, null);
    }
    RunSummary last = found.get(limit - 1);
    PlaceCodec.Place place =
        new PlaceCodec.Place(StoreTime.toMicros(moment.apply(last)), last.runId());
    return new RunPage(found.subList(0, limit), PlaceCodec.encode(asked, place));
  }

  private static String asked(Duration olderThan) {
    return "stuck runs\n" + olderThan;
  }

  /** The same text for equal filters, in every JVM. */
  private static String asked(RunQuery query) {
    StringBuilder text = new StringBuilder(query.oldestFirst() ? "oldest runs" : "newest runs");
    query.statuses().stream().sorted().forEach(status -> append(text, status.name()));
    append(text, "kinds");
    query.kinds().stream().sorted().forEach(kind -> append(text, kind));
    append(text, query.createdAt());
    append(text, query.updatedAt());
    return text.toString();
  }

  private static void append(StringBuilder text, TimeRange range) {
    append(text, micros(range.from()));
    append(text, micros(range.to()));
  }

  private static String micros(@Nullable Instant moment) {
    return moment == null ? "\t" : Long.toString(StoreTime.toMicros(moment));
  }

  /** Control characters stand in no identifier. */
  private static void append(StringBuilder text, String part) {
    text.append('\n').append(part);
  }
}
