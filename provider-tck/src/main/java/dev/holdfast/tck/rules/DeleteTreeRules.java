// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import static dev.holdfast.tck.rules.Admins.born;
import static dev.holdfast.tck.rules.Deletions.expectBusy;
import static dev.holdfast.tck.rules.Deletions.expectGone;
import static dev.holdfast.tck.rules.Deletions.finished;
import static dev.holdfast.tck.rules.Deletions.running;

import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.admin.BulkFilter;
import dev.holdfast.provider.admin.InstanceDeletion;
import dev.holdfast.provider.admin.InstanceDeletion.Counts;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.List;

/** Deleting parents and children. */
@RuleFamily("DELETE")
final class DeleteTreeRules {

  /**
   * A child goes with its root only.
   *
   * <p><b>Shape:</b> child and grandchild, with and without force, alone and beside another
   * instance; together with the root; after the root was deleted; two that name each other.
   */
  @Rule("DELETE-15")
  void aChildGoesWithItsRootOnly(StoreUnderTest store) {
    Handle first = store.first();
    InstanceDeletion deletion = Deletions.of(first);
    finished(first, "other");
    finished(first, "order");
    finished(first, "child", turn -> turn.parent("order"));
    finished(first, "grandchild", turn -> turn.parent("child"));
    var before = store.snapshot("order", "child", "grandchild", "other");
    for (String id : List.of("child", "grandchild")) {
      for (boolean force : List.of(false, true)) {
        expectRefused(deletion, "order", List.of(id), force);
        expectRefused(deletion, "order", List.of("other", id), force);
      }
    }
    expectRefused(deletion, "order", List.of("child", "grandchild"), true);
    store.expectUnchanged("A refused deletion has changed something.", before);
    Expect.equal(
        "What is listed with its root is not counted once.",
        new Counts(3, 3, 3, 0, 0),
        deletion.delete(List.of("grandchild", "order", "child"), false));

    finished(first, "left", turn -> turn.parent("order"));
    Expect.equal(
        "A child of an unknown parent was not deleted.",
        new Counts(1, 1, 1, 0, 0),
        deletion.delete(List.of("left"), false));

    finished(first, "y", turn -> turn.parent("x"));
    finished(first, "x", turn -> turn.parent("y"));
    expectRefused(deletion, "x", List.of("y"), true);
    Expect.equal(
        "A circle was not deleted.",
        new Counts(2, 2, 2, 0, 0),
        deletion.delete(List.of("x"), false));
    Deletions.expectLeft(store, "The wrong ones are left.", "other");
  }

  private static void expectRefused(
      InstanceDeletion deletion, String root, List<String> ids, boolean force) {
    InvalidRequest error =
        Expect.thrown(
            "A child was deleted without its root.",
            InvalidRequest.class,
            () -> deletion.delete(ids, force));
    Expect.equal("The error does not name the root.", root, error.instanceId());
  }

  /**
   * A tree goes at any depth, and nothing beside it.
   *
   * <p><b>Shape:</b> a tree of three levels; another one, and ids that resemble the root, with
   * children and queued work; the work of the others is delivered.
   */
  @Rule("DELETE-16")
  void aTreeGoesAndNothingBesideIt(StoreUnderTest store) {
    Handle first = store.first();
    InstanceDeletion deletion = Deletions.of(first);
    List<String> others = List.of("ORDER", "order ", "order%", "orde_", "order/1", "orde");
    finished(first, "order");
    for (int n = 1; n <= 3; n++) {
      String child = "child" + n;
      finished(first, child, turn -> turn.parent("order"));
      finished(first, "grand" + child, turn -> turn.parent(child));
    }
    for (String id : others) {
      running(first, id);
      running(first, "child of " + id, turn -> turn.parent(id));
      first.schedule(id, 1);
    }
    others.forEach(first::poke);
    Expect.equal(
        "The counts are wrong.",
        new Counts(7, 7, 7, 0, 0),
        deletion.delete(List.of("order"), false));
    expectGone(store, "order", "child1", "child2", "child3", "grandchild1", "grandchild3");
    Expect.equal("Another instance is gone.", 2 * others.size(), Deletions.left(store).size());
    Expect.equal(
        "The work of another instance is gone.",
        others.stream().sorted().toList(),
        store.second().fetch(Handle.ALL).stream()
            .map(OrchestrationItem::instanceId)
            .sorted()
            .toList());
    Expect.equal(
        "An activity of another instance is gone.",
        others.size(),
        store.second().fetchActivities(Handle.ALL).size());
  }

  /**
   * Children of an id that is no instance stay.
   *
   * <p><b>Shape:</b> a child of a deleted parent; the parent's id has a message again, and is
   * deleted once more.
   */
  @Rule("DELETE-16")
  void whatIsNoInstanceHasNoChildren(StoreUnderTest store) {
    Handle first = store.first();
    InstanceDeletion deletion = Deletions.of(first);
    running(first, "child", turn -> turn.parent("order"));
    first.enqueue(Sample.message("order", "for nobody"));
    Expect.equal(
        "The counts are wrong.",
        new Counts(0, 0, 0, 1, 0),
        deletion.delete(List.of("order"), true));
    Deletions.expectLeft(store, "A child of nobody is gone.", "child");
  }

  /**
   * One running member makes a tree busy.
   *
   * <p><b>Shape:</b> a finished root and child with a running grandchild: refused, also in a list;
   * with force all go.
   */
  @Rule("DELETE-17")
  void aRunningMemberMakesItsTreeBusy(StoreUnderTest store) {
    Handle first = store.first();
    InstanceDeletion deletion = Deletions.of(first);
    finished(first, "other");
    finished(first, "order");
    finished(first, "child", turn -> turn.parent("order"));
    running(first, "grandchild", turn -> turn.parent("child"));
    expectBusy(store, "A busy tree was deleted.", List.of("order"), "grandchild");
    expectBusy(
        store, "A list with a busy tree was deleted.", List.of("other", "order"), "grandchild");
    Expect.equal(
        "The counts are wrong.",
        new Counts(3, 3, 3, 0, 0),
        deletion.delete(List.of("order"), true));
    expectGone(store, "order", "child", "grandchild");
    Deletions.expectLeft(store, "Another instance is gone.", "other");
  }

  /**
   * A child that is born after its root was deleted is a root.
   *
   * <p><b>Shape:</b> parents queue starts of children and are deleted; the children run and are
   * listed; one is deleted by id, one in bulk.
   */
  @Rule("DELETE-20")
  void aChildThatIsBornLateIsARoot(StoreUnderTest store) {
    Handle first = store.first();
    InstanceDeletion deletion = Deletions.of(first);
    for (String child : List.of("child1", "child2")) {
      String parent = "parent of " + child;
      born(first, parent, turn -> turn.event(1).send(Sample.start(child, Sample.NAME, null)));
      Expect.equal(
          "The counts are wrong.",
          new Counts(1, 1, 1, 0, 0),
          deletion.delete(List.of(parent), true));
      OrchestrationItem item = first.fetchOne(child);
      first.turn(item).name(Sample.NAME).parent(parent).event(1).apply();
      Deletions.expectLeft(store, "A child is not listed.", child);
      Deletions.complete(first, child);
      Expect.equal(
          "A child without a parent was not deleted.",
          new Counts(1, 1, 2, 0, 0),
          child.equals("child1")
              ? deletion.delete(List.of(child), false)
              : deletion.deleteBulk(BulkFilter.all()));
    }
  }
}
