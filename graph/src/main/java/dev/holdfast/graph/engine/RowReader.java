// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import dev.holdfast.graph.internal.Jsons;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.state.StateTables;
import dev.holdfast.provider.state.Step;
import dev.holdfast.provider.state.StepPage;
import dev.holdfast.provider.state.StepQuery;
import dev.holdfast.provider.state.StepSummary;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads the rows of runs, in pages that the store allows. */
final class RowReader {

  private final StateTables tables;
  private final int page;

  RowReader(StateTables tables, int page) {
    this.tables = tables;
    this.page = page;
  }

  /** Returns the largest page of the store. */
  int page() {
    return page;
  }

  /** Returns the rows of all steps, without their outputs, by id. */
  Map<String, StepSummary> steps(String runId) {
    Map<String, StepSummary> steps = new LinkedHashMap<>();
    StepQuery query = StepQuery.firstPage(runId, page);
    while (true) {
      StepPage read = tables.steps(query);
      read.steps().forEach(step -> steps.put(step.stepId(), step));
      if (read.nextPageToken() == null) {
        return steps;
      }
      query = query.from(read.nextPageToken());
    }
  }

  /** Returns whole rows; what is unknown is left out. */
  Map<String, Step> whole(String runId, Collection<String> stepIds) {
    Map<String, Step> steps = new HashMap<>();
    List<String> ids = List.copyOf(stepIds);
    for (int i = 0; i < ids.size(); i += page) {
      Set<String> some = Set.copyOf(ids.subList(i, Math.min(ids.size(), i + page)));
      tables.steps(runId, some).forEach(step -> steps.put(step.summary().stepId(), step));
    }
    return steps;
  }

  /** Returns the outputs of some steps; null for those without. */
  Map<String, @Nullable JsonNode> outputs(String runId, Collection<String> stepIds) {
    Map<String, Step> rows = whole(runId, stepIds);
    Map<String, @Nullable JsonNode> outputs = new HashMap<>();
    for (String id : new ArrayList<>(stepIds)) {
      Step row = rows.get(id);
      outputs.put(id, row == null ? null : json(row));
    }
    return outputs;
  }

  private static @Nullable JsonNode json(Step row) {
    Payload outputs = row.outputs();
    return outputs == null ? null : json(row, outputs);
  }

  /** Reads what a step's row holds. */
  static JsonNode json(Step row, Payload payload) {
    try {
      return Jsons.read(payload.asUtf8());
    } catch (RuntimeException e) {
      throw new UnreadableRowException(
          "step \"%s\" of run \"%s\" cannot be read: %s"
              .formatted(row.summary().stepId(), row.summary().runId(), e.getMessage()),
          e);
    }
  }
}
