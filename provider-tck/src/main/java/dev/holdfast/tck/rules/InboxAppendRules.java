// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.IdempotencyMismatch;
import dev.holdfast.provider.state.AppendInbox;
import dev.holdfast.provider.state.ConsumeInbox;
import dev.holdfast.provider.state.DeleteRun;
import dev.holdfast.provider.state.DurableInbox;
import dev.holdfast.provider.state.InboxAppended;
import dev.holdfast.provider.state.InboxCounts;
import dev.holdfast.provider.state.InboxItem;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.InboxMessage;
import dev.holdfast.provider.state.InboxStatus;
import dev.holdfast.provider.state.NewInboxMessage;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.rules.ChangeCarrier.Answer;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.StoreUnderTest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What is appended to an inbox, and recognised when it comes again. */
@RuleFamily("INBOX")
final class InboxAppendRules {

  private static final Duration LEAST_MEMORY = Duration.ofDays(7);
  private static final String LONG_REFERENCE = " s3://bücket/a b\r\n\tc\n".repeat(195);

  /**
   * An append stores the message under the next number of its key.
   *
   * <p><b>Shape:</b> declared: every way and by the call of its own; each field comes back through
   * both handles, and the times are the store's. Undeclared: the capability is not there.
   */
  @Rule("INBOX-01")
  void anAppendHasTheNextNumber(StoreUnderTest store) {
    if (!store.declares(Feature.INBOX)) {
      for (Handle handle : List.of(store.first(), store.second())) {
        Expect.equal(
            "A capability is offered that is not declared.",
            Optional.empty(),
            handle.provider().capability(DurableInbox.class));
      }
      return;
    }
    Inboxed a = Inboxed.first(store);
    for (ChangeWay way : ChangeWay.all(store)) {
      InboxKey key = Inboxed.key("order by " + way);
      ChangeCarrier carrier = ChangeCarrier.on(store, way);
      List<ChangeResult> results =
          carrier
              .carry(List.of(Inboxed.append(key, "m1"), Inboxed.append(key, "m2")))
              .applied("An append was refused, by " + way + ".");
      Expect.equal(
          "Messages do not have the next numbers.",
          List.<ChangeResult>of(appended(key, 1), appended(key, 2)),
          results);
      Expect.equal(
          "A message does not have the next number.",
          appended(key, 3),
          a.calls().append(Inboxed.append(key, "m3")));
      for (Inboxed anybody : List.of(a, Inboxed.second(store))) {
        expectStored(anybody, key, 3);
      }
    }
    expectTimesOfTheStore(store, a);
  }

  private static InboxAppended appended(InboxKey key, long sequence) {
    return new InboxAppended(key, sequence, false);
  }

  private static void expectStored(Inboxed inbox, InboxKey key, int n) {
    List<InboxMessage> messages = inbox.calls().pending(key, 0, Inboxed.PAGE);
    Expect.equal("Not all messages are pending.", n, messages.size());
    for (int i = 0; i < n; i++) {
      InboxMessage message = messages.get(i);
      Expect.equal(
          "A message is not read as it was appended.",
          new InboxMessage(
              key,
              i + 1L,
              Inboxed.message("m" + (i + 1)),
              InboxStatus.PENDING,
              message.appendedAt(),
              null),
          message);
      Expect.equal(
          "A message reads otherwise alone.",
          Optional.of(message),
          inbox.calls().message(key, i + 1L));
    }
    Expect.equal(
        "A message is there that nobody appended.",
        Optional.empty(),
        inbox.calls().message(key, n + 1L));
  }

  private static void expectTimesOfTheStore(StoreUnderTest store, Inboxed a) {
    InboxKey key = Inboxed.key("times");
    List<Instant> times = new ArrayList<>();
    for (int n = 1; n <= 3; n++) {
      a.add(key, "m" + n);
      times.add(a.read(key, n).appendedAt());
      store.moveTime(store.tick());
      if (n > 1) {
        Expect.that(
            "An append is not at the store's now.",
            "after " + times.get(n - 2),
            times.get(n - 1),
            times.get(n - 1).isAfter(times.get(n - 2)));
      }
    }
  }

