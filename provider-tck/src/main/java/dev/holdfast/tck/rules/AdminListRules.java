// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import static dev.holdfast.tck.rules.Admins.acked;
import static dev.holdfast.tck.rules.Admins.born;

import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.admin.InstanceDeletion;
import dev.holdfast.provider.admin.InstanceFilter;
import dev.holdfast.provider.admin.InstancePage;
import dev.holdfast.provider.admin.InstanceQuery;
import dev.holdfast.provider.admin.InstanceSummary;
import dev.holdfast.provider.support.IdOrder;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Together;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** The list of instances: order, pages, page tokens. */
@RuleFamily("ADMIN")
final class AdminListRules {

  /** Fewer than the pages hold that a rule reads at most, however fast the store creates. */
  private static final int MOST_CREATED = 3_000;

  private static final InstanceFilter ALL = InstanceFilter.all();

  private static final Comparator<InstanceSummary> NEWEST_FIRST =
      Comparator.comparing(InstanceSummary::createdAt)
          .reversed()
          .thenComparing(InstanceSummary::instanceId, IdOrder.BY_CODE_POINT);

  /**
   * The list has every instance once and nothing else.
   *
   * <p><b>Shape:</b> three instances, one ended and one under a lock; a queued start, an orphan and
   * an ack without a name are none.
   */
  @Rule("ADMIN-02")
  void theListHasEveryInstanceOnce(StoreUnderTest store) {
    Handle first = store.first();
    store.admin();
    first.create("running");
    born(first, "ended", turn -> turn.status(ExecutionStatus.COMPLETED));
    first.enqueue(Sample.start("rowless", "started", null));
    first.turn(first.fetchOne("rowless")).event(1).apply();
    first.create("locked");
    first.poke("locked");
    first.fetchOne("locked");
    first.start("queued");
    first.poke("orphan");
    for (InstanceAdmin admin : Admins.both(store)) {
      Expect.equal(
          "The list does not have every instance once.",
          List.of("ended", "locked", "running"),
          Admins.ids(admin, ALL));
    }
  }

  /**
   * Newest first, then by id; the other order is the exact reverse.
   *
   * <p><b>Shape:</b> ids with capitals, accents and characters beyond 16 bits, created at equal
   * moments where the clock stands still, in two groups.
   */
  @Rule("ADMIN-03")
  void newestFirstThenById(StoreUnderTest store) {
    Handle first = store.first();
    store.admin();
    List<String> ids =
        List.of("b", "a", "B", "A", "a b", "a-b", "á", "ä", "z", "\uFF5E", "\uD83D\uDE00", "ab");
    for (String group : List.of("", "later ")) {
      ids.forEach(id -> born(first, group + id, turn -> turn));
      store.moveTime(store.tick());
    }
    for (InstanceAdmin admin : Admins.both(store)) {
      List<InstanceSummary> newest = Admins.all(admin, ALL, false, 5);
      List<InstanceSummary> expected = newest.stream().sorted(NEWEST_FIRST).toList();
      Expect.equal("Rows are missing.", 2 * ids.size(), newest.size());
      Expect.equal(
          "The list is not sorted by creation from new to old, then by code point.",
          Admins.ids(expected),
          Admins.ids(newest));
      Expect.that(
          "What was created later does not come first.",
          newest.subList(0, ids.size()).stream()
              .allMatch(row -> row.instanceId().startsWith("later ")));
      Expect.equal(
          "oldestFirst is not the exact reverse.",
          Admins.ids(expected.reversed()),
          Admins.ids(Admins.all(admin, ALL, true, 7)));
    }
  }

