// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite;

import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestratorMessage;
import java.util.List;

/** How many bytes of payload a call has to write. */
final class PayloadSizes {

  private PayloadSizes() {}

  static long of(OrchestrationAck ack) {
    return ack.historyDelta().stream().mapToLong(event -> event.data().size()).sum()
        + ack.activities().stream().mapToLong(task -> task.input().size()).sum()
        + (ack.metadata().output() == null ? 0 : ack.metadata().output().size())
        + of(ack.messages());
  }

  static long of(ActivityAck ack) {
    OrchestratorMessage completion = ack.completion();
    return completion == null ? 0 : completion.body().size();
  }

  static long of(List<OrchestratorMessage> messages) {
    return messages.stream().mapToLong(message -> message.body().size()).sum();
  }
}
