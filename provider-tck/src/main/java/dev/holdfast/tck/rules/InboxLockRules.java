// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.ProviderError.IllegalTransition;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.state.ConsumeInbox;
import dev.holdfast.provider.state.InboxConsumed;
import dev.holdfast.provider.state.InboxItem;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.InboxMessage;
import dev.holdfast.provider.state.InboxStatus;
import dev.holdfast.provider.state.InboxToken;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.StoreUnderTest;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Who has a message of an inbox, for how long, and who may consume it. */
@RuleFamily("INBOX")
final class InboxLockRules {

  private static final InboxKey KEY = Inboxed.key("order");

  /**
   * A fetch locks the lowest pending messages and counts a delivery of each.
   *
   * <p><b>Shape:</b> two, then the rest; expiry and abandon by turns: counts from 1 to 6, tokens
   * that grow, and the same content; bad numbers and durations are refused and change nothing.
   */
  @Rule("INBOX-11")
  void aFetchLocksTheLowest(StoreUnderTest store) {
    Inboxed a = Inboxed.first(store);
    a.fill(KEY, 5);
    expectBadFetchesRefused(store, a);
    List<InboxItem> two = a.fetch(KEY, 2);
    Expect.equal("Not the lowest were fetched.", List.of(1L, 2L), Inboxed.numbers(two));
    for (InboxItem item : two) {
      long sequence = item.message().sequence();
      InboxMessage read = Inboxed.second(store).read(KEY, sequence);
      Expect.equal("An item is not the message.", read, item.message());
      Expect.equal("A fetched message is not locked.", InboxStatus.LOCKED, read.status());
      Expect.equal("An item has other content.", Inboxed.message("m" + sequence), read.content());
      Expect.equal("A first delivery is not counted as one.", 1, item.deliveryCount());
      Expect.equal("A token is of another message.", KEY, item.lockToken().key());
      Expect.equal("A token is of another message.", sequence, item.lockToken().sequence());
    }
    Expect.equal(
        "Not the lowest were fetched.",
        List.of(3L, 4L, 5L),
        Inboxed.numbers(Inboxed.second(store).fetch(KEY, 9)));
    Expect.equal("A locked message was fetched.", List.of(), a.fetch(KEY, 9));
    Expect.equal("An unknown inbox has something.", List.of(), a.fetch(Inboxed.key("other"), 9));

    InboxItem last = two.get(0);
    for (int delivery = 2; delivery <= 6; delivery++) {
      if (delivery % 2 == 0) {
        store.moveTime(a.lasting());
      } else {
        a.calls().abandon(last.lockToken());
      }
      InboxItem next = (delivery % 3 == 0 ? Inboxed.second(store) : a).fetchOne(KEY);
      Expect.equal("Another message came.", last.message(), next.message());
      Expect.equal("Deliveries are not counted.", delivery, next.deliveryCount());
      Expect.above(
          "A token is not greater than an earlier one.",
          last.lockToken().epoch(),
          next.lockToken().epoch());
      last = next;
    }
  }

  private static void expectBadFetchesRefused(StoreUnderTest store, Inboxed a) {
    int most = store.first().provider().info().limits().maxPageSize();
    List<Object> before = a.snapshot(KEY);
    for (int wrong : List.of(0, -1, most + 1)) {
      Expect.invalid(
          "A wrong number was accepted.", () -> a.calls().fetch(KEY, wrong, a.lasting()));
    }
    for (Duration wrong : List.of(Duration.ZERO, Duration.ofNanos(-1), Duration.ofDays(-1))) {
      Expect.invalid("A lock for no time was accepted.", () -> a.calls().fetch(KEY, 1, wrong));
    }
    Expect.equal("A refused fetch changed something.", before, a.snapshot(KEY));
  }

