// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.graph.draw.Dot;
import dev.holdfast.graph.draw.Mermaid;
import dev.holdfast.graph.internal.Jsons;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Triggers and streams in definitions: what is refused, and what survives the way through JSON. */
class TriggerDefinitionTest {

  record Text(String text) {}

  record Size(int size) {}

  record Sizes(List<Integer> sizes) {}

  private static final StepType<Text, Size> COUNT = StepType.named("count", Text.class, Size.class);
  private static final StepType<Size, Size> PLUS = StepType.named("plus", Size.class, Size.class);
  private static final StepType<Sizes, Size> SUM = StepType.named("sum", Sizes.class, Size.class);
  private static final StepTypes TYPES = StepTypes.of(COUNT, PLUS, SUM);

  private static List<String> problems(Consumer<GraphBuilder> graph) {
    GraphBuilder builder = GraphDefinition.builder("g", "1");
    graph.accept(builder);
    try {
      builder.build();
      return List.of();
    } catch (InvalidGraphException e) {
      return e.problems().stream().map(GraphProblem::toString).toList();
    }
  }

  private static GraphDefinition all() {
    GraphBuilder graph = GraphDefinition.builder("g", "1");
    StepBuilder count =
        graph
            .step("count", COUNT)
            .trigger("text")
            .atOnce(3)
            .maxInputs(7)
            .inactiveAfter(Duration.ofSeconds(20))
            .every(Duration.ofMinutes(90));
    StepBuilder plain = graph.step("plain", COUNT).trigger("text");
    graph.step("sum", SUM).input("sizes", count.out("size"));
    graph
        .step("plus", PLUS)
        .value("size", 1)
        .receive("in", graph.step("send", PLUS).value("size", 2).stream("out"));
    graph
        .step("two", PLUS)
        .value("size", 1)
        .after(plain)
        .receive("a", new StreamSource("send", "out"), 5, 6)
        .receive("b", new StreamSource("plus", "more"));
    return graph.build();
  }

  @Test
  void whatIsReadFromJsonIsWhatWasBuilt() {
    GraphDefinition graph = all();
    String json = GraphJson.write(graph);
    assertThat(GraphJson.read(json, TYPES)).isEqualTo(graph);
    assertThat(JsonSchema.violations(Jsons.read(GraphJson.schema()), Jsons.read(json))).isEmpty();
    assertThat(json)
        .contains("\"inactiveAfter\" : \"PT20S\"", "\"every\" : \"PT1H30M\"", "\"batch\" : 5");
  }

  @Test
  void anUnknownFieldOfATriggerIsRefusedByReaderAndSchema() {
    for (String field : List.of("\"atOnce\" : 3", "\"capacity\" : 6", "\"stream\" : \"more\"")) {
      String wrong = GraphJson.write(all()).replace(field, field + ", \"surprise\" : 1");
      assertThat(JsonSchema.violations(Jsons.read(GraphJson.schema()), Jsons.read(wrong)))
          .as(field)
          .singleElement()
          .asString()
          .endsWith("/surprise");
      assertThat(problems(wrong)).as(field).singleElement().asString().contains("/surprise: ");
    }
  }

  private static List<String> problems(String json) {
    try {
      GraphJson.read(json, TYPES);
      return List.of();
    } catch (InvalidGraphException e) {
      return e.problems().stream().map(GraphProblem::toString).toList();
    }
  }