  /**
   * A page keeps to its limit, and has a token only when more may follow.
   *
   * <p><b>Shape:</b> pages of three with 2, 3, 4 and 6 instances; the bounds of the limit.
   */
  @Rule("ADMIN-04")
  void aPageKeepsToItsLimit(StoreUnderTest store) {
    Handle first = store.first();
    InstanceAdmin admin = store.admin();
    InstancePage empty = admin.list(InstanceQuery.firstPage(ALL, 3));
    Expect.equal("An empty store has rows.", new InstancePage(List.of(), null), empty);
    for (int n = 1; n <= 6; n++) {
      born(first, "order-" + n, turn -> turn);
      store.moveTime(store.tick());
      AtomicInteger pages = new AtomicInteger();
      List<InstanceSummary> rows = Admins.all(admin, ALL, n % 2 == 0, 3, pages::incrementAndGet);
      Expect.equal("Pages do not have every row once.", n, Set.copyOf(rows).size());
      Expect.equal("Pages repeat rows.", n, rows.size());
      Expect.equal("The number of pages is wrong for " + n + " rows.", (n + 2) / 3, pages.get());
    }
    int most = first.provider().info().limits().maxPageSize();
    Expect.equal(
        "The largest page is refused.",
        6,
        admin.list(InstanceQuery.firstPage(ALL, most)).rows().size());
    Expect.invalid(
        "A page above the limit was accepted.",
        () -> admin.list(InstanceQuery.firstPage(ALL, most + 1)));
    Expect.invalid(
        "A page without rows was accepted.", () -> admin.list(InstanceQuery.firstPage(ALL, 0)));
  }

  /**
   * Paging shows every instance that was there at the start once, whatever is created meanwhile.
   *
   * <p><b>Shape:</b> pages of seven in both orders, while another handle creates instances between
   * the pages, and during them.
   */
  @Rule("ADMIN-05")
  void pagingMissesNothingThatWasThere(StoreUnderTest store) {
    Handle second = store.second();
    InstanceAdmin admin = store.admin();
    AtomicInteger created = new AtomicInteger();
    Runnable create = () -> second.create("new-" + created.incrementAndGet());
    for (int n = 0; n < 20; n++) {
      born(store.first(), "old-" + n, turn -> turn);
      if (n % 4 == 0) {
        store.moveTime(store.tick());
      }
    }
    for (boolean oldestFirst : List.of(false, true)) {
      expectOldOnce(Admins.all(admin, ALL, oldestFirst, 7, create));
      AtomicBoolean done = new AtomicBoolean();
      Together.all(
          () -> {
            try {
              for (int round = 0; round < 5; round++) {
                expectOldOnce(Admins.all(admin, ALL, oldestFirst, 7));
              }
            } finally {
              done.set(true);
            }
          },
          () -> {
            do {
              create.run();
            } while (!done.get() && created.get() < MOST_CREATED);
          });
    }
  }

  private static void expectOldOnce(List<InstanceSummary> rows) {
    List<String> old =
        Admins.ids(rows).stream().filter(id -> id.startsWith("old-")).sorted().toList();
    Expect.equal("Paging missed or repeated an instance.", 20, Set.copyOf(old).size());
    Expect.equal("Paging repeated an instance.", 20, old.size());
  }

  /**
   * What changes between pages moves no other row.
   *
   * <p><b>Shape:</b> between pages, turns of rows that were seen and of rows that were not are
   * acked, and where deletion is declared the last row of the page is deleted.
   */
  @Rule("ADMIN-06")
  void changesBetweenPagesMoveNoRow(StoreUnderTest store) {
    Handle first = store.first();
    InstanceAdmin admin = store.admin();
    for (int n = 0; n < 10; n++) {
      born(first, "order-" + n, turn -> turn.event(1));
      store.moveTime(store.tick());
    }
    for (boolean oldestFirst : List.of(false, true)) {
      List<InstanceSummary> before = Admins.all(admin, ALL, oldestFirst, 100);
      List<String> seen = new ArrayList<>();
      String token = null;
      int pages = 0;
      do {
        Expect.atMost("The pages do not come to an end.", Admins.MOST_PAGES, ++pages);
        InstancePage page = admin.list(new InstanceQuery(ALL, oldestFirst, 3, token));
        page.rows().forEach(row -> seen.add(row.instanceId()));
        token = page.nextPageToken();
        acked(first, before.get(0).instanceId(), turn -> turn.name("renamed"));
        acked(
            first,
            before.get(before.size() - 1).instanceId(),
            turn -> turn.status(ExecutionStatus.FAILED));
        String last = seen.get(seen.size() - 1);
        boolean inTheMiddle = seen.size() == 6;
        first
            .provider()
            .capability(InstanceDeletion.class)
            .filter(deletion -> inTheMiddle)
            .ifPresent(deletion -> deletion.delete(List.of(last), true));
      } while (token != null);
      Expect.equal("Changes between pages moved a row.", Admins.ids(before), seen);
    }
  }

