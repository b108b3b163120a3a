// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import static dev.holdfast.tck.rules.Admins.acked;
import static dev.holdfast.tck.rules.Admins.born;
import static dev.holdfast.tck.rules.Deletions.expectBulk;
import static dev.holdfast.tck.rules.Deletions.expectLeft;
import static dev.holdfast.tck.rules.Deletions.finished;
import static dev.holdfast.tck.rules.Deletions.running;

import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.admin.BulkFilter;
import dev.holdfast.provider.admin.InstanceDeletion.Counts;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;

/** Deleting many finished roots. */
@RuleFamily("DELETE")
final class DeleteBulkRules {

  private static Instant endOf(StoreUnderTest store, String id) {
    return Objects.requireNonNull(store.admin().instance(id).summary().completedAt());
  }

  /**
   * Bulk takes what matches every part, and skips the rest.
   *
   * <p><b>Shape:</b> a tree that matches, and for each part of the filter one that does not: by id,
   * status, name and age; running ones, children and unknown ids among the ids; then without a
   * filter.
   */
  @Rule("DELETE-21")
  void bulkTakesWhatMatches(StoreUnderTest store) {
    Handle first = store.first();
    Deletions.of(first);
    finished(first, "match");
    finished(first, "child", turn -> turn.parent("match"));
    finished(first, "grandchild", turn -> turn.parent("child"));
    finished(first, "other id");
    born(first, "other status", turn -> turn.event(1).status(ExecutionStatus.FAILED));
    finished(first, "other name", turn -> turn.name("other name"));
    running(first, "running");
    store.moveTime(store.tick());
    finished(first, "other age");
    Instant bound = endOf(store, "other age");
    BulkFilter filter =
        BulkFilter.all()
            .withInstanceIds(
                Set.of(
                    "match",
                    "child",
                    "other status",
                    "other name",
                    "running",
                    "other age",
                    "unknown",
                    "matc%"))
            .withStatuses(Set.of(ExecutionStatus.COMPLETED, ExecutionStatus.RUNNING))
            .withName(Sample.NAME)
            .withCompletedBefore(bound);
    expectBulk(store, filter, 3);
    expectLeft(
        store,
        "Bulk has taken the wrong ones.",
        "other id",
        "other status",
        "other name",
        "running",
        "other age");
    expectBulk(store, filter, 0);

    expectBulk(store, BulkFilter.all().withName("other name"), 1);
    expectBulk(store, BulkFilter.all().withStatuses(Set.of(ExecutionStatus.FAILED)), 1);
    expectBulk(store, BulkFilter.all().withStatuses(Set.of(ExecutionStatus.RUNNING)), 0);
    expectBulk(store, BulkFilter.all().withInstanceIds(Set.of("running", "unknown")), 0);
    expectLeft(store, "Bulk has taken the wrong ones.", "other id", "running", "other age");
    expectBulk(store, BulkFilter.all(), 2);
    expectLeft(store, "Bulk has taken the wrong ones.", "running");
  }

  /**
   * Bulk spares what runs anywhere in its tree.
   *
   * <p><b>Shape:</b> a finished root with a running grandchild; a root, and a child of a finished
   * root, that have continued as new: all are left and run on, and then are taken.
   */
  @Rule("DELETE-22")
  void bulkSparesWhatRuns(StoreUnderTest store) {
    Handle first = store.first();
    Deletions.of(first);
    finished(first, "a");
    finished(first, "a child", turn -> turn.parent("a"));
    running(first, "a grandchild", turn -> turn.parent("a child"));
    finished(first, "b");
    for (String id : new String[] {"b child", "c"}) {
      first.start(id);
      first
          .turn(first.fetchOne(id))
          .name(Sample.NAME)
          .parent(id.equals("c") ? "nobody" : "b")
          .event(1)
          .status(ExecutionStatus.CONTINUED_AS_NEW)
          .apply();
    }
    for (BulkFilter filter :
        new BulkFilter[] {
          BulkFilter.all(), BulkFilter.all().withInstanceIds(Set.of("a", "b", "b child", "c"))
        }) {
      expectBulk(store, filter, 0);
    }
    for (String id : new String[] {"b child", "c"}) {
      acked(first, id, turn -> turn.execution(2).event(1).status(ExecutionStatus.COMPLETED));
    }
    expectLeft(
        store, "Bulk has taken what runs.", "a", "a child", "a grandchild", "b", "b child", "c");
    Expect.equal(
        "The counts of a bulk call are wrong.",
        new Counts(3, 5, 5, 0, 0),
        Deletions.of(first).deleteBulk(BulkFilter.all()));
    expectLeft(store, "Bulk has taken what runs.", "a", "a child", "a grandchild");
  }