  /**
   * At the lock end a message is pending again, at its place, and the token is lost.
   *
   * <p><b>Shape:</b> to just before the end it is locked, at the end it is read, counted and
   * fetched as pending, first in its line; the old token consumes, renews and fences nothing,
   * before and after the next fetch, and its abandon disturbs nobody.
   */
  @Rule("INBOX-13")
  void aLockEndsAtItsTime(StoreUnderTest store) {
    Inboxed a = Inboxed.first(store);
    Inboxed b = Inboxed.second(store);
    a.fill(KEY, 2);
    InboxToken token = a.fetchOne(KEY).lockToken();
    store.moveToJustBefore(a.lasting());
    Expect.equal("A lock ended early.", InboxStatus.LOCKED, b.status(KEY, 1));
    Expect.equal("A lock ended early.", List.of(2L), b.pending(KEY));
    store.moveTime(store.tick());
    Expect.equal("A lock did not end.", InboxStatus.PENDING, b.status(KEY, 1));
    Expect.equal("A lock did not end.", List.of(1L, 2L), b.pending(KEY));
    a.lost("A lock that has ended was good.", token);
    a.calls().abandon(token);
    a.lost("An abandon made a token good.", token);

    InboxItem next = b.fetchOne("A message is not at its place again.", KEY);
    Expect.equal("A message is not at its place again.", 1L, next.message().sequence());
    a.lost("The token of a former holder was good.", token);
    Expect.lockLost("A former holder gave a message back.", () -> a.calls().abandon(token));
    Expect.equal("A former holder ended a lock.", InboxStatus.LOCKED, b.status(KEY, 1));
    Expect.that("A former holder ended a lock.", b.renews(next.lockToken()));
    b.consume(ConsumeInbox.of(next));
    Expect.equal(
        "A former holder renewed.", Set.of(), a.calls().renew(List.of(token), a.lasting()));
    a.refused(
        "A former holder consumed.", IllegalTransition.class, new ConsumeInbox(KEY, 1, token));
  }

  /**
   * Parts of a second are kept.
   *
   * <p><b>Shape:</b> a lock for thirds of a second is not over a microsecond, or a tick, before;
   * while the clock stands at its end, the message is pending and is fetched.
   */
  @Rule("INBOX-13")
  void partsOfASecondAreKept(StoreUnderTest store) {
    Inboxed a = Inboxed.first(store);
    store.standingClock();
    a.fill(KEY, 1);
    Duration third = Duration.ofNanos(333_333_333);
    a.calls().fetch(KEY, 1, third);
    store.moveTime(Duration.ofNanos(333_333_000));
    Expect.equal("A lock ended early.", InboxStatus.LOCKED, a.status(KEY, 1));
    store.moveTime(store.tick());
    Expect.equal("A lock did not end.", InboxStatus.PENDING, a.status(KEY, 1));
    a.fetchOne("A message was not given at the end of its lock.", KEY);
  }

