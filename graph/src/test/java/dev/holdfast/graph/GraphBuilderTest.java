// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph;

import static dev.holdfast.graph.Documents.ARCHIVE;
import static dev.holdfast.graph.Documents.CLASSIFY;
import static dev.holdfast.graph.Documents.CLEAN;
import static dev.holdfast.graph.Documents.FETCH;
import static dev.holdfast.graph.Documents.PART;
import static dev.holdfast.graph.Documents.REVIEW;
import static dev.holdfast.graph.Documents.SCORE;
import static dev.holdfast.graph.Documents.SPLIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the builder makes, and what it says of graphs that cannot run. */
class GraphBuilderTest {

  private final GraphBuilder graph = GraphDefinition.builder("test", "1");
  private final Source path = graph.input("path", String.class);

  private StepBuilder fetch() {
    return graph.step("fetch", FETCH).input("path", path);
  }

  private List<String> problems() {
    try {
      graph.build();
      return List.of();
    } catch (InvalidGraphException e) {
      return e.problems().stream().map(GraphProblem::toString).toList();
    }
  }

  @Test
  void aGoodGraphIsBuiltAsItWasSaid() {
    GraphDefinition documents = Documents.GRAPH;

    assertThat(documents.check(Documents.TYPES)).isEmpty();
    assertThat(documents.steps())
        .extracting(StepDefinition::id)
        .containsExactly(
            "fetch", "split", "archive", "parts", "average", "review", "publish", "clean");
    assertThat(documents.step("review").orElseThrow().predecessors())
        .containsExactly("fetch", "average");
    assertThat(documents.output("url").orElseThrow().type()).isEqualTo(PortType.TEXT);
    assertThat(documents.edges())
        .contains(
            new GraphDefinition.Edge(new Source.StepOutput("parts", "value"), "average", "values"),
            new GraphDefinition.Edge(new Source.StepOutput("fetch", "text"), "publish", "text"));
  }

  record Odd(
      int a,
      Optional<List<Long>> b,
      @Nullable String c,
      Map<String, Double> d,
      byte[] e,
      Duration f,
      String[] g,
      Object h) {}

  @Test
  void portsAreTheComponentsOfRecords() {
    assertThat(StepType.named("odd", Odd.class, Void.class).inputs())
        .extracting(Port::toString)
        .containsExactly(
            "a: integer",
            "b: list<integer>, optional",
            "c: text, optional",
            "d: map<number>",
            "e: text",
            "f: java.time.Duration",
            "g: list<text>",
            "h: any");
    assertThatThrownBy(() -> StepType.named("odd", String.class, Void.class))
        .hasMessage(
            "input of step type odd: java.lang.String is no record; its ports have names, so write"
                + " record StringPort(String value), or Void.class for no ports");
  }

  @Test
  void allProblemsAreNamedTogether() {
    StepBuilder fetch = fetch().timeout(Duration.ZERO);
    graph.step("score", SCORE).input("text", fetch.out("txt")).input("note", path);
    graph.step("split", SPLIT).input("text", new Source.StepOutput("fetsch", "text"));
    graph.output("o", new Source.GraphInput("pth"));

    assertThatThrownBy(graph::build)
        .hasMessage(
            """
            graph test 1 has 6 problems:
              - step "fetch": timeout is PT0S; make it more than nothing, or leave it out
              - step "score", input "text": step "fetch" has no output "txt"; it has "text"
              - step "score", input "note": the step has no such input; it has "text", "kind"
              - step "score", input "kind": nothing is connected to it, and the step needs it; give\
             it a source or a value
              - step "split", input "text": fetsch.text comes from step "fetsch", which there is\
             not; there are "fetch", "score", "split"
              - output "o": the graph has no input "pth"; there is "path\"\
            """);
  }

