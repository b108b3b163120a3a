// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.KeyValueMutation;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.TurnAhead;
import dev.holdfast.provider.TurnContent;
import dev.holdfast.provider.feature.KeyValues;
import dev.holdfast.tck.words.Sample;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The lives of instances with key-values: changed, merged and read, in each form of an ack. */
public final class ValuesPath {

  private static final int KEYS = 20;

  private final Provider provider;
  private final KeyValues values;
  private final Duration lockFor;
  private final List<String> ids;

  /**
   * Prepares the calls.
   *
   * @param lockFor how long to lock, longer than the calls take
   * @param name begins the ids of the instances, which do not exist yet
   */
  public ValuesPath(Provider provider, Duration lockFor, String name) {
    this.provider = provider;
    this.lockFor = lockFor;
    values = provider.capability(KeyValues.class).orElseThrow();
    ids = List.of(name + "-one", name + "-two");
  }

  /** Makes the calls, and leaves nothing that is deliverable. */
  public void run() {
    ids.forEach(id -> provider.enqueue(Sample.start(id, Sample.NAME, null)));
    ackAll(1, null, sets());
    poke();
    ackAll(1, ExecutionStatus.CONTINUED_AS_NEW, Stream.of(new KeyValueMutation.Clear("key 1")));
    poke();
    List<OrchestrationItem> items = fetch();
    assertThat(items.get(0).kvSnapshot()).hasSize(KEYS - 1);
    items.forEach(
        item -> ack(item, 2, null, Stream.of(new KeyValueMutation.Clear("key 2"), set("new"))));
    assertThat(values.readAll(ids.get(0))).hasSize(KEYS - 1);
    assertThat(values.read(ids.get(0), "key 2")).isEmpty();
    poke();
    fetch().forEach(item -> ack(item, 2, ExecutionStatus.CONTINUED_AS_NEW, Stream.of()));
    ids.forEach(this::endAhead);
    assertThat(values.readAll(ids.get(0))).containsOnlyKeys("last");
  }

  /** Completes an activity with a turn that ends the execution, and then one that does so alone. */
  private void endAhead(String id) {
    poke();
    fetch()
        .forEach(item ->
            applied(
                provider.ackOrchestrationItem(
                    OrchestrationAck.builder(item.lockToken(), 3)
                        .activities(
                            item.instanceId().equals(id)
                                ? List.of(Sample.activity(id, 3, 1), Sample.activity(id, 3, 2))
                                : List.of())
                        .build())));
    Stream<KeyValueMutation> changes = Stream.of(new KeyValueMutation.ClearAll(), set("last"));
    completeAhead(metadata(null, changes));
    completeAhead(metadata(ExecutionStatus.COMPLETED, Stream.of()));
  }

  private void completeAhead(ExecutionMetadata metadata) {
    TurnContent turn = TurnContent.builder(3).metadata(metadata).build();
    EagerInstance claim =
        new EagerInstance(lockFor, KEYS, null).withTurnAhead(new TurnAhead(3, 0, turn));
    provider
        .fetchActivityItems(ActivityFetch.of(1, lockFor))
        .forEach(item ->
            assertThat(
                    applied(
                            provider.ackActivityItem(
                                new ActivityAck(item.lockToken(), Sample.completion(item), claim)))
                        .turnAhead())
                .isInstanceOf(AckResult.Applied.class));
  }

  private void ackAll(
      long execution, @Nullable ExecutionStatus status, Stream<KeyValueMutation> changes) {
    ExecutionMetadata metadata = metadata(status, changes);
    provider
        .ackOrchestrationItems(
            fetch().stream()
                .map(item ->
                    OrchestrationAck.builder(item.lockToken(), execution)
                        .metadata(metadata)
                        .build())
                .toList())
        .forEach(ValuesPath::applied);
  }

  private void ack(
      OrchestrationItem item,
      long execution,
      @Nullable ExecutionStatus status,
      Stream<KeyValueMutation> changes) {
    applied(
        provider.ackOrchestrationItem(
            OrchestrationAck.builder(item.lockToken(), execution)
                .metadata(metadata(status, changes))
                .build()));
  }

  private static ExecutionMetadata metadata(
      @Nullable ExecutionStatus status, Stream<KeyValueMutation> changes) {
    ExecutionMetadata.Builder metadata =
        ExecutionMetadata.builder().name(Sample.NAME).status(status);
    changes.forEach(metadata::keyValue);
    return metadata.build();
  }

  private static Stream<KeyValueMutation> sets() {
    return IntStream.rangeClosed(1, KEYS).mapToObj(n -> set("key " + n));
  }

  private static KeyValueMutation set(String key) {
    return new KeyValueMutation.Set(key, Payload.utf8("of " + key));
  }

  private void poke() {
    ids.forEach(id -> provider.enqueue(Sample.message(id, "go on")));
  }

  private List<OrchestrationItem> fetch() {
    return provider.fetchOrchestrationItems(OrchestrationFetch.of(ids.size(), lockFor));
  }

  private static AckResult.Applied applied(AckResult result) {
    return (AckResult.Applied) result;
  }
}
