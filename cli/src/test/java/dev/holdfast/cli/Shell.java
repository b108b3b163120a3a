// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.cli.io.Surroundings;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A shell that runs commands on one store, without a process of their own. */
final class Shell {

  private static final JsonMapper MAPPER = new JsonMapper();

  private final Map<String, String> environment = new HashMap<>();
  private String input = "";
  private int columns;

  Shell(String url) {
    environment.put("HOLDFAST_URL", url);
  }

  /** {@return a shell that knows no store} */
  static Shell empty() {
    Shell shell = new Shell("");
    shell.environment.clear();
    return shell;
  }

  Shell with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  Shell typing(String text) {
    input = text;
    return this;
  }

  Shell onTerminal(int width) {
    columns = width;
    return this;
  }

  Run run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exit =
        CliMain.run(
            new Surroundings(
                new PrintWriter(out),
                new PrintWriter(err),
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                environment,
                ZoneId.of("Asia/Kathmandu"),
                columns,
                false),
            arguments);
    return new Run(exit, out.toString(), err.toString());
  }

  /** What a command has left. */
  record Run(int exit, String out, String err) {

    Run returns(int code) {
      assertThat(exit).as("%s%s", out, err).isEqualTo(code);
      return this;
    }

    List<JsonNode> objects() {
      return out.lines().map(line -> (JsonNode) MAPPER.readTree(line)).toList();
    }

    JsonNode object() {
      assertThat(objects()).hasSize(1);
      return objects().getFirst();
    }
  }
}
