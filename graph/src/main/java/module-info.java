// SPDX-License-Identifier: Apache-2.0

/**
 * Workflows as graphs of steps, on state tables and without replay. Start at {@link
 * dev.holdfast.graph.GraphDefinition#builder}.
 */
module dev.holdfast.graph {
  requires transitive dev.holdfast.provider;
  requires transitive dev.holdfast.worker;
  requires org.slf4j;
  requires transitive tools.jackson.databind;
  requires static org.jspecify;

  exports dev.holdfast.graph;
  exports dev.holdfast.graph.draw;
  exports dev.holdfast.graph.plan;
}
