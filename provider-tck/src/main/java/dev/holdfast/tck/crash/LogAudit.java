// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.crash;

import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.LogFilter;
import dev.holdfast.provider.stream.LogPage;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.LogRead;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.tck.fixture.CrashTarget;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.StoreUnderTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Has processes append to one log and read it, kills them, and judges what they left: each reader
 * has seen what the whole log says, and what was answered is there. For one thread.
 */
public final class LogAudit {

  private static final int APPENDERS = 16;
  private static final int READERS = 4;
  private static final int FEW_PROCESSES = 2;
  private static final int MANY_PROCESSES = 4;

  /** How much a process does at most before it is killed, in lines that it says. */
  private static final int FEW_LINES = 300;

  private static final int MANY_LINES = 3_000;

  /** Real time, for that is what children have; work that outlives its lock is refused. */
  private static final Duration LOCK = Duration.ofSeconds(1);

  private final StoreUnderTest store;
  private final CrashTarget target;
  private final EventStreams streams;
  private final List<LogReader> readers;

  /** The keys of appends that were answered, by the first position. */
  private final TreeMap<LogPosition, String> told = new TreeMap<>();

  private int killed;
  private int started;
  private long answered;
  private long refused;
  private long events;

  /**
   * An audit of a store in which nothing else is.
   *
   * @param store the store, of which processes can share
   */
  public LogAudit(StoreUnderTest store) {
    this.store = store;
    target = store.sharedCrashTarget();
    streams = store.first().provider().capability(EventStreams.class).orElseThrow();
    for (int n = 0; n < 3 * READERS; n++) {
      streams.append(StreamWork.append("before " + n % 2, "before " + n));
    }
    List<LogPosition> there = new ArrayList<>();
    log((event, log) -> there.add(event.position()));
    LogPosition middle = there.get(there.size() / 2);
    LogPosition head = streams.head().position();
    LogFilter one = LogFilter.builder().categories(LogWork.category(1)).build();
    readers =
        List.of(
            new LogReader(LogPosition.START, 100, LogFilter.all()),
            new LogReader(middle, 100, one),
            new LogReader(head, 7, LogFilter.all()),
            new LogReader(LogPosition.START, 13, LogFilter.all()));
  }

  /**
   * Has processes work, and kills one after the other at random.
   *
   * @param kills how many to kill at least
   * @param atLeast for how long at least
   */
  public void disturb(int kills, Duration atLeast) {
    boolean briefly = atLeast.isZero();
    int processes = briefly ? FEW_PROCESSES : MANY_PROCESSES;
    long begin = System.nanoTime();
    List<ChildJvm> members = new ArrayList<>();
    try {
      for (int n = 0; n < processes; n++) {
        members.add(start(n, processes));
      }
      while (killed < kills || System.nanoTime() - begin < atLeast.toNanos()) {
        int number = store.random().nextInt(processes);
        ChildJvm victim = members.get(number);
        int lines = 1 + store.random().nextInt(briefly ? FEW_LINES : MANY_LINES);
        for (int n = 0; n < lines; n++) {
          note(victim, victim.line());
        }
        kill(victim);
        killed++;
        members.set(number, start(number, processes));
      }
    } finally {
      members.forEach(this::kill);
    }
    store.catchUpWithOtherJvms();
  }

  /** A process goes on with the readers of the one whose place it takes. */
  private ChildJvm start(int number, int processes) {
    List<String> arguments = new ArrayList<>();
    arguments.add("p" + ++started + "-");
    arguments.add(String.valueOf(LOCK.toNanos()));
    arguments.add(String.valueOf(APPENDERS / processes));
    arguments.add(String.valueOf(store.random().nextLong()));
    for (int n = number; n < READERS; n += processes) {
      arguments.add(readers.get(n).toString());
    }
    return ChildJvm.start(target, Task.LOG, arguments.toArray(String[]::new));
  }

  private void kill(ChildJvm child) {
    child.kill().forEach(line -> note(child, line));
  }

  private void note(ChildJvm child, String line) {
    String[] words = line.split(" ", -1);
    switch (words[0]) {
      case "appended" -> {
        answered++;
        Expect.equal(
            "Two appends were answered one position.",
            null,
            told.put(LogPosition.parse(words[2]), words[1]));
      }
      case "read" ->
          readers.stream()
              .filter(reader -> reader.isNamed(words[1]))
              .forEach(reader -> reader.note(words));
      case "refused" -> refused++;
      default -> throw child.failure("A child's call went wrong.", "an append or a page", line);
    }
  }

  /** What is done with each event of the log. */
  private interface Visitor {
    void visit(StreamEvent event, long number);
  }

  /** Goes through the log without keeping it: it may be long. */
  private void log(Visitor visitor) {
    LogPosition next = LogPosition.START;
    long number = 0;
    boolean atEnd = false;
    while (!atEnd) {
      LogPage page = streams.readLog(LogRead.after(next, 100));
      for (StreamEvent event : page.events()) {
        visitor.visit(event, number++);
      }
      next = page.next();
      atEnd = page.atEnd();
    }
  }

  /** Lets the readers read to the end, and expects that all of it agrees. */
  public void expectAgreement() {
    readers.forEach(reader -> reader.finish(streams));
    Map<StreamId, StreamEvent> last = new HashMap<>();
    @Nullable StreamEvent[] before = {null};
    log((event, number) -> {
      events = number + 1;
      expectBehind(before[0], event);
      expectNext(last.put(event.stream(), event), event);
      before[0] = event;
      readers.forEach(reader -> reader.expect(event));
      String key = told.remove(event.position());
      if (key != null) {
        Expect.equal("What was answered is another event.", key + "#0", event.content().eventId());
      }
    });
    readers.forEach(LogReader::expectEnd);
    Expect.equal("What was answered is not in the log.", Map.of(), told);
    Expect.above("Nothing happened.", 0, answered);
  }

  private static void expectBehind(@Nullable StreamEvent before, StreamEvent event) {
    if (before != null) {
      Expect.that(
          "Positions do not ascend.",
          "behind " + before.position(),
          event.position(),
          event.position().isAfter(before.position()));
      Expect.notBefore("Times fall along the log.", before.recordedAt(), event.recordedAt());
    }
  }

  /** The events of a stream are dense, and those of an append are whole. */
  private static void expectNext(@Nullable StreamEvent before, StreamEvent event) {
    Expect.equal(
        "A stream does not stand in version order in the log.",
        before == null ? 1 : before.version() + 1,
        event.version());
    String id = event.content().eventId();
    if (before != null && !id.endsWith("#0")) {
      String of = id.substring(0, id.indexOf('#') + 1);
      Expect.that(
          "Half an append is there.",
          "behind the event before it of " + of,
          before,
          before.content().eventId().startsWith(of));
    }
  }

  /**
   * How much was done.
   *
   * @return in a few words
   */
  public String summary() {
    return ("%d processes killed; %d appends answered, %d calls refused or cut, %d events in the"
            + " log; each of %d readers has seen all of its filter, once and in order")
        .formatted(killed, answered, refused, events, readers.size());
  }
}