  /**
   * An append is at the store's now, whatever its caller's clock says.
   *
   * <p><b>Shape:</b> a handle an hour ahead or behind appends between two of a right one: so are
   * the times.
   */
  @Rule("INBOX-01")
  void anAppendIsAtTheStoresNow(StoreUnderTest store) {
    Inboxed right = Inboxed.first(store);
    InboxKey key = Inboxed.key("order");
    for (Duration ahead : List.of(Duration.ofHours(1), Duration.ofHours(-1))) {
      Inboxed wrong = Inboxed.of(store.newHandleWithClientClock(ahead));
      Instant before = right.read(key, right.add(key, "before " + ahead)).appendedAt();
      store.moveTime(store.tick());
      Instant there = right.read(key, wrong.add(key, "wrong " + ahead)).appendedAt();
      store.moveTime(store.tick());
      Instant after = right.read(key, right.add(key, "after " + ahead)).appendedAt();
      Expect.that(
          "An append is at its caller's now.",
          "between " + before + " and " + after,
          there,
          there.isAfter(before) && there.isBefore(after));
    }
  }

  /**
   * Every key is on its own.
   *
   * <p><b>Shape:</b> one message id in the inboxes of two runs, two steps and two ports, and in
   * those whose keys look alike when they are joined, or differ in case, blanks or normal form:
   * each has number 1 and content of its own, and is locked, consumed and cleaned up alone.
   */
  @Rule("INBOX-02")
  void everyKeyIsOnItsOwn(StoreUnderTest store) {
    Inboxed a = Inboxed.first(store);
    Inboxed b = Inboxed.second(store);
    List<InboxKey> keys = keys();
    for (int i = 0; i < keys.size(); i++) {
      InboxKey key = keys.get(i);
      Expect.equal(
          "An inbox has messages of another one.",
          appended(key, 1),
          a.calls().append(new AppendInbox(key, Inboxed.message("id", "content " + i))));
    }
    for (int i = 0; i < keys.size(); i++) {
      List<InboxMessage> there = b.calls().pending(keys.get(i), 0, Inboxed.PAGE);
      Expect.equal("An inbox has messages of another one.", 1, there.size());
      Expect.equal(
          "An inbox has the message of another one.",
          Inboxed.message("id", "content " + i),
          there.get(0).content());
      Expect.equal("A message has the key of another inbox.", keys.get(i), there.get(0).key());
    }
    for (InboxKey key : keys) {
      InboxItem item = a.fetchOne("A lock is on the message of another inbox.", key);
      a.consume(ConsumeInbox.of(item));
      Expect.equal(
          "A clean-up took the message of another inbox.",
          1,
          a.calls().cleanUp(key, Long.MAX_VALUE, Inboxed.PAGE));
    }
  }

  private static List<InboxKey> keys() {
    List<InboxKey> keys = new ArrayList<>();
    for (String run : List.of("order", "order-2")) {
      for (String step : List.of("review", "ship")) {
        for (String port : List.of("in", "out")) {
          keys.add(new InboxKey(run, step, port));
        }
      }
    }
    for (String joint : List.of(":", "::", "/", "-", " ")) {
      keys.add(new InboxKey("a" + joint + "b", "c", "d"));
      keys.add(new InboxKey("a", "b" + joint + "c", "d"));
      keys.add(new InboxKey("a", "b", "c" + joint + "d"));
    }
    keys.add(new InboxKey("Order", "review", "in"));
    keys.add(new InboxKey("order", "Review", "in"));
    keys.add(new InboxKey("order", "review", "In"));
    keys.add(new InboxKey("order", "review", "in "));
    keys.add(new InboxKey("order", "\u00e4", "in"));
    keys.add(new InboxKey("order", "a\u0308", "in"));
    String longest = "\u4e16".repeat(256);
    keys.add(new InboxKey(longest, longest, longest));
    return keys;
  }

