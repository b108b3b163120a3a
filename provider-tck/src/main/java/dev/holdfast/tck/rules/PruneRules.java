// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import static dev.holdfast.tck.rules.Admins.born;

import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError.IdempotencyMismatch;
import dev.holdfast.provider.admin.BulkFilter;
import dev.holdfast.provider.admin.ExecutionDetails;
import dev.holdfast.provider.admin.ExecutionPruning;
import dev.holdfast.provider.admin.ExecutionPruning.Counts;
import dev.holdfast.provider.admin.ExecutionPruning.Options;
import dev.holdfast.provider.admin.InstanceFacts;
import dev.holdfast.provider.admin.InstanceStats;
import dev.holdfast.provider.admin.InstanceSummary;
import dev.holdfast.tck.FixturePart;
import dev.holdfast.tck.NotMeasured;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.fixture.WhiteBox.RowKind;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Together;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Removing old executions of instances that live on. */
@RuleFamily("PRUNE")
final class PruneRules {

  private static final Counts NOTHING = new Counts(0, 0, 0);
  private static final int ROUNDS = 40;

  private static ExecutionPruning pruning(Handle handle) {
    return handle
        .provider()
        .capability(ExecutionPruning.class)
        .orElseThrow(() -> new NotMeasured(FixturePart.FEATURE, Feature.EXECUTION_PRUNING.name()));
  }

  /**
   * Executions that continue as new, each with one event more than the one before; the last runs.
   */
  private static void fill(StoreUnderTest store, String id, int executions) {
    Handle first = store.first();
    first.start(id);
    for (long execution = 1; execution <= executions; execution++) {
      var turn =
          first
              .turn(first.fetchOne(id))
              .execution(execution)
              .name(Sample.NAME)
              .events(1, execution);
      if (execution < executions) {
        turn.status(ExecutionStatus.CONTINUED_AS_NEW).send(Sample.start(id, Sample.NAME, null));
      }
      turn.apply();
      store.moveTime(store.tick().multipliedBy(2));
    }
  }

  private static List<Long> left(StoreUnderTest store, String id) {
    return store.admin().executions(id).stream().map(ExecutionDetails::executionId).toList();
  }

  private static void expectLeft(StoreUnderTest store, String id, Long... executions) {
    Expect.equal("The executions that are left are wrong.", List.of(executions), left(store, id));
  }

  /**
   * Declared equals found.
   *
   * <p><b>Shape:</b> both handles, before and after work.
   */
  @Rule("PRUNE-01")
  void pruningIsFoundWhereItIsDeclared(StoreUnderTest store) {
    expectDeclared(store);
    store.first().create("order");
    expectDeclared(store);
  }

  private static void expectDeclared(StoreUnderTest store) {
    for (Handle handle : List.of(store.first(), store.second())) {
      Expect.equal(
          "Declared and found differ.",
          handle.provider().info().declares(Feature.EXECUTION_PRUNING),
          handle.provider().capability(ExecutionPruning.class).isPresent());
    }
  }

  /**
   * The newest executions are kept, as many as asked.
   *
   * <p><b>Shape:</b> four executions, keep two, then one; the counts are exact.
   */
  @Rule("PRUNE-02")
  void theNewestAreKept(StoreUnderTest store) {
    ExecutionPruning pruning = pruning(store.first());
    fill(store, "order", 4);
    Expect.equal(
        "Something went although all are kept.",
        NOTHING,
        pruning.prune("order", Options.keepLast(4)));
    Expect.equal(
        "The counts are wrong.", new Counts(1, 2, 3), pruning.prune("order", Options.keepLast(2)));
    expectLeft(store, "order", 3L, 4L);
    Expect.equal(
        "The counts are wrong.",
        new Counts(1, 1, 3),
        pruning(store.second()).prune("order", Options.keepLast(1)));
    expectLeft(store, "order", 4L);
  }

  /**
   * The current execution always stays.
   *
   * <p><b>Shape:</b> running and completed instances with nothing to keep, 0 and 1; a negative
   * number is refused.
   */
  @Rule("PRUNE-03")
  void theCurrentExecutionStays(StoreUnderTest store) {
    ExecutionPruning pruning = pruning(store.first());
    for (int keep = 0; keep <= 1; keep++) {
      for (boolean ended : List.of(false, true)) {
        String id = "order-" + keep + ended;
        fill(store, id, 3);
        if (ended) {
          store.first().poke(id);
          store
              .first()
              .turn(store.first().fetchOne(id))
              .execution(3)
              .status(ExecutionStatus.COMPLETED)
              .apply();
        }
        Expect.equal(
            "The counts are wrong.",
            new Counts(1, 2, 3),
            pruning.prune(id, Options.keepLast(keep)));
        expectLeft(store, id, 3L);
      }
    }
    Expect.invalid(
        "A negative number was accepted.",
        () -> pruning.prune("order-0false", Options.keepLast(-1)));
  }

