// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * An operator's questions to an application of events (ES-39): the commands of the guide, one after
 * the other, print what the guide says (ES-40), on each store. {@code -Dholdfast.script.write=FILE}
 * writes down what they print, for the guide.
 */
@Timeout(180)
abstract class EventQuestionsContract {

  private static final Path GUIDE = Path.of("..", "docs", "guide", "events-operations.md");

  /** What finds something wrong, or does nothing. */
  private static final List<String> RETURN_ONE =
      List.of("verify --app bank.jar", "dead-letters account alice --drop yacht", "explain-stall");

  @TempDir private Path dir;

  /** The address of a store that is not made yet. */
  abstract String newStore(Path directory);

  @Test
  void theCommandsPrintWhatTheGuideSays() throws Exception {
    String url = newStore(dir);
    Shell shell = new Shell(url);
    shell.run("migrate").returns(0);
    BankStore.fill(url);
    String jar = BankJar.of(dir.resolve("bank.jar")).toString();
    Script script = Script.of(GUIDE);
    assertThat(script.steps()).hasSizeGreaterThan(15);

    List<String> seen = new ArrayList<>();
    List<String> said = new ArrayList<>();
    StringBuilder transcript = new StringBuilder();
    for (Script.Step step : script.steps()) {
      String command = String.join(" ", step.command());
      Shell.Run run =
          shell.run(
              step.command().stream()
                  .map(word -> word.equals("bank.jar") ? jar : word)
                  .toArray(String[]::new));
      run.returns(RETURN_ONE.contains(command) ? 1 : 0);
      transcript.append("$ ./holdfast ").append(command).append('\n');
      transcript.append(run.out()).append(run.err());
      seen.add(command + "\n" + Script.alike(run.out() + run.err()));
      said.add(command + "\n" + Script.alike(step.printed()));
    }
    write(transcript.toString());
    assertThat(seen).isEqualTo(said);
    assertThat(script.steps())
        .extracting(step -> step.command().getFirst())
        .contains("replay", "verify", "rebuild", "lag", "parked", "dead-letters", "stream", "log")
        .contains("explain-stall");
  }

  /** A queue is an instance too, and no orchestration. */
  @Test
  void whatIsForOrchestrationsIsRefusedOfQueues() throws Exception {
    String url = newStore(dir);
    Shell shell = new Shell(url);
    shell.run("migrate").returns(0);
    BankStore.fill(url);
    String queue = "queue:account/alice";

    assertThat(shell.run("why", queue).returns(0).out())
        .contains("It is a queue of events, and empty")
        .doesNotContain("raise");
    assertThat(shell.run("show", queue).returns(0).out()).contains(queue, "running");
    for (String command : List.of("terminate", "suspend", "resume", "restart")) {
      assertThat(shell.run(command, queue).returns(2).err())
          .contains("(queue:account) is no orchestration", "nothing was done");
    }
    assertThat(shell.run("cancel", queue, "--yes").returns(2).err()).contains("nothing was done");
    assertThat(shell.run("raise", queue, "X", "{}").returns(2).err())
        .contains("is no orchestration", "nothing was done");
  }

  @Test
  void theApplicationIsTheOneOfTheGuide() throws IOException {
    for (String name : List.of("BankApplication", "Bank")) {
      String source =
          Files.readString(Path.of("src/test/java/dev/holdfast/cli/bank/" + name + ".java"));
      assertThat(Files.readString(GUIDE))
          .contains("```java\n" + source.substring(source.indexOf("package ")).strip() + "\n```");
    }
  }

  private static void write(String transcript) throws IOException {
    String file = System.getProperty("holdfast.script.write");
    if (file != null) {
      Files.writeString(Path.of(file), transcript);
    }
  }
}