  /**
   * A message that is known adds nothing.
   *
   * <p><b>Shape:</b> appended again at once, twice in one list, every way, through B, behind a
   * hundred others, while it is locked, after it was consumed, after reopening: the first number
   * each time, and one message.
   */
  @Rule("INBOX-03")
  void aKnownMessageAddsNothing(StoreUnderTest store) {
    Inboxed a = Inboxed.first(store);
    InboxKey key = Inboxed.key("order");
    String what = "A message that is known was added again.";
    NewInboxMessage first = Inboxed.message("first");
    Expect.equal(
        what,
        List.<ChangeResult>of(appended(key, 1), new InboxAppended(key, 1, true)),
        a.changes().apply(List.of(new AppendInbox(key, first), new AppendInbox(key, first))));
    a.repeated(what, key, first, 1);
    Inboxed.second(store).repeated(what, key, first, 1);
    a.fill(key, 100);
    a.repeated(what, key, first, 1);
    InboxItem item = a.fetchOne(key);
    Inboxed.second(store).repeated(what, key, first, 1);
    Expect.equal("A repeat changed the lock.", InboxStatus.LOCKED, a.status(key, 1));
    a.consume(ConsumeInbox.of(item));
    a.repeated(what, key, first, 1);
    Expect.equal("A repeat brought a message back.", InboxStatus.CONSUMED, a.status(key, 1));
    for (ChangeWay way : ChangeWay.all(store)) {
      Answer answer =
          ChangeCarrier.on(store, way)
              .carry(List.of(new AppendInbox(key, first), Inboxed.append(key, "m7")));
      Expect.equal(
          what,
          List.<ChangeResult>of(new InboxAppended(key, 1, true), new InboxAppended(key, 8, true)),
          answer.applied("A repeat was refused, by " + way + "."));
    }
    store.reopen();
    Inboxed again = Inboxed.first(store);
    again.repeated(what, key, first, 1);
    InboxCounts counts = again.counts(key);
    Expect.equal(what, 101L, counts.lastSequence());
    Expect.equal(what, 101L, counts.pending() + counts.locked() + counts.consumed());
  }

  /**
   * A known id with another content is refused.
   *
   * <p><b>Shape:</b> other bytes, no bytes, a reference for a payload and a payload for a
   * reference, another reference; while the first is pending, locked and consumed; every way: a
   * mismatch that names run and place, and the first is as it was.
   */
  @Rule("INBOX-04")
  void aKnownIdHasItsContent(StoreUnderTest store) {
    Inboxed a = Inboxed.first(store);
    List<NewInboxMessage> all =
        List.of(
            Inboxed.message("id", "content"),
            Inboxed.message("id", "content "),
            NewInboxMessage.of("id", Payload.empty()),
            NewInboxMessage.reference("id", "content"),
            NewInboxMessage.reference("id", "content "),
            NewInboxMessage.reference("id", ""));
    for (int i = 0; i < all.size(); i++) {
      InboxKey key = Inboxed.key("order " + i);
      NewInboxMessage first = all.get(i);
      a.add(key, first);
      expectMismatches(a, key, first, all);
      InboxItem item = a.fetchOne(key);
      expectMismatches(a, key, first, all);
      a.consume(ConsumeInbox.of(item));
      expectMismatches(a, key, first, all);
    }
    for (ChangeWay way : ChangeWay.all(store)) {
      InboxKey key = Inboxed.key("by " + way);
      ChangeCarrier carrier = ChangeCarrier.on(store, way);
      a.add(key, "id");
      List<Object> before = a.snapshot(key);
      Change other = new AppendInbox(key, Inboxed.message("id", "other"));
      IdempotencyMismatch refused =
          carrier
              .carry(List.of(Inboxed.append(key, "new"), other))
              .refused("A known id was taken with another content.", IdempotencyMismatch.class);
      Expect.equal("The error names another place.", 1, refused.changeIndex());
      Expect.equal("The error names another run.", key.runId(), refused.instanceId());
      Expect.equal("A refused list changed an inbox.", before, a.snapshot(key));
    }
  }

  private static void expectMismatches(
      Inboxed a, InboxKey key, NewInboxMessage first, List<NewInboxMessage> all) {
    List<Object> before = a.snapshot(key);
    for (NewInboxMessage other : all) {
      if (other.equals(first)) {
        a.repeated("A message that is known was added again.", key, first, 1);
      } else {
        a.refused(
            "A known id was taken with another content.",
            IdempotencyMismatch.class,
            new AppendInbox(key, other));
      }
    }
    Expect.equal("A known id changed its message.", before, a.snapshot(key));
  }

