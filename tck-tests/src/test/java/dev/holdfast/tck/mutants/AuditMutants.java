// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.Capability;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.StoreFailure;
import dev.holdfast.provider.admin.TimeRange;
import dev.holdfast.provider.state.AuditCounts;
import dev.holdfast.provider.state.AuditEntry;
import dev.holdfast.provider.state.AuditFilter;
import dev.holdfast.provider.state.AuditLog;
import dev.holdfast.provider.state.AuditPage;
import dev.holdfast.provider.state.AuditQuery;
import dev.holdfast.provider.state.AuditRecord;
import dev.holdfast.provider.state.SequenceRange;
import dev.holdfast.tck.fixture.StoreSwitch;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Audit logs that work waits for, that forget, and that answer the oldest first. */
final class AuditMutants {

  private AuditMutants() {}

  static List<Mutant> all() {
    Family family = new Family("AUDIT");
    family.handle(
        "an-audit-log-is-declared-and-not-found",
        "An audit log is declared and not found.",
        "AUDIT-01: the lookup does not know it",
        inner -> new Offering(inner, null));
    offers(family);
    work(family);
    endings(family);
    records(family);
    queries(family);
    cleanUps(family);
    return family.mutants();
  }

  private static void offers(Family family) {
    log(
        family,
        "an-offer-waits",
        "An offer waits until its entry is stored, or some milliseconds.",
        "AUDIT-01: the insert is made by the caller",
        inner ->
            new Audit(inner) {
              @Override
              public boolean offer(AuditEntry entry) {
                boolean taken = super.offer(entry);
                if (inner.counts().waiting() > 0) {
                  LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
                }
                return taken;
              }
            });
    log(
        family,
        "a-refusal-is-not-counted",
        "An entry that was refused is counted neither as offered nor as dropped.",
        "AUDIT-03: counted behind the check",
        inner ->
            new Audit(inner) {
              @Override
              public AuditCounts counts() {
                AuditCounts right = super.counts();
                return new AuditCounts(
                    right.offered() - right.dropped(), right.stored(), 0, right.waiting());
              }
            });
    log(
        family,
        "taken-is-stored",
        "An entry is counted as stored when it is taken.",
        "AUDIT-03: counted before the commit",
        inner ->
            new Audit(inner) {
              @Override
              public AuditCounts counts() {
                AuditCounts right = super.counts();
                return new AuditCounts(
                    right.offered(), right.stored() + right.waiting(), right.dropped(), 0);
              }
            });
    log(
        family,
        "a-batch-is-stored-twice",
        "What waited while the store failed is stored twice.",
        "AUDIT-03: the batch is repeated though it was stored",
        Repeating::new);
    log(
        family,
        "the-buffer-has-no-bound",
        "What does not fit is kept in memory, however much.",
        "AUDIT-04: an unbounded queue",
        Unbounded::new);
    log(
        family,
        "the-newest-replaces-the-oldest",
        "A full buffer gives up its first entry for a new one.",
        "AUDIT-04: a ring",
        inner ->
            new Audit(inner) {
              private volatile boolean overflowed;

              @Override
              public boolean offer(AuditEntry entry) {
                boolean taken = super.offer(entry);
                overflowed |= !taken;
                return taken;
              }

              @Override
              List<AuditRecord> rows(AuditQuery query, List<AuditRecord> right) {
                return overflowed && !right.isEmpty() && !query.newestFirst()
                    ? right.subList(1, right.size())
                    : right;
              }
            });
  }

  private static void work(Family family) {
    family.handle(
        "work-fails-with-the-audit",
        "A turn fails while audit records cannot be stored.",
        "AUDIT-02: in the transaction of the turn",
        inner ->
            new Forwarding(inner) {
              @Override
              public AckResult ackOrchestrationItem(OrchestrationAck ack) {
                if (log(inner).counts().waiting() > 0) {
                  throw new StoreFailure("ackOrchestrationItem", "no table of audit records", null);
                }
                return super.ackOrchestrationItem(ack);
              }
            });
    log(
        family,
        "the-audit-goes-with-the-run",
        "The records of a run that is no instance any more are not shown.",
        "AUDIT-02: deleted with the instance",
        (inner, provider) ->
            new Audit(inner) {
              @Override
              List<AuditRecord> rows(AuditQuery query, List<AuditRecord> right) {
                return right.stream()
                    .filter(row ->
                        !row.entry().runId().equals("order")
                            || provider.describeInstance("order").isPresent())
                    .toList();
              }
            });
  }

