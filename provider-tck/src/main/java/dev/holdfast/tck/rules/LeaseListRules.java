// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.state.LeaseAnswer.Acquired;
import dev.holdfast.provider.state.LeaseInfo;
import dev.holdfast.provider.state.LeasePage;
import dev.holdfast.provider.support.IdOrder;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Together;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/** Leases whose holders were late: the list, and its clean-up. */
@RuleFamily("LEASE")
final class LeaseListRules {

  private static final Instant FAR = Instant.parse("9999-12-31T23:59:59.999999Z");
  private static final int ROUNDS = 20;

  private static final Comparator<LeaseInfo> OLDEST_END_FIRST =
      Comparator.comparing(LeaseInfo::until).thenComparing(LeaseInfo::name, IdOrder.BY_CODE_POINT);

  /**
   * The list has the leases that have ended, oldest end first, then by name.
   *
   * <p><b>Shape:</b> some that end together, exactly now, with capitals, accents and characters
   * beyond 16 bits in their names; one that ended before; live, renewed, released and taken-over
   * ones; in one page and in small ones, on both handles, with changes between the pages.
   */
  @Rule("LEASE-12")
  void theListHasWhatHasEnded(StoreUnderTest store) {
    Leased a = Leased.first(store);
    Leased b = Leased.second(store);
    Duration l = a.lasting();
    List<String> together = List.of("b", "a", "B", "z", "\uFF5E", "\uD83D\uDE00", "ä");
    Expect.equal("Something ended that was not there.", List.of(), a.expired());
    a.acquire("older", "A", l.dividedBy(2));
    a.acquire("taken", "A", l.dividedBy(2));
    together.forEach(name -> a.acquire(name, "A"));
    a.acquire("live", "A", l.multipliedBy(9));
    a.calls().renew(a.acquire("renewed", "A").token(), l.multipliedBy(9));
    a.release(a.acquire("released", "A").token());
    store.moveTime(l.dividedBy(4));
    Expect.equal("A live lease has ended.", List.of(), a.expired());
    store.moveTime(l.minus(l.dividedBy(4)));
    b.acquire("taken", "B", l.multipliedBy(9));

    Set<String> expected = new HashSet<>(together);
    expected.add("older");
    for (Leased anybody : List.of(a, b)) {
      List<LeaseInfo> rows = anybody.expired(100, () -> {});
      Expect.equal(
          "The list does not have exactly what has ended.", expected, Set.copyOf(names(rows)));
      Expect.equal("A row stands twice in the list.", expected.size(), rows.size());
      Expect.equal(
          "The list is not sorted by end, then by code point.",
          names(rows.stream().sorted(OLDEST_END_FIRST).toList()),
          names(rows));
      Expect.equal("The oldest end does not come first.", "older", rows.get(0).name());
      rows.forEach(row -> anybody.expect("A row is not the lease.", row.name(), row));
      for (int limit = 1; limit <= rows.size(); limit++) {
        Expect.equal("Pages differ from the whole.", rows, anybody.expired(limit, () -> {}));
      }
    }
    expectChangesToMoveNoRow(store, a, b);
  }

  private static void expectChangesToMoveNoRow(StoreUnderTest store, Leased a, Leased b) {
    List<String> before = a.expired();
    List<LeaseInfo> seen =
        a.expired(
            3,
            () -> {
              b.acquire(before.get(0), "B");
              b.acquire("new " + store.nextNumber(), "B");
              store.moveTime(b.lasting());
            });
    Expect.equal(
        "A change between pages moved a row.",
        before,
        names(seen).stream().filter(before::contains).distinct().toList());
  }

  private static List<String> names(List<LeaseInfo> rows) {
    return rows.stream().map(LeaseInfo::name).toList();
  }