  /**
   * A number is never used again.
   *
   * <p><b>Shape:</b> everything is consumed and cleaned up, again and again, then another message
   * is appended, with reopening between.
   */
  @Rule("INBOX-08")
  void aNumberIsNeverUsedAgain(StoreUnderTest store) {
    Inboxed.requireDeclared(store);
    InboxKey key = Inboxed.key("order");
    long last = 0;
    for (int round = 0; round < 4; round++) {
      Inboxed a = Inboxed.first(store);
      for (int n = 0; n < 3; n++) {
        Expect.equal("A number was used again, or left out.", ++last, a.add(key, round + "/" + n));
      }
      a.fetch(key, Inboxed.PAGE).forEach(item -> a.consume(ConsumeInbox.of(item)));
      int removed =
          round % 2 == 0
              ? a.calls().cleanUp(Inboxed.FAR, Inboxed.PAGE)
              : a.calls().cleanUp(key, Long.MAX_VALUE, Inboxed.PAGE);
      Expect.equal("Not all consumed messages went.", 3, removed);
      Expect.equal("The last number went with its message.", last, a.counts(key).lastSequence());
      if (round > 0) {
        store.reopen();
      }
    }
  }

  /**
   * An id is remembered behind its message.
   *
   * <p><b>Shape:</b> after clean-ups of both forms, repeated ones and reopening, the same content
   * has the old number, and another one is a mismatch; once its run is deleted, the id is new.
   */
  @Rule("INBOX-09")
  void anIdOutlivesItsMessage(StoreUnderTest store) {
    Inboxed a = Inboxed.first(store);
    InboxKey key = Inboxed.key("order");
    consumed(a, key, "one", 1);
    Expect.equal("Not one went.", 1, a.calls().cleanUp(Inboxed.FAR, Inboxed.PAGE));
    consumed(a, key, "two", 2);
    Expect.equal("Not one went.", 1, a.calls().cleanUp(key, 3, Inboxed.PAGE));
    expectRemembered(store, a, key);
    store.reopen();
    expectRemembered(store, Inboxed.first(store), key);
    if (!store.declares(Feature.STATE_TABLES)) {
      return;
    }
    Inboxed again = Inboxed.first(store);
    Stated stated = Stated.first(store);
    stated.apply(new DeleteRun("order", stated.run("order", RunStatus.COMPLETED).version()));
    Expect.equal(
        "An id outlives its run.", 1L, again.add(key, Inboxed.message("two", "another content")));
  }

  private static void consumed(Inboxed a, InboxKey key, String id, long sequence) {
    Expect.equal("A message has another number.", sequence, a.add(key, id));
    a.consume(ConsumeInbox.pending(key, sequence));
  }

  private static void expectRemembered(StoreUnderTest store, Inboxed a, InboxKey key) {
    for (int round = 0; round < 2; round++) {
      a.repeated("An id was forgotten.", key, Inboxed.message("one"), 1);
      Inboxed.second(store).repeated("An id was forgotten.", key, Inboxed.message("two"), 2);
      for (String id : List.of("one", "two")) {
        a.refused(
            "The content of an id was forgotten.",
            IdempotencyMismatch.class,
            new AppendInbox(key, Inboxed.message(id, "other")));
      }
      Expect.equal(
          "A repeat brought a message back.", List.of(), a.calls().pending(key, 0, Inboxed.PAGE));
      a.calls().cleanUp(Inboxed.FAR, Inboxed.PAGE);
      a.calls().cleanUp(key, Long.MAX_VALUE, Inboxed.PAGE);
    }
  }

  /**
   * An id is remembered for its time.
   *
   * <p><b>Shape:</b> the time is at least seven days; to just before its end, with clean-ups on the
   * way, both contents are answered as before.
   */
  @Rule("INBOX-09")
  void anIdIsRememberedForItsTime(StoreUnderTest store) {
    Inboxed a = Inboxed.first(store);
    Duration memory = a.calls().idMemory();
    Expect.that(
        "Ids are not remembered long enough.",
        LEAST_MEMORY + " or more",
        memory,
        memory.compareTo(LEAST_MEMORY) >= 0);
    Expect.equal("The time is not constant.", memory, Inboxed.second(store).calls().idMemory());
    store.timeControl();
    InboxKey key = Inboxed.key("order");
    consumed(a, key, "one", 1);
    consumed(a, key, "two", 2);
    store.moveTime(memory);
    Expect.equal("Not all went.", 2, a.calls().cleanUp(Inboxed.FAR, Inboxed.PAGE));
    expectRemembered(store, a, key);
    store.moveTime(memory.minus(a.lasting()));
    expectRemembered(store, a, key);
  }

