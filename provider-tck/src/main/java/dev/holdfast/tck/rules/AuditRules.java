// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Feature;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.admin.InstanceDeletion;
import dev.holdfast.provider.state.AuditEntry;
import dev.holdfast.provider.state.AuditFilter;
import dev.holdfast.provider.state.AuditLog;
import dev.holdfast.provider.state.AuditQuery;
import dev.holdfast.provider.state.AuditRecord;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.fixture.StatementCounter;
import dev.holdfast.tck.fixture.StoreSwitch;
import dev.holdfast.tck.fixture.TimeControl;
import dev.holdfast.tck.fixture.Traffic;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Together;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Audit records and the work beside them. */
@RuleFamily("AUDIT")
final class AuditRules {

  private static final int OFFERS = 1_000;
  private static final Duration MANY_TIMES_OF_IT = Duration.ofSeconds(5);
  private static final int STEPS = 12;
  private static final int THREADS = 8;
  private static final int EACH = 25;

  /**
   * Offers never wait for the store.
   *
   * <p><b>Shape:</b> declared: a thousand offers while all is well, and while writes of audit
   * records fail; each returns at once; after the end of the handle each is false, and counted.
   * Undeclared: the capability is not there.
   */
  @Rule("AUDIT-01")
  void offersNeverWait(StoreUnderTest store) {
    if (!store.declares(Feature.AUDIT_LOG)) {
      for (Handle handle : List.of(store.first(), store.second())) {
        Expect.equal(
            "A capability is offered that is not declared.",
            Optional.empty(),
            handle.provider().capability(AuditLog.class));
      }
      return;
    }
    Audited a = Audited.first(store);
    expectQuick("in a healthy store", a);
    a.flushed();
    StoreSwitch audit = store.auditSwitch();
    audit.stop();
    expectQuick("while no audit record can be written", a);
    audit.start();
    a.flushed();
    a.counts();
    a.handle().close();
    Expect.equal("A closed handle takes an entry.", false, a.calls().offer(Audited.entry("r", 1)));
    Expect.equal("An entry is waiting in a closed handle.", 0L, a.counts().waiting());
    Expect.above("The entry of a closed handle is not counted.", 0, a.counts().dropped());
    Expect.invalid("A closed handle flushes.", () -> a.calls().flush(Duration.ZERO));
    Expect.invalid(
        "A closed handle reads.", () -> a.calls().query(AuditQuery.newest(AuditFilter.all(), 1)));
  }

  private static void expectQuick(String when, Audited a) {
    long begin = System.nanoTime();
    // On threads of their own, which have nothing of the store.
    Together.times(
        2,
        thread -> {
          for (int n = 0; n < OFFERS / 2; n++) {
            a.calls().offer(Audited.entry("quick " + thread, n));
          }
          return thread;
        });
    Expect.atMost(
        "Offers wait " + when + " (microseconds).",
        MANY_TIMES_OF_IT.toNanos() / 1_000,
        (System.nanoTime() - begin) / 1_000);
  }

  /**
   * Work does not notice the audit log.
   *
   * <p><b>Shape:</b> the same turns and activities on three stores, with entries between them:
   * audit healthy, failing, and cleaned up again and again: all answers and histories are equal.
   */
  @Rule("AUDIT-02")
  void workDoesNotNotice(StoreUnderTest healthy, StoreUnderTest failing, StoreUnderTest cleanedUp) {
    Audited.requireDeclared(healthy);
    List<String> expected = work(healthy, () -> {});
    Audited.first(failing);
    failing.auditSwitch().stop();
    List<String> whileFailing = work(failing, () -> {});
    failing.auditSwitch().start();
    Audited cleaner = Audited.second(cleanedUp);
    List<String> whileCleanedUp =
        work(
            cleanedUp,
            () -> {
              Audited.first(cleanedUp).flushed();
              cleaner.calls().cleanUp(AuditQueryRules.FAR, OFFERS);
            });
    Expect.equal("Work differs while audit fails.", expected, whileFailing);
    Expect.equal("Work differs while audit is cleaned up.", expected, whileCleanedUp);
  }

  private static List<String> work(StoreUnderTest store, Runnable sometimes) {
    Audited a = Audited.first(store);
    Handle handle = a.handle();
    List<String> seen = new ArrayList<>();
    for (int n = 0; n < STEPS; n++) {
      String id = "order-" + n % 4;
      a.offer(Audited.entry(id, n));
      if (n < 4) {
        handle.create(id);
      } else {
        handle.poke(id);
        OrchestrationItem item = handle.fetchOne(id);
        seen.add(id + " " + item.messages().size() + " " + item.deliveryCount());
        handle.turn(item).activities(n).apply();
        handle.complete(handle.fetchActivity(n));
        handle.finish(handle.fetchOne(id));
      }
      a.offer(Audited.entry(id, n));
      if (n % 5 == 4) {
        sometimes.run();
      }
      seen.add(id + " " + handle.history(id, 1).size());
    }
    return seen;
  }

