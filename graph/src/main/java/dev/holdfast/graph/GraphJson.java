// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph;

import dev.holdfast.graph.internal.DefinitionReader;
import dev.holdfast.graph.internal.DefinitionWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Graphs as JSON. Reading what was written gives an equal definition. The form is that of {@link
 * #schema}; a field that it does not know is refused by its name and place.
 */
public final class GraphJson {

  private GraphJson() {}

  /**
   * Writes a definition.
   *
   * @param definition the definition
   * @return its JSON, with line breaks, the same for equal definitions
   */
  public static String write(GraphDefinition definition) {
    return DefinitionWriter.write(definition);
  }

  /**
   * Reads and checks a definition.
   *
   * @param json the JSON
   * @param types the step types that it may use
   * @return the definition
   * @throws InvalidGraphException when it is not well formed or cannot run, with all that is wrong;
   *     what cannot run is looked for where the form is right
   */
  public static GraphDefinition read(String json, StepTypes types) {
    List<GraphProblem> problems = new ArrayList<>();
    GraphDefinition definition = DefinitionReader.read(json, problems);
    if (definition != null && problems.isEmpty()) {
      problems.addAll(definition.check(types));
    }
    if (definition == null || !problems.isEmpty()) {
      throw new InvalidGraphException(
          definition == null ? "in JSON" : definition.name() + " " + definition.version(),
          problems);
    }
    return definition;
  }

  /**
   * Reads a definition that was checked before, as a run keeps it.
   *
   * @param json what {@link #write} has written
   * @return the definition
   * @throws InvalidGraphException when it is not well formed, with all that is wrong
   */
  public static GraphDefinition readChecked(String json) {
    List<GraphProblem> problems = new ArrayList<>();
    GraphDefinition definition = DefinitionReader.read(json, problems);
    if (definition == null || !problems.isEmpty()) {
      throw new InvalidGraphException("in JSON", problems);
    }
    return definition;
  }

  /** {@return the JSON schema (2020-12) of definitions} */
  public static String schema() {
    try (InputStream in = GraphJson.class.getResourceAsStream("graph.schema.json")) {
      if (in == null) {
        throw new IllegalStateException("graph.schema.json is not beside this class");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
