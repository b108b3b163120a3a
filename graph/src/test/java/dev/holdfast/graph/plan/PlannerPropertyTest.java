// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.RandomGraphs;
import dev.holdfast.graph.internal.Jsons;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.StepStatus;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Random graphs, with outcomes, orders and crashes at random: each comes to what the simple way of
 * computing it comes to, with every step decided once and nothing stuck.
 */
class PlannerPropertyTest extends OnSqlite {

  private static final int GRAPHS = Integer.getInteger("holdfast.graph.random", 150);

  private int completed;
  private int failed;
  private int recovered;

  @Test
  void undisturbedRunsComeToWhatIsExpected() {
    for (int seed = 0; seed < GRAPHS; seed++) {
      check(seed, 0, false);
    }
    assertThat(completed).isEqualTo(GRAPHS);
  }

  @Test
  void failuresSuspensionsAndRetriesComeToWhatIsExpectedInAnyOrder() {
    for (int seed = 0; seed < GRAPHS; seed++) {
      check(seed, 25, false);
    }
    assertThat(completed).isGreaterThan(GRAPHS / 4);
    assertThat(failed).isGreaterThan(GRAPHS / 20);
  }

  @Test
  void crashesChangeNothing() {
    for (int seed = 0; seed < GRAPHS; seed++) {
      check(seed, 15, true);
    }
    assertThat(completed).isGreaterThan(GRAPHS / 4);
    assertThat(recovered).isGreaterThan(GRAPHS / 4);
  }

  private void check(int seed, int troubles, boolean crashes) {
    GraphDefinition graph = RandomGraphs.graph(new Random(seed));
    ObjectNode inputs = (ObjectNode) Jsons.read("{\"x\": \"input of %d\"}".formatted(seed));
    if (seed % 2 == 0) {
      inputs.put("y", "more");
    }
    Behaviour behaviour = new Behaviour(seed, troubles);
    Expected expected = Expected.of(graph, inputs, behaviour);
    for (int order = 0; order < 2; order++) {
      String what = "seed %d, troubles %d, order %d".formatted(seed, troubles, order);
      DisturbedRun run =
          new DisturbedRun(
              provider,
              clock,
              what,
              graph,
              inputs,
              behaviour,
              new Random(seed * 31L + order),
              crashes);
      try {
        compare(what, run, run.toTheEnd(), expected);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(what + ": " + e.getMessage(), e);
      }
      recovered += run.recoveries > 0 ? 1 : 0;
    }
    completed += expected.outputs() == null ? 0 : 1;
    failed += expected.outputs() == null ? 1 : 0;
  }

  private static void compare(String what, StoredRun run, RunStatus status, Expected expected) {
    if (expected.outputs() == null) {
      assertThat(status).as(what).isEqualTo(RunStatus.FAILED);
      return;
    }
    assertThat(status).as(what).isEqualTo(RunStatus.COMPLETED);
    ObjectNode outputs = JsonNodeFactory.instance.objectNode();
    ((DisturbedRun) run)
        .outputs.forEach((name, ref) -> {
          JsonNode value = run.value(ref);
          if (value != null) {
            outputs.set(name, value);
          }
        });
    assertThat(outputs).as(what).isEqualTo(expected.outputs());
    var rows = new TreeMap<>(run.statuses());
    var wanted = new TreeMap<String, String>();
    expected.statuses.forEach((id, s) -> wanted.put(id, s.label()));
    rows.keySet().removeIf(id -> isBelowFailed(id, expected));
    assertThat(rows).as(what).isEqualTo(wanted);
  }

  private static boolean isBelowFailed(String id, Expected expected) {
    return StepPath.andAround(id).stream()
        .anyMatch(
            around -> !around.equals(id) && expected.statuses.get(around) == StepStatus.FAILED);
  }
}
