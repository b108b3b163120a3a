// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.store;

import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.admin.InstanceFilter;
import dev.holdfast.provider.admin.InstancePage;
import dev.holdfast.provider.admin.InstanceQuery;
import dev.holdfast.provider.admin.InstanceSummary;
import java.util.function.Consumer;

/** The list of instances, over all its pages. Thread-safe, as the store is. */
public final class InstanceList {

  private final InstanceAdmin admin;
  private final int pageSize;

  /** Creates the list of a store. */
  public InstanceList(Store store) {
    this.admin = store.admin();
    this.pageSize = Math.min(200, store.provider().info().limits().maxPageSize());
  }

  /**
   * Reads page after page.
   *
   * @param filter which instances
   * @param oldestFirst the order
   * @param limit the most instances
   * @param each what is done with each
   * @return whether more may follow behind the limit
   */
  public boolean forEach(
      InstanceFilter filter, boolean oldestFirst, long limit, Consumer<InstanceSummary> each) {
    String token = null;
    long left = limit;
    while (left > 0) {
      int size = (int) Math.min(pageSize, left);
      InstancePage page = admin.list(new InstanceQuery(filter, oldestFirst, size, token));
      page.rows().forEach(each);
      left -= page.rows().size();
      token = page.nextPageToken();
      if (token == null) {
        return false;
      }
    }
    return true;
  }
}
