// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.EnqueueResult;
import dev.holdfast.provider.History;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.CorruptData;
import dev.holdfast.provider.ProviderError.DuplicateEvent;
import dev.holdfast.provider.ProviderError.IdempotencyMismatch;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.ProviderError.StoreFailure;
import dev.holdfast.provider.ProviderError.StoreUnavailable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** Errors of the wrong kind, in the wrong form, or hidden. */
final class ErrMutants {

  private ErrMutants() {}

  static List<Mutant> all() {
    return new Family("ERR")
        .handle(
            "rejections-are-thrown",
            "A permanent error of an ack is thrown.",
            "ERR-04: one error path for all calls",
            RejectionsAreThrown::new)
        .handle(
            "duplicates-are-store-failures",
            "A taken event id is reported as a failure of the store.",
            "ERR-04: a violated key that is not looked at",
            DuplicatesAreStoreFailures::new)
        .handle(
            "mismatches-are-invalid-requests",
            "A message id with another content is reported as an invalid request.",
            "ERR-04: a class of its own was saved",
            MismatchesAreInvalid::new)
        .handle(
            "corrupt-data-is-retryable",
            "What cannot be read is reported as a store that is away.",
            "duroxide: every error without a type is retryable",
            CorruptIsRetryable::new)
        .handle(
            "exceptions-escape",
            "What cannot be read ends in an exception of the runtime.",
            "ERR-01: an exception of the decoder escapes",
            ExceptionsEscape::new)
        .handle(
            "corrupt-history-is-empty",
            "A history that cannot be read is empty.",
            "ERR-08: a failure looks like an empty answer",
            CorruptHistoryIsEmpty::new)
        .handle(
            "payloads-in-messages",
            "An error tells the body of the message it is about.",
            "ERR-05: the request is printed",
            PayloadsInMessages::new)
        .handle(
            "bad-input-costs-the-lock",
            "A refused renewal gives the lock back.",
            "ERR-07: the check comes behind the update",
            BadInputCostsTheLock::new)
        .handle(
            "unreadable-history-is-not-delivered",
            "A fetch reads history that it was not asked for.",
            "ERR-12: inlineHistory 0 reads a page all the same",
            ReadsHistoryAlways::new)
        .handle(
            "unreadable-history-cannot-be-ended",
            "An ack reads the history before it appends.",
            "ERR-12: the ack replays what is stored",
            AckReadsHistory::new)
        .mutants();
  }

  private static final class RejectionsAreThrown extends Forwarding {
    RejectionsAreThrown(Provider inner) {
      super(inner);
    }

    @Override
    public AckResult ackOrchestrationItem(OrchestrationAck ack) {
      AckResult result = super.ackOrchestrationItem(ack);
      if (result instanceof AckResult.Rejected rejected) {
        throw rejected.error();
      }
      return result;
    }
  }

  private static final class DuplicatesAreStoreFailures extends Forwarding {
    DuplicatesAreStoreFailures(Provider inner) {
      super(inner);
    }

    @Override
    public AckResult ackOrchestrationItem(OrchestrationAck ack) {
      AckResult result = super.ackOrchestrationItem(ack);
      return result instanceof AckResult.Rejected(DuplicateEvent taken)
          ? AckResult.rejected(
              new StoreFailure("ackOrchestrationItem", "a unique key is violated", taken))
          : result;
    }
  }

  private static final class MismatchesAreInvalid extends Forwarding {
    MismatchesAreInvalid(Provider inner) {
      super(inner);
    }

    @Override
    public EnqueueResult enqueue(OrchestratorMessage message) {
      try {
        return super.enqueue(message);
      } catch (IdempotencyMismatch mismatch) {
        throw new InvalidRequest("enqueue", message.instanceId(), "the message id is used");
      }
    }
  }

  private static final class CorruptIsRetryable extends Forwarding {
    CorruptIsRetryable(Provider inner) {
      super(inner);
    }

