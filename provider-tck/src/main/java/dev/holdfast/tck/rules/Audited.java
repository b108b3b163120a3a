// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Feature;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.state.AuditCounts;
import dev.holdfast.provider.state.AuditEntry;
import dev.holdfast.provider.state.AuditFilter;
import dev.holdfast.provider.state.AuditLog;
import dev.holdfast.provider.state.AuditPage;
import dev.holdfast.provider.state.AuditQuery;
import dev.holdfast.provider.state.AuditRecord;
import dev.holdfast.tck.FixturePart;
import dev.holdfast.tck.NotMeasured;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.StoreUnderTest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The audit log as tests use it, through one handle. Immutable.
 *
 * @param handle the handle
 * @param calls the calls of the feature
 */
record Audited(Handle handle, AuditLog calls) {

  /** Far longer than storing takes; only a provider that never stores is waited for so long. */
  static final Duration PATIENCE = Duration.ofMinutes(1);

  private static final Instant HAPPENED = Instant.parse("2026-02-03T04:05:06.000007Z");
  private static final int MOST_PAGES = 1_000;

  /** Ends a test of what only a provider with an audit log can do. */
  static void requireDeclared(StoreUnderTest store) {
    if (!store.declares(Feature.AUDIT_LOG)) {
      throw new NotMeasured(FixturePart.FEATURE, Feature.AUDIT_LOG.name());
    }
  }

  /** The log of a store through its first handle. */
  static Audited first(StoreUnderTest store) {
    requireDeclared(store);
    return of(store.first());
  }

  /** The log of a store through its second handle. */
  static Audited second(StoreUnderTest store) {
    requireDeclared(store);
    return of(store.second());
  }

  /** The log of a store that has one, through any handle. */
  static Audited of(Handle handle) {
    return new Audited(
        handle,
        handle
            .provider()
            .capability(AuditLog.class)
            .orElseThrow(() ->
                Expect.violation(
                    "AUDIT_LOG is declared, and the capability is not offered.",
                    "AuditLog",
                    "none")));
  }

  /** An entry that differs from others by its parts. */
  static AuditEntry entry(String run, String type, @Nullable String step, String data) {
    return new AuditEntry(run, type, step, HAPPENED, Payload.utf8(data));
  }

  /** An entry of a run that is told by its number. */
  static AuditEntry entry(String run, int number) {
    return entry(run, "entry", null, String.valueOf(number));
  }

  /** Offers an entry, and expects it to be taken. */
  void offer(AuditEntry entry) {
    Expect.that("An entry was dropped although there is room.", calls.offer(entry));
  }

  /** Offers an entry, and waits until it is stored. */
  void store(AuditEntry entry) {
    offer(entry);
    flushed();
  }

  /** Expects that everything gets stored. */
  void flushed() {
    Expect.that("What waits is not stored.", calls.flush(PATIENCE));
  }

  /** Expects counts that add up. */
  AuditCounts counts() {
    AuditCounts counts = calls.counts();
    Expect.equal(
        "Offered is not the sum of stored, dropped and waiting: " + counts + ".",
        counts.offered(),
        counts.stored() + counts.dropped() + counts.waiting());
    return counts;
  }

  /** All records of a filter, oldest first. */
  List<AuditRecord> all(AuditFilter filter) {
    int most = handle.provider().info().limits().maxPageSize();
    return pages(new AuditQuery(filter, false, most, null), () -> {});
  }

  /** What was offered and is stored of one run, oldest first. */
  List<AuditEntry> entries(String run) {
    return all(AuditFilter.builder().runId(run).build()).stream().map(AuditRecord::entry).toList();
  }

  /** All records of a query, page by page. */
  List<AuditRecord> pages(AuditQuery first, Runnable betweenPages) {
    List<AuditRecord> all = new ArrayList<>();
    AuditQuery query = first;
    for (int pages = 0; pages < MOST_PAGES; pages++) {
      AuditPage page = calls.query(query);
      Expect.atMost("A page has more rows than asked for.", query.limit(), page.rows().size());
      all.addAll(page.rows());
      String token = page.nextPageToken();
      if (token == null) {
        return all;
      }
      Expect.equal("A page with another behind it is not full.", query.limit(), page.rows().size());
      query = first.from(token);
      betweenPages.run();
    }
    throw Expect.violation("Pages do not come to an end.", "a last page", MOST_PAGES + " pages");
  }
}