  @Test
  void whatDoesNotFitIsRefused() {
    StepBuilder fetch = fetch();
    StepBuilder split = graph.step("split", SPLIT).input("text", fetch.out("text"));
    graph.step("a", FETCH).input("path", split.out("parts"));
    graph.step("b", FETCH).value("path", 3);
    graph.step("c", FETCH).forEach("path", fetch.out("text"), 2);
    graph.step("d", FETCH).input("path", path).when(path.isAbove(true));
    graph.step("e", FETCH).input("path", path).when(path.is(1));

    assertThat(problems())
        .containsExactly(
            "step \"a\", input \"path\": split.parts is list<text>, and this takes text; connect"
                + " another one, or put a step between them",
            "step \"b\", input \"path\": 3 is integer, and this takes text; connect another one, or"
                + " put a step between them",
            "step \"c\", input \"path\": fetch.text is text, and this takes list<text>; connect"
                + " another one, or put a step between them",
            "step \"d\", condition: \"input path isAbove true\" needs an order, which only numbers"
                + " and texts have; use is",
            "step \"e\", condition: \"input path is 1\" never holds: input path is text, and the"
                + " constant is integer; compare it with a constant of its type");
  }

  @Test
  void stepsThatWaitForEachOtherAreShownAsACircle() {
    StepBuilder a = graph.step("a", SPLIT);
    StepBuilder b = graph.step("b", CLEAN).after(a);
    StepBuilder c = graph.step("c", CLEAN).after(b);
    a.input("text", path).after(c);
    graph.step("d", CLEAN).after(c);

    assertThat(problems())
        .containsExactly(
            "step \"b\": it waits for itself: b → c → a → b; take one of these edges out",
            "step \"d\": it can never begin: it waits for step \"c\", and that waits for itself");
  }

  @Test
  void aStepThatWaitsForItselfIsRefused() {
    StepBuilder a = graph.step("a", CLEAN);
    a.after(a);

    assertThat(problems())
        .containsExactly("step \"a\": it waits for itself: a → a; take one of these edges out");
  }

  @Test
  void stepsThatAreAlwaysSkippedAreRefused() {
    StepBuilder fetch = fetch().when(path.is("a").and(path.isOneOf("b", "c")));
    graph.step("split", SPLIT).input("text", fetch.out("text"));
    graph.step("both", SPLIT).input("text", fetch.out("text"), path);
    graph.step("never", CLEAN).when(Source.constant(1).isAbove(1));
    graph.step("opposite", CLEAN).when(path.is("a").and(path.is("a").not()));
    graph.step("sometimes", CLEAN).when(path.is("a").or(path.is("b")));

    assertThat(problems())
        .containsExactly(
            "step \"fetch\": it is always skipped: its condition, input path is \"a\" and input"
                + " path isOneOf \"b\", \"c\", never holds; correct it, or take the step out",
            "step \"never\": it is always skipped: its condition, 1 isAbove 1, never holds; correct"
                + " it, or take the step out",
            "step \"opposite\": it is always skipped: its condition, input path is \"a\" and not"
                + " (input path is \"a\"), never holds; correct it, or take the step out",
            "step \"split\", input \"text\": the step is always skipped: this comes from fetch.text"
                + " only, which never runs; connect it to another step");
  }

  @Test
  void namesAndIdsAreChecked() {
    graph.input("path", Integer.class);
    graph.step("a/b", CLEAN);
    graph.step("a", CLEAN);
    graph.step("a", CLEAN);
    graph.step("b", StepType.named("clean", Void.class, Void.class));
    graph.output("x");

    assertThat(problems())
        .containsExactly(
            "step \"b\": another step type is named \"clean\" too; rename one",
            "step \"a/b\": the id \"a/b\" must begin with a letter, digit or _, and go on with"
                + " these, dots and hyphens; rename it",
            "step \"a\": another step has this id too; give each its own",
            "input \"path\": another input has this name too; rename one",
            "output \"x\": nothing is connected to it; give it a source");
  }

