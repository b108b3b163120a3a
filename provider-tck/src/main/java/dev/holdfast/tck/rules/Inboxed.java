// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Changes;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.ProviderError.Permanent;
import dev.holdfast.provider.state.AppendInbox;
import dev.holdfast.provider.state.ConsumeInbox;
import dev.holdfast.provider.state.DurableInbox;
import dev.holdfast.provider.state.InboxAppended;
import dev.holdfast.provider.state.InboxConsumed;
import dev.holdfast.provider.state.InboxCounts;
import dev.holdfast.provider.state.InboxItem;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.InboxMessage;
import dev.holdfast.provider.state.InboxStatus;
import dev.holdfast.provider.state.InboxToken;
import dev.holdfast.provider.state.NewInboxMessage;
import dev.holdfast.tck.FixturePart;
import dev.holdfast.tck.NotMeasured;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.StoreUnderTest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * Inboxes as tests use them, through one handle; locks last L unless said otherwise. Immutable.
 *
 * @param handle the handle
 * @param calls the calls of the feature
 * @param changes what carries changes alone
 */
record Inboxed(Handle handle, DurableInbox calls, Changes changes) {

  /** The page that every store has. */
  static final int PAGE = 100;

  /** Behind every moment of a test. */
  static final Instant FAR = Instant.parse("9999-12-31T23:59:59.999999Z");

  /** Ends a test of what only a provider with inboxes can do. */
  static void requireDeclared(StoreUnderTest store) {
    if (!store.declares(Feature.INBOX)) {
      throw new NotMeasured(FixturePart.FEATURE, Feature.INBOX.name());
    }
  }

  static Inboxed first(StoreUnderTest store) {
    requireDeclared(store);
    return of(store.first());
  }

  static Inboxed second(StoreUnderTest store) {
    requireDeclared(store);
    return of(store.second());
  }

  /** The inboxes of a store that has them, through some new handles. */
  static List<Inboxed> several(StoreUnderTest store, int handles) {
    requireDeclared(store);
    return store.newHandles(handles).stream().map(Inboxed::of).toList();
  }

  /** The inboxes of a store that has them, through any handle. */
  static Inboxed of(Handle handle) {
    return new Inboxed(
        handle,
        handle
            .provider()
            .capability(DurableInbox.class)
            .orElseThrow(() ->
                Expect.violation("INBOX is declared, and not offered.", "DurableInbox", "none")),
        handle
            .provider()
            .capability(Changes.class)
            .orElseThrow(() -> Expect.violation("INBOX needs CHANGES.", "Changes", "none")));
  }

  static InboxKey key(String runId) {
    return new InboxKey(runId, "step", "port");
  }

  static NewInboxMessage message(String id) {
    return message(id, "content of " + id);
  }

  static NewInboxMessage message(String id, String content) {
    return NewInboxMessage.of(id, Payload.utf8(content));
  }

  static AppendInbox append(InboxKey key, String id) {
    return new AppendInbox(key, message(id));
  }

  Duration lasting() {
    return handle.lockFor();
  }

  /** Appends a message that is new, and returns its number. */
  long add(InboxKey key, NewInboxMessage message) {
    InboxAppended appended = calls.append(new AppendInbox(key, message));
    Expect.equal(
        "A new message is not told as one.",
        new InboxAppended(key, appended.sequence(), false),
        appended);
    return appended.sequence();
  }

  long add(InboxKey key, String id) {
    return add(key, message(id));
  }

  /** Appends {@code n} messages, m1 and so on, to an inbox that has none. */
  void fill(InboxKey key, int n) {
    for (int from = 1; from <= n; from += changes.maxChanges()) {
      List<Change> list =
          LongStream.range(from, Math.min(n + 1L, from + (long) changes.maxChanges()))
              .<Change>mapToObj(number -> append(key, "m" + number))
              .toList();
      changes.apply(list);
    }
  }

  /** Appends a message whose id is known, and expects the number of the first one. */
  void repeated(String what, InboxKey key, NewInboxMessage message, long sequence) {
    InboxAppended repeated = new InboxAppended(key, sequence, true);
    Expect.equal(what, repeated, calls.append(new AppendInbox(key, message)));
    Expect.equal(
        what,
        List.<ChangeResult>of(repeated),
        changes.apply(List.of(new AppendInbox(key, message))));
  }