  /**
   * Running executions stay, also old ones.
   *
   * <p><b>Shape:</b> the second of three executions was never ended.
   */
  @Rule("PRUNE-04")
  void runningExecutionsStay(StoreUnderTest store) {
    Handle first = store.first();
    ExecutionPruning pruning = pruning(first);
    first.start("order");
    for (long execution = 1; execution <= 3; execution++) {
      first
          .turn(first.fetchOne("order"))
          .execution(execution)
          .name(Sample.NAME)
          .event(1)
          .status(execution == 1 ? ExecutionStatus.CONTINUED_AS_NEW : ExecutionStatus.RUNNING)
          .send(Sample.message("order", "next"))
          .apply();
    }
    Expect.equal(
        "The counts are wrong.", new Counts(1, 1, 1), pruning.prune("order", Options.keepLast(1)));
    expectLeft(store, "order", 2L, 3L);
  }

  /** When an execution ended. */
  private static Instant end(StoreUnderTest store, String id, long execution) {
    return Objects.requireNonNull(store.admin().execution(id, execution).completedAt());
  }

  /**
   * Executions that ended before a bound go; the bound itself stays.
   *
   * <p><b>Shape:</b> three ends at three moments, the bound exactly on the second.
   */
  @Rule("PRUNE-05")
  void whatEndedBeforeTheBoundGoes(StoreUnderTest store) {
    ExecutionPruning pruning = pruning(store.first());
    fill(store, "order", 4);
    Options before = new Options(0, end(store, "order", 2));
    Expect.equal("The counts are wrong.", new Counts(1, 1, 1), pruning.prune("order", before));
    expectLeft(store, "order", 2L, 3L, 4L);
    Options far = new Options(0, end(store, "order", 3).plus(store.lockFor()));
    pruning.prune("order", far);
    expectLeft(store, "order", 4L);
  }

  /**
   * Of two conditions both must hold.
   *
   * <p><b>Shape:</b> old or young, among the last or not, in all combinations.
   */
  @Rule("PRUNE-06")
  void bothConditionsMustHold(StoreUnderTest store) {
    ExecutionPruning pruning = pruning(store.first());
    fill(store, "order", 5);
    Instant second = end(store, "order", 2);
    Instant fourth = end(store, "order", 4);
    pruning.prune("order", new Options(2, second));
    expectLeft(store, "order", 2L, 3L, 4L, 5L);
    pruning.prune("order", new Options(4, fourth));
    expectLeft(store, "order", 2L, 3L, 4L, 5L);
    pruning.prune("order", new Options(3, fourth));
    expectLeft(store, "order", 3L, 4L, 5L);
  }

  /**
   * What was pruned is gone, what is kept is as it was.
   *
   * <p><b>Shape:</b> histories, executions and stored rows after a prune, on both handles; a second
   * prune counts nothing.
   */
  @Rule("PRUNE-07")
  void whatWasPrunedIsGone(StoreUnderTest store) {
    ExecutionPruning pruning = pruning(store.first());
    fill(store, "order", 3);
    fill(store, "other", 3);
    List<HistoryEvent> third = store.first().history("order", 3);
    Snapshot other = Snapshot.of(store);
    pruning.prune("order", Options.keepLast(1));
    for (Handle handle : List.of(store.first(), store.second())) {
      Expect.none("A pruned execution has a history.", handle.history("order", 1));
      Expect.equal("A kept history has changed.", third, handle.history("order", 3));
      Admins.notFound("It was pruned.", "order", () -> Admins.of(handle).execution("order", 1));
    }
    store
        .whiteBoxIfOffered()
        .ifPresent(box -> {
          Expect.equal("Events are left.", 3, box.rows(RowKind.EVENT, "order").size());
          Expect.equal("Executions are left.", 1, box.rows(RowKind.EXECUTION, "order").size());
        });
    other.expectSame(store);
    Expect.equal(
        "A second prune counts something.", NOTHING, pruning.prune("order", Options.keepLast(1)));
  }

  /** What is stored of the other instance. */
  private record Snapshot(List<Long> executions, List<HistoryEvent> events) {
    static Snapshot of(StoreUnderTest store) {
      return new Snapshot(left(store, "other"), store.first().history("other", 2));
    }

    void expectSame(StoreUnderTest store) {
      Expect.equal("Another instance has lost something.", this, of(store));
    }
  }

