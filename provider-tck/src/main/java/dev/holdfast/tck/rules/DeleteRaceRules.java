// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import static dev.holdfast.tck.rules.Deletions.expectGone;
import static dev.holdfast.tck.rules.Deletions.finished;
import static dev.holdfast.tck.rules.Deletions.running;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError.InstanceBusy;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.admin.BulkFilter;
import dev.holdfast.provider.admin.InstanceDeletion;
import dev.holdfast.provider.admin.InstanceDeletion.Counts;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.crash.ChildJvm;
import dev.holdfast.tck.crash.Task;
import dev.holdfast.tck.fixture.CrashTarget;
import dev.holdfast.tck.words.Batch;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Together;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Deletions that meet other calls, and crashes. */
@RuleFamily("DELETE")
final class DeleteRaceRules {

  private static final int ROUNDS = 10;
  private static final int TREES = 20;
  private static final int MANY_TREES = 80;
  private static final int MANY_EVENTS = 4_000;

  /** Deletes, or answers nothing when the instance runs or is not there. */
  private static Optional<Counts> deleted(Handle handle, String id, boolean force) {
    try {
      return Optional.of(Deletions.of(handle).delete(List.of(id), force));
    } catch (InstanceBusy | NotFound refused) {
      return Optional.empty();
    }
  }

  /**
   * A deletion without force, and the ack that lets the instance run again.
   *
   * <p><b>Shape:</b> a completed instance whose late message is locked; together the ack that
   * begins the next execution, and the deletion: either both executions are there, or nothing is
   * and the ack is rejected.
   */
  @Rule("DELETE-19")
  void aDeletionMeetsAnAck(StoreUnderTest store) {
    Handle first = store.first();
    Deletions.of(first);
    for (int round = 0; round < store.rounds(ROUNDS); round++) {
      String id = "order" + round;
      finished(first, id);
      first.poke(id);
      OrchestrationItem held = first.fetchOne(id);
      List<Object> answers =
          Together.run(
              List.<Callable<Object>>of(
                  () ->
                      first.turn(held).execution(2).event(1).status(ExecutionStatus.RUNNING).ack(),
                  () -> deleted(store.second(), id, false)));
      if (answers.get(1).equals(Optional.empty())) {
        Expect.applied((AckResult) answers.get(0));
        Expect.equal("An execution is gone.", 2, store.admin().executions(id).size());
      } else {
        Expect.rejected(
            "A turn of a deleted instance was acked.", LockLost.class, (AckResult) answers.get(0));
        expectGone(store, id);
      }
    }
  }

  /**
   * A deletion without force, and the birth of a child.
   *
   * <p><b>Shape:</b> a completed root whose child's start is locked; together the child's first ack
   * and the deletion of the root: either both are there, or the root is gone and the child is a
   * root.
   */
  @Rule("DELETE-19")
  void aDeletionMeetsABirth(StoreUnderTest store) {
    Handle first = store.first();
    InstanceDeletion deletion = Deletions.of(first);
    for (int round = 0; round < store.rounds(ROUNDS); round++) {
      String root = "order" + round;
      String child = "child" + round;
      finished(first, root);
      first.start(child);
      OrchestrationItem held = first.fetchOne(child);
      List<Object> answers =
          Together.run(
              List.<Callable<Object>>of(
                  () -> first.turn(held).name(Sample.NAME).parent(root).event(1).ack(),
                  () -> deleted(store.second(), root, false)));
      Expect.applied((AckResult) answers.get(0));
      Expect.equal("The child is gone.", 1, store.admin().executions(child).size());
      if (answers.get(1).equals(Optional.empty())) {
        Expect.equal("The root is gone.", 1, store.admin().executions(root).size());
        Expect.equal(
            "The tree is not whole.",
            new Counts(2, 2, 2, 0, 0),
            deletion.delete(List.of(root), true));
      } else {
        Expect.equal(
            "A child without a parent is no root.",
            new Counts(1, 1, 1, 0, 0),
            deletion.delete(List.of(child), true));
      }
      expectGone(store, root, child);
    }
  }