  @Test
  void aTriggerThatCannotWorkIsRefused() {
    assertThat(problems((GraphBuilder g) -> g.step("s", COUNT).trigger("txt")))
        .containsExactly(
            "step \"s\", input \"text\": nothing is connected to it, and the step needs it; give it"
                + " a source or a value",
            "step \"s\", trigger: the step has no input \"txt\"; it has \"text\"");
    assertThat(problems((GraphBuilder g) -> g.step("s", COUNT).value("text", "a").trigger("text")))
        .containsExactly(
            "step \"s\", trigger: input \"text\" gets what comes from outside, and is connected as"
                + " well; take that out");
    assertThat(
            problems(
                (GraphBuilder g) -> g.step("s", PLUS).trigger("size").every(Duration.ofHours(1))))
        .containsExactly(
            "step \"s\", trigger: input \"size\" is integer, and gets times as texts from the"
                + " clock; make it text");
    assertThat(
            problems((GraphBuilder g) ->
                g.step("s", COUNT)
                    .trigger("text")
                    .atOnce(0)
                    .maxInputs(0)
                    .inactiveAfter(Duration.ZERO)
                    .every(Duration.ZERO)))
        .containsExactly(
            "step \"s\", trigger: atOnce is 0; make it 1 or more, or leave it out",
            "step \"s\", trigger: maxInputs is 0; make it 1 or more, or leave it out",
            "step \"s\", trigger: inactiveAfter is PT0S; make it more than nothing, or leave it"
                + " out",
            "step \"s\", trigger: every is PT0S; make it more than nothing, or leave it out");
    assertThat(problems((GraphBuilder g) -> g.step("s", COUNT).value("text", "a").atOnce(2)))
        .containsExactly("step \"s\": atOnce needs trigger; call that first");
    assertThat(
            problems((GraphBuilder g) ->
                g.step("s", COUNT)
                    .forEach("text", Source.constant(List.of("a")), 1)
                    .trigger("other")))
        .hasSize(2)
        .first()
        .asString()
        .startsWith("step \"s\", trigger: it is done for each input from outside, and for each");
  }

  @Test
  void theOutputsOfATriggerAreLists() {
    assertThat(
            problems((GraphBuilder g) -> {
              StepBuilder count = g.step("count", COUNT).trigger("text");
              g.step("plus", PLUS).input("size", count.out("size"));
            }))
        .singleElement()
        .asString()
        .startsWith("step \"plus\", input \"size\": count.size is list<integer>");
  }

  @Test
  void aStreamThatCannotFlowIsRefused() {
    assertThat(
            problems((GraphBuilder g) -> {
              StepBuilder send = g.step("send", PLUS).value("size", 1);
              StepBuilder next = g.step("next", PLUS).input("size", send.out("size"));
              g.step("late", PLUS)
                  .input("size", next.out("size"))
                  .receive("a", send.stream("x"), 0, 0)
                  .receive("b", new StreamSource("none", "x"));
            }))
        .containsExactly(
            "step \"late\", stream \"a\": batch is 0; make it 1 or more, or leave it out",
            "step \"late\", stream \"a\": capacity is 0; make it 1 or more, or leave it out",
            "step \"late\", stream \"a\": the step waits for the end of step \"send\", and receives"
                + " what that sends before; take one of the two out",
            "step \"late\", stream \"b\": none.x comes from step \"none\", which there is not;"
                + " there are \"send\", \"next\", \"late\"");
    assertThat(
            problems((GraphBuilder g) -> {
              g.maxParallel(1);
              StepBuilder each = g.step("each", COUNT).trigger("text");
              g.step("self", PLUS)
                  .value("size", 1)
                  .receive("trigger", each.stream("x"), 501, 1)
                  .receive("me", new StreamSource("self", "x"));
            }))
        .containsExactly(
            "step \"self\", stream \"trigger\": inputs from outside come under this name; rename"
                + " it",
            "step \"self\", stream \"trigger\": step \"each\" is a graph, or is done several times,"
                + " and sends no stream; send from a step for it beside it",
            "step \"self\", stream \"me\": the step waits for the end of step \"self\", and"
                + " receives what that sends before; take one of the two out",
            "step \"self\": its batches have 601 messages together; make it 500 or less",
            "step \"self\": it receives a stream while the sender is being done, and maxParallel is"
                + " 1; make it 2 or more");
  }

  @Test
  void picturesTellTriggersAndStreams() {
    String mermaid = Mermaid.of(all());
    assertThat(mermaid)
        .contains(
            "{{\"count<br>trigger: text, 3 at once, every 1 h 30 min\"}}", "==>|\"out → in\"|");
    assertThat(Dot.of(all())).contains("shape=hexagon", "label=\"out → in\", style=bold");
  }
}
