// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite;

import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.CustomStatusChange;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.KeyValueMutation;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.TurnContent;
import dev.holdfast.provider.sqlite.changes.ChangeSizes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How many bytes of payload a call has to write. */
final class PayloadSizes {

  private PayloadSizes() {}

  static long of(OrchestrationAck ack) {
    return of(ack.content()) + ChangeSizes.of(ack.changes());
  }

  private static long of(TurnContent turn) {
    return turn.historyDelta().stream().mapToLong(event -> event.data().size()).sum()
        + turn.activities().stream().mapToLong(task -> task.input().size()).sum()
        + (turn.metadata().output() == null ? 0 : turn.metadata().output().size())
        + of(turn.messages())
        + ofValues(turn.metadata());
  }

  private static long ofValues(ExecutionMetadata metadata) {
    long status =
        metadata.customStatus() instanceof CustomStatusChange.Set(Payload value) ? value.size() : 0;
    return status
        + metadata.keyValues().stream()
            .mapToLong(one -> one instanceof KeyValueMutation.Set set ? set.value().size() : 0)
            .sum();
  }

  /** {@return the payload of the turn that comes with a claim} */
  static long ofTurn(@Nullable EagerInstance eager) {
    return eager == null || eager.turnAhead() == null ? 0 : of(eager.turnAhead().content());
  }

  static long of(ActivityAck ack) {
    OrchestratorMessage completion = ack.completion();
    return (completion == null ? 0 : completion.body().size() + ofTurn(ack.eager()))
        + ChangeSizes.of(ack.changes());
  }

  static long of(List<OrchestratorMessage> messages) {
    return messages.stream().mapToLong(message -> message.body().size()).sum();
  }
}
