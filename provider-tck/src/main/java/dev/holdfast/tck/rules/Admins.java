// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Feature;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.admin.InstanceFilter;
import dev.holdfast.provider.admin.InstancePage;
import dev.holdfast.provider.admin.InstanceQuery;
import dev.holdfast.provider.admin.InstanceSummary;
import dev.holdfast.tck.FixturePart;
import dev.holdfast.tck.NotMeasured;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Turn;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Questions as tests ask them. Stateless. */
final class Admins {

  /** More than any rule reads; where rows come in between, a broken list may go on for ever. */
  static final int MOST_PAGES = 1_000;

  private Admins() {}

  /** The questions that may be asked through a handle. */
  static InstanceAdmin of(Handle handle) {
    return handle
        .provider()
        .capability(InstanceAdmin.class)
        .orElseThrow(() -> new NotMeasured(FixturePart.FEATURE, Feature.INSTANCE_ADMIN.name()));
  }

  /** The same through both handles, which have to agree. */
  static List<InstanceAdmin> both(StoreUnderTest store) {
    return List.of(of(store.first()), of(store.second()));
  }

  /** Starts an instance and acks its first turn; nothing else may be deliverable. */
  static void born(Handle handle, String id, UnaryOperator<Turn> change) {
    handle.start(id);
    change.apply(handle.turn(handle.fetchOne(id)).name(Sample.NAME)).apply();
  }

  /** Acks one more turn of an instance; nothing else may be deliverable. */
  static void acked(Handle handle, String id, UnaryOperator<Turn> change) {
    handle.poke(id);
    OrchestrationItem item = handle.fetchOne(id);
    change.apply(handle.turn(item)).apply();
  }

  /** All rows that a filter lets through, page by page. */
  static List<InstanceSummary> all(
      InstanceAdmin admin, InstanceFilter filter, boolean oldestFirst, int limit) {
    return all(admin, filter, oldestFirst, limit, () -> {});
  }

  /** The same, with something done between two pages. */
  static List<InstanceSummary> all(
      InstanceAdmin admin,
      InstanceFilter filter,
      boolean oldestFirst,
      int limit,
      Runnable betweenPages) {
    List<InstanceSummary> rows = new ArrayList<>();
    @Nullable String token = null;
    int pages = 0;
    do {
      Expect.atMost("The pages do not come to an end.", MOST_PAGES, ++pages);
      InstancePage page = admin.list(new InstanceQuery(filter, oldestFirst, limit, token));
      Expect.atMost("A page has more rows than asked for.", limit, page.rows().size());
      rows.addAll(page.rows());
      Expect.that("A page leads to itself.", token == null || !token.equals(page.nextPageToken()));
      token = page.nextPageToken();
      Expect.that(
          "A page that says that more may follow is not full.",
          limit + " rows",
          page.rows().size() + " rows",
          token == null || page.rows().size() == limit);
      betweenPages.run();
    } while (token != null);
    return rows;
  }

  /** The ids that a filter lets through, sorted. */
  static List<String> ids(InstanceAdmin admin, InstanceFilter filter) {
    return ids(all(admin, filter, false, 100)).stream().sorted().toList();
  }

  static List<String> ids(List<InstanceSummary> rows) {
    return rows.stream().map(InstanceSummary::instanceId).toList();
  }

  /** Expects a question to find nothing. */
  static void notFound(String what, String id, Runnable question) {
    NotFound error = Expect.thrown(what, NotFound.class, question);
    Expect.equal("The error names another instance.", id, error.instanceId());
  }
}
