// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.client;

import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.InstanceDescription;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.runtime.AlreadyStartedException;
import dev.holdfast.runtime.StartResult;
import dev.holdfast.runtime.internal.event.Codec;
import dev.holdfast.runtime.internal.event.Event;
import dev.holdfast.runtime.internal.event.Json;
import dev.holdfast.runtime.internal.event.Message;
import dev.holdfast.runtime.internal.event.UnreadableException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tells how a start differs from the one that came before it under the same id. */
final class EarlierStart {

  private final Provider provider;

  EarlierStart(Provider provider) {
    this.provider = provider;
  }

  /**
   * Compares a start that the store refused because the id was used with other content.
   *
   * @throws AlreadyStartedException when it was another orchestration, or anything else differs and
   *     the comparison is strict
   */
  StartResult compare(
      OrchestratorMessage stored,
      Message.Start start,
      boolean strict,
      ProviderError.IdempotencyMismatch mismatch) {
    ExecutionStart now = Objects.requireNonNull(stored.start(), "start");
    InstanceDescription before =
        provider.describeInstance(stored.instanceId()).orElseThrow(() -> mismatch);
    if (before.name() != null && !before.name().equals(now.name())) {
      throw new AlreadyStartedException(
          stored.instanceId(),
          "orchestration, \"%s\" and not \"%s\"".formatted(before.name(), now.name()),
          mismatch);
    }
    boolean sameVersion = Objects.equals(before.version(), now.version());
    // Of two starts that differ one part is left when the name is none of them. The version may be
    // that part, or may not; and so may the trace, which is another each time.
    boolean inputDiffers =
        differs(stored.instanceId(), 1, asStored(start)).orElse(start.trace() == null);
    if (strict && !sameVersion) {
      throw new AlreadyStartedException(
          stored.instanceId(),
          "version, %s and not %s".formatted(shown(before.version()), shown(now.version())),
          mismatch);
    }
    if (strict && inputDiffers) {
      throw new AlreadyStartedException(stored.instanceId(), "input", mismatch);
    }
    return new StartResult(StartResult.Kind.EXISTING, inputDiffers);
  }

  /**
   * {@return whether an execution that others began in place of the own one has another input; if
   * it cannot be read yet, whether nothing else can be what differs}
   */
  boolean inputDiffers(String instanceId, long executionId, Message.Work own) {
    return differs(instanceId, executionId, asStored(own)).orElse(own.trace() == null);
  }

  private Optional<Boolean> differs(String instanceId, long executionId, Json input) {
    try {
      for (HistoryEvent stored : provider.readHistory(instanceId, executionId, 0, 1).events()) {
        if (Codec.decode(stored).event() instanceof Event.OrchestrationStarted started) {
          return Optional.of(!started.input().equals(input));
        }
      }
    } catch (UnreadableException | ProviderError.CorruptData e) {
      return Optional.empty(); // what cannot be read cannot be compared
    }
    return Optional.empty();
  }

  /** The input as it would be read back: the writing of numbers may change on the way. */
  private static Json asStored(Message.Start start) {
    return Codec.decode("a start", Codec.encode(start), Message.Start.class).input();
  }

  private static Json asStored(Message.Work work) {
    return Codec.decode("a start", Codec.encode(work), Message.Work.class).input();
  }

  private static String shown(@Nullable String version) {
    return version == null ? "none" : "\"" + version + "\"";
  }
}
