// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.internal.Jsons;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.state.Run;
import java.time.Instant;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The data of a run's row.
 *
 * @param graph the name of its definition
 * @param version the version of its definition
 * @param shape what tells its definition from others of that name and version, null when the row
 *     does not say
 * @param inputs its inputs, a JSON object
 * @param outputs its outputs, a JSON object; null until it is completed
 * @param timeFrom from when its time is counted; null for when it was first running
 * @param trace the context of the trace that started it; null for none
 */
record RunData(
    String graph,
    String version,
    @Nullable String shape,
    JsonNode inputs,
    @Nullable JsonNode outputs,
    @Nullable Instant timeFrom,
    @Nullable String trace) {

  /** Reads the data of a row. */
  static RunData of(Run run) {
    String runId = run.summary().runId();
    try {
      Payload data = run.data();
      if (data == null) {
        throw new IllegalArgumentException("it has no data");
      }
      JsonNode json = Jsons.read(data.asUtf8());
      JsonNode shape = json.get("shape");
      JsonNode from = json.get("timeFrom");
      JsonNode trace = json.get("trace");
      return new RunData(
          text(json, "graph"),
          text(json, "version"),
          shape == null ? null : shape.stringValue(),
          json.required("inputs"),
          json.get("outputs"),
          from == null ? null : Instant.parse(from.stringValue()),
          trace == null ? null : trace.stringValue());
    } catch (RuntimeException e) {
      throw new UnreadableRowException(
          "the row of run \"%s\" is none of the graph engine's: %s"
              .formatted(runId, e.getMessage()),
          e);
    }
  }

  /** Refuses to go on with a run by another graph than the one it was begun by. */
  void requireOf(GraphDefinition definition, String itsShape, String runId) {
    if (!graph.equals(definition.name()) || !version.equals(definition.version())) {
      throw new IllegalStateException(
          "run \"%s\" is one of graph %s %s, and its instance is one of %s %s"
              .formatted(runId, graph, version, definition.name(), definition.version()));
    }
    if (shape != null && !shape.equals(itsShape)) {
      throw new OtherGraphException(runId, graph, version);
    }
  }

  private static String text(JsonNode json, String field) {
    return json.required(field).stringValue();
  }

  RunData withOutputs(JsonNode outputs) {
    return new RunData(graph, version, shape, inputs, outputs, timeFrom, trace);
  }

  RunData withTimeFrom(Instant from) {
    return new RunData(graph, version, shape, inputs, outputs, from, trace);
  }

  Payload payload() {
    TreeMap<String, Object> fields = new TreeMap<>();
    fields.put("graph", graph);
    fields.put("version", version);
    fields.put("inputs", inputs);
    if (shape != null) {
      fields.put("shape", shape);
    }
    if (outputs != null) {
      fields.put("outputs", outputs);
    }
    if (timeFrom != null) {
      fields.put("timeFrom", timeFrom.toString());
    }
    if (trace != null) {
      fields.put("trace", trace);
    }
    return Payload.utf8(Jsons.write(fields));
  }
}
