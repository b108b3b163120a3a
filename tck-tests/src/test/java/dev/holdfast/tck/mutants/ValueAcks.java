// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.CustomStatusChange;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.KeyValueMutation;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Acks that change a custom status or key-values, as broken providers treat them. Stateless. */
final class ValueAcks {

  private ValueAcks() {}

  /** The same ack with other changes of the custom status. */
  static OrchestrationAck with(OrchestrationAck ack, CustomStatusChange status) {
    return with(ack, status, ack.metadata().keyValues());
  }

  /** The same ack with other changes of key-values. */
  static OrchestrationAck with(OrchestrationAck ack, List<KeyValueMutation> values) {
    return with(ack, ack.metadata().customStatus(), values);
  }

  private static OrchestrationAck with(
      OrchestrationAck ack, CustomStatusChange status, List<KeyValueMutation> values) {
    ExecutionMetadata metadata = ack.metadata();
    ExecutionMetadata.Builder changed =
        ExecutionMetadata.builder()
            .name(metadata.name())
            .version(metadata.version())
            .parentInstanceId(metadata.parentInstanceId())
            .status(metadata.status())
            .output(metadata.output())
            .runtimeVersion(metadata.runtimeVersion())
            .customStatus(status);
    values.forEach(changed::keyValue);
    return Change.of(ack).metadata(changed.build()).build();
  }

  /** Leaves out of an ack what would be refused. */
  static Provider leavingOut(
      Provider right, Predicate<InvalidRequest> refused, UnaryOperator<OrchestrationAck> without) {
    return new Forwarding(right) {
      @Override
      public AckResult ackOrchestrationItem(OrchestrationAck ack) {
        AckResult result = super.ackOrchestrationItem(ack);
        return result instanceof AckResult.Rejected(InvalidRequest error) && refused.test(error)
            ? super.ackOrchestrationItem(without.apply(ack))
            : result;
      }
    };
  }

  /** Stores the metadata of a rejected ack. */
  static Provider storingWhatIsRejected(Provider right) {
    return new Forwarding(right) {
      @Override
      public AckResult ackOrchestrationItem(OrchestrationAck ack) {
        AckResult result = super.ackOrchestrationItem(ack);
        if (result instanceof AckResult.Rejected) {
          super.ackOrchestrationItem(
              OrchestrationAck.builder(ack.lockToken(), ack.executionId())
                  .metadata(ack.metadata())
                  .build());
        }
        return result;
      }
    };
  }
}
