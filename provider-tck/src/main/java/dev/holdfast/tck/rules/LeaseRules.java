// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Feature;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.admin.ExecutionPruning;
import dev.holdfast.provider.admin.InstanceDeletion;
import dev.holdfast.provider.state.LeaseAnswer.Acquired;
import dev.holdfast.provider.state.LeaseInfo;
import dev.holdfast.provider.state.LeaseToken;
import dev.holdfast.provider.state.Leases;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.StoreUnderTest;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One holder per name, and tokens that tell holders apart. */
@RuleFamily("LEASE")
final class LeaseRules {

  private static final int ACQUISITIONS = 30;

  /**
   * A free name is acquired, from the store's now.
   *
   * <p><b>Shape:</b> declared: token, holder and times; both handles read the same; unknown names,
   * and those that differ in case or a trailing blank, are empty; texts that are no identifiers are
   * refused. Undeclared: the capability is not there.
   */
  @Rule("LEASE-01")
  void aFreeNameIsAcquired(StoreUnderTest store) {
    if (!store.declares(Feature.LEASES)) {
      for (Handle handle : List.of(store.first(), store.second())) {
        Expect.equal(
            "A capability is offered that is not declared.",
            Optional.empty(),
            handle.provider().capability(Leases.class));
      }
      return;
    }
    Leased a = Leased.first(store);
    Leased b = Leased.second(store);
    a.expect("A name is known that nobody has acquired.", "report", null);

    LeaseInfo lease = a.acquire("report", "worker A").lease();

    Expect.equal("A lease has another name.", "report", lease.name());
    Expect.equal("A lease has another holder.", "worker A", lease.holder());
    expectLasting(store, a.lasting(), lease);
    a.expect("A lease is not read as it was acquired.", "report", lease);
    b.expect("A lease is not read as it was acquired.", "report", lease);
    store.moveTime(store.tick());
    for (String other : List.of("Report", "report ", "repor")) {
      b.expect("A name is known that nobody has acquired.", other, null);
      LeaseInfo later = b.acquire(other, "worker B").lease();
      Expect.that(
          "A lease does not begin at the store's now.",
          "after " + lease.acquiredAt(),
          later.acquiredAt(),
          later.acquiredAt().isAfter(lease.acquiredAt()));
    }
    for (String wrong : List.of("", "a\nb", "x".repeat(257))) {
      Expect.invalid("A wrong name was accepted.", () -> a.ask(wrong, "A"));
      Expect.invalid("A wrong holder was accepted.", () -> a.ask("other", wrong));
      Expect.invalid("A wrong name was read.", () -> a.calls().lease(wrong));
    }
    String longest = "ä".repeat(256);
    LeaseInfo whole = a.acquire(longest, longest).lease();
    b.expect("A long name does not come back.", longest, whole);
  }

  /**
   * A live lease is refused to everybody.
   *
   * <p><b>Shape:</b> another label and the same one, on the same and another handle and after
   * reopening: held, with holder and end; the first token still renews.
   */
  @Rule("LEASE-02")
  void aLiveLeaseIsRefusedToEverybody(StoreUnderTest store) {
    Leased a = Leased.first(store);
    Acquired held = a.acquire("report", "A", a.lasting().multipliedBy(10));
    store.moveTime(store.tick());
    String what = "A live lease was granted, or another one was shown.";
    for (Leased anybody : List.of(a, Leased.second(store))) {
      anybody.refused(what, "report", "B", held.lease());
      anybody.refused(what, "report", "A", held.lease());
    }
    store.reopen();
    Leased again = Leased.first(store);
    again.refused(what, "report", "A", held.lease());
    again.expect("A refusal changed a lease.", "report", held.lease());
    Expect.equal(
        "The first token does not renew any more.", held.lease(), again.renew(held.token()));
  }

  /** How a lease comes to its end. */
  private enum End {
    RELEASE,
    EXPIRY,
    CLEAN_UP,
    REOPENING
  }