  /**
   * Everything but old executions stays.
   *
   * <p><b>Shape:</b> prune while the instance is locked and has queued, delayed and activity rows,
   * children and used message ids; row, facts and depths are as before, the ack is applied, and
   * executions are numbered on.
   */
  @Rule("PRUNE-08")
  void everythingElseStays(StoreUnderTest store) {
    Handle first = store.first();
    ExecutionPruning pruning = pruning(first);
    fill(store, "order", 3);
    born(first, "child", turn -> turn.parent("order"));
    first.poke("order");
    var scheduling =
        first.turn(first.fetchOne("order")).execution(3).activity(Sample.activity("order", 3, 1));
    if (store.declares(Feature.KEY_VALUES)) {
      scheduling.metadata(Values.changes(Values.set("key", "value")));
    }
    scheduling.apply();
    OrchestratorMessage used = withId("m");
    first.enqueue(used);
    first.timer("order", store.lockFor());
    OrchestrationItem held = first.fetchOne("order");
    InstanceSummary row = store.admin().instance("order").summary();
    InstanceFacts facts = store.admin().facts("order");
    var depths = store.admin().queueDepths();
    InstanceStats sizes = store.admin().stats("order");
    Expect.equal(
        "The counts are wrong.", new Counts(1, 2, 3), pruning.prune("order", Options.keepLast(1)));
    Expect.equal("The row has changed.", row, store.admin().instance("order").summary());
    Expect.equal("The facts have changed.", facts, store.admin().facts("order"));
    Expect.equal("The queues have changed.", depths, store.admin().queueDepths());
    Expect.equal(
        "The key-values have changed.",
        List.of(sizes.keys(), sizes.keyBytes()),
        List.of(store.admin().stats("order").keys(), store.admin().stats("order").keyBytes()));
    Expect.equal("The children have changed.", List.of("child"), store.admin().children("order"));
    first
        .turn(held)
        .execution(3)
        .event(4)
        .status(ExecutionStatus.CONTINUED_AS_NEW)
        .send(Sample.start("order", Sample.NAME, null))
        .apply();
    first.enqueue(used);
    Expect.thrown(
        "A used message id was forgotten.",
        IdempotencyMismatch.class,
        () ->
            first.enqueue(
                OrchestratorMessage.builder("order", "other", used.body()).messageId("m").build()));
    OrchestrationItem next = first.fetchOne("order");
    Expect.equal("A repeated message was delivered.", 1, next.messages().size());
    first.turn(next).execution(4).event(1).apply();
    expectLeft(store, "order", 3L, 4L);
  }

  private static OrchestratorMessage withId(String messageId) {
    return OrchestratorMessage.builder("order", "event", Sample.message("order", "x").body())
        .messageId(messageId)
        .build();
  }

  /**
   * An unknown id is not found, and ignored in bulk.
   *
   * <p><b>Shape:</b> both calls, with ids that resemble a known one.
   */
  @Rule("PRUNE-09")
  void anUnknownIdIsNotFound(StoreUnderTest store) {
    ExecutionPruning pruning = pruning(store.first());
    fill(store, "order", 2);
    for (String id : List.of("unknown", "ORDER", "orde%")) {
      Admins.notFound(
          "An unknown instance was pruned.", id, () -> pruning.prune(id, Options.keepLast(1)));
    }
    Expect.invalid("A wrong id was accepted.", () -> pruning.prune("", Options.keepLast(1)));
    Expect.equal(
        "Unknown ids in bulk are not ignored.",
        NOTHING,
        pruning.pruneBulk(
            BulkFilter.all().withInstanceIds(Set.of("unknown", "orde%")), Options.keepLast(1)));
    expectLeft(store, "order", 1L, 2L);
  }

  /**
   * What goes is decided in the removing transaction.
   *
   * <p><b>Shape:</b> prunes on one handle while an instance continues as new on another: the
   * current execution and the last one that ended before are always whole.
   */
  @Rule("PRUNE-10")
  void whatGoesIsDecidedInTheTransaction(StoreUnderTest store) {
    Handle second = store.second();
    ExecutionPruning pruning = pruning(store.first());
    store.first().start("order");
    AtomicBoolean done = new AtomicBoolean();
    List<Counts> counts = new ArrayList<>();
    Together.all(
        () -> {
          try {
            for (long execution = 1; execution <= ROUNDS; execution++) {
              OrchestrationItem item = second.fetchOne("order");
              second
                  .turn(item)
                  .execution(execution)
                  .name(Sample.NAME)
                  .events(1, 3)
                  .status(ExecutionStatus.CONTINUED_AS_NEW)
                  .send(Sample.start("order", Sample.NAME, null))
                  .apply();
              Expect.equal(
                  "The current execution was pruned.",
                  3,
                  second.history("order", execution).size());
            }
          } finally {
            done.set(true);
          }
        },
        () -> {
          do {
            if (second.provider().latestExecutionId("order").isPresent()) {
              counts.add(pruning.prune("order", Options.keepLast(2)));
            }
          } while (!done.get());
        });
    counts.add(pruning.prune("order", Options.keepLast(2)));
    expectLeft(store, "order", ROUNDS - 1L, (long) ROUNDS);
    Expect.equal(
        "The counts do not add up.",
        ROUNDS - 2L,
        counts.stream().mapToLong(Counts::executions).sum());
    Expect.equal(
        "The counts do not add up.",
        3 * (ROUNDS - 2L),
        counts.stream().mapToLong(Counts::events).sum());
  }