  /**
   * Renewing prolongs a live lock and never shortens it.
   *
   * <p><b>Shape:</b> at half of L by L, then by a tick; a list of live, ended, abandoned, consumed,
   * taken-over and invented tokens: the live ones are returned and prolonged; extensions that are
   * not positive are refused, for no tokens too.
   */
  @Rule("INBOX-14")
  void renewingProlongsLiveLocks(StoreUnderTest store) {
    Inboxed a = Inboxed.first(store);
    Inboxed b = Inboxed.second(store);
    Duration l = a.lasting();
    a.fill(KEY, 1);
    InboxToken token = a.fetchOne(KEY).lockToken();
    for (int round = 0; round < 3; round++) {
      store.moveTime(l.dividedBy(2));
      Expect.that("A live lock was not renewed.", a.renews(token));
      Expect.equal(
          "A live lock was not renewed.",
          Set.of(token),
          b.calls().renew(List.of(token), store.tick()));
    }
    store.moveToJustBefore(l);
    Expect.equal("A renewal shortened a lock.", InboxStatus.LOCKED, b.status(KEY, 1));
    store.moveTime(store.tick());
    Expect.equal("A renewal added to the end.", InboxStatus.PENDING, b.status(KEY, 1));
    a.lost("A lock that has ended was renewed.", token);

    InboxKey key = Inboxed.key("several");
    a.fill(key, 6);
    InboxToken ended = a.calls().fetch(key, 1, store.tick()).get(0).lockToken();
    List<InboxItem> rest = a.calls().fetch(key, 5, l.multipliedBy(2));
    store.moveTime(store.tick());
    InboxToken one = rest.get(0).lockToken();
    InboxToken two = rest.get(1).lockToken();
    a.calls().abandon(rest.get(2).lockToken());
    a.consume(ConsumeInbox.of(rest.get(3)));
    InboxToken former = rest.get(4).lockToken();
    a.calls().abandon(former);
    b.calls().fetch(key, 2, l.multipliedBy(9));
    InboxToken present = b.calls().fetch(key, 1, l.multipliedBy(9)).get(0).lockToken();
    List<InboxToken> all =
        List.of(
            ended,
            two,
            new InboxToken(Inboxed.key("nobody's"), 1, 1),
            rest.get(2).lockToken(),
            rest.get(3).lockToken(),
            former,
            new InboxToken(key, one.sequence(), one.epoch() + 1_000),
            one);
    Expect.equal(
        "Not exactly the live locks were renewed.",
        Set.of(one, two),
        a.calls().renew(all, l.multipliedBy(9)));
    store.moveTime(l.multipliedBy(3));
    Expect.equal(
        "Not all live locks were prolonged, or others were.",
        Set.of(one, two, present),
        a.calls().renew(List.of(one, ended, two, former, present), l.multipliedBy(9)));
    Expect.equal("Nothing was asked for.", Set.of(), a.calls().renew(List.of(), l));
    for (Duration wrong : List.of(Duration.ZERO, Duration.ofNanos(-1))) {
      Expect.invalid(
          "A renewal for no time was accepted.", () -> a.calls().renew(List.of(one), wrong));
      Expect.invalid(
          "A renewal for no time was accepted.", () -> a.calls().renew(List.of(), wrong));
    }
  }

  /**
   * Abandoning makes a message pending at once, once.
   *
   * <p><b>Shape:</b> given back, it stands at its place and its token is lost; a second time, and
   * after the lock end, that changes nothing; once it is fetched again or consumed, or when the
   * token was never given out, it is LockLost, and the next holder is undisturbed.
   */
  @Rule("INBOX-14")
  void abandoningGivesAMessageBack(StoreUnderTest store) {
    Inboxed a = Inboxed.first(store);
    Inboxed b = Inboxed.second(store);
    a.fill(KEY, 3);
    InboxToken token = a.fetchOne(KEY).lockToken();
    Expect.lockLost(
        "An invented token gave a message back.",
        () -> b.calls().abandon(new InboxToken(KEY, 1, token.epoch() + 1_000)));
    Expect.lockLost(
        "The number of another message gave one back.",
        () -> b.calls().abandon(new InboxToken(KEY, 2, token.epoch())));
    Expect.lockLost(
        "A message was given back that is not there.",
        () -> b.calls().abandon(new InboxToken(KEY, 9, token.epoch())));
    Expect.equal("A lost token gave a message back.", InboxStatus.LOCKED, a.status(KEY, 1));

    b.calls().abandon(token);

    Expect.equal("A message is not at its place again.", List.of(1L, 2L, 3L), b.pending(KEY));
    a.lost("An abandoned token is good.", token);
    a.calls().abandon(token);
    Expect.equal("A second abandon changed something.", List.of(1L, 2L, 3L), b.pending(KEY));
    InboxItem next = b.fetchOne(KEY);
    Expect.equal("A message is not at its place again.", 1L, next.message().sequence());
    Expect.equal("An abandon took a delivery back.", 2, next.deliveryCount());
    Expect.lockLost("A message was given back twice.", () -> a.calls().abandon(token));
    Expect.equal("A second abandon ended a lock.", InboxStatus.LOCKED, b.status(KEY, 1));
    b.consume(ConsumeInbox.of(next));
    for (InboxToken old : List.of(token, next.lockToken())) {
      Expect.lockLost("A consumed message was given back.", () -> a.calls().abandon(old));
    }
    Expect.equal("A consumed message came back.", InboxStatus.CONSUMED, b.status(KEY, 1));
  }