  /**
   * A message has a payload or a reference.
   *
   * <p><b>Shape:</b> an empty payload, one of 8 MiB or the most that is taken, and references with
   * blanks, line breaks and the most units, read and fetched on both handles; a payload over the
   * limit is refused.
   */
  @Rule("INBOX-19")
  void payloadsAndReferencesComeBack(StoreUnderTest store) {
    Inboxed a = Inboxed.first(store);
    InboxKey key = Inboxed.key("order");
    int most = store.first().provider().info().limits().maxPayloadBytes();
    byte[] large = new byte[Math.min(most, 8 << 20)];
    store.random().nextBytes(large);
    List<NewInboxMessage> messages =
        List.of(
            NewInboxMessage.of("empty", Payload.empty()),
            NewInboxMessage.of("large", Payload.of(large)),
            NewInboxMessage.reference("no text", ""),
            NewInboxMessage.reference("missing", "file:///nowhere/at all"),
            NewInboxMessage.reference(
                "long", LONG_REFERENCE.substring(0, 4_096 - 200) + "x".repeat(200)));
    for (NewInboxMessage message : messages) {
      a.add(key, message);
    }
    for (int n = 0; n < messages.size(); n++) {
      String what = "A message does not come back as it was appended.";
      NewInboxMessage message = messages.get(n);
      Expect.equal(what, message, Inboxed.second(store).read(key, n + 1L).content());
      Expect.equal(what, message, a.calls().pending(key, n, 1).get(0).content());
      Expect.equal(what, message, a.fetchOne(key).message().content());
    }
    Expect.equal(
        "The bytes of references are counted.", (long) large.length, a.counts(key).bytes());
    byte[] tooLarge = new byte[most + 1];
    Expect.invalid(
        "A payload over the limit was accepted.",
        () ->
            a.calls()
                .append(
                    new AppendInbox(key, NewInboxMessage.of("too large", Payload.of(tooLarge)))));
    Expect.invalid(
        "A message without content was accepted.", () -> new NewInboxMessage("id", null, null));
    Expect.invalid(
        "A message with two contents was accepted.",
        () -> new NewInboxMessage("id", Payload.empty(), ""));
  }

  /**
   * An inbox needs neither run nor instance.
   *
   * <p><b>Shape:</b> append, fetch, consume and clean-up for an id that the store does not know: no
   * run, no instance comes to be; then a run and an instance of that id begin, and the messages are
   * there.
   */
  @Rule("INBOX-23")
  void anInboxNeedsNobody(StoreUnderTest store) {
    Inboxed a = Inboxed.first(store);
    InboxKey key = Inboxed.key("nobody");
    a.fill(key, 3);
    a.consume(ConsumeInbox.of(a.fetchOne(key)));
    Expect.equal("Not one went.", 1, a.calls().cleanUp(key, Long.MAX_VALUE, Inboxed.PAGE));
    store.expectNoInstanceRow("An inbox made an instance.", "nobody");
    Expect.equal(
        "An inbox made an instance.",
        OptionalLong.empty(),
        store.first().provider().latestExecutionId("nobody"));
    store.first().fetchNone("An inbox made an instance deliverable.");
    List<Object> before = a.snapshot(key);
    if (store.declares(Feature.STATE_TABLES)) {
      Stated stated = Stated.first(store);
      Expect.equal("An inbox made a run.", Optional.empty(), stated.reads().run("nobody"));
      stated.create("nobody");
      stated.step("nobody", "step", StepStatus.IDLE);
    }
    store.first().create("nobody");
    Expect.equal("A run or instance does not find its messages.", before, a.snapshot(key));
    Expect.equal(
        "A run or instance does not find its messages.",
        List.of(2L, 3L),
        Inboxed.numbers(a.fetch(key, Inboxed.PAGE)));
  }
}