  /**
   * Each acquisition of a name has a greater token than every earlier one.
   *
   * <p><b>Shape:</b> two names, acquired again and again after a release, the end, a clean-up and
   * reopening, in a random order.
   */
  @Rule("LEASE-04")
  void tokensGrow(StoreUnderTest store) {
    Leased.requireDeclared(store);
    Map<String, Long> last = new HashMap<>();
    for (int round = 0; round < store.rounds(ACQUISITIONS); round++) {
      String name = store.random().nextBoolean() ? "report" : "index";
      Acquired acquired = Leased.first(store).acquire(name, "A");
      long epoch = acquired.token().epoch();
      Expect.above(
          "A token is not greater than an earlier one.", last.getOrDefault(name, 0L), epoch);
      last.put(name, epoch);
      end(store, acquired, End.values()[store.random().nextInt(End.values().length)]);
    }
  }

  private static void end(StoreUnderTest store, Acquired acquired, End how) {
    Leased a = Leased.first(store);
    if (how == End.RELEASE) {
      a.release(acquired.token());
      return;
    }
    store.moveTime(a.lasting());
    switch (how) {
      case CLEAN_UP -> {
        Instant behind = acquired.lease().until().plus(store.tick());
        Expect.above(
            "An ended lease was not cleaned up.", 0, a.calls().cleanUp(behind, ACQUISITIONS));
      }
      case REOPENING -> store.reopen();
      case EXPIRY, RELEASE -> {}
    }
  }

  /**
   * A lease ends at its time, for everybody, without any call.
   *
   * <p><b>Shape:</b> just before the end it is refused, at the end it is free; parts of a second
   * are kept; durations of zero and below are refused and leave the lease as it was.
   */
  @Rule("LEASE-05")
  void aLeaseEndsAtItsTime(StoreUnderTest store) {
    Leased a = Leased.first(store);
    Leased b = Leased.second(store);
    Acquired held = a.acquire("report", "A");
    for (Duration wrong : List.of(Duration.ZERO, Duration.ofNanos(-1), Duration.ofDays(-1))) {
      Expect.invalid(
          "A lease for no time was accepted.", () -> a.calls().acquire("report", "A", wrong));
      Expect.invalid(
          "A lease for no time was accepted.", () -> a.calls().acquire("other", "A", wrong));
      Expect.invalid(
          "A renewal for no time was accepted.", () -> a.calls().renew(held.token(), wrong));
    }
    a.expect("A refused call changed a lease.", "report", held.lease());
    a.expect("A refused call made a lease.", "other", null);

    LeaseInfo timed = a.acquire("timed", "A").lease();
    store.moveToJustBefore(a.lasting());
    b.refused("A lease ended before its time.", "timed", "B", timed);
    store.moveTime(store.tick());
    LeaseInfo next =
        b.acquire("A lease is not free at its end.", "timed", "B", b.lasting()).lease();
    Expect.notBefore("A lease was given away early.", timed.until(), next.acquiredAt());

    LeaseInfo third = a.acquire("third", "A", Duration.ofNanos(333_333_333)).lease();
    expectLasting(store, Duration.ofNanos(333_333_333), third);
  }

  /** A store's clock has its steps, and a lease never ends before it was asked to. */
  private static void expectLasting(StoreUnderTest store, Duration asked, LeaseInfo lease) {
    Duration lasting = Duration.between(lease.acquiredAt(), lease.until());
    Expect.that(
        "A lease does not last as long as it was asked for.",
        asked + ", or up to " + store.tick() + " longer",
        lasting,
        lasting.compareTo(asked) >= 0 && lasting.compareTo(asked.plus(store.tick())) <= 0);
  }

