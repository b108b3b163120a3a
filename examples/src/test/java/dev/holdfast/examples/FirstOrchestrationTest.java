// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.InstanceState;
import dev.holdfast.runtime.InstanceStatus;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FirstOrchestrationTest {

  @Test
  void runsToItsEndAndCanBeRunAgain(@TempDir Path dir) throws InterruptedException {
    String file = dir.resolve("greetings.db").toString();

    FirstOrchestration.main(new String[] {file});
    FirstOrchestration.main(new String[] {file});

    try (HoldfastClient client = HoldfastClient.connect("sqlite:" + file)) {
      InstanceStatus status = client.status("greeting-1");
      assertThat(status.state()).isEqualTo(InstanceState.COMPLETED);
      assertThat(status.output(String.class)).isEqualTo("Hello, Ada! Hello, Ada again!");
    }
  }
}
