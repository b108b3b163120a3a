// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.words;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.Permanent;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.feature.CustomStatus;
import dev.holdfast.provider.feature.KeyValues;
import dev.holdfast.provider.state.StateTables;
import dev.holdfast.provider.state.Step;
import dev.holdfast.provider.state.StepQuery;
import dev.holdfast.tck.fixture.WhiteBox;
import dev.holdfast.tck.fixture.WhiteBox.RowKind;
import dev.holdfast.tck.fixture.WhiteBox.StoredRow;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Everything that can be read of some instances without changing it: the contract's
 * <em>unchanged</em> compares two of them. Immutable.
 */
public final class Snapshot {

  /** The page that every store has. */
  private static final int PAGE = 100;

  private final Map<String, Object> answers = new LinkedHashMap<>();

  private final Scope scope;
  private final List<String> instanceIds;

  private Snapshot(Scope scope, List<String> instanceIds) {
    this.scope = scope;
    this.instanceIds = instanceIds;
  }

  Scope scope() {
    return scope;
  }

  List<String> instanceIds() {
    return instanceIds;
  }

  /** How much of the store a snapshot holds. */
  enum Scope {
    /** Everything. */
    ALL,
    /** Everything but who holds a lock since when, delivery counts and ready times. */
    WITHOUT_LOCKS,
    /** Everything but runs and steps. */
    OF_INSTANCES;

    private boolean has(RowKind kind) {
      return switch (kind) {
        case LOCK -> this != WITHOUT_LOCKS;
        case RUN, STEP, INBOX_MESSAGE, INBOX_ID, STREAM_EVENT, SNAPSHOT, PROJECTION_ROW ->
            this != OF_INSTANCES;
        default -> true;
      };
    }
  }

  static Snapshot take(
      Provider provider, Optional<WhiteBox> whiteBox, Scope scope, List<String> instanceIds) {
    Snapshot snapshot = new Snapshot(scope, instanceIds);
    instanceIds.forEach(id -> snapshot.readCore(provider, id));
    instanceIds.forEach(id -> snapshot.readFeatures(provider, id, scope));
    whiteBox.ifPresent(box -> snapshot.answers.put("stored rows", rows(box, scope)));
    return snapshot;
  }

  /**
   * Expects a later snapshot to be equal.
   *
   * @param what what happened when it is not
   * @param later the later one
   */
  void expectEqual(String what, Snapshot later) {
    answers.forEach((question, answer) -> {
      Object now = later.answers.get(question);
      if (!answer.equals(now)) {
        throw Expect.unlike(what + " Changed: " + question + ".", answer, now);
      }
    });
  }

  private static List<StoredRow> rows(WhiteBox box, Scope scope) {
    return box.rows().stream().filter(row -> scope.has(row.kind())).toList();
  }

  private void readCore(Provider provider, String id) {
    OptionalLong latest = provider.latestExecutionId(id);
    answers.put("latest execution of " + id, latest);
    for (long execution = 1; execution <= latest.orElse(0) + 1; execution++) {
      long number = execution;
      add(
          "history of " + id + ", execution " + number,
          () -> provider.readHistory(id, number, 0, Integer.MAX_VALUE));
    }
  }

  private void readFeatures(Provider provider, String id, Scope scope) {
    provider.capability(InstanceAdmin.class).ifPresent(admin -> readAdmin(admin, id, scope));
    provider
        .capability(KeyValues.class)
        .ifPresent(kv -> add("key-values of " + id, () -> kv.readAll(id)));
    provider
        .capability(CustomStatus.class)
        .ifPresent(status -> add("custom status of " + id, () -> status.read(id, 0)));
    if (scope.has(RowKind.RUN)) {
      provider.capability(StateTables.class).ifPresent(tables -> readRun(tables, id));
    }
  }

  private void readRun(StateTables tables, String id) {
    add("run " + id, () -> tables.run(id));
    add("steps of " + id, () -> tables.steps(StepQuery.firstPage(id, PAGE)));
    add("whole steps of " + id, () -> wholeSteps(tables, id));
    answers.put("counts of runs", tables.runCounts(null));
  }

  private static List<Step> wholeSteps(StateTables tables, String id) {
    Set<String> ids = new HashSet<>();
    tables.steps(StepQuery.firstPage(id, PAGE)).steps().forEach(step -> ids.add(step.stepId()));
    return tables.steps(id, ids);
  }

  private void readAdmin(InstanceAdmin admin, String id, Scope scope) {
    add("instance " + id, () -> admin.instance(id));
    add("executions of " + id, () -> admin.executions(id));
    if (scope.has(RowKind.LOCK)) {
      add("facts of " + id, () -> admin.facts(id));
      answers.put("queue depths", admin.queueDepths());
    }
  }

  private void add(String question, Supplier<?> read) {
    try {
      answers.put(question, read.get());
    } catch (Permanent error) {
      answers.put(question, error.getClass().getSimpleName());
    }
  }
}