  /**
   * Page tokens are opaque and self-contained, and belong to one filter and order.
   *
   * <p><b>Shape:</b> a token is used on another handle and after reopening; damaged in each of its
   * places, with another filter and with another order it is refused.
   */
  @Rule("ADMIN-07")
  void pageTokensBelongToOneFilterAndOrder(StoreUnderTest store) {
    Handle first = store.first();
    InstanceAdmin admin = store.admin();
    for (int n = 0; n < 5; n++) {
      born(first, "order-" + n, turn -> turn);
      store.moveTime(store.tick());
    }
    InstanceFilter filter =
        InstanceFilter.builder()
            .name(Sample.NAME)
            .statuses(ExecutionStatus.RUNNING, ExecutionStatus.FAILED)
            .build();
    InstanceQuery query = InstanceQuery.firstPage(filter, 2);
    String token = Objects.requireNonNull(admin.list(query).nextPageToken());
    List<String> expected = List.of("order-2", "order-1");
    InstanceQuery next = query.from(token);
    Expect.equal("The next page is wrong.", expected, Admins.ids(admin.list(next).rows()));
    Expect.equal(
        "A token is not good for another handle.",
        expected,
        Admins.ids(Admins.of(store.second()).list(next).rows()));
    Expect.equal(
        "A token is not good for another page size.",
        List.of("order-2", "order-1", "order-0"),
        Admins.ids(admin.list(new InstanceQuery(filter, false, 5, token)).rows()));
    Expect.invalid(
        "A token was taken for another order.",
        () -> admin.list(new InstanceQuery(filter, true, 2, token)));
    for (InstanceFilter other :
        List.of(
            ALL,
            InstanceFilter.builder().name(Sample.NAME).build(),
            InstanceFilter.builder()
                .name(Sample.NAME)
                .statuses(ExecutionStatus.RUNNING)
                .rootsOnly()
                .build())) {
      Expect.invalid(
          "A token was taken for another filter.",
          () -> admin.list(InstanceQuery.firstPage(other, 2).from(token)));
    }
    for (String damaged : damaged(token)) {
      Expect.invalid(
          "A damaged token was accepted: " + damaged + ".", () -> admin.list(query.from(damaged)));
    }
    store.reopen();
    Expect.equal(
        "A token does not outlive its handle.",
        expected,
        Admins.ids(store.admin().list(next).rows()));
  }

  private static Set<String> damaged(String token) {
    Set<String> damaged = new HashSet<>(List.of("", "x", "äöü", token + token, token + "A"));
    for (int at = 0; at < token.length(); at++) {
      char other = token.charAt(at) == 'B' ? 'C' : 'B';
      damaged.add(token.substring(0, at) + other + token.substring(at + 1));
    }
    damaged.add(token.substring(1));
    damaged.add(token.substring(0, token.length() - 1));
    return damaged;
  }

  /**
   * Lists are filtered by how often work was delivered.
   *
   * <p><b>Shape:</b> an instance and an activity are delivered three times, others less often; two
   * rows have three deliveries, and none after their acks.
   */
  @Rule("ADMIN-28")
  void listsAreFilteredByDeliveries(StoreUnderTest store) {
    Handle first = store.first();
    InstanceAdmin admin = store.admin();
    first.create("instance");
    first.create("activity");
    first.schedule("activity", 1);
    first.create("other");
    first.schedule("other", 2);
    ActivityItem activity = first.fetchActivity(1);
    first.complete(first.fetchActivity(2));
    first.finish(first.fetchOne("other"));
    for (int again = 0; again < 2; again++) {
      first.abandon(activity);
      activity = first.fetchActivity(1);
    }
    first.poke("instance");
    OrchestrationItem item = first.fetchOne("instance");
    for (int again = 0; again < 2; again++) {
      first.abandon(item);
      item = first.fetchOne("instance");
    }
    first.poke("other");
    OrchestrationItem once = first.fetchOne("other");
    expectTried(admin, 1, "activity", "instance", "other");
    expectTried(admin, 2, "activity", "instance");
    expectTried(admin, 3, "activity", "instance");
    expectTried(admin, 4);
    first.finish(item);
    first.finish(once);
    first.complete(activity);
    expectTried(admin, 1);
  }

  private static void expectTried(InstanceAdmin admin, int deliveries, String... ids) {
    Expect.equal(
        "The instances with %d deliveries or more are wrong.".formatted(deliveries),
        List.of(ids),
        Admins.ids(admin, InstanceFilter.builder().minAttempts(deliveries).build()));
  }
}