  /**
   * Renewing needs the live token, and sets the end to the later of the present end and now plus
   * the extension.
   *
   * <p><b>Shape:</b> at half of L renew by L, then by a tick: the end is L from there; renewals
   * keep the lease as long as they go on; at the end the renewal is lost, revives nothing, and B
   * acquires at once.
   */
  @Rule("LEASE-06")
  void renewingNeedsTheLiveToken(StoreUnderTest store) {
    Leased a = Leased.first(store);
    Leased b = Leased.second(store);
    Acquired held = a.acquire("report", "A");
    LeaseToken token = held.token();
    LeaseInfo last = held.lease();
    for (int round = 0; round < 3; round++) {
      store.moveTime(a.lasting().dividedBy(2));
      LeaseInfo renewed = a.renew(token);
      Expect.equal(
          "A renewal changed more than the end.",
          new LeaseInfo("report", "A", held.lease().acquiredAt(), renewed.until()),
          renewed);
      Expect.that(
          "A renewal did not prolong a lease.",
          "after " + last.until(),
          renewed.until(),
          renewed.until().isAfter(last.until()));
      Expect.equal("A renewal shortened a lease.", renewed, a.calls().renew(token, store.tick()));
      b.expect("A renewed lease is not read so.", "report", renewed);
      last = renewed;
    }
    store.moveToJustBefore(a.lasting());
    b.refused("A renewed lease ended early.", "report", "B", last);
    store.moveTime(store.tick());
    a.lost("An ended lease was renewed.", token);
    b.expect("A lost renewal changed the lease.", "report", last);
    b.acquire("A lost renewal revived a lease.", "report", "B", b.lasting());
  }

  /**
   * Several leases are renewed in one call, each for itself.
   *
   * <p><b>Shape:</b> two live tokens among one that has ended, one released, one taken over and one
   * never given out: the two are returned and prolonged, the others are as they were; an extension
   * that is not positive is refused, for no tokens too.
   */
  @Rule("LEASE-06")
  void severalLeasesAreRenewedEachForItself(StoreUnderTest store) {
    Leased a = Leased.first(store);
    Duration l = a.lasting();
    LeaseToken ended = a.acquire("ended", "A").token();
    LeaseToken former = a.acquire("taken", "A").token();
    LeaseToken released = a.acquire("released", "A").token();
    a.release(released);
    store.moveTime(l);
    Acquired one = a.acquire("one", "A");
    Acquired two = a.acquire("two", "A");
    LeaseInfo taken = Leased.second(store).acquire("taken", "B").lease();
    LeaseInfo late = a.calls().lease("ended").orElseThrow();
    LeaseToken made = new LeaseToken("made", 1);

    Expect.equal(
        "Not exactly the live leases were renewed.",
        Set.of(one.token(), two.token()),
        a.calls()
            .renewAll(
                List.of(ended, two.token(), made, former, released, one.token()),
                l.multipliedBy(5)));

    a.expect("A lost lease was changed.", "ended", late);
    a.expect("A lease of another holder was changed.", "taken", taken);
    a.expect("A lost lease was made.", "made", null);
    a.expect("A lost lease was made.", "released", null);
    store.moveTime(l);
    for (Acquired live : List.of(one, two)) {
      Expect.that("A renewed lease was not prolonged.", a.renews(live.token()));
    }
    Expect.equal("Nothing was asked for.", Set.of(), a.calls().renewAll(List.of(), l));
    for (Duration wrong : List.of(Duration.ZERO, Duration.ofNanos(-1))) {
      Expect.invalid(
          "A renewal for no time was accepted.",
          () -> a.calls().renewAll(List.of(one.token()), wrong));
      Expect.invalid(
          "A renewal for no time was accepted.", () -> a.calls().renewAll(List.of(), wrong));
    }
  }

