// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.graph.internal.Jsons;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Graphs as JSON: nothing is lost, nothing unknown is taken, and the schema says the same. */
class GraphJsonTest {

  private static final JsonNode SCHEMA = Jsons.read(GraphJson.schema());

  private static List<String> problems(String json) {
    try {
      GraphJson.read(json, Documents.TYPES);
      return List.of();
    } catch (InvalidGraphException e) {
      return e.problems().stream().map(GraphProblem::toString).toList();
    }
  }

  @Test
  void whatIsReadEqualsWhatWasWritten() {
    String json = GraphJson.write(Documents.GRAPH);

    assertThat(GraphJson.read(json, Documents.TYPES)).isEqualTo(Documents.GRAPH);
    assertThat(GraphJson.readChecked(json)).isEqualTo(Documents.GRAPH);
    assertThat(GraphJson.write(GraphJson.readChecked(json))).isEqualTo(json);
    assertThat(JsonSchema.violations(SCHEMA, Jsons.read(json))).isEmpty();
  }

  @Test
  void randomGraphsSurviveTheWay() {
    for (int seed = 0; seed < 300; seed++) {
      GraphDefinition graph = RandomGraphs.graph(new Random(seed));
      String json = GraphJson.write(graph);

      assertThat(GraphJson.read(json, RandomGraphs.TYPES)).as("seed %d", seed).isEqualTo(graph);
      assertThat(JsonSchema.violations(SCHEMA, Jsons.read(json))).as("seed %d", seed).isEmpty();
    }
  }

  /** Every object of the form, each with a field too much: reader and schema refuse its name. */
  @Test
  void anUnknownFieldIsRefusedWhereverItStands() {
    JsonNode whole = Jsons.read(GraphJson.write(Documents.GRAPH));
    List<String> places = new ArrayList<>();
    objects(whole, "", places);
    assertThat(places).hasSizeGreaterThan(40);
    for (String place : places) {
      JsonNode changed = whole.deepCopy();
      ((ObjectNode) changed.at(place)).put("surprise", 1);

      List<String> found = problems(Jsons.write(changed));

      assertThat(found).as(place).isNotEmpty();
      assertThat(found.getFirst()).startsWith(place + "/surprise:");
      assertThat(JsonSchema.violations(SCHEMA, changed)).as(place).isNotEmpty();
    }
  }

  private static void objects(JsonNode node, String place, List<String> places) {
    if (node instanceof ObjectNode object) {
      places.add(place);
      object.properties().forEach(f -> objects(f.getValue(), place + "/" + f.getKey(), places));
    } else if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        objects(array.get(i), place + "/" + i, places);
      }
    }
  }

  @Test
  void allThatIsWrongWithTheFormIsNamedTogether() {
    String json =
        """
        {
          "name": "test",
          "timeout": "2 hours",
          "maxParallel": "many",
          "inputs": [{"name": "path", "type": "list<"}],
          "steps": [
            {"id": "a", "typ": "fetch"},
            {"id": "b", "type": "clean", "graph": {"name": "x", "version": "1", "steps": []}},
            {"id": "c", "type": "clean", "inputs": {"x": {"from": {"step": "a"}}}},
            {"id": "d", "type": "clean", "when": {"value": {"input": "path"}, "is": 1, "isBelow": 2}},
            {"id": "e", "type": "clean", "when": {"not": {"value": {"input": "x"}, "isPresent": false}}},
            {"id": "f", "type": "clean", "retry": {"maxAttempts": 0}, "after": [3], "mayFail": "no"},
            {"id": "g", "type": "clean", "forEach": {"input": "x"}}
          ]
        }
        """;

    assertThat(problems(json))
        .containsExactly(
            "/: the field \"version\" is missing; add it",
            "/timeout: \"2 hours\" is no duration; write it like PT30S, PT5M or P2D",
            "/maxParallel: this is a text, and must be a whole number",
            "/inputs/0/type: \"list<\" is no type; write text, integer, number, boolean, any,"
                + " list<T>, map<T> or a name",
            "/steps/0: a step has either a \"type\" or a \"graph\"; this has neither",
            "/steps/0/typ: there is no field \"typ\" here; the fields are id, type, graph, inputs,"
                + " after, when, forEach, trigger, receives, retry, timeout, mayFail, tag, session",
            "/steps/1: a step has either a \"type\" or a \"graph\"; this has both",
            "/steps/2/inputs/x/from: a source is {\"step\", \"output\"}, {\"input\"} or"
                + " {\"constant\"}, and only one of them",
            "/steps/3/when: a condition is \"allOf\", \"anyOf\", \"not\", or a \"value\" with one"
                + " of \"is\", \"isOneOf\", \"isBelow\", \"isAtMost\", \"isAbove\", \"isAtLeast\","
                + " \"isPresent\"",
            "/steps/4/when/not/isPresent: this must be true; for the opposite write \"not\"",
            "/steps/5/after/0: this is a number, and must be a text",
            "/steps/5/retry: maxAttempts is 0; it starts at 1",
            "/steps/5/mayFail: this is a text, and must be true or false",
            "/steps/6/forEach: the field \"atOnce\" is missing; add it");
  }

  @Test
  void whatIsNoJsonIsRefused() {
    assertThat(problems("{\"name\": \"a\", \"name\": \"b\"}"))
        .singleElement()
        .asString()
        .startsWith("not JSON: Duplicate Object property \"name\"");
    assertThat(problems("{} {}")).singleElement().asString().startsWith("not JSON: ");
    assertThat(problems("[]")).contains("/: this is a list, and must be an object");
  }

  @Test
  void whatCannotRunIsRefusedAsInJava() {
    String json =
        GraphJson.write(Documents.GRAPH).replace("\"type\" : \"average\"", "\"type\" : \"mean\"");

    assertThatThrownBy(() -> GraphJson.read(json, Documents.TYPES))
        .hasMessage(
            """
            graph publish 1 has a problem:
              - step "average": there is no step type "mean"; register it, or use one of [archive,\
             average, classify, clean, fetch, publish, review, score, split]\
            """);
  }

  @Test
  void constantsKeepTheirDigits() {
    Source.Constant constant = new Source.Constant("{ \"b\": 1.50, \"a\": [1E+2, null] }");

    assertThat(constant.json()).isEqualTo(new Source.Constant(constant.json()).json());
    assertThat(Jsons.read(constant.json()).get("b").decimalValue()).isEqualTo("1.50");
  }
}
