// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.internal;

import dev.holdfast.graph.StreamInput;
import dev.holdfast.graph.StreamSource;
import dev.holdfast.graph.Trigger;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads what a step takes from its inbox: inputs from outside, and streams. */
final class ReceiveReader {

  private ReceiveReader() {}

  /** Reads the field "trigger" of a step, which has it. */
  static Trigger trigger(Fields step) {
    Fields in = step.inside("trigger");
    Trigger usual = Trigger.of(in.needText("input"));
    Integer atOnce = in.number("atOnce");
    Integer maxInputs = in.number("maxInputs");
    Duration inactiveAfter = in.duration("inactiveAfter");
    Duration every = in.duration("every");
    in.end();
    return new Trigger(
        usual.input(),
        or(atOnce, usual.atOnce()),
        or(maxInputs, usual.maxInputs()),
        inactiveAfter == null ? usual.inactiveAfter() : inactiveAfter,
        every);
  }

  /** Reads the field "receives" of a step; none when it is missing. */
  static Map<String, StreamInput> receives(Fields step) {
    Map<String, StreamInput> receives = new LinkedHashMap<>();
    JsonNode node = step.get("receives");
    if (node != null) {
      Fields in = step.inside("receives");
      if (node.isObject()) {
        for (String port : node.propertyNames()) {
          receives.put(port, stream(in.inside(port)));
        }
      }
    }
    return receives;
  }

  private static StreamInput stream(Fields in) {
    StreamSource from = new StreamSource("", "");
    if (in.need("from") != null) {
      Fields source = in.inside("from");
      from = new StreamSource(source.needText("step"), source.needText("stream"));
      source.end();
    }
    Integer batch = in.number("batch");
    Integer capacity = in.number("capacity");
    in.end();
    return new StreamInput(
        from, or(batch, StreamInput.DEFAULT_BATCH), or(capacity, StreamInput.DEFAULT_CAPACITY));
  }

  private static int or(@Nullable Integer value, int otherwise) {
    return value == null ? otherwise : value;
  }
}
