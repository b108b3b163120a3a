// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.state.ConsumeInbox;
import dev.holdfast.provider.state.InboxCounts;
import dev.holdfast.provider.state.InboxItem;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.InboxMessage;
import dev.holdfast.provider.state.InboxStatus;
import dev.holdfast.provider.state.NewInboxMessage;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.StoreUnderTest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What is read of inboxes, and tidied up. */
@RuleFamily("INBOX")
final class InboxReadRules {

  private static final List<Long> PENDING = List.of(3L, 6L, 7L, 10L);

  /**
   * The pending messages above a number, and no others.
   *
   * <p><b>Shape:</b> ten messages in all three states; above 0, in the middle, the last; limits 1,
   * 3, 10; an unknown key has none; wrong numbers are refused.
   */
  @Rule("INBOX-10")
  void pendingMessagesAreRead(StoreUnderTest store) {
    Inboxed a = Inboxed.first(store);
    InboxKey key = Inboxed.key("order");
    a.mixed(key);
    for (Inboxed anybody : List.of(a, Inboxed.second(store))) {
      for (long after = 0; after <= 11; after++) {
        for (int limit : List.of(1, 3, 10)) {
          long bound = after;
          List<Long> expected =
              PENDING.stream().filter(sequence -> sequence > bound).limit(limit).toList();
          Expect.equal(
              "Not exactly the pending messages are read.",
              expected,
              anybody.calls().pending(key, after, limit).stream()
                  .map(InboxMessage::sequence)
                  .toList());
        }
      }
      for (InboxMessage message : anybody.calls().pending(key, 0, 10)) {
        Expect.equal("A pending message is not.", InboxStatus.PENDING, message.status());
        Expect.equal(
            "A message has other content.",
            Inboxed.message("m" + message.sequence()),
            message.content());
      }
    }
    Expect.equal("A number is beyond all.", List.of(), a.calls().pending(key, Long.MAX_VALUE, 10));
    Expect.equal(
        "An unknown key has messages.", List.of(), a.calls().pending(Inboxed.key("other"), 0, 10));
    int most = store.first().provider().info().limits().maxPageSize();
    Expect.equal("The largest page is refused.", 4, a.calls().pending(key, 0, most).size());
    Expect.invalid("A negative number was accepted.", () -> a.calls().pending(key, -1, 10));
    for (int wrong : List.of(0, -1, most + 1)) {
      Expect.invalid("A wrong limit was accepted.", () -> a.calls().pending(key, 0, wrong));
    }
    Expect.invalid("A number below 1 was accepted.", () -> a.calls().message(key, 0));
    Expect.equal("A read changed something.", PENDING, a.pending(key));
  }

