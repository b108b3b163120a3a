// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.support;

import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.StepPage;
import dev.holdfast.provider.state.StepQuery;
import dev.holdfast.provider.state.StepSummary;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a page of steps ends, and with it the page token: the place itself, so that it works on
 * every handle and for ever (STEP-12). Immutable.
 *
 * @param runId the run of the last step of the page
 * @param stepId its id
 */
public record StepPlace(String runId, String stepId) {

  /**
   * Reads the token of a query.
   *
   * @param operation the SPI call, for the error
   * @param query the query
   * @return the place after which the page begins, null for the first page
   * @throws InvalidRequest when the token is damaged or belongs to another query
   */
  public static @Nullable StepPlace of(String operation, StepQuery query) {
    String token = query.pageToken();
    if (token == null) {
      return null;
    }
    // The number of the codec tells where the first of the two ids ends.
    PlaceCodec.Place place = PlaceCodec.decode(operation, asked(query), token);
    int end = (int) place.moment();
    return new StepPlace(place.id().substring(0, end), place.id().substring(end));
  }

  /**
   * Makes a page.
   *
   * @param runs the rows of the runs, by id in code points
   * @param found the steps in their order, one more than the page may have where there are so many
   * @param query what was asked for
   * @return the page, with a token where more may follow
   */
  public static StepPage page(List<RunSummary> runs, List<StepSummary> found, StepQuery query) {
    if (found.size() <= query.limit()) {
      return new StepPage(runs, found, null);
    }
    StepSummary last = found.get(query.limit() - 1);
    PlaceCodec.Place place =
        new PlaceCodec.Place(last.runId().length(), last.runId() + last.stepId());
    return new StepPage(
        runs, found.subList(0, query.limit()), PlaceCodec.encode(asked(query), place));
  }

  /** The same text for equal queries, in every JVM. Control characters stand in no identifier. */
  private static String asked(StepQuery query) {
    StringBuilder text = new StringBuilder("steps");
    query.runIds().stream().sorted().forEach(runId -> text.append('\n').append(runId));
    query.statuses().stream().sorted().forEach(status -> text.append("\n\t").append(status.name()));
    return text.toString();
  }
}
