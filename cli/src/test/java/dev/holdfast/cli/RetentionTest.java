// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.runtime.InstanceState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Taking away by a policy. */
class RetentionTest extends OnStore {

  @TempDir Path files;

  private String policy(String json) throws IOException {
    return Files.writeString(files.resolve("policy.json"), json).toString();
  }

  @Test
  void whatWouldGoIsShownAndGoesWithYes() throws Exception {
    String file = policy("{\"instances\": [{\"after\": \"0s\"}], \"holds\": [\"held\"]}");
    for (String id : new String[] {"a", "b", "held"}) {
      client.start(SHOUT, id, "x");
      client.await(SHOUT, id, LONG);
    }

    assertThat(shell.run("retention", "--policy", file, "--dry-run").returns(0).out())
        .containsPattern("instances +2 +2 +\\d+");
    assertThat(shell.run("retention", "--policy", file).returns(1).err())
        .contains("this would be removed", "--yes does it");
    assertThat(client.status("a").state()).isEqualTo(InstanceState.COMPLETED);

    assertThat(shell.run("retention", "--policy", file, "--yes", "--json").returns(0).out())
        .contains("\"done\":true", "\"instances\":2", "\"prunedExecutions\":0");
    assertThat(client.status("a").state()).isEqualTo(InstanceState.NOT_FOUND);
    assertThat(client.status("held").state()).isEqualTo(InstanceState.COMPLETED);
    shell.run("retention", "--policy", file, "--yes").returns(1);
  }

  @Test
  void whatIsWrongIsSaidBeforeTheStoreIsOpened() throws Exception {
    assertThat(shell.run("retention", "--policy", "nowhere.json").returns(2).err())
        .contains("cannot be read");
    String file = policy("{\"instances\": [{\"after\": \"soon\"}]}");
    assertThat(shell.run("retention", "--policy", file, "--yes").returns(2).err())
        .contains("a time is as in 30d");
    assertThat(shell.run("retention", "--policy", file, "--yes", "--dry-run").returns(2).err())
        .contains("either --dry-run or --yes");
    shell.run("retention").returns(2);
  }
}