  /**
   * The counts of a run's inboxes.
   *
   * <p><b>Shape:</b> inboxes in all states, with payloads and references, of which one is empty by
   * now, beside those of runs whose ids resemble it: each count, the bytes, the last number, and
   * since when; a lock that has ended counts as none; in the order of step and port.
   */
  @Rule("INBOX-20")
  void inboxesAreCounted(StoreUnderTest store) {
    Inboxed a = Inboxed.first(store);
    InboxKey mixed = new InboxKey("order", "step", "port");
    InboxKey empty = new InboxKey("order", "step", "Port");
    InboxKey beyond = new InboxKey("order", "\uD83D\uDE00", "port");
    InboxKey before = new InboxKey("order", "\uFF5E", "port");
    for (String near : List.of("orde", "order ", "Order", "order/step")) {
      a.fill(Inboxed.key(near), 2);
    }
    List<InboxItem> locked = a.mixed(mixed);
    a.add(empty, "gone");
    a.consume(ConsumeInbox.pending(empty, 1));
    a.calls().cleanUp(empty, 2, 9);
    a.add(before, NewInboxMessage.reference("r", "somewhere"));
    a.add(beyond, NewInboxMessage.of("p", Payload.of(new byte[1_000])));
    store.moveTime(store.tick());
    a.add(mixed, "late");
    long bytes = 0;
    for (long sequence = 1; sequence <= 11; sequence++) {
      bytes += Objects.requireNonNull(a.read(mixed, sequence).content().payload()).size();
    }
    List<InboxCounts> expected = new ArrayList<>();
    expected.add(new InboxCounts(empty, 0, 0, 0, 0, 1, null));
    expected.add(new InboxCounts(mixed, 5, 3, 3, bytes, 11, a.read(mixed, 3).appendedAt()));
    expected.add(new InboxCounts(before, 1, 0, 0, 0, 1, a.read(before, 1).appendedAt()));
    expected.add(new InboxCounts(beyond, 1, 0, 0, 1_000, 1, a.read(beyond, 1).appendedAt()));
    for (Inboxed anybody : List.of(a, Inboxed.second(store))) {
      Expect.equal("Inboxes are counted wrong.", expected, anybody.calls().counts("order"));
    }
    Expect.equal("An unknown run has inboxes.", List.of(), a.calls().counts("nobody"));
    Expect.invalid("A wrong id was accepted.", () -> a.calls().counts(""));

    a.calls().renew(List.of(locked.get(1).lockToken()), a.lasting().multipliedBy(3));
    store.moveTime(a.lasting());
    expected.set(1, new InboxCounts(mixed, 7, 1, 3, bytes, 11, a.read(mixed, 2).appendedAt()));
    Expect.equal("A lock that has ended is counted as one.", expected, a.calls().counts("order"));
    for (long sequence : a.pending(mixed)) {
      a.consume(ConsumeInbox.pending(mixed, sequence));
    }
    expected.set(1, new InboxCounts(mixed, 0, 1, 10, bytes, 11, null));
    Expect.equal("Inboxes are counted wrong.", expected, a.calls().counts("order"));
  }

  /**
   * A clean-up of one inbox removes consumed messages below a number, lowest first.
   *
   * <p><b>Shape:</b> ten messages in all three states on both sides of the bound, limits 1, 3 and
   * 100 until there is nothing to do; locks that have ended stay, and so do other inboxes.
   */
  @Rule("INBOX-21")
  void aCleanUpByNumberRemovesConsumedOnes(StoreUnderTest store) {
    Inboxed a = Inboxed.first(store);
    InboxKey other = new InboxKey("order 1", "step", "other");
    a.mixed(other);
    List<Object> others = a.snapshot(other);
    for (int limit : List.of(1, 3, 100)) {
      InboxKey key = Inboxed.key("order " + limit);
      a.mixed(key);
      Expect.equal("Something stands below the first.", 0, a.calls().cleanUp(key, 1, limit));
      Expect.equal("The bound is not excluded.", limit == 1 ? 1 : 2, cleanUp(a, key, 8, limit));
      Expect.equal(
          "Not the lowest went.", limit == 1 ? List.of(4L, 8L) : List.of(8L), consumed(a, key));
      Expect.equal("A number is no bound.", limit == 1 ? 1 : 0, cleanUp(a, key, 5, limit));
      Expect.equal("A clean-up took another one.", List.of(8L), consumed(a, key));
      Expect.equal("Not all went.", 1, cleanUp(a, key, Long.MAX_VALUE, limit));
      Expect.equal("A clean-up removed twice.", 0, cleanUp(a, key, Long.MAX_VALUE, limit));
      expectRest(a, key);
      Expect.equal("An unknown inbox has something.", 0, cleanUp(a, Inboxed.key("no"), 9, limit));
      for (int wrong : List.of(0, -1)) {
        Expect.invalid("A wrong limit was accepted.", () -> a.calls().cleanUp(key, 9, wrong));
      }
      Expect.invalid("A wrong number was accepted.", () -> a.calls().cleanUp(key, 0, 1));
    }
    Expect.equal("A clean-up took from another inbox.", others, a.snapshot(other));
    InboxKey key = Inboxed.key("order 1");
    store.moveTime(a.lasting());
    Expect.equal("A lock that ended is consumed.", 0, cleanUp(a, key, Long.MAX_VALUE, 100));
    Expect.equal(
        "A message is missing whose lock has ended.",
        List.of(2L, 3L, 5L, 6L, 7L, 9L, 10L),
        a.pending(key));
  }