    @Override
    public History readHistory(String instanceId, long executionId, long after, int limit) {
      try {
        return super.readHistory(instanceId, executionId, after, limit);
      } catch (CorruptData corrupt) {
        throw new StoreUnavailable("readHistory", "cannot read", corrupt);
      }
    }

    @Override
    public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
      try {
        return super.fetchOrchestrationItems(request);
      } catch (CorruptData corrupt) {
        throw new StoreUnavailable("fetchOrchestrationItems", "cannot read", corrupt);
      }
    }
  }

  private static final class ExceptionsEscape extends Forwarding {
    ExceptionsEscape(Provider inner) {
      super(inner);
    }

    @Override
    public History readHistory(String instanceId, long executionId, long after, int limit) {
      try {
        return super.readHistory(instanceId, executionId, after, limit);
      } catch (CorruptData corrupt) {
        throw new IllegalStateException("cannot decode", corrupt);
      }
    }

    @Override
    protected void abandonInstance(LockToken token, AbandonOptions how) {
      try {
        super.abandonInstance(token, how);
      } catch (LockLost lost) {
        throw new IllegalStateException("no row was updated", lost);
      }
    }
  }

  private static final class CorruptHistoryIsEmpty extends Forwarding {
    CorruptHistoryIsEmpty(Provider inner) {
      super(inner);
    }

    @Override
    public History readHistory(String instanceId, long executionId, long after, int limit) {
      try {
        return super.readHistory(instanceId, executionId, after, limit);
      } catch (CorruptData corrupt) {
        return History.empty();
      }
    }
  }

  private static final class PayloadsInMessages extends Forwarding {
    PayloadsInMessages(Provider inner) {
      super(inner);
    }

    @Override
    public EnqueueResult enqueue(OrchestratorMessage message) {
      try {
        return super.enqueue(message);
      } catch (InvalidRequest refused) {
        throw new InvalidRequest("enqueue", message.instanceId(), "refused: " + text(message));
      }
    }

    @Override
    public AckResult ackOrchestrationItem(OrchestrationAck ack) {
      AckResult result = super.ackOrchestrationItem(ack);
      if (result instanceof AckResult.Rejected(InvalidRequest refused)) {
        StringBuilder all = new StringBuilder("refused:");
        ack.messages().forEach(message -> all.append(' ').append(text(message)));
        return AckResult.rejected(
            new InvalidRequest(
                "ackOrchestrationItem", ack.lockToken().instanceId(), all.toString()));
      }
      return result;
    }

    private static String text(OrchestratorMessage message) {
      return new String(message.body().toByteArray(), StandardCharsets.UTF_8);
    }
  }

  private static final class BadInputCostsTheLock extends Forwarding {
    BadInputCostsTheLock(Provider inner) {
      super(inner);
    }

    @Override
    protected boolean renewInstance(LockToken token, Duration extendFor) {
      try {
        return super.renewInstance(token, extendFor);
      } catch (InvalidRequest refused) {
        inner.abandon(token, AbandonOptions.now());
        throw refused;
      }
    }
  }

  private static final class ReadsHistoryAlways extends Forwarding {
    ReadsHistoryAlways(Provider inner) {
      super(inner);
    }

    @Override
    public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
      return super.fetchOrchestrationItems(
          request.withInlineHistory(Math.max(1, request.inlineHistory())));
    }
  }

  private static final class AckReadsHistory extends Forwarding {
    AckReadsHistory(Provider inner) {
      super(inner);
    }

    @Override
    public AckResult ackOrchestrationItem(OrchestrationAck ack) {
      try {
        inner.readHistory(ack.lockToken().instanceId(), ack.executionId(), 0, 1_000);
      } catch (CorruptData corrupt) {
        return AckResult.rejected(corrupt);
      }
      return super.ackOrchestrationItem(ack);
    }
  }
}
