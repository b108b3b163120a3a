// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The list of instances. */
class InstancesTest extends OnStore {

  @BeforeEach
  void fill() {
    end(SHOUT, "a", "x");
    end(BROKEN, "b", "x");
    client.start(PARENT, "p", "p");
    untilWhy("p/child", "waiting-for-event");
    untilWhy("p", "waiting-for-event");
  }

  @Test
  void theNewestStandFirstUnlessTheOldestAreAskedFor() {
    assertThat(ids()).containsExactly("p/child", "p", "b", "a");
    assertThat(ids("--oldest")).containsExactly("a", "b", "p", "p/child");
  }

  @Test
  void everyFilterRestricts() {
    assertThat(ids("--name", "shout")).containsExactly("a");
    assertThat(ids("--status", "failed")).containsExactly("b");
    assertThat(ids("--status", "failed,COMPLETED")).containsExactly("b", "a");
    assertThat(ids("--parent", "p")).containsExactly("p/child");
    assertThat(ids("--roots")).containsExactly("p", "b", "a");
    assertThat(ids("--since", "1h")).hasSize(4);
    shell.run("instances", "--since", "2999-01-01").returns(1);
  }

  @Test
  void moreThanTheLimitIsSaid() {
    Shell.Run cut = shell.run("instances", "--limit", "3").returns(0);

    assertThat(cut.out().lines()).hasSize(4);
    assertThat(cut.err()).contains("there may be more");
    assertThat(shell.run("instances", "--limit", "10").returns(0).err()).isEmpty();
  }

  @Test
  void aRowForProgramsHasAllOfItInUtc() {
    JsonNode row = shell.run("instances", "--name", "shout", "--json").returns(0).object();

    assertThat(row.get("instanceId").stringValue()).isEqualTo("a");
    assertThat(row.get("status").stringValue()).isEqualTo("completed");
    assertThat(row.get("executionId").longValue()).isEqualTo(1);
    assertThat(row.get("parentInstanceId").isNull()).isTrue();
    assertThat(row.get("createdAt").stringValue()).endsWith("Z");
    assertThat(Instant.parse(row.get("createdAt").stringValue())).isBefore(Instant.now());
  }

  @Test
  void nothingThereIsOneAndEmptyForPrograms() {
    Shell.Run run = shell.run("instances", "--name", "nothing", "--json").returns(1);

    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("no such instances");
  }

  @Test
  void coloursStandOnATerminalOnlyAndNotWhereTheyAreNotWanted() {
    assertThat(shell.run("instances").out()).doesNotContain("\u001b");
    assertThat(shell.onTerminal(100).run("instances").out()).contains("\u001b[31mfailed");
    assertThat(shell.with("NO_COLOR", "1").run("instances").out()).doesNotContain("\u001b");
  }

  @Test
  void aTableFitsTheTerminal() {
    end(SHOUT, "i".repeat(200), "x");

    assertThat(shell.run("instances").out()).contains("i".repeat(200));
    assertThat(shell.with("NO_COLOR", "1").onTerminal(70).run("instances").out().lines())
        .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(70))
        .anySatisfy(line -> assertThat(line).contains("…"));
  }

  @Test
  void whatIsStoredCannotMoveTheCursor() {
    end(SHOUT, "\u202edangerous\u2028", "x");

    assertThat(shell.run("instances").out()).contains("\\u202edangerous\\u2028");
  }

  @Test
  void wrongOptionsAreRefused() {
    shell.run("instances", "--status", "odd").returns(2);
    shell.run("instances", "--limit", "0").returns(2);
    shell.run("instances", "--limit", "many").returns(2);
    shell.run("instances", "--since", "yesterday").returns(2);
    assertThat(shell.run("instances", "--odd").returns(2).err())
        .isEqualTo("holdfast: Unknown option: '--odd'; see holdfast instances --help\n");
  }

  private List<String> ids(String... options) {
    String[] arguments = new String[options.length + 2];
    arguments[0] = "instances";
    arguments[1] = "--json";
    System.arraycopy(options, 0, arguments, 2, options.length);
    return shell.run(arguments).returns(0).objects().stream()
        .map(row -> row.get("instanceId").stringValue())
        .toList();
  }
}