  /**
   * A child that was seen below its root goes with it.
   *
   * <p><b>Shape:</b> a root with so many events that its deletion takes a while; together the
   * deletion with force, the first ack of a child after some looks, and reads of the tree. Where a
   * read has shown the child below the root, both are gone afterwards.
   */
  @Rule("DELETE-19")
  void aChildThatWasSeenGoesWithItsRoot(StoreUnderTest store) {
    Handle first = store.first();
    Deletions.of(first);
    for (int round = 0; round < store.rounds(ROUNDS); round++) {
      String root = "order" + round;
      String child = "child" + round;
      Admins.born(first, root, turn -> turn.events(1, MANY_EVENTS));
      first.start(child);
      OrchestrationItem held = first.fetchOne(child);
      int looks = round;
      AtomicBoolean seen = new AtomicBoolean();
      Together.all(
          () -> deleted(store.second(), root, true),
          () -> {
            for (int i = 0; i < looks; i++) {
              treeOf(store, root);
            }
            first.turn(held).name(Sample.NAME).parent(root).event(1).apply();
          },
          () -> {
            int members = 1;
            while (members == 1) {
              members = treeOf(store, root);
            }
            seen.set(members > 1);
          });
      if (seen.get()) {
        expectGone(store, root, child);
      } else {
        deleted(first, child, true);
      }
    }
  }

  /** How many members a tree has; none when its root is gone. */
  private static int treeOf(StoreUnderTest store, String root) {
    try {
      return store.admin().tree(root).size();
    } catch (NotFound gone) {
      return 0;
    }
  }

  /**
   * Two deletions.
   *
   * <p><b>Shape:</b> of one tree, on two handles, by id with and without force, and in bulk: one
   * has the counts, the other finds nothing.
   */
  @Rule("DELETE-19")
  void aDeletionMeetsAnother(StoreUnderTest store) {
    Handle first = store.first();
    Deletions.of(first);
    for (int round = 0; round < store.rounds(ROUNDS); round++) {
      String id = "order" + round;
      boolean bulk = round % 3 == 0;
      boolean force = round % 2 == 0;
      finished(first, id);
      finished(first, "child of " + id, turn -> turn.parent(id));
      List<Optional<Counts>> answers =
          Together.times(
              2,
              n -> {
                Handle handle = n == 0 ? first : store.second();
                return bulk && n == 1
                    ? Optional.of(Deletions.of(handle).deleteBulk(BulkFilter.all()))
                        .filter(counts -> counts.instances() > 0)
                    : deletedOnce(handle, id, force);
              });
      Expect.equal(
          "A tree was deleted by two, or by none.",
          List.of(new Counts(2, 2, 2, 0, 0)),
          answers.stream().flatMap(Optional::stream).toList());
      expectGone(store, id);
    }
  }

  private static Optional<Counts> deletedOnce(Handle handle, String id, boolean force) {
    try {
      return Optional.of(Deletions.of(handle).delete(List.of(id), force));
    } catch (NotFound deletedByTheOther) {
      return Optional.empty();
    }
  }

  /**
   * A deletion, and messages to the instance.
   *
   * <p><b>Shape:</b> together the deletion and an enqueue, single and in a list with another
   * instance: a message that the deletion does not count is there, and is delivered once the id is
   * started again.
   */
  @Rule("DELETE-19")
  void aDeletionMeetsAMessage(StoreUnderTest store) {
    Handle first = store.first();
    Deletions.of(first);
    for (int round = 0; round < store.rounds(2 * ROUNDS); round++) {
      String id = "order" + round;
      boolean list = round % 2 == 0;
      running(first, id);
      OrchestratorMessage message = Sample.message(id, "to whom it may concern");
      List<Object> answers =
          Together.run(
              List.<Callable<Object>>of(
                  () -> {
                    if (list) {
                      first.provider().enqueueAll(List.of(Sample.message("other", "x"), message));
                      return "stored";
                    }
                    return first.provider().enqueue(message);
                  },
                  () -> deleted(store.second(), id, true).orElseThrow()));
      Counts counts = (Counts) answers.get(1);
      OrchestratorMessage start = store.second().start(id);
      OrchestrationItem item = store.second().fetchOne(id);
      Expect.equal("The instance is not a new one.", 1, item.deliveryCount());
      if (counts.messages() == 0) {
        Batch.expect("A message that was not deleted is not there.", item, message, start);
      } else {
        Batch.expect("A message that was deleted is there.", item, start);
      }
      store.second().turn(item).name(Sample.NAME).status(ExecutionStatus.COMPLETED).apply();
    }
  }

