// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.state.AuditCounts;
import dev.holdfast.provider.state.AuditEntry;
import dev.holdfast.provider.state.AuditFilter;
import dev.holdfast.provider.state.AuditQuery;
import dev.holdfast.provider.state.AuditRecord;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.crash.ChildJvm;
import dev.holdfast.tck.crash.Task;
import dev.holdfast.tck.fixture.CrashTarget;
import dev.holdfast.tck.fixture.StoreSwitch;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Together;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** What waits to be stored: bounded, counted, and stored at the end. */
@RuleFamily("AUDIT")
final class AuditBufferRules {

  private static final int THREADS = 16;

  /** More than a buffer of small entries may hold. */
  private static final int TOO_MANY = 1_000_000;

  private static final int SOME = 300;
  private static final int FIRST = 100;
  private static final Duration MOMENT = Duration.ofMillis(50);

  /**
   * Every entry is accounted for.
   *
   * <p><b>Shape:</b> sixteen threads offer while audit writes fail, until the buffer overflows and
   * beyond; then writes succeed, and they offer again. At every moment offered is the sum of the
   * others; in the end the store has exactly what was not refused, each once.
   */
  @Rule("AUDIT-03")
  void everyEntryIsAccountedFor(StoreUnderTest store) {
    Audited a = Audited.first(store);
    StoreSwitch audit = store.auditSwitch();
    audit.stop();
    Set<String> taken = new HashSet<>();
    long refused = offerTogether(a, "failing", TOO_MANY / THREADS, taken);
    AuditCounts counts = a.counts();
    Expect.equal("Not every refused entry is counted as dropped.", refused, counts.dropped());
    Expect.equal("Not every taken entry is waiting.", (long) taken.size(), counts.waiting());
    Expect.equal("An entry is stored that cannot be.", 0L, counts.stored());
    audit.start();
    refused += offerTogether(a, "again", SOME / THREADS, taken);
    a.flushed();
    counts = a.counts();
    Expect.equal("Not every refused entry is counted as dropped.", refused, counts.dropped());
    Expect.equal("Not every entry is counted as stored.", (long) taken.size(), counts.stored());
    List<String> stored =
        Audited.second(store).all(AuditFilter.all()).stream()
            .map(row -> row.entry().runId() + " " + row.entry().data().asUtf8())
            .toList();
    Expect.equal("The store has not as many as are counted.", taken.size(), stored.size());
    Expect.equal("The store has not what was taken.", taken, Set.copyOf(stored));
  }

  /** Each thread offers until it was refused some times; returns how often they were. */
  private static long offerTogether(Audited a, String run, int most, Set<String> taken) {
    return Together.times(
            THREADS,
            thread -> {
              Set<String> mine = new HashSet<>();
              long refused = 0;
              for (int n = 0; n < most && refused < 10; n++) {
                AuditEntry entry = Audited.entry(run + " " + thread, n);
                if (a.calls().offer(entry)) {
                  mine.add(entry.runId() + " " + n);
                } else {
                  refused++;
                }
                if (n % 50 == 0) {
                  a.counts();
                }
              }
              synchronized (taken) {
                taken.addAll(mine);
              }
              return refused;
            })
        .stream()
        .mapToLong(Long::longValue)
        .sum();
  }

  /**
   * What finds the buffer full is dropped, what is in it stays.
   *
   * <p><b>Shape:</b> while audit writes fail, offers until one is dropped, and more; then writes
   * succeed: exactly those that were taken are stored, the first one first.
   */
  @Rule("AUDIT-04")
  void whatFindsTheBufferFullIsDropped(StoreUnderTest store) {
    Audited a = Audited.first(store);
    StoreSwitch audit = store.auditSwitch();
    audit.stop();
    int taken = 0;
    while (a.calls().offer(Audited.entry("full", taken))) {
      taken++;
      Expect.atMost("The buffer has no bound.", TOO_MANY, taken);
    }
    Expect.above("The buffer has no room.", SOME, taken);
    for (int n = 0; n < SOME; n++) {
      Expect.equal(
          "A full buffer takes an entry.", false, a.calls().offer(Audited.entry("more", n)));
    }
    audit.start();
    a.flushed();
    Expect.equal(
        "What was in the buffer is not stored first.",
        IntStream.range(0, FIRST).mapToObj(n -> Audited.entry("full", n)).toList(),
        a.calls().query(AuditQuery.oldest(AuditFilter.all(), FIRST)).rows().stream()
            .map(AuditRecord::entry)
            .toList());
    Expect.equal("What was in the buffer is not stored.", (long) taken, a.counts().stored());
    a.offer(Audited.entry("again", 1));
    Expect.equal("What was dropped is stored.", List.of(), a.entries("more"));
  }

