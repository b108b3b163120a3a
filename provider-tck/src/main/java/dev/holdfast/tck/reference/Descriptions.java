// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.InstanceDescription;
import dev.holdfast.provider.InstanceDescription.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Describes instances. Runs under the store's lock. */
final class Descriptions {

  private Descriptions() {}

  static Optional<InstanceDescription> of(ReferenceStore store, String instanceId) {
    InstanceState instance = store.instances.get(instanceId);
    if (instance == null || !(instance.isKnown() || instance.hasQueuedStart())) {
      return Optional.empty();
    }
    InstanceRow row = instance.row;
    // Where there is a row, nobody has to look through the messages.
    ExecutionStart start = row != null ? null : instance.firstStart().orElse(null);
    return Optional.of(
        new InstanceDescription(
            instanceId,
            instance.executions.isEmpty() ? 0 : instance.currentExecution(),
            row != null ? row.name() : start != null ? start.name() : null,
            row != null ? row.version() : start != null ? start.version() : null,
            problems(store, instance)));
  }

  static List<Problem> problems(ReferenceStore store, InstanceState instance) {
    ReportedProblem reported = instance.problem;
    Stream<Problem> own = reported == null ? Stream.empty() : Stream.of(of(null, reported));
    List<Told> told = new ArrayList<>();
    for (ActivityState activity : store.activities.values()) {
      ReportedProblem problem = activity.problem;
      if (problem != null && activity.task.instanceId().equals(instance.id)) {
        told.add(new Told(activity, problem));
      }
    }
    told.sort(
        Comparator.comparing((Told one) -> one.problem().reportedAt())
            .thenComparing(one -> one.problem().number()));
    Stream<Problem> activities = told.stream().map(one -> of(one.activity(), one.problem()));
    return Stream.concat(own, activities).limit(InstanceDescription.MAX_PROBLEMS).toList();
  }

  private record Told(ActivityState activity, ReportedProblem problem) {}

  private static Problem of(@Nullable ActivityState activity, ReportedProblem problem) {
    return activity == null
        ? new Problem(null, null, problem.text(), problem.reportedAt())
        : new Problem(
            activity.task.activityId(), activity.task.name(), problem.text(), problem.reportedAt());
  }
}