  /**
   * A former holder neither renews nor releases.
   *
   * <p><b>Shape:</b> A's lease ends, B acquires; A's renewal is lost and its release false; B's
   * lease is as it was, and B renews. Then the same with the roles changed.
   */
  @Rule("LEASE-07")
  void aFormerHolderDoesNothing(StoreUnderTest store) {
    Leased a = Leased.first(store);
    Leased b = Leased.second(store);
    Acquired former = a.acquire("report", "A");
    for (Leased next : List.of(b, a, b)) {
      store.moveTime(a.lasting());
      Acquired present = next.acquire("report", "the same label");
      for (Leased anywhere : List.of(a, b)) {
        anywhere.lost("A former holder renewed.", former.token());
        Expect.that("A former holder released.", !anywhere.calls().release(former.token()));
      }
      next.expect("A former holder changed a lease.", "report", present.lease());
      Expect.that("The present holder cannot renew.", next.renews(present.token()));
      former = present;
    }
  }

  /**
   * Releasing frees the name at once, and needs the live token.
   *
   * <p><b>Shape:</b> tokens with other numbers and other names release nothing; the holder does,
   * and nothing is left; twice, after the end and after a takeover it is false; B acquires right
   * after.
   */
  @Rule("LEASE-08")
  void releasingFreesTheName(StoreUnderTest store) {
    Leased a = Leased.first(store);
    Leased b = Leased.second(store);
    Acquired held = a.acquire("report", "A");
    long epoch = held.token().epoch();
    Acquired other = a.acquire("other", "A");
    for (LeaseToken wrong :
        List.of(
            new LeaseToken("report", epoch + 1),
            new LeaseToken("report", epoch == 1 ? 2 : epoch - 1),
            new LeaseToken("report", Long.MAX_VALUE),
            new LeaseToken("Report", epoch),
            new LeaseToken("unknown", epoch))) {
      Expect.that("A lease was released by " + wrong + ".", !b.calls().release(wrong));
    }
    a.expect("A release that is false changed a lease.", "report", held.lease());
    a.expect("A release that is false made a lease.", "unknown", null);

    b.release(held.token());

    a.expect("Something is left of a released lease.", "report", null);
    Expect.that("A lease was released twice.", !a.calls().release(held.token()));
    a.lost("A released lease was renewed.", held.token());
    LeaseInfo next = b.acquire("A released name is not free.", "report", "B", b.lasting()).lease();
    Expect.that("A former holder released a lease.", !a.calls().release(held.token()));
    b.expect("A release that is false changed a lease.", "report", next);
    store.moveTime(a.lasting());
    Expect.that("An ended lease was released.", !a.calls().release(other.token()));
    a.expect("A release that is false changed a lease.", "other", other.lease());
  }

  /**
   * Leases are tied to nothing.
   *
   * <p><b>Shape:</b> a lease and an instance of one id: the instance is fetched and acked while the
   * lease is held, the lease acquired and released while the instance is locked; where they are
   * declared, pruning and deleting the instance leave the lease as it was.
   */
  @Rule("LEASE-11")
  void leasesAreTiedToNothing(StoreUnderTest store) {
    Leased a = Leased.first(store);
    Leased b = Leased.second(store);
    Handle first = store.first();
    Duration far = a.lasting().multipliedBy(10);
    Acquired held = a.acquire("A name without an instance is not free.", "order", "A", far);
    first.create("order");
    first.poke("order");
    OrchestrationItem item = store.second().fetchOne("order");
    b.refused("A lock made a lease free.", "order", "B", held.lease());
    a.release(held.token());
    held = b.acquire("A lock is a lease.", "order", "B", far);
    store.first().fetchNone("A release of a lease released a lock.");
    first.renew(item, store.lockFor());
    store.second().finish(item);
    b.expect("An ack changed a lease.", "order", held.lease());
    first
        .provider()
        .capability(ExecutionPruning.class)
        .ifPresent(pruning -> pruning.prune("order", ExecutionPruning.Options.keepLast(1)));
    b.expect("Pruning changed a lease.", "order", held.lease());
    first
        .provider()
        .capability(InstanceDeletion.class)
        .ifPresent(deletion -> deletion.delete(List.of("order"), true));
    b.expect("Deleting an instance changed a lease.", "order", held.lease());
    Expect.that("A lease that is tied to nothing was lost.", b.renews(held.token()));
  }
}
