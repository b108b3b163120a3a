// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.state.InboxCounts;
import dev.holdfast.provider.state.InboxItem;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.InboxStatus;
import dev.holdfast.provider.state.InboxToken;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.crash.ChildJvm;
import dev.holdfast.tck.crash.Task;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.StoreUnderTest;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;

/** Inboxes whose callers die. */
@RuleFamily("INBOX")
final class InboxKillRules {

  private static final int KILLS = 2;
  private static final int MOST_LINES = 40;

  /**
   * The locks of a killed process end at their time.
   *
   * <p><b>Shape:</b> a child fetches and is killed: until the end nobody has the message, then
   * another process has it, with its second delivery, and the token of the dead is lost.
   */
  @Rule("INBOX-13")
  void locksOfTheDeadEnd(StoreUnderTest store) {
    Inboxed.requireDeclared(store);
    InboxKey key = Inboxed.key("order");
    Inboxed.first(store).fill(key, 1);
    Duration lockFor = store.lockFor().multipliedBy(2);
    long epoch;
    try (ChildJvm child =
        ChildJvm.start(
            store.crashTarget(), Task.INBOX_HOLD, "order", String.valueOf(lockFor.toNanos()))) {
      epoch = Long.parseLong(child.line("locked"));
      child.kill();
    }
    store.catchUpWithOtherJvms();
    Inboxed a = Inboxed.first(store);
    InboxToken dead = new InboxToken(key, 1, epoch);
    Expect.equal("Something else became of a message.", 1L, a.counts(key).lastSequence());
    store.moveTime(lockFor);
    a.lost("The token of a dead process was good.", dead);
    InboxItem next = a.fetchOne("The lock of a dead process does not end.", key);
    Expect.equal("The delivery to a dead process is not counted.", 2, next.deliveryCount());
    Expect.above("A token is not greater than an earlier one.", epoch, next.lockToken().epoch());
    a.lost("The token of a dead process was good.", dead);
  }

  /** What the killed children were told, and what is left in their store. */
  private record Killed(
      Inboxed inbox, InboxKey in, InboxKey out, Map<String, Long> appended, Set<Long> consumed) {}

  /**
   * Child JVMs append, fetch, consume in acks and clean up by several threads, and are killed after
   * a number of answers.
   */
  private static Killed killed(StoreUnderTest store) {
    Inboxed.requireDeclared(store);
    Map<String, Long> appended = new HashMap<>();
    Set<Long> consumed = new HashSet<>();
    for (int round = 0; round < store.rounds(KILLS); round++) {
      try (ChildJvm child =
          ChildJvm.start(
              store.crashTarget(),
              Task.INBOX,
              "child" + round + "-",
              String.valueOf(store.lockFor().toNanos()))) {
        int lines = MOST_LINES / 2 + store.random().nextInt(MOST_LINES);
        for (int n = 0; n < lines; n++) {
          String[] told = child.line().split(" ");
          if (told[0].equals("appended")) {
            appended.put(told[1], Long.parseLong(told[2]));
          } else {
            Expect.equal("A child failed.", "consumed", told[0]);
            consumed.add(Long.parseLong(told[1]));
          }
        }
        child.kill();
      }
    }
    store.catchUpWithOtherJvms();
    store.moveTime(store.lockFor());
    return new Killed(
        Inboxed.first(store), Inboxed.key("in"), Inboxed.key("out"), appended, consumed);
  }

  /**
   * Appenders that are killed leave no gap.
   *
   * <p><b>Shape:</b> killed children: every answer that was told is true when it is asked for
   * again, and the messages that are left and those that were consumed are 1 to n.
   */
  @Rule("INBOX-06")
  void appendersThatAreKilledLeaveNoGap(StoreUnderTest store) {
    Killed killed = killed(store);
    killed
        .appended()
        .forEach((id, sequence) ->
            killed
                .inbox()
                .repeated(
                    "What was answered is not in the store.",
                    killed.in(),
                    Inboxed.message(id),
                    sequence));
    Set<Long> all = new HashSet<>(killed.inbox().pending(killed.in()));
    all.addAll(InboxFaultRules.effects(killed.inbox(), killed.out()).keySet());
    long last = killed.inbox().counts(killed.in()).lastSequence();
    Expect.equal(
        "Numbers have a gap.",
        new HashSet<>(LongStream.rangeClosed(1, last).boxed().toList()),
        all);
    List<Long> outs = killed.inbox().pending(killed.out());
    Expect.equal("Numbers have a gap.", Inboxed.upTo(outs.size()), outs);
  }

  /**
   * Workers that are killed count each message once.
   *
   * <p><b>Shape:</b> killed children: each consumed message has one effect, no other one has any,
   * and those that were told are among them.
   */
  @Rule("INBOX-17")
  void workersThatAreKilledCountOnce(StoreUnderTest store) {
    Killed killed = killed(store);
    Map<Long, Integer> effects = InboxFaultRules.effects(killed.inbox(), killed.out());
    effects.forEach(
        (sequence, times) -> Expect.equal("A message has not had its effect once.", 1, times));
    Set<Long> untold = new HashSet<>(killed.consumed());
    untold.removeAll(effects.keySet());
    Expect.none("What was answered is not in the store.", untold);
    for (long sequence : killed.inbox().pending(killed.in())) {
      Expect.that("A pending message has had its effect.", !effects.containsKey(sequence));
    }
    InboxCounts counts = killed.inbox().counts(killed.in());
    Expect.equal(
        "A message is consumed that has had no effect.",
        counts.lastSequence() - effects.size(),
        counts.pending() + counts.locked());
  }

  /**
   * A clean-up that is killed loses nothing.
   *
   * <p><b>Shape:</b> killed children, then the rest of their work here: the messages that were not
   * consumed are there with their content, and the next append has the next number.
   */
  @Rule("INBOX-22")
  void aCleanUpThatIsKilledLosesNothing(StoreUnderTest store) {
    Killed killed = killed(store);
    Inboxed inbox = killed.inbox();
    InboxCounts counts = inbox.counts(killed.in());
    Set<Long> consumed = InboxFaultRules.effects(inbox, killed.out()).keySet();
    for (long sequence = 1; sequence <= counts.lastSequence(); sequence++) {
      if (!consumed.contains(sequence)) {
        Expect.equal(
            "A message is missing that was not consumed.",
            InboxStatus.PENDING,
            inbox.status(killed.in(), sequence));
      }
    }
    for (InboxItem item : inbox.fetch(killed.in(), Inboxed.PAGE)) {
      List<ChangeResult> results =
          inbox.changes().apply(InboxFaultRules.effect(item, killed.out()));
      Expect.equal("Work does not go on.", 2, results.size());
    }
    Expect.equal(
        "A number came again.",
        counts.lastSequence() + 1,
        inbox.add(killed.in(), "behind the children"));
  }
}