  /**
   * A full buffer takes no more memory.
   *
   * <p><b>Shape:</b> in a child JVM with a small heap a million offers while no audit write can
   * succeed: it lives, and once writes succeed it stores what it has taken, the first ones first.
   */
  @Rule("AUDIT-04")
  void aFullBufferTakesNoMoreMemory(StoreUnderTest store) {
    Audited.requireDeclared(store);
    StoreSwitch audit = store.auditSwitch();
    CrashTarget target = store.sharedCrashTarget().withJvmArguments("-Xmx64m");
    try (ChildJvm child = ChildJvm.start(target, Task.AUDIT, String.valueOf(TOO_MANY))) {
      child.line("ready");
      audit.stop();
      child.tell("go");
      int taken = Integer.parseInt(child.line("full"));
      Expect.atMost("The buffer has no bound.", TOO_MANY - 1, taken);
      audit.start();
      child.tell("flush");
      Expect.equal("What waits is not stored.", "true", child.line("flushed"));
      child.rest();
      List<AuditEntry> stored = Audited.first(store).entries("child");
      Expect.equal("The child stored something else than it has taken.", taken, stored.size());
      Expect.equal("The first entry is not stored.", "step 0", stored.getFirst().stepId());
    }
  }

  /**
   * A flush and a close store everything that waits.
   *
   * <p><b>Shape:</b> hundreds of entries wait while audit writes fail: a flush returns false in its
   * time, and nothing is lost; once writes succeed a flush stores all of them. The same, with the
   * end of the handle in place of the flush.
   */
  @Rule("AUDIT-05")
  void flushAndCloseStoreEverything(StoreUnderTest store) {
    Audited a = Audited.first(store);
    StoreSwitch audit = store.auditSwitch();
    Expect.that("A flush of nothing fails.", a.calls().flush(Duration.ZERO));
    Expect.invalid("A flush into the past is accepted.", () -> a.calls().flush(MOMENT.negated()));
    audit.stop();
    offerSome(a, "flushed");
    Expect.equal("A flush says what is not so.", false, a.calls().flush(MOMENT));
    Expect.equal("A flush lost something.", (long) SOME, a.counts().waiting());
    audit.start();
    a.flushed();
    expectSome(a, "flushed");

    audit.stop();
    offerSome(a, "closed");
    audit.start();
    a.handle().close();
    Expect.equal("A close left something waiting.", 0L, a.counts().waiting());
    Expect.equal("A close dropped something.", 0L, a.counts().dropped());
    expectSome(Audited.second(store), "closed");
  }

  /**
   * A close counts what it cannot store.
   *
   * <p><b>Shape:</b> entries wait while audit writes fail, and the handle is closed: it returns,
   * and all of them are counted as dropped.
   */
  @Rule("AUDIT-05")
  void aCloseCountsWhatItCannotStore(StoreUnderTest store) {
    Audited a = Audited.first(store);
    StoreSwitch audit = store.auditSwitch();
    audit.stop();
    offerSome(a, "lost");
    long begin = System.nanoTime();
    a.handle().close();
    Expect.atMost(
        "A close waits for long (seconds).",
        Audited.PATIENCE.toSeconds(),
        Duration.ofNanos(System.nanoTime() - begin).toSeconds());
    Expect.equal(
        "A close does not count what is lost.",
        new AuditCounts(SOME, 0, SOME, 0),
        a.calls().counts());
    audit.start();
    Expect.equal("What was dropped is stored.", List.of(), Audited.second(store).entries("lost"));
  }

  private static void offerSome(Audited a, String run) {
    for (int n = 0; n < SOME; n++) {
      a.offer(Audited.entry(run, n));
    }
  }

  private static void expectSome(Audited a, String run) {
    Expect.equal(
        "Not everything that waited is stored.",
        IntStream.range(0, SOME).mapToObj(n -> Audited.entry(run, n)).toList(),
        a.entries(run));
  }
}
