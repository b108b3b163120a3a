// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.instrument;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.Payload;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ShowTest {

  /** A report whose expected and found tasks read alike helps no author. */
  @Test
  void tasksThatDifferInOneFieldAreShownDifferently() {
    List<ActivityTask> tasks =
        List.of(
            task(null, null, "order", null),
            task("both", null, "order", null),
            task(null, "both", "order", null),
            task(null, null, "both", null),
            task(null, null, "order", "both"));

    assertThat(tasks.stream().map(Show::of)).doesNotHaveDuplicates();
  }

  private static ActivityTask task(
      @Nullable String session, @Nullable String tag, String name, @Nullable String version) {
    return new ActivityTask(
        new ActivityIdentity("order", 1, 1), "ship", Payload.empty(), session, tag, name, version);
  }
}
