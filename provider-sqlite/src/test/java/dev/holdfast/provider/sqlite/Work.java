// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Work for tests. */
final class Work {

  static final Duration LOCK = Duration.ofMinutes(1);

  private Work() {}

  static OrchestratorMessage start(String id, String name) {
    return start(id, name, null);
  }

  static OrchestratorMessage start(String id, String name, @Nullable String version) {
    return OrchestratorMessage.builder(id, "start", Payload.empty())
        .start(new ExecutionStart(name, version, null))
        .build();
  }

  static OrchestratorMessage message(String id, int bytes) {
    return OrchestratorMessage.builder(id, "event", bytes(bytes)).build();
  }

  static Payload bytes(int size) {
    return Payload.of(new byte[size]);
  }

  static void startMany(Provider provider, String prefix, String name, int howMany) {
    provider.enqueueAll(
        IntStream.range(0, howMany).mapToObj(i -> start(prefix + "-" + i, name)).toList());
  }

  /** Makes an instance, whose first ack schedules activities 1, 2, 3 … of those names. */
  static void activities(Provider provider, String id, String... names) {
    activities(provider, id, Payload.empty(), names);
  }

  static void activities(Provider provider, String id, Payload input, String... names) {
    OrchestrationItem item =
        Objects.requireNonNull(
            provider.enqueue(start(id, "flow"), new EagerInstance(LOCK, 0, null)).eagerInstance());
    List<String> all = Arrays.asList(names);
    AckResult result =
        provider.ackOrchestrationItem(
            OrchestrationAck.builder(item.lockToken(), 1)
                .metadata(ExecutionMetadata.builder().name("flow").build())
                .activities(
                    IntStream.range(0, all.size())
                        .mapToObj(i ->
                            ActivityTask.builder(
                                    new ActivityIdentity(id, 1, i + 1), all.get(i), input, "flow")
                                .build())
                        .toList())
                .build());
    if (!(result instanceof AckResult.Applied)) {
      throw new IllegalStateException(id + ": " + result);
    }
  }
}
