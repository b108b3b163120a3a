// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which store, whether it is there, and what is never said of it. */
class StoreAccessTest {

  private static final List<String[]> COMMANDS =
      List.of(
          new String[] {"instances"},
          new String[] {"show", "a"},
          new String[] {"history", "a"},
          new String[] {"tree", "a"},
          new String[] {"why", "a"},
          new String[] {"stuck"},
          new String[] {"queues"},
          new String[] {"streams", "order"},
          new String[] {"stream", "order", "a"},
          new String[] {"log"},
          new String[] {"snapshots", "order", "a"},
          new String[] {"projections"},
          new String[] {"explain-stall"},
          new String[] {"replay", "order", "a"},
          new String[] {"verify"},
          new String[] {"rebuild", "totals"},
          new String[] {"lag"},
          new String[] {"parked"},
          new String[] {"dead-letters"},
          new String[] {"kv", "a"},
          new String[] {"schedules"},
          new String[] {"schedules", "trigger", "a"},
          new String[] {"start", "n", "a", "1"},
          new String[] {"raise", "a", "e", "1"},
          new String[] {"cancel", "a", "--yes"},
          new String[] {"suspend", "a", "--yes"},
          new String[] {"resume", "a", "--yes"},
          new String[] {"terminate", "a", "--yes"},
          new String[] {"restart", "a", "--yes"},
          new String[] {"delete", "a", "--yes"},
          new String[] {"prune", "a", "--keep", "1", "--yes"},
          new String[] {"check"});

  @TempDir private Path dir;

  @Test
  void noCommandButMigrateMakesAStore() throws IOException {
    Shell shell = new Shell("sqlite:" + dir.resolve("orders.db"));

    for (String[] command : COMMANDS) {
      assertThat(shell.run(command).returns(3).err()).contains("cannot be used");
    }
    assertThat(shell.run("migrate", "--dry-run").returns(1).out()).contains("something to do");
    try (var files = Files.list(dir)) {
      assertThat(files).isEmpty();
    }

    shell.run("migrate").returns(0);
    shell.run("check").returns(0);
    assertThat(shell.run("migrate").returns(0).out()).contains("nothing to do");
    assertThat(shell.run("migrate", "--json").object().get("result").stringValue())
        .isEqualTo("up-to-date");
    shell.run("instances").returns(1);
  }

  @Test
  void aFileThatIsNoStoreIsLeftAlone() throws IOException {
    Path file = Files.writeString(dir.resolve("notes.txt"), "my notes, long enough for a header");

    new Shell("sqlite:" + file).run("check").returns(3);

    assertThat(file).hasContent("my notes, long enough for a header");
  }

  @Test
  void checkTellsProviderAndFeatures() {
    Shell shell = new Shell("sqlite:" + dir.resolve("orders.db"));
    shell.run("migrate").returns(0);

    var checked = shell.run("check", "--json").returns(0).object();
    assertThat(checked.get("ok").booleanValue()).isTrue();
    assertThat(checked.get("provider").stringValue()).isEqualTo("sqlite");
    assertThat(checked.get("features").toString()).contains("INSTANCE_ADMIN");
    Shell.empty().run("check", "--url", "sqlite:" + dir.resolve("orders.db")).returns(0);
  }

  @Test
  void withoutAStoreNothingIsDone() {
    assertThat(Shell.empty().run("instances").returns(2).err()).contains("--url", "HOLDFAST_URL");
    new Shell("nix://x").run("instances").returns(2);
    new Shell("sqlite:x.db?odd").run("instances").returns(2);
  }

  @Test
  void aPasswordInTheCallIsRefusedAndNotRepeated() {
    for (String url :
        List.of(
            "postgres://app:hunter2@localhost/db",
            "postgres://localhost/db?password=hunter2",
            "postgres://app:hunter2@odd@localhost/db")) {
      Shell.Run run = Shell.empty().run("instances", "--url", url).returns(2);
      assertThat(run.err()).contains("PGPASSWORD").doesNotContain("hunter2");
      Shell.Run typo = Shell.empty().run("instances", "--ulr", url).returns(2);
      assertThat(typo.err()).doesNotContain("hunter2");
    }
  }

  @Test
  void aServerThatDoesNotAnswerIsThreeAndNoPasswordIsSaid() throws IOException {
    int port;
    try (ServerSocket reserved = new ServerSocket(0)) {
      port = reserved.getLocalPort();
    }
    String place = "127.0.0.1:" + port + "/db?connectTimeoutMillis=500";
    Shell given = new Shell("postgres://app:hunter2@" + place);
    Shell apart = new Shell("postgres://app@" + place).with("PGPASSWORD", "hunter2");

    for (Shell shell : List.of(given, apart)) {
      for (String[] command : List.of(COMMANDS.getFirst(), new String[] {"migrate"})) {
        Shell.Run run = shell.run(command).returns(3);
        assertThat(run.out() + run.err()).doesNotContain("hunter2");
      }
    }
    assertThat(new Shell("nix://app:hunter2@x/y").run("check").returns(2).err())
        .contains("nix://app:***@x/y");
  }

  @Test
  void helpAndCompletionNeedNoStore() {
    assertThat(Shell.empty().run("--help").returns(0).out()).contains("instances", "Exit codes");
    for (String[] command : COMMANDS) {
      assertThat(Shell.empty().run(command[0], "--help").returns(0).out())
          .contains("--url", "--json", "Exit codes");
    }
    assertThat(Shell.empty().run("generate-completion").returns(0).out())
        .contains("instances", "--oldest", "complete ");
    Shell.empty().run().returns(2);
    Shell.empty().run("fly").returns(2);
    Shell.empty().run("--version").returns(0);
  }
}