  /**
   * A pending message is consumed without a token, a locked one with its live token.
   *
   * <p><b>Shape:</b> every way: both; a locked one without a token and with other ones, one that
   * was abandoned, and one that is not there, are refused, each with its error; a lock that has
   * ended counts as none.
   */
  @Rule("INBOX-15")
  void aLockIsConsumedWithItsToken(StoreUnderTest store) {
    Inboxed a = Inboxed.first(store);
    for (ChangeWay way : ChangeWay.all(store)) {
      InboxKey key = Inboxed.key("order by " + way);
      a.fill(key, 4);
      InboxToken first = a.fetchOne(key).lockToken();
      a.calls().abandon(first);
      InboxItem locked = a.fetchOne(key);
      ChangeCarrier carrier = ChangeCarrier.on(store, way);
      List<Object> before = a.snapshot(key);
      IllegalTransition busy =
          carrier
              .carry(List.of(ConsumeInbox.pending(key, 2), ConsumeInbox.pending(key, 1)))
              .refused("A locked message was consumed without a token.", IllegalTransition.class);
      Expect.equal("The error names another place.", 1, busy.changeIndex());
      Expect.equal("The error names another message.", "message 1 of " + key, busy.subject());
      Expect.equal("The error names another status.", "locked", busy.from());
      Expect.equal("The error names another status.", "consumed", busy.to());
      for (InboxToken wrong :
          List.of(first, new InboxToken(key, 1, locked.lockToken().epoch() + 1_000))) {
        LockLost lost =
            carrier
                .carry(List.of(new ConsumeInbox(key, 1, wrong)))
                .refused("A message was consumed with another token.", LockLost.class);
        Expect.equal("The error names another run.", key.runId(), lost.instanceId());
      }
      carrier
          .carry(
              List.of(new ConsumeInbox(key, 2, new InboxToken(key, 2, locked.lockToken().epoch()))))
          .refused("A message was consumed with the number of another one.", LockLost.class);
      NotFound unknown =
          carrier
              .carry(List.of(ConsumeInbox.pending(key, 5)))
              .refused("A message was consumed that is not there.", NotFound.class);
      Expect.equal("The error names another run.", key.runId(), unknown.instanceId());
      carrier
          .carry(List.of(ConsumeInbox.pending(Inboxed.key("nobody"), 1)))
          .refused("A message was consumed that is not there.", NotFound.class);
      Expect.equal("A refused call changed an inbox.", before, a.snapshot(key));

      Expect.equal(
          "Consumed messages are not told of.",
          List.<ChangeResult>of(new InboxConsumed(key, 1, false), new InboxConsumed(key, 3, false)),
          carrier
              .carry(List.of(ConsumeInbox.of(locked), ConsumeInbox.pending(key, 3)))
              .applied("A message was not consumed, by " + way + "."));
      Expect.equal("Others were consumed.", List.of(2L, 4L), a.pending(key));
      InboxMessage done = a.read(key, 1);
      Expect.equal("A consumed message is not.", InboxStatus.CONSUMED, done.status());
      Expect.notBefore("A message was consumed too early.", done.appendedAt(), done.consumedAt());
    }
    InboxKey key = Inboxed.key("ended");
    a.fill(key, 1);
    a.fetchOne(key);
    store.moveTime(a.lasting());
    a.consume(ConsumeInbox.pending(key, 1));
    Expect.invalid(
        "The token of another message was accepted.",
        () -> new ConsumeInbox(key, 1, new InboxToken(key, 2, 1)));
  }

