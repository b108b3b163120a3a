// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.IdempotencyMismatch;
import dev.holdfast.provider.ProviderError.IllegalTransition;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.state.AppendInbox;
import dev.holdfast.provider.state.ConsumeInbox;
import dev.holdfast.provider.state.DurableInbox;
import dev.holdfast.provider.state.InboxAppended;
import dev.holdfast.provider.state.InboxConsumed;
import dev.holdfast.provider.state.InboxItem;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.InboxMessage;
import dev.holdfast.provider.state.InboxStatus;
import dev.holdfast.provider.state.InboxToken;
import dev.holdfast.provider.state.NewInboxMessage;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.TreeSet;

/** Changes of inboxes: messages that are appended, or that are consumed. */
enum InboxChanges implements ChangeKind {
  /** Messages are appended. */
  APPENDS,
  /** Messages are consumed. */
  CONSUMES;

  /** More messages than a test consumes of one subject. */
  private static final int MANY = 40;

  @Override
  public Feature feature() {
    return Feature.INBOX;
  }

  @Override
  public Change any(String id) {
    InboxKey key = Inboxed.key(id);
    return this == APPENDS ? Inboxed.append(key, "any") : ConsumeInbox.pending(key, 1);
  }

  @Override
  public boolean isCheap() {
    return this == APPENDS;
  }

  @Override
  public Subject subject(StoreUnderTest store) {
    InboxKey key = Inboxed.key("run " + store.nextNumber());
    Inboxed inbox = Inboxed.first(store);
    inbox.add(key, "used");
    inbox.consume(ConsumeInbox.pending(key, 1));
    if (this == APPENDS) {
      return new Appended(store, key);
    }
    inbox.fill(key, MANY);
    return new Consumed(store, key);
  }

  private static List<Misfit> misfits(InboxKey key) {
    return List.of(
        new Misfit(
            "a message id that was used",
            new AppendInbox(key, Inboxed.message("used", "other")),
            IdempotencyMismatch.class),
        new Misfit(
            "a message that is not there",
            ConsumeInbox.pending(key, Long.MAX_VALUE),
            NotFound.class),
        new Misfit(
            "a message that was consumed", ConsumeInbox.pending(key, 1), IllegalTransition.class));
  }

  private static final class Appended implements Subject {
    private final StoreUnderTest store;
    private final InboxKey key;
    private long looked = 1;

    Appended(StoreUnderTest store, InboxKey key) {
      this.store = store;
      this.key = key;
    }

    @Override
    public ChangeKind kind() {
      return APPENDS;
    }

    @Override
    public String id() {
      return key.runId();
    }

    @Override
    public Change next() {
      return Inboxed.append(key, "change " + store.nextNumber());
    }

    @Override
    public void expectResult(String what, Change change, ChangeResult result, boolean last) {
      NewInboxMessage message = ((AppendInbox) change).message();
      if (!(result instanceof InboxAppended appended)) {
        throw Expect.violation(what, "InboxAppended", result);
      }
      Expect.equal(what, new InboxAppended(key, appended.sequence(), false), appended);
      Expect.equal(what, message, Inboxed.second(store).read(key, appended.sequence()).content());
    }

    @Override
    public List<Change> overTheLimit(Payload tooLarge) {
      return List.of(new AppendInbox(key, NewInboxMessage.of("large", tooLarge)));
    }

    @Override
    public List<Misfit> misfits() {
      return InboxChanges.misfits(key);
    }

    @Override
    public void expectApplied(String what, List<Change> changes) {
      List<NewInboxMessage> expected = new ArrayList<>();
      for (Change change : changes) {
        if (change instanceof AppendInbox append && append.key().equals(key)) {
          expected.add(append.message());
        }
      }
      List<NewInboxMessage> there = new ArrayList<>();
      DurableInbox reads = Inboxed.second(store).calls();
      for (List<InboxMessage> page = reads.pending(key, looked, Inboxed.PAGE);
          !page.isEmpty();
          page = reads.pending(key, looked, Inboxed.PAGE)) {
        for (InboxMessage message : page) {
          Expect.equal(what, looked + 1, message.sequence());
          looked = message.sequence();
          there.add(message.content());
        }
      }
      Expect.equal(what, expected, there);
    }
  }

  private static final class Consumed implements Subject {
    private final StoreUnderTest store;
    private final InboxKey key;
    private final Iterator<InboxItem> items;
    private final TreeSet<Long> done = new TreeSet<>(List.of(1L));

    Consumed(StoreUnderTest store, InboxKey key) {
      this.store = store;
      this.key = key;
      Inboxed inbox = Inboxed.first(store);
      items = inbox.calls().fetch(key, MANY, inbox.lasting().multipliedBy(1_000)).iterator();
    }

    @Override
    public ChangeKind kind() {
      return CONSUMES;
    }

    @Override
    public String id() {
      return key.runId();
    }

    @Override
    public Change next() {
      return ConsumeInbox.of(items.next());
    }

    @Override
    public void expectResult(String what, Change change, ChangeResult result, boolean last) {
      long sequence = ((ConsumeInbox) change).sequence();
      Expect.equal(what, new InboxConsumed(key, sequence, false), result);
      Expect.equal(what, InboxStatus.CONSUMED, Inboxed.second(store).status(key, sequence));
    }

    @Override
    public List<Misfit> misfits() {
      List<Misfit> all = new ArrayList<>(InboxChanges.misfits(key));
      all.add(
          new Misfit(
              "a locked message without its token",
              ConsumeInbox.pending(key, MANY),
              IllegalTransition.class));
      all.add(
          new Misfit(
              "a token that was never given out",
              new ConsumeInbox(key, MANY, new InboxToken(key, MANY, Long.MAX_VALUE)),
              LockLost.class));
      return all;
    }

    @Override
    public void expectApplied(String what, List<Change> changes) {
      TreeSet<Long> expected = new TreeSet<>(done);
      for (Change change : changes) {
        if (change instanceof ConsumeInbox consume && consume.key().equals(key)) {
          expected.add(consume.sequence());
        }
      }
      Inboxed inbox = Inboxed.second(store);
      done.clear();
      for (long sequence = 1; sequence <= MANY; sequence++) {
        if (inbox.status(key, sequence) == InboxStatus.CONSUMED) {
          done.add(sequence);
        }
      }
      Expect.equal(what, expected, done);
    }
  }
}