  private static int cleanUp(Inboxed a, InboxKey key, long below, int limit) {
    return a.calls().cleanUp(key, below, limit);
  }

  private static List<Long> consumed(Inboxed a, InboxKey key) {
    List<Long> found = new ArrayList<>();
    for (long sequence = 1; sequence <= 10; sequence++) {
      a.calls()
          .message(key, sequence)
          .filter(message -> message.status() == InboxStatus.CONSUMED)
          .ifPresent(message -> found.add(message.sequence()));
    }
    return found;
  }

  private static void expectRest(Inboxed a, InboxKey key) {
    Expect.equal("A pending message is missing.", PENDING, a.pending(key));
    InboxCounts counts = a.counts(key);
    Expect.equal("A locked message is missing.", 3L, counts.locked());
    Expect.equal("A consumed message is left.", 0L, counts.consumed());
  }

  /**
   * A clean-up of the store removes what was consumed before the moment, oldest first.
   *
   * <p><b>Shape:</b> messages of several runs, consumed at different moments in an order that is
   * not theirs; the bound exactly on one; limits 1, 3 and 100 until there is nothing to do.
   */
  @Rule("INBOX-21")
  void aCleanUpByMomentRemovesConsumedOnes(StoreUnderTest store) {
    Inboxed a = Inboxed.first(store);
    for (int limit : List.of(1, 3, 100)) {
      List<InboxKey> keys =
          List.of(Inboxed.key("a " + limit), Inboxed.key("b " + limit), Inboxed.key("c " + limit));
      keys.forEach(key -> a.fill(key, 4));
      List<ConsumeInbox> order = new ArrayList<>();
      for (long sequence : List.of(3L, 1L, 2L)) {
        keys.forEach(key -> order.add(0, ConsumeInbox.pending(key, sequence)));
      }
      List<Instant> moments = new ArrayList<>();
      for (ConsumeInbox consume : order) {
        store.moveTime(store.tick());
        a.consume(consume);
        moments.add(Objects.requireNonNull(a.read(consume.key(), consume.sequence()).consumedAt()));
      }
      int removed = 0;
      Instant bound = moments.get(5);
      while (true) {
        int more = Inboxed.second(store).calls().cleanUp(bound, limit);
        Expect.atMost("A limit is no limit.", limit, more);
        removed += more;
        expectGone(a, order, removed);
        if (more == 0) {
          break;
        }
      }
      Expect.equal("Not exactly what was consumed before went.", 5, removed);
      Expect.equal("Not all went.", 4, a.calls().cleanUp(Inboxed.FAR, 100));
      keys.forEach(key -> Expect.equal("A pending one went.", List.of(4L), a.pending(key)));
      Expect.equal("A pending one went.", 0, a.calls().cleanUp(Inboxed.FAR, limit));
      for (int wrong : List.of(0, -1)) {
        Expect.invalid("A wrong limit was accepted.", () -> a.calls().cleanUp(Inboxed.FAR, wrong));
      }
      Expect.invalid("A moment beyond all was accepted.", () -> a.calls().cleanUp(Instant.MAX, 1));
      keys.forEach(key -> a.consume(ConsumeInbox.pending(key, 4)));
      a.calls().cleanUp(Inboxed.FAR, 100);
    }
  }

  private static void expectGone(Inboxed a, List<ConsumeInbox> order, int removed) {
    for (int n = 0; n < order.size(); n++) {
      ConsumeInbox consume = order.get(n);
      Expect.equal(
          "Not the oldest went first.",
          n >= removed,
          a.calls().message(consume.key(), consume.sequence()).isPresent());
    }
  }
}