  /**
   * Bulk works on every instance that matches, and on no other.
   *
   * <p><b>Shape:</b> running, completed, child and otherwise named instances; by id, by status, by
   * name, and all.
   */
  @Rule("PRUNE-11")
  void bulkPrunesWhatMatches(StoreUnderTest store) {
    Handle first = store.first();
    ExecutionPruning pruning = pruning(first);
    for (String id : List.of("running", "completed", "child", "named")) {
      fill(store, id, 3);
    }
    last(first, "completed", ExecutionStatus.COMPLETED, null);
    last(first, "named", ExecutionStatus.RUNNING, "other name");
    Options one = Options.keepLast(1);
    expectBulk(store, pruning, BulkFilter.all().withInstanceIds(Set.of("child", "x")), one, 1);
    expectLeft(store, "child", 3L);
    expectBulk(
        store, pruning, BulkFilter.all().withStatuses(Set.of(ExecutionStatus.COMPLETED)), one, 1);
    expectLeft(store, "completed", 3L);
    expectBulk(
        store, pruning, BulkFilter.all().withStatuses(Set.of(ExecutionStatus.FAILED)), one, 0);
    expectBulk(store, pruning, BulkFilter.all().withName("other name"), one, 1);
    expectLeft(store, "named", 3L);
    expectLeft(store, "running", 1L, 2L, 3L);
    expectBulk(store, pruning, BulkFilter.all(), one, 1);
    expectLeft(store, "running", 3L);
    Expect.equal(
        "A status has changed.",
        ExecutionStatus.COMPLETED,
        store.admin().instance("completed").summary().status());
  }

  private static void last(
      Handle handle, String id, ExecutionStatus status, @Nullable String name) {
    handle.poke(id);
    handle
        .turn(handle.fetchOne(id))
        .execution(3)
        .metadata(metadata -> metadata.name(name))
        .status(status)
        .apply();
  }

  private static void expectBulk(
      StoreUnderTest store,
      ExecutionPruning pruning,
      BulkFilter filter,
      Options options,
      long instances) {
    long before = store.admin().metrics().events();
    Counts counts = pruning.pruneBulk(filter, options);
    Expect.equal(
        "The counts of a bulk call are wrong.",
        new Counts(instances, 2 * instances, 3 * instances),
        counts);
    Expect.equal(
        "The counts are not what went.",
        counts.events(),
        before - store.admin().metrics().events());
  }

  /**
   * The limit counts instances that lose something.
   *
   * <p><b>Shape:</b> ten instances of which five have nothing to lose, limit two, until nothing is
   * left.
   */
  @Rule("PRUNE-12")
  void theLimitCountsWhatLosesSomething(StoreUnderTest store) {
    ExecutionPruning pruning = pruning(store.first());
    for (int n = 0; n < 10; n++) {
      fill(store, "order-" + n, n % 2 == 0 ? 1 : 2);
    }
    for (long expected : List.of(2L, 2L, 1L, 0L)) {
      Expect.equal(
          "A bulk call pruned another number of instances.",
          new Counts(expected, expected, expected),
          pruning.pruneBulk(BulkFilter.all().withLimit(2), Options.keepLast(1)));
    }
  }

  /**
   * Events that cannot be read can be pruned.
   *
   * <p><b>Shape:</b> the oldest event of an old execution is damaged.
   */
  @Rule("PRUNE-13")
  void damagedEventsCanBePruned(StoreUnderTest store) {
    ExecutionPruning pruning = pruning(store.first());
    fill(store, "order", 3);
    store.whiteBox().corrupt(RowKind.EVENT, "order");
    Expect.equal(
        "The counts are wrong.", new Counts(1, 2, 3), pruning.prune("order", Options.keepLast(1)));
    Expect.equal("The rest cannot be read.", 3, store.first().history("order", 3).size());
  }
}
