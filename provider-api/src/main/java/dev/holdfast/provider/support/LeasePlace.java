// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.support;

import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.state.LeaseInfo;
import dev.holdfast.provider.state.LeasePage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a page of ended leases ends, and with it the page token: the place itself, so that it works
 * on every handle and for ever (LEASE-12). Immutable.
 *
 * @param until when the last lease of the page ended, in microseconds since 1970
 * @param name its name
 */
public record LeasePlace(long until, String name) {

  private static final String ASKED = "expired leases";

  /** The place before every lease. */
  public static final LeasePlace START = new LeasePlace(Long.MIN_VALUE, "");

  /**
   * Reads a page token.
   *
   * @param operation the SPI call, for the error
   * @param pageToken the token, null for the first page
   * @return the place after which the page begins
   * @throws InvalidRequest when the token is damaged or of another list
   */
  public static LeasePlace of(String operation, @Nullable String pageToken) {
    if (pageToken == null) {
      return START;
    }
    PlaceCodec.Place place = PlaceCodec.decode(operation, ASKED, pageToken);
    return new LeasePlace(place.moment(), place.id());
  }

  /**
   * Tells where a lease stands.
   *
   * @param lease an ended lease
   * @return whether it comes behind this place
   */
  public boolean isBefore(LeaseInfo lease) {
    long end = StoreTime.toMicros(lease.until());
    return end > until || (end == until && IdOrder.BY_CODE_POINT.compare(lease.name(), name) > 0);
  }

  /**
   * Makes a page.
   *
   * @param found the leases in their order, one more than the page may have where there are so many
   * @param limit the most rows of the page
   * @return the page, with a token where more may follow
   */
  public static LeasePage page(List<LeaseInfo> found, int limit) {
    if (found.size() <= limit) {
      return new LeasePage(found, null);
    }
    LeaseInfo last = found.get(limit - 1);
    return new LeasePage(
        found.subList(0, limit),
        PlaceCodec.encode(
            ASKED, new PlaceCodec.Place(StoreTime.toMicros(last.until()), last.name())));
  }
}
