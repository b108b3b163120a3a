// SPDX-License-Identifier: Apache-2.0
package com.example.holdfast.h2.queue;

import com.example.holdfast.h2.db.Tx;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.InstanceDescription;
import dev.holdfast.provider.InstanceDescription.Problem;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What there is to say of an instance: a few rows found by its id, and no payload. */
public final class Descriptions {

  private Descriptions() {}

  /**
   * Describes an instance.
   *
   * @param tx the transaction, for reading
   * @param instanceId the instance
   * @return the description; empty when nothing was acked and no start is queued
   * @throws SQLException when H2 fails
   */
  public static Optional<InstanceDescription> of(Tx tx, String instanceId) throws SQLException {
    Optional<Instances.Row> row = Instances.find(tx, instanceId);
    boolean named = row.isPresent() && row.get().name() != null;
    Optional<ExecutionStart> start = named ? Optional.empty() : Messages.firstStart(tx, instanceId);
    boolean known = row.isPresent() && row.get().known();
    if (!known && start.isEmpty()) {
      return Optional.empty();
    }
    List<Problem> problems = new ArrayList<>();
    Instances.problem(tx, instanceId).ifPresent(problems::add);
    int more = InstanceDescription.MAX_PROBLEMS - problems.size();
    problems.addAll(Activities.problems(tx, instanceId, more));
    return Optional.of(
        new InstanceDescription(
            instanceId,
            known ? row.get().execution() : 0,
            named ? row.get().name() : start.map(ExecutionStart::name).orElse(null),
            named ? row.get().version() : start.map(ExecutionStart::version).orElse(null),
            problems));
  }
}