  private static void endings(Family family) {
    log(
        family,
        "a-flush-is-true",
        "A flush returns true whatever is waiting.",
        "AUDIT-05: one batch, and done",
        inner ->
            new Audit(inner) {
              @Override
              public boolean flush(Duration within) {
                super.flush(within);
                return true;
              }
            });
    family.store(
        "a-close-forgets-what-waits",
        "A close drops what waits, though it could be stored.",
        "AUDIT-05: the stop ends the thread",
        store -> {
          StoreSwitch audit = store.auditSwitch().orElseThrow();
          return inner ->
              new Forwarding(inner) {
                @Override
                public void close() {
                  audit.stop();
                  super.close();
                  audit.start();
                }
              };
        });
    log(
        family,
        "what-a-close-loses-is-not-counted",
        "What a close could not store is no part of the counts.",
        "AUDIT-05: the buffer is thrown away",
        inner ->
            new Audit(inner) {
              @Override
              public AuditCounts counts() {
                AuditCounts right = super.counts();
                return right.stored() == 0 && right.waiting() == 0
                    ? new AuditCounts(0, 0, 0, 0)
                    : right;
              }
            });
  }

  private static void records(Family family) {
    shown(
        family,
        "each-process-counts-for-itself",
        "Sequence numbers are those of the run.",
        "AUDIT-06: clashing sequences",
        row ->
            new AuditRecord(
                Long.parseLong("0" + row.entry().data().asUtf8().replaceAll("\\D", "")) + 1,
                row.storedAt(),
                row.entry()));
    shown(
        family,
        "stored-when-it-happened",
        "A record is stored at the time that its entry says.",
        "AUDIT-06: the caller's clock",
        row -> new AuditRecord(row.sequence(), row.entry().happenedAt(), row.entry()));
    shown(
        family,
        "happened-in-milliseconds",
        "A moment comes back in milliseconds.",
        "AUDIT-06: toEpochMilli",
        row -> {
          AuditEntry entry = row.entry();
          return new AuditRecord(
              row.sequence(),
              row.storedAt(),
              new AuditEntry(
                  entry.runId(),
                  entry.type(),
                  entry.stepId(),
                  entry.happenedAt().truncatedTo(ChronoUnit.MILLIS),
                  entry.data()));
        });
  }

  private static void queries(Family family) {
    asked(
        family,
        "only-one-type",
        "Of several types the first one counts.",
        "AUDIT-07: types.iterator().next()",
        filter ->
            copy(filter)
                .types(
                    filter.types().isEmpty()
                        ? Set.of()
                        : Set.of(filter.types().stream().sorted().toList().getFirst()))
                .build());
    asked(
        family,
        "a-step-needs-a-run",
        "A step without a run is ignored.",
        "AUDIT-07: the key is run and step",
        filter -> filter.runId() == null ? without(filter, true, false).build() : filter);
    asked(
        family,
        "the-upper-bound-is-included",
        "The end of a range of sequence numbers is inside.",
        "AUDIT-07: BETWEEN",
        filter ->
            copy(filter)
                .sequences(
                    filter.sequences().to() == Long.MAX_VALUE
                        ? filter.sequences()
                        : new SequenceRange(filter.sequences().from(), filter.sequences().to() + 1))
                .build());
    asked(
        family,
        "the-lower-time-is-excluded",
        "A record stored at the begin of a range of time is outside.",
        "AUDIT-07: > in place of >=",
        filter ->
            copy(filter)
                .storedAt(
                    new TimeRange(
                        filter.storedAt().from() == null || filter.storedAt().from().isAfter(NOON)
                            ? filter.storedAt().from()
                            : filter.storedAt().from().plusNanos(1_000),
                        filter.storedAt().to()))
                .build());
    log(
        family,
        "pages-by-number",
        "A page begins by the number of rows before it.",
        "AUDIT-07: OFFSET",
        ByNumber::new);
    log(
        family,
        "the-oldest-is-called-the-newest",
        "Newest first with a limit shows the oldest rows, newest first.",
        "AUDIT-08: the last event is the first",
        inner ->
            new Audit(inner) {
              @Override
              public AuditPage query(AuditQuery query) {
                return query.newestFirst() && query.limit() == 1 && query.pageToken() == null
                    ? new AuditPage(
                        inner.query(AuditQuery.oldest(query.filter(), 1)).rows(),
                        inner.query(query).nextPageToken())
                    : super.query(query);
              }
            });
  }

  private static final Instant NOON = Instant.parse("9999-12-31T12:00:00Z");

  private static void cleanUps(Family family) {
    log(
        family,
        "the-moment-is-removed-too",
        "A clean-up removes what was stored at the moment.",
        "AUDIT-09: <= in place of <",
        inner ->
            new Audit(inner) {
              @Override
              public int cleanUp(Instant storedBefore, int limit) {
                return super.cleanUp(
                    storedBefore.isAfter(NOON) ? storedBefore : storedBefore.plusNanos(1_000),
                    limit);
              }
            });
    log(
        family,
        "a-clean-up-has-no-limit",
        "A clean-up removes everything, and says that it kept to its limit.",
        "AUDIT-09: DELETE without LIMIT",
        inner ->
            new Audit(inner) {
              @Override
              public int cleanUp(Instant storedBefore, int limit) {
                return Math.min(limit, super.cleanUp(storedBefore, Math.max(limit, 1_000)));
              }
            });
    log(
        family,
        "a-clean-up-counts-what-it-looks-at",
        "A clean-up returns its limit.",
        "AUDIT-09: the count of the query",
        inner ->
            new Audit(inner) {
              @Override
              public int cleanUp(Instant storedBefore, int limit) {
                int removed = super.cleanUp(storedBefore, limit);
                return removed == 0 ? 0 : limit;
              }
            });
  }

