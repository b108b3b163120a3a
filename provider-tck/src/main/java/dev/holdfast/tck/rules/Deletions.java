// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.ProviderError.InstanceBusy;
import dev.holdfast.provider.admin.BulkFilter;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.admin.InstanceDeletion;
import dev.holdfast.provider.admin.InstanceDeletion.Counts;
import dev.holdfast.provider.admin.InstanceFilter;
import dev.holdfast.provider.feature.CustomStatus;
import dev.holdfast.tck.FixturePart;
import dev.holdfast.tck.NotMeasured;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Turn;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;

/** Deletions as tests make and check them. Stateless. */
final class Deletions {

  static final Counts NOTHING = new Counts(0, 0, 0, 0, 0);

  private Deletions() {}

  /** The deletions that may be made through a handle. */
  static InstanceDeletion of(Handle handle) {
    return handle
        .provider()
        .capability(InstanceDeletion.class)
        .orElseThrow(() -> new NotMeasured(FixturePart.FEATURE, Feature.INSTANCE_DELETION.name()));
  }

  /** Starts an instance that completes with its first turn, and one event. */
  static void finished(Handle handle, String id, UnaryOperator<Turn> change) {
    Admins.born(handle, id, turn -> change.apply(turn.event(1).status(ExecutionStatus.COMPLETED)));
  }

  static void finished(Handle handle, String id) {
    finished(handle, id, turn -> turn);
  }

  /** Starts an instance that runs on after its first turn, with one event. */
  static void running(Handle handle, String id, UnaryOperator<Turn> change) {
    Admins.born(handle, id, turn -> change.apply(turn.event(1)));
  }

  static void running(Handle handle, String id) {
    running(handle, id, turn -> turn);
  }

  /** Completes an instance that was born with one event; nothing else may be deliverable. */
  static void complete(Handle handle, String id) {
    Admins.acked(handle, id, turn -> turn.event(2).status(ExecutionStatus.COMPLETED));
  }

  /** Expects a deletion without force to be refused, and to change nothing. */
  static void expectBusy(StoreUnderTest store, String what, List<String> ids, String busy) {
    var before = store.snapshot(ids.toArray(String[]::new));
    InstanceBusy error =
        Expect.thrown(what, InstanceBusy.class, () -> of(store.first()).delete(ids, false));
    Expect.equal("The error names another instance.", busy, error.instanceId());
    store.expectUnchanged("A refused deletion has changed something.", before);
  }

  static void expectDeleted(String what, Counts expected, Counts counts) {
    Expect.equal(what, expected, counts);
  }

  /** Expects that nothing of some ids can be read, through both handles and past them. */
  static void expectGone(StoreUnderTest store, String... ids) {
    for (Handle handle : List.of(store.first(), store.second())) {
      for (String id : ids) {
        expectGone(handle, id);
      }
    }
    store
        .whiteBoxIfOffered()
        .ifPresent(box -> {
          for (String id : ids) {
            Expect.none(
                "Rows are left of what was deleted.",
                box.rows().stream().filter(row -> row.instanceId().equals(id)).toList());
          }
        });
  }

  private static void expectGone(Handle handle, String id) {
    InstanceAdmin admin = Admins.of(handle);
    String what = "Something of a deleted instance can be read.";
    Expect.equal(what, OptionalLong.empty(), handle.provider().latestExecutionId(id));
    Expect.none(what, handle.history(id, 1));
    Expect.equal(what, Optional.empty(), handle.provider().describeInstance(id));
    Admins.notFound(what, id, () -> admin.instance(id));
    Admins.notFound(what, id, () -> admin.tree(id));
    Admins.notFound(what, id, () -> admin.execution(id, 1));
    Admins.notFound(what, id, () -> admin.executions(id));
    Admins.notFound(what, id, () -> admin.stats(id));
    Admins.notFound(what, id, () -> admin.facts(id));
    Expect.that(
        "A deleted instance is listed.",
        !Admins.ids(admin, InstanceFilter.builder().build()).contains(id));
    handle
        .provider()
        .capability(CustomStatus.class)
        .ifPresent(status -> Expect.equal(what, Optional.empty(), status.read(id, 0)));
  }

  /** The ids of all instances, sorted. */
  static List<String> left(StoreUnderTest store) {
    return Admins.ids(store.admin(), InstanceFilter.builder().build());
  }

  static void expectLeft(StoreUnderTest store, String what, String... ids) {
    Expect.equal(what, List.of(ids).stream().sorted().toList(), left(store));
  }

  /** Deletes in bulk and expects so many instances of one execution and one event each. */
  static void expectBulk(StoreUnderTest store, BulkFilter filter, long instances) {
    Expect.equal(
        "The counts of a bulk call are wrong.",
        new Counts(instances, instances, instances, 0, 0),
        of(store.first()).deleteBulk(filter));
  }
}