  /**
   * Consumed is final, and repeated with the very token that did it.
   *
   * <p><b>Shape:</b> with its token, without one, and with an earlier one: the repeat is told, all
   * others are illegal and take their list along, also after reopening; nothing is fetched.
   */
  @Rule("INBOX-16")
  void consumedIsFinal(StoreUnderTest store) {
    Inboxed a = Inboxed.first(store);
    a.fill(KEY, 3);
    InboxToken former = a.fetchOne(KEY).lockToken();
    a.calls().abandon(former);
    InboxItem item = a.fetchOne(KEY);
    a.consume(ConsumeInbox.of(item));
    InboxToken given = a.fetchOne(KEY).lockToken();
    a.calls().abandon(given);
    a.consume(ConsumeInbox.pending(KEY, 2));
    expectFinal(a, item, former, given);
    store.moveTime(a.lasting());
    expectFinal(Inboxed.second(store), item, former, given);
    store.reopen();
    Inboxed again = Inboxed.first(store);
    expectFinal(again, item, former, given);
    Expect.equal(
        "A consumed message was fetched.", List.of(3L), Inboxed.numbers(again.fetch(KEY, 9)));
    again.calls().cleanUp(KEY, 2, 9);
    again.refused(
        "A repeat was taken that cannot be known.", NotFound.class, ConsumeInbox.of(item));
  }

  private static void expectFinal(
      Inboxed inbox, InboxItem item, InboxToken former, InboxToken given) {
    List<Object> before = inbox.snapshot(KEY);
    InboxConsumed repeated = new InboxConsumed(KEY, 1, true);
    Expect.equal(
        "A repeated consume is not told as one.",
        repeated,
        inbox.calls().consume(ConsumeInbox.of(item)));
    Expect.equal(
        "A repeated consume is not told as one.",
        List.<ChangeResult>of(repeated),
        inbox.changes().apply(List.of(ConsumeInbox.of(item))));
    for (ConsumeInbox again :
        List.of(
            ConsumeInbox.pending(KEY, 1),
            new ConsumeInbox(KEY, 1, former),
            new ConsumeInbox(KEY, 1, new InboxToken(KEY, 1, item.lockToken().epoch() + 1_000)),
            ConsumeInbox.pending(KEY, 2),
            new ConsumeInbox(KEY, 2, given))) {
      IllegalTransition refused =
          inbox.refused("A message was consumed twice.", IllegalTransition.class, again);
      Expect.equal("The error names another status.", "consumed", refused.from());
      Expect.equal("The error names another status.", "consumed", refused.to());
      Expect.thrown(
          "A message was consumed twice, in a list.",
          IllegalTransition.class,
          () -> inbox.changes().apply(List.of(Inboxed.append(KEY, "beside"), again)));
    }
    Expect.equal("A second consume changed something.", before, inbox.snapshot(KEY));
  }

  /**
   * Of two turns that consume one message the second is refused with all it brings.
   *
   * <p><b>Shape:</b> two instances are locked, both have read the message; both acks consume it and
   * add an event and an append.
   */
  @Rule("INBOX-16")
  void ofTwoTurnsOneConsumes(StoreUnderTest store) {
    Inboxed a = Inboxed.first(store);
    a.fill(KEY, 1);
    OrchestrationItem one = ChangeCarrier.lockedTurn(store);
    OrchestrationItem two = ChangeCarrier.lockedTurn(store);
    Expect.applied(ack(a, one));
    List<Object> before = a.snapshot(KEY);
    IllegalTransition refused =
        Expect.rejected(
            "Two turns have consumed one message.", IllegalTransition.class, ack(a, two));
    Expect.equal("The error names another place.", 1, refused.changeIndex());
    Expect.equal("A refused turn changed an inbox.", before, a.snapshot(KEY));
    Expect.none("A refused turn has events.", store.first().history(two.instanceId(), 1));
    Expect.that(
        "A refused turn lost its lock.", store.first().renews(two.lockToken(), store.lockFor()));
  }

  private static AckResult ack(Inboxed a, OrchestrationItem item) {
    return a.handle()
        .provider()
        .ackOrchestrationItem(
            a.handle()
                .turn(item)
                .event(1)
                .build()
                .withChanges(
                    List.of(
                        Inboxed.append(KEY, "by " + item.instanceId()),
                        ConsumeInbox.pending(KEY, 1))));
  }
}
