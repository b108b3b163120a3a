// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.plan;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.admin.TimeRange;
import dev.holdfast.provider.state.AuditEntry;
import dev.holdfast.provider.state.AuditFilter;
import dev.holdfast.provider.state.AuditLog;
import dev.holdfast.provider.state.AuditPage;
import dev.holdfast.provider.state.AuditQuery;
import dev.holdfast.provider.state.SequenceRange;
import dev.holdfast.tck.words.Expect;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** Every call of the audit log, with each kind of filter in both directions. Not thread-safe. */
public final class AuditPath {

  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Instant LONG_AGO = Instant.parse("1970-01-01T00:00:01Z");

  private final AuditLog audit;
  private final String name;

  /**
   * Prepares the calls.
   *
   * @param name begins the names of the runs, which nobody has
   */
  public AuditPath(Provider provider, String name) {
    this.audit = provider.capability(AuditLog.class).orElseThrow();
    this.name = name;
  }

  /** Makes the calls. */
  public void run() {
    for (int n = 0; n < 3; n++) {
      audit.offer(
          new AuditEntry(name, "type-" + n, "step-" + name, LONG_AGO, Payload.utf8("" + n)));
    }
    Expect.that("", audit.flush(PATIENCE));
    TimeRange time = new TimeRange(LONG_AGO, Instant.parse("2096-01-01T00:00:00Z"));
    Set<String> types = Set.of("type-0", "type-1");
    for (AuditFilter filter :
        List.of(
            AuditFilter.all(),
            AuditFilter.builder().runId(name).build(),
            AuditFilter.builder().stepId("step-" + name).build(),
            AuditFilter.builder().types(Set.of("type-2")).build(),
            AuditFilter.builder().types(types).build(),
            AuditFilter.builder().storedAt(time).build(),
            AuditFilter.builder().sequences(SequenceRange.after(0)).build(),
            AuditFilter.builder()
                .runId(name)
                .stepId("step-" + name)
                .types(types)
                .storedAt(time)
                .build())) {
      read(AuditQuery.newest(filter, 1));
      read(AuditQuery.oldest(filter, 1));
    }
    audit.cleanUp(LONG_AGO, 1);
  }

  private void read(AuditQuery query) {
    AuditPage page = audit.query(query);
    Expect.equal("", 1, page.rows().size());
    String token = page.nextPageToken();
    if (token != null) {
      audit.query(query.from(token));
    }
  }
}
