// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.selftest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.tck.cli.TckMain;
import dev.holdfast.tck.fixture.ProviderIdentity;
import dev.holdfast.tck.fixture.TckFixture;
import dev.holdfast.tck.fixture.TestStore;
import dev.holdfast.tck.reference.ReferenceFixture;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A run that is killed leaves a report that says how far it had come. */
class KilledRunTest {
  private static final String HANGS = "the fixture hangs";

  @TempDir Path folder;

  @Test
  void aKilledRunLeavesAReportThatSaysSo() throws Exception {
    List<String> lines = runUntilItHangs();

    JsonNode json = new JsonMapper().readTree(folder.resolve("report.json").toFile());
    assertThat(json.get("finished").asBoolean()).isFalse();
    assertThat(json.get("verdict").asString()).isEqualTo("NOT_FINISHED");
    assertThat(json.get("because").asString())
        .contains("The run has not finished", "The verdict is open");
    assertThat(json.get("levels").get(0).get("verdict").asString()).isEqualTo("NOT_FINISHED");
    assertThat(status(json, "CREATE-01")).isEqualTo("PASSED");
    assertThat(status(json, "LOCK-04")).isEqualTo("NOT_RUN");
    for (String file : List.of("report.md", "report.html")) {
      assertThat(Files.readString(folder.resolve(file)))
          .containsIgnoringCase("not finished")
          .contains("The verdict is open");
    }
    assertThat(lines).anySatisfy(line -> assertThat(line).matches(" +CREATE +\\d+ passed.*"));
    assertThat(lines.indexOf(HANGS)).isEqualTo(lines.size() - 1);
  }

  private List<String> runUntilItHangs() throws IOException, InterruptedException {
    Process run =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                TckMain.class.getName(),
                "--fixture",
                HangsAtLocks.class.getName(),
                "--rules",
                "CREATE,LOCK",
                "--report",
                folder.toString())
            .redirectErrorStream(true)
            .start();
    List<String> lines = new ArrayList<>();
    try (BufferedReader output = run.inputReader(StandardCharsets.UTF_8)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        lines.add(line);
        if (line.equals(HANGS)) {
          break;
        }
      }
    } finally {
      run.destroyForcibly().waitFor();
    }
    return lines;
  }

  private static String status(JsonNode json, String id) {
    for (JsonNode rule : json.get("rules")) {
      if (rule.get("id").asString().equals(id)) {
        return rule.get("status").asString();
      }
    }
    throw new AssertionError(id);
  }

  /** Makes no store for rules about locks and says so. */
  public static final class HangsAtLocks implements TckFixture {
    private final ReferenceFixture right = new ReferenceFixture();

    /** Created by name. */
    public HangsAtLocks() {}

    @Override
    public ProviderIdentity provider() {
      return right.provider();
    }

    @Override
    public TestStore freshStore(String purpose) {
      if (!purpose.startsWith("LOCK")) {
        return right.freshStore(purpose);
      }
      System.out.println(HANGS);
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      throw new IllegalStateException("interrupted");
    }
  }
}