  private static void fill(Handle handle, String prefix, int trees) {
    for (int n = 0; n < trees; n++) {
      String root = prefix + n;
      finished(handle, root);
      finished(handle, "child of " + root, turn -> turn.parent(root));
    }
  }

  /**
   * Concurrent bulk calls delete each tree once.
   *
   * <p><b>Shape:</b> two calls on two handles: the sum of their counts.
   */
  @Rule("DELETE-25")
  void concurrentBulkCallsDeleteEachTreeOnce(StoreUnderTest store) {
    Deletions.of(store.first());
    fill(store.first(), "order", TREES);
    List<Counts> counts =
        Together.times(
            2,
            n ->
                Deletions.of(n == 0 ? store.first() : store.second()).deleteBulk(BulkFilter.all()));
    Expect.equal(
        "The counts do not add up.",
        2L * TREES,
        counts.stream().mapToLong(Counts::instances).sum());
    Expect.equal(
        "The counts do not add up.", 2L * TREES, counts.stream().mapToLong(Counts::events).sum());
    Expect.none("Something is left.", Deletions.left(store));
  }

  /**
   * After a crash each tree is whole or gone.
   *
   * <p><b>Shape:</b> a child JVM deletes in bulk, a few trees per call, and is killed after some
   * calls; another call finishes.
   */
  @Rule("DELETE-25")
  void afterACrashEachTreeIsWholeOrGone(StoreUnderTest store) {
    Deletions.of(store.first());
    CrashTarget target = store.sharedCrashTarget();
    fill(store.first(), "order", TREES);
    try (ChildJvm child = ChildJvm.start(target, Task.DELETE)) {
      int lines = 1 + store.random().nextInt(TREES / 4);
      for (int n = 0; n < lines; n++) {
        child.line("deleted");
      }
      child.kill();
    }
    store.catchUpWithOtherJvms();
    List<String> left = Deletions.left(store);
    for (int n = 0; n < TREES; n++) {
      String root = "order" + n;
      Expect.equal(
          "A tree is neither whole nor gone: " + root,
          left.contains(root),
          left.contains("child of " + root));
    }
    Expect.equal(
        "The rest was not deleted.",
        (long) left.size(),
        Deletions.of(store.first()).deleteBulk(BulkFilter.all()).instances());
    Expect.none("Something is left.", Deletions.left(store));
  }

  /**
   * While bulk works, other calls get through.
   *
   * <p><b>Shape:</b> one bulk call over many trees, and turns of an instance on another handle: the
   * longest gap between two of them is a small part of the call, unless that took no time.
   */
  @Rule("DELETE-26")
  void othersGetThrough(StoreUnderTest store) {
    Handle first = store.first();
    Handle second = store.second();
    Deletions.of(first);
    fill(first, "order", store.rounds(MANY_TREES));
    second.create("beside");
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger turns = new AtomicInteger();
    long[] longest = new long[1];
    long[] took = new long[1];
    Together.all(
        () -> {
          try {
            long began = System.nanoTime();
            Deletions.of(first).deleteBulk(BulkFilter.all());
            took[0] = System.nanoTime() - began;
          } finally {
            over.set(true);
          }
        },
        () -> {
          long last = System.nanoTime();
          while (!over.get()) {
            second.poke("beside");
            second.finish(second.fetchOne("beside"));
            turns.incrementAndGet();
            long now = System.nanoTime();
            longest[0] = Math.max(longest[0], now - last);
            last = now;
          }
        });
    long noTime = store.pace().prompt().toNanos();
    Expect.that(
        "Bulk keeps other calls waiting.",
        "no gap above a quarter of " + took[0] + " ns",
        longest[0] + " ns, with " + turns.get() + " turns",
        took[0] <= noTime || longest[0] <= Math.max(noTime, took[0] / 4));
  }
}