  @Test
  void idsOfRowsFitIntoTheStore() {
    GraphBuilder inner = GraphDefinition.builder("inner", "1");
    Source text = inner.input("text", String.class);
    inner.step("a".repeat(200), ARCHIVE).input("text", text);
    StepBuilder split = graph.step("split", SPLIT).input("text", path);
    graph.subGraph("b".repeat(49), inner.build()).forEach("text", split.out("parts"), 2);
    graph.subGraph("b".repeat(50), inner.build()).forEach("text", split.out("parts"), 2);

    assertThat(problems())
        .containsExactly(
            "step \"%s/%s\": the id of its row has up to 256 characters with the ids around it, and"
                    .formatted("b".repeat(50), "a".repeat(200))
                    .replace("256", "257")
                + " 256 are allowed; shorten them");
  }

  @Test
  void whatMeansNothingIsRefused() {
    StepBuilder fetch = fetch().maxItems(3).input("path", path).when(path.is("a"));
    fetch.when(path.is("b"));
    graph
        .subGraph("part", PART)
        .input("text", fetch.out("text"))
        .retry(RetryPolicy.attempts(2))
        .timeout(Duration.ofMinutes(1))
        .tag("gpu")
        .session("s");
    graph.maxParallel(0);

    assertThat(problems())
        .containsExactly(
            "step \"fetch\": maxItems needs forEach; call that first",
            "step \"fetch\": input \"path\" is connected twice; give all its sources in one call",
            "step \"fetch\": it has two conditions; join them with and, or with or",
            "maxParallel is 0; make it 1 or more, or leave it out",
            "step \"part\": a retry policy means nothing on a step that is a graph; set it on its"
                + " steps",
            "step \"part\": a timeout means nothing on a step that is a graph; set it on the graph"
                + " itself",
            "step \"part\": a tag means nothing on a step that is a graph; set it on its steps",
            "step \"part\": a session means nothing on a step that is a graph; set it on its"
                + " steps");
  }

  @Test
  void whatMayBeAbsentGoesOnlyWhereThatIsTaken() {
    StepType<?, ?> maybe = StepType.ports("maybe").optionalOutput("note", PortType.TEXT).build();
    StepBuilder note = graph.step("note", maybe);
    Source title = graph.optionalInput("title", PortType.TEXT);
    graph.step("a", CLASSIFY).input("text", note.out("note"));
    graph.step("b", CLASSIFY).inputIfPresent("text", path);
    graph.step("c", CLASSIFY).input("text", title);
    graph
        .step("d", REVIEW)
        .input("text", path)
        .value("score", 1)
        .inputIfPresent("note", note.out("note"), title);

    assertThat(problems())
        .containsExactly(
            "step \"a\", input \"text\": note.note may be empty, and the step needs a value; make"
                + " the input of the step type optional, or connect another one",
            "step \"b\", input \"text\": the step cannot do without it, but it is connected if"
                + " present; use input, or make the input of the step type optional");
  }

  @Test
  void aGraphWithoutStepsIsRefused() {
    assertThatThrownBy(graph::build)
        .hasMessage("graph test 1 has a problem:\n  - it has no steps; add one");
  }

  @Test
  void aHandMadeGraphIsCheckedWithTheGraphsInside() {
    StepDefinition inner =
        new StepDefinition(
            "x",
            new StepBody.Task("nothing"),
            Map.of(),
            List.of("y"),
            null,
            null,
            RetryPolicy.none(),
            null,
            false,
            null,
            null);
    GraphDefinition small =
        new GraphDefinition("small", "1", List.of(), List.of(inner), List.of(), null, null);
    graph.subGraph("s", small);

    assertThat(graph.build().check(StepTypes.of(CLEAN)))
        .extracting(GraphProblem::toString)
        .containsExactly(
            "step \"s/x\": there is no step type \"nothing\"; register it, or use one of [clean]",
            "step \"s/x\": it comes after step \"y\", which there is not; there is \"x\"");
  }
}