  /** Expects a change to be refused, alone and by the call of its own. */
  <E extends Permanent> E refused(String what, Class<E> type, Change change) {
    Expect.thrown(
        what,
        type,
        () -> {
          switch (change) {
            case AppendInbox append -> calls.append(append);
            case ConsumeInbox consume -> calls.consume(consume);
            default -> throw new IllegalArgumentException("no change of an inbox: " + change);
          }
        });
    return Expect.thrown(what, type, () -> changes.apply(List.of(change)));
  }

  List<InboxItem> fetch(InboxKey key, int max) {
    return calls.fetch(key, max, lasting());
  }

  /** Fetches the lowest pending message, and expects that there is one. */
  InboxItem fetchOne(String what, InboxKey key) {
    List<InboxItem> items = fetch(key, 1);
    Expect.equal(what, 1, items.size());
    return items.get(0);
  }

  InboxItem fetchOne(InboxKey key) {
    return fetchOne("A pending message was not fetched.", key);
  }

  /** Consumes a message that was not consumed before. */
  void consume(ConsumeInbox consume) {
    Expect.equal(
        "A message is not consumed as it should be.",
        new InboxConsumed(consume.key(), consume.sequence(), false),
        calls.consume(consume));
  }

  /** Expects a token to be good for nothing, whatever became of its message. */
  void lost(String what, InboxToken token) {
    Expect.equal(what, Set.of(), calls.renew(List.of(token), lasting()));
    refused(what, LockLost.class, new ConsumeInbox(token.key(), token.sequence(), token));
    Expect.lockLost(what, () -> changes.apply(List.of(), token));
  }

  /** Whether a renewal by L keeps the lock. */
  boolean renews(InboxToken token) {
    return calls.renew(List.of(token), lasting()).contains(token);
  }

  /** The numbers of all pending messages, read in pages. */
  List<Long> pending(InboxKey key) {
    List<Long> all = new ArrayList<>();
    long last = 0;
    while (true) {
      List<InboxMessage> page = calls.pending(key, last, PAGE);
      page.forEach(message -> all.add(message.sequence()));
      if (page.isEmpty()) {
        return all;
      }
      last = page.getLast().sequence();
    }
  }

  static List<Long> upTo(long n) {
    return LongStream.rangeClosed(1, n).boxed().toList();
  }

  static List<Long> numbers(List<InboxItem> items) {
    return items.stream().map(item -> item.message().sequence()).toList();
  }

  InboxMessage read(InboxKey key, long sequence) {
    return calls
        .message(key, sequence)
        .orElseThrow(
            () -> Expect.violation("A message is not there.", sequence + " of " + key, "nothing"));
  }

  InboxStatus status(InboxKey key, long sequence) {
    return read(key, sequence).status();
  }

  InboxCounts counts(InboxKey key) {
    return calls.counts(key.runId()).stream()
        .filter(counts -> counts.key().equals(key))
        .findFirst()
        .orElseThrow(() -> Expect.violation("An inbox is not counted.", key, "nothing"));
  }

  /** Everything that can be read of some inboxes. */
  List<Object> snapshot(InboxKey... keys) {
    List<Object> all = new ArrayList<>();
    for (InboxKey key : keys) {
      List<InboxCounts> counts =
          calls.counts(key.runId()).stream().filter(one -> one.key().equals(key)).toList();
      all.add(counts);
      for (InboxCounts one : counts) {
        for (long sequence = 1; sequence <= one.lastSequence(); sequence++) {
          all.add(calls.message(key, sequence));
        }
      }
    }
    return all;
  }

  /**
   * Ten messages of which 1, 4 and 8 are consumed, 2, 5 and 9 locked and the others pending, one of
   * them after a lock.
   *
   * @return those that are locked
   */
  List<InboxItem> mixed(InboxKey key) {
    fill(key, 10);
    List<InboxItem> locked = new ArrayList<>();
    for (InboxItem item : fetch(key, 10)) {
      switch ((int) item.message().sequence()) {
        case 1, 4, 8 -> consume(ConsumeInbox.of(item));
        case 2, 5, 9 -> locked.add(item);
        default -> calls.abandon(item.lockToken());
      }
    }
    return locked;
  }
}