  /**
   * The bound is excluded.
   *
   * <p><b>Shape:</b> three roots that ended at three moments, the bound on the second; the first
   * has a child that ended last, and an old execution.
   */
  @Rule("DELETE-23")
  void theBoundIsExcluded(StoreUnderTest store) {
    Handle first = store.first();
    Deletions.of(first);
    for (String id : new String[] {"first", "second", "third"}) {
      finished(first, id);
      store.moveTime(store.tick().multipliedBy(2));
    }
    finished(first, "child", turn -> turn.parent("first"));
    // Its first execution ended before the bound, its last one did not.
    born(
        first,
        "continued",
        turn ->
            turn.event(1)
                .status(ExecutionStatus.CONTINUED_AS_NEW)
                .send(Sample.start("continued", Sample.NAME, null)));
    first
        .turn(first.fetchOne("continued"))
        .execution(2)
        .event(1)
        .status(ExecutionStatus.COMPLETED)
        .apply();
    expectBulk(store, BulkFilter.all().withCompletedBefore(endOf(store, "first")), 0);
    expectBulk(store, BulkFilter.all().withCompletedBefore(endOf(store, "second")), 2);
    expectLeft(store, "Bulk has taken the wrong ones.", "second", "third", "continued");
    expectBulk(
        store,
        BulkFilter.all()
            .withInstanceIds(Set.of("second", "third"))
            .withCompletedBefore(endOf(store, "third")),
        1);
    expectLeft(store, "Bulk has taken the wrong ones.", "third", "continued");
  }

  /**
   * The oldest completions go first, and the limit counts roots.
   *
   * <p><b>Shape:</b> two busy roots that ended before four with a child each, which ended in an
   * order that is neither that of creation nor that of ids; limit two, until nothing is left; the
   * same by ids.
   */
  @Rule("DELETE-24")
  void theOldestGoFirst(StoreUnderTest store) {
    Handle first = store.first();
    Deletions.of(first);
    for (boolean byIds : new boolean[] {false, true}) {
      for (String id : new String[] {"busy1", "busy2"}) {
        if (!byIds) {
          finished(first, id);
          running(first, id + " child", turn -> turn.parent(id));
        }
      }
      for (String id : new String[] {"a", "b", "c", "d"}) {
        running(first, id);
        finished(first, id + " child", turn -> turn.parent(id));
      }
      for (String id : new String[] {"c", "a", "d", "b"}) {
        store.moveTime(store.tick());
        acked(first, id, turn -> turn.status(ExecutionStatus.COMPLETED));
      }
      BulkFilter two = BulkFilter.all().withLimit(2);
      if (byIds) {
        two = two.withInstanceIds(Set.of("a", "b", "c", "d", "busy1", "busy2"));
      }
      String[] busy = {"busy1", "busy1 child", "busy2", "busy2 child"};
      expectBulk(store, two, 4);
      expectLeft(
          store,
          "Bulk has not taken the oldest.",
          "b",
          "b child",
          "busy1",
          "busy1 child",
          "busy2",
          "busy2 child",
          "d",
          "d child");
      expectBulk(store, two, 4);
      expectBulk(store, two, 0);
      expectLeft(store, "Bulk has taken what runs.", busy);
    }
  }
}