  /**
   * A page keeps to its limit, and its token is good on every handle.
   *
   * <p><b>Shape:</b> the bounds of the limit; a token on another handle, with another size, after
   * reopening; damaged ones are refused.
   */
  @Rule("LEASE-12")
  void aPageKeepsToItsLimit(StoreUnderTest store) {
    Leased a = Leased.first(store);
    List<String> names = List.of("a", "b", "c", "d");
    for (String name : names) {
      a.acquire(name, "A");
      store.moveTime(store.tick());
    }
    store.moveTime(a.lasting());
    int most = store.first().provider().info().limits().maxPageSize();
    Expect.equal("The largest page is refused.", 4, a.calls().expired(most, null).rows().size());
    Expect.invalid("A page above the limit was accepted.", () -> a.calls().expired(most + 1, null));
    Expect.invalid("A page without rows was accepted.", () -> a.calls().expired(0, null));
    String token = Objects.requireNonNull(a.calls().expired(2, null).nextPageToken());
    LeasePage rest = a.calls().expired(2, token);
    Expect.equal("The second page is wrong.", names.subList(2, 4), names(rest.rows()));
    Expect.equal("The last page has a token.", null, rest.nextPageToken());
    Expect.equal(
        "A token is not good for another handle or size.",
        rest,
        Leased.second(store).calls().expired(3, token));
    for (String damaged : List.of("", "x", "äöü", token + token, token + "A", token.substring(1))) {
      Expect.invalid("A damaged token was accepted.", () -> a.calls().expired(2, damaged));
    }
    store.reopen();
    Expect.equal(
        "A token does not outlive its handle.",
        rest,
        Leased.first(store).calls().expired(2, token));
  }

  /**
   * A clean-up removes what ended before the moment, oldest first, and never a live lease.
   *
   * <p><b>Shape:</b> three ends at three moments and a live lease; the bound exactly on the second
   * end; then a moment in the far future with limits.
   */
  @Rule("LEASE-13")
  void aCleanUpRemovesWhatEndedBefore(StoreUnderTest store) {
    Leased a = Leased.first(store);
    List<LeaseInfo> ended = new ArrayList<>();
    for (String name : List.of("c", "b", "a")) {
      ended.add(a.acquire(name, "A").lease());
      store.moveTime(store.tick());
    }
    Duration far = a.lasting().multipliedBy(9);
    Acquired live = a.acquire("live", "A", far);
    Expect.equal("A live lease was removed.", 0, a.calls().cleanUp(FAR, 100));
    store.moveTime(a.lasting());
    Expect.equal("The bound is not excluded.", 1, a.calls().cleanUp(ended.get(1).until(), 100));
    Expect.equal("A clean-up removed another lease.", List.of("b", "a"), a.expired());
    a.expect("Something is left of a removed lease.", "c", null);
    Expect.equal(
        "A clean-up removed something twice.", 0, a.calls().cleanUp(ended.get(1).until(), 100));
    Leased b = Leased.second(store);
    Instant behind = live.lease().until().plus(a.lasting());
    Expect.equal("A limit is no limit.", 1, b.calls().cleanUp(behind, 1));
    Expect.equal("The oldest end did not go first.", List.of("a"), a.expired());
    Expect.equal("A live lease was removed.", 1, b.calls().cleanUp(behind, 100));
    Expect.equal("A live lease was removed.", 0, b.calls().cleanUp(FAR, 100));
    a.expect("A live lease was removed.", "live", live.lease());
    Expect.that("A live lease was lost.", a.renews(live.token()));
    Expect.invalid("A clean-up of nothing was accepted.", () -> a.calls().cleanUp(FAR, 0));
  }

  /**
   * A clean-up that meets renewals and acquisitions never removes a live lease.
   *
   * <p><b>Shape:</b> one thread acquires a lease that ends again and again, and renews another one,
   * while one cleans up with a moment in the far future: whatever was acquired or renewed is there.
   */
  @Rule("LEASE-13")
  void aCleanUpLeavesWhatIsLive(StoreUnderTest store) {
    Leased a = Leased.first(store);
    Leased b = Leased.second(store);
    Duration far = a.lasting().multipliedBy(100);
    Acquired kept = a.acquire("kept", "A", far);
    for (int round = 0; round < store.rounds(ROUNDS); round++) {
      a.acquire("again", "A", store.tick());
      store.moveTime(store.tick());
      AtomicBoolean done = new AtomicBoolean();
      Together.all(
          () -> {
            try {
              Acquired again =
                  Contention.repeated(
                      () -> a.acquire("An ended lease is not free.", "again", "A", far));
              Expect.that("A live lease was removed.", a.renews(kept.token()));
              Expect.that("A live lease was removed.", a.renews(again.token()));
              Expect.that("A live lease was removed.", a.calls().release(again.token()));
            } finally {
              done.set(true);
            }
          },
          () -> {
            do {
              int removed = Contention.repeated(() -> b.calls().cleanUp(FAR, 100));
              Expect.atMost("A clean-up counts what it did not remove.", 1, removed);
            } while (!done.get());
          });
    }
  }
}
