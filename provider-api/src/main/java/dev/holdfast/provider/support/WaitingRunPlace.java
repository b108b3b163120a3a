// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.support;

import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.state.WaitingRun;
import dev.holdfast.provider.state.WaitingRunPage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a page of suspended runs with pending inputs ends, and with it the page token: the place
 * itself, so that it works on every handle and for ever (TRIGGER-13). Stateless.
 */
public final class WaitingRunPlace {

  private static final String ASKED = "suspended runs with pending inputs";

  private WaitingRunPlace() {}

  /**
   * Reads a page token.
   *
   * @param operation the SPI call, for the error
   * @param pageToken the token, null for the first page
   * @return the run after which the page begins, by id in code points; null for the first page
   * @throws InvalidRequest when the token is damaged or of another list
   */
  public static @Nullable String of(String operation, @Nullable String pageToken) {
    return pageToken == null ? null : PlaceCodec.decode(operation, ASKED, pageToken).id();
  }

  /**
   * Makes a page.
   *
   * @param found the runs in their order, one more than the page may have where there are so many
   * @param limit the most rows of the page
   * @return the page, with a token where more may follow
   */
  public static WaitingRunPage page(List<WaitingRun> found, int limit) {
    if (found.size() <= limit) {
      return new WaitingRunPage(found, null);
    }
    return new WaitingRunPage(
        found.subList(0, limit),
        PlaceCodec.encode(ASKED, new PlaceCodec.Place(0, found.get(limit - 1).runId())));
  }
}