  /**
   * The records of a run that was deleted stay.
   *
   * <p><b>Shape:</b> an instance with audit records of its id, deleted with force; the records are
   * read as before, on both handles.
   */
  @Rule("AUDIT-02")
  void theAuditOfADeletedRunStays(StoreUnderTest store) {
    Audited a = Audited.first(store);
    a.handle().create("order");
    a.store(Audited.entry("order", 1));
    store
        .first()
        .provider()
        .capability(InstanceDeletion.class)
        .ifPresent(deletion -> deletion.delete(List.of("order"), true));
    for (Audited anybody : List.of(a, Audited.second(store))) {
      Expect.equal(
          "The audit of a deleted run is gone.",
          List.of(Audited.entry("order", 1)),
          anybody.entries("order"));
    }
  }

  /**
   * Records come back field for field.
   *
   * <p><b>Shape:</b> the shortest and the longest texts, with and without a step, no data and some,
   * moments to the microsecond; stored by the store's clock, whatever the entry says.
   */
  @Rule("AUDIT-06")
  void recordsComeBack(StoreUnderTest store) {
    TimeControl time = store.timeControl();
    Audited a = Audited.first(store);
    String longest = "ä".repeat(256);
    Payload all = Payload.of(new byte[] {0, -1, 10, 39, 92});
    List<AuditEntry> entries =
        List.of(
            new AuditEntry("r", "t", null, Instant.parse("0001-01-01T00:00:00Z"), Payload.empty()),
            new AuditEntry(longest, longest, longest, AuditQueryRules.FAR, all),
            new AuditEntry(
                "\uD83D\uDE00", " ", "a'b", Instant.parse("2026-01-31T18:00:00.000001Z"), all));
    Instant before = time.now();
    entries.forEach(a::offer);
    a.flushed();
    Instant after = time.now();
    for (Audited anybody : List.of(a, Audited.second(store))) {
      List<AuditRecord> rows = anybody.all(AuditFilter.all());
      Expect.equal(
          "Records are not what was offered.",
          entries,
          rows.stream().map(AuditRecord::entry).toList());
      for (AuditRecord row : rows) {
        Expect.notBefore("A record was stored before it was offered.", before, row.storedAt());
        Expect.notAfter("A record was stored after it was flushed.", after, row.storedAt());
      }
    }
  }

  /**
   * Sequence numbers are unique, and grow as one thread offers.
   *
   * <p><b>Shape:</b> eight threads on four handles, each with entries of its own; then a clean-up
   * of everything and one more entry.
   */
  @Rule("AUDIT-06")
  void sequenceNumbersGrow(StoreUnderTest store) {
    Audited.requireDeclared(store);
    List<Audited> logs = store.newHandles(THREADS / 2).stream().map(Audited::of).toList();
    Together.times(
        THREADS,
        thread -> {
          Audited log = logs.get(thread % logs.size());
          for (int n = 0; n < EACH; n++) {
            log.offer(Audited.entry("thread " + thread, n));
          }
          log.flushed();
          return thread;
        });
    Audited a = Audited.first(store);
    List<AuditRecord> rows = a.all(AuditFilter.all());
    Expect.equal("Records are missing or double.", THREADS * EACH, rows.size());
    Set<Long> sequences = new HashSet<>();
    Map<String, Integer> next = new HashMap<>();
    Instant last = Instant.MIN;
    for (AuditRecord row : rows) {
      Expect.that("Two records have one sequence number.", sequences.add(row.sequence()));
      int number = Integer.parseInt(row.entry().data().asUtf8());
      Expect.equal(
          "The entries of one thread are not in its order.",
          next.merge(row.entry().runId(), 1, Integer::sum) - 1,
          number);
      Expect.notBefore("Times fall as the sequence grows.", last, row.storedAt());
      last = row.storedAt();
    }
    long greatest = rows.getLast().sequence();
    Expect.equal(
        "A clean-up did not remove everything.",
        rows.size(),
        a.calls().cleanUp(AuditQueryRules.FAR, OFFERS));
    a.store(Audited.entry("later", 1));
    Expect.above(
        "A sequence number came again after a clean-up.",
        greatest,
        a.all(AuditFilter.all()).getFirst().sequence());
  }

  /**
   * Many entries are stored in one commit.
   *
   * <p><b>Shape:</b> on a warm handle a thousand offers, flushed: at most one commit for ten of
   * them.
   */
  @Rule("AUDIT-10")
  void manyEntriesAreStoredInOneCommit(StoreUnderTest store) {
    Audited a = Audited.first(store);
    StatementCounter counter = store.statements();
    a.store(Audited.entry("warm", 1));
    Traffic before = counter.soFar();
    for (int n = 0; n < OFFERS; n++) {
      a.offer(Audited.entry("many", n));
    }
    a.flushed();
    Expect.atMost(
        "Entries are not stored together.", OFFERS / 10, counter.soFar().since(before).commits());
  }
}