  // ---- how logs are broken

  /** Makes the log of a handle. */
  @FunctionalInterface
  private interface OfHandle {
    AuditLog of(AuditLog inner, Provider provider);
  }

  private static void log(
      Family family, String name, String what, String origin, UnaryOperator<AuditLog> broken) {
    log(family, name, what, origin, (inner, provider) -> broken.apply(inner));
  }

  private static void log(Family family, String name, String what, String origin, OfHandle broken) {
    family.handle(name, what, origin, inner -> new Offering(inner, broken.of(log(inner), inner)));
  }

  private static AuditLog log(Provider provider) {
    return provider.capability(AuditLog.class).orElseThrow();
  }

  private static void shown(
      Family family, String name, String what, String origin, UnaryOperator<AuditRecord> broken) {
    log(
        family,
        name,
        what,
        origin,
        inner ->
            new Audit(inner) {
              @Override
              List<AuditRecord> rows(AuditQuery query, List<AuditRecord> right) {
                return right.stream().map(broken).toList();
              }
            });
  }

  /** Asks for something else, and for all of it at once, so that tokens do not matter. */
  private static void asked(
      Family family, String name, String what, String origin, UnaryOperator<AuditFilter> broken) {
    log(
        family,
        name,
        what,
        origin,
        inner ->
            new Audit(inner) {
              @Override
              public AuditPage query(AuditQuery query) {
                return query.pageToken() != null || query.limit() < 41
                    ? super.query(query)
                    : super.query(
                        new AuditQuery(
                            broken.apply(query.filter()),
                            query.newestFirst(),
                            query.limit(),
                            null));
              }
            });
  }

  private static AuditFilter.Builder copy(AuditFilter filter) {
    return without(filter, false, false);
  }

  private static AuditFilter.Builder without(AuditFilter filter, boolean step, boolean run) {
    AuditFilter.Builder copy =
        AuditFilter.builder()
            .types(filter.types())
            .sequences(filter.sequences())
            .storedAt(filter.storedAt());
    if (filter.runId() != null && !run) {
      copy.runId(filter.runId());
    }
    if (filter.stepId() != null && !step) {
      copy.stepId(filter.stepId());
    }
    return copy;
  }

  /** Offers another log, or none. */
  private static final class Offering extends Forwarding {
    private final @Nullable AuditLog log;

    Offering(Provider inner, @Nullable AuditLog log) {
      super(inner);
      this.log = log;
    }

    @Override
    public <C extends Capability> Optional<C> capability(Class<C> type) {
      return type == AuditLog.class ? Optional.ofNullable(type.cast(log)) : super.capability(type);
    }
  }

  /** Offers what waited once more. */
  private static final class Repeating extends Audit {
    private final Queue<AuditEntry> again = new ConcurrentLinkedQueue<>();

    Repeating(AuditLog inner) {
      super(inner);
    }

    @Override
    public boolean offer(AuditEntry entry) {
      boolean taken = super.offer(entry);
      if (taken && inner.counts().waiting() > 0 && again.isEmpty()) {
        again.add(entry);
      }
      return taken;
    }

    @Override
    public boolean flush(Duration within) {
      boolean all = super.flush(within);
      AuditEntry entry = all ? again.poll() : null;
      return entry == null ? all : inner.offer(entry);
    }
  }

  /** Keeps what the buffer has no room for. */
  private static final class Unbounded extends Audit {
    private final Queue<AuditEntry> more = new ArrayDeque<>();

    Unbounded(AuditLog inner) {
      super(inner);
    }

    @Override
    public synchronized boolean offer(AuditEntry entry) {
      if (!more.isEmpty() || !super.offer(entry)) {
        more.add(entry);
      }
      return true;
    }

    @Override
    public synchronized boolean flush(Duration within) {
      boolean all = super.flush(within);
      while (all && !more.isEmpty()) {
        all = inner.offer(more.remove());
      }
      return all;
    }
  }

  /** Skips as many rows as the pages before had. */
  private static final class ByNumber extends Audit {
    private static final int ALL = 100;
    private final ConcurrentHashMap<String, Long> places = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong();

    ByNumber(AuditLog inner) {
      super(inner);
    }

    @Override
    public AuditPage query(AuditQuery query) {
      String token = query.pageToken();
      Long before = token == null ? Long.valueOf(0) : places.get(token);
      if (before == null) {
        return super.query(query);
      }
      List<AuditRecord> rest =
          inner
              .query(new AuditQuery(query.filter(), query.newestFirst(), ALL, null))
              .rows()
              .stream()
              .skip(before)
              .toList();
      if (rest.size() <= query.limit()) {
        return new AuditPage(rest, null);
      }
      String next = "number " + numbers.incrementAndGet();
      places.put(next, before + query.limit());
      return new AuditPage(rest.subList(0, query.limit()), next);
    }
  }
}
