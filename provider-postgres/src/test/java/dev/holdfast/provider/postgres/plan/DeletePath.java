// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.TurnAhead;
import dev.holdfast.provider.TurnContent;
import dev.holdfast.provider.admin.InstanceDeletion;
import dev.holdfast.provider.admin.InstanceDeletion.Counts;
import dev.holdfast.tck.words.Sample;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The deletion of a tree. Used once. */
public final class DeletePath {

  private final Provider provider;
  private final String name;

  /**
   * Prepares the calls.
   *
   * @param name begins the ids of the instances, which do not exist yet
   */
  public DeletePath(Provider provider, String name) {
    this.provider = provider;
    this.name = name;
  }

  /** Makes the calls, and leaves nothing. */
  public void run() {
    start(name, null);
    start(name + "-child", name);
    Counts counts =
        provider.capability(InstanceDeletion.class).orElseThrow().delete(List.of(name), true);
    assertThat(counts).isEqualTo(new Counts(2, 2, 4, 0, 2));
  }

  private void start(String id, @Nullable String parent) {
    TurnContent first =
        TurnContent.builder(1)
            .historyDelta(Sample.events(1, 2))
            .activities(List.of(Sample.activity(id, 1)))
            .metadata(
                ExecutionMetadata.builder().name(Sample.NAME).parentInstanceId(parent).build())
            .build();
    EagerInstance ahead =
        new EagerInstance(Duration.ofMinutes(1), 0, null)
            .withTurnAhead(new TurnAhead(1, 0, first));
    assertThat(provider.enqueue(Sample.start(id, Sample.NAME, null), ahead).turnAhead())
        .isInstanceOf(AckResult.Applied.class);
  }
}
