// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.Capability;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Changes;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.Fence;
import dev.holdfast.provider.MessageSent;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError.IdempotencyMismatch;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.ProviderError.Permanent;
import dev.holdfast.provider.ProviderInfo;
import dev.holdfast.provider.SendMessage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Changes that are half there, in the wrong place, or written by the wrong holder. */
final class ChangeMutants {

  private ChangeMutants() {}

  static List<Mutant> all() {
    Family family = new Family("CHANGE");
    declarations(family);
    refusals(family);
    lists(family);
    repeats(family);
    ChangeFenceMutants.add(family);
    ChangeStateMutants.add(family);
    messages(family);
    return family.mutants();
  }

  private static void declarations(Family family) {
    family.handle(
        "changes-are-declared-and-not-found",
        "Changes are declared and not found.",
        "CHANGE-01: the lookup does not know them",
        inner ->
            new Forwarding(inner) {
              @Override
              public <C extends Capability> Optional<C> capability(Class<C> type) {
                return type == Changes.class ? Optional.empty() : super.capability(type);
              }
            });
    family.handle(
        "what-is-not-declared-is-dropped",
        "A store that does not declare changes takes acks with them, and drops the changes.",
        "CHANGE-01: a provider of an older version",
        inner ->
            new Forwarding(inner) {
              @Override
              public ProviderInfo info() {
                ProviderInfo right = inner.info();
                Set<Feature> features = EnumSet.copyOf(right.features());
                features.remove(Feature.CHANGES);
                return new ProviderInfo(
                    right.id(),
                    right.version(),
                    right.specVersion(),
                    features,
                    right.limits(),
                    right.wakeUpBound());
              }

              @Override
              public AckResult ackOrchestrationItem(OrchestrationAck ack) {
                return super.ackOrchestrationItem(ack.withChanges(List.of()));
              }

              @Override
              public AckResult ackActivityItem(ActivityAck ack) {
                return super.ackActivityItem(ack.withChanges(List.of()));
              }

              @Override
              public <C extends Capability> Optional<C> capability(Class<C> type) {
                return type == Changes.class ? Optional.empty() : super.capability(type);
              }
            });
    family.handle(
        "one-change-less",
        "A call takes 999 changes.",
        "CHANGE-20: a limit of the statement",
        inner ->
            new Changed(inner) {
              @Override
              public int maxChanges() {
                return 999;
              }
            });
    family.handle(
        "the-rest-is-cut-off",
        "Of a list that is too long the first thousand are applied.",
        "CHANGE-20: LIMIT",
        inner ->
            new Changed(inner) {
              @Override
              List<Change> written(List<Change> changes) {
                return changes.subList(0, Math.min(changes.size(), maxChanges()));
              }
            });
  }

  private static void refusals(Family family) {
    family.handle(
        "what-stands-before-a-misfit-stays",
        "The changes in front of one that does not fit are applied.",
        "CHANGE-04: a commit per change",
        inner ->
            new Changed(inner) {
              @Override
              public List<ChangeResult> apply(List<Change> changes, @Nullable Fence fence) {
                try {
                  return super.apply(changes, fence);
                } catch (Permanent refused) {
                  Integer index = refused.changeIndex();
                  if (index != null && index > 0) {
                    right().apply(changes.subList(0, index), fence);
                  }
                  throw refused;
                }
              }
            });
    family.handle(
        "a-refused-ack-leaves-its-changes",
        "An ack whose own part does not fit has its changes applied.",
        "CHANGE-04: changes in a transaction of their own",
        inner ->
            new Changed(inner) {
              @Override
              AckResult answered(List<Change> changes, AckResult result) {
                if (result instanceof AckResult.Rejected(Permanent error)
                    && error.changeIndex() == null
                    && !(error instanceof LockLost)) {
                  right().apply(changes);
                }
                return result;
              }
            });
    family.handle(
        "places-are-counted-from-1",
        "The place of a change in an error is counted from 1.",
        "CHANGE-05: the row number of the database",
        inner ->
            new Changed(inner) {
              @Override
              public List<ChangeResult> apply(List<Change> changes, @Nullable Fence fence) {
                try {
                  return super.apply(changes, fence);
                } catch (IdempotencyMismatch refused) {
                  throw moved(refused);
                }
              }
            });
    family.handle(
        "an-ack-does-not-say-which-change",
        "The error of an ack does not say which change did not fit.",
        "CHANGE-05: one error for the whole statement",
        inner ->
            new Changed(inner) {
              @Override
              AckResult answered(List<Change> changes, AckResult result) {
                return result instanceof AckResult.Rejected(IdempotencyMismatch error)
                    ? AckResult.rejected(
                        new IdempotencyMismatch(
                            error.operation(), String.valueOf(error.instanceId()), "used"))
                    : result;
              }
            });
  }

  private static Permanent moved(IdempotencyMismatch refused) {
    Integer index = refused.changeIndex();
    return new IdempotencyMismatch(
            refused.operation(), String.valueOf(refused.instanceId()), "used")
        .atChange(index == null ? 1 : index + 1);
  }

  private static void lists(Family family) {
    family.handle(
        "the-last-change-first",
        "Changes apply from the last one to the first.",
        "CHANGE-06: a stack in place of a list",
        inner ->
            new Changed(inner) {
              @Override
              List<Change> written(List<Change> changes) {
                return changes.reversed();
              }

              @Override
              List<ChangeResult> told(List<ChangeResult> results) {
                return results.reversed();
              }
            });
    family.handle(
        "results-of-acks-are-missing",
        "Acks have no results.",
        "CHANGE-07: only apply reads what comes back",
        inner ->
            new Changed(inner) {
              @Override
              AckResult answered(List<Change> changes, AckResult result) {
                return result instanceof AckResult.Applied applied
                    ? applied.withResults(List.of())
                    : result;
              }
            });
    family.handle(
        "every-message-was-stored",
        "A message that added nothing is told of as stored.",
        "CHANGE-06: the result is made by the caller",
        inner ->
            new Changed(inner) {
              @Override
              List<ChangeResult> told(List<ChangeResult> results) {
                return results.stream().<ChangeResult>map(result -> new MessageSent(true)).toList();
              }
            });
    family.handle(
        "lists-of-acks-forget-changes",
        "In lists of acks only the first one has its changes applied.",
        "CHANGE-14: the list form takes those of the first",
        inner ->
            new Changed(inner) {
              @Override
              public List<AckResult> ackOrchestrationItems(List<OrchestrationAck> acks) {
                List<AckResult> results = new ArrayList<>();
                for (int i = 0; i < acks.size(); i++) {
                  results.add(
                      ackOrchestrationItem(
                          i == 0 ? acks.get(i) : acks.get(i).withChanges(List.of())));
                }
                return results;
              }
            });
    family.handle(
        "a-bad-ack-ends-the-list",
        "Behind a refused ack of a list the others are refused.",
        "CHANGE-14: one transaction for the list",
        inner ->
            new Changed(inner) {
              @Override
              public List<AckResult> ackActivityItems(List<ActivityAck> acks) {
                List<AckResult> results = new ArrayList<>();
                AckResult refused = null;
                for (ActivityAck ack : acks) {
                  AckResult result = refused != null ? refused : ackActivityItem(ack);
                  if (result instanceof AckResult.Rejected && acks.size() > 2) {
                    refused = result;
                  }
                  results.add(result);
                }
                return results;
              }
            });
  }

  private static void repeats(Family family) {
    family.handle(
        "a-repeat-applies-its-changes",
        "The changes of a repeated ack are applied again.",
        "CHANGE-08: changes come before the recognition",
        inner ->
            new Changed(inner) {
              @Override
              AckResult answered(List<Change> changes, AckResult result) {
                if (result instanceof AckResult.AlreadyApplied) {
                  try {
                    right().apply(changes);
                  } catch (Permanent refused) {
                    return result;
                  }
                }
                return result;
              }
            });
    family.handle(
        "a-repeat-is-looked-at",
        "A repeated ack is refused when its changes do not fit by now.",
        "CHANGE-08: versions are compared first",
        inner ->
            new Changed(inner) {
              @Override
              AckResult answered(List<Change> changes, AckResult result) {
                if (result instanceof AckResult.AlreadyApplied && changes.size() == 1) {
                  try {
                    right().apply(List.of(changes.get(0), changes.get(0)));
                  } catch (Permanent refused) {
                    return AckResult.rejected(refused);
                  }
                }
                return result;
              }
            });
  }

  private static void messages(Family family) {
    family.handle(
        "changes-forget-message-ids",
        "The message id of a change is not remembered.",
        "CHANGE-19: the change goes past the enqueue",
        inner ->
            new Changed(inner) {
              @Override
              List<Change> written(List<Change> changes) {
                return changes.stream().map(ChangeMutants::withoutId).toList();
              }
            });
    family.handle(
        "changes-stand-in-front",
        "Messages that are changes stand before an ack's own.",
        "CHANGE-19: changes are written first",
        inner ->
            new Changed(inner) {
              @Override
              AckResult acked(OrchestrationAck ack) {
                if (ack.messages().isEmpty() || ack.changes().isEmpty()) {
                  return super.acked(ack);
                }
                List<OrchestratorMessage> front = new ArrayList<>();
                ack.changes().forEach(change -> front.add(((SendMessage) change).message()));
                front.addAll(ack.messages());
                AckResult result =
                    super.acked(
                        OrchestrationAck.builder(ack.lockToken(), ack.executionId())
                            .messages(front)
                            .build());
                return result instanceof AckResult.Applied applied
                    ? applied.withResults(
                        Collections.nCopies(ack.changes().size(), new MessageSent(true)))
                    : result;
              }
            });
  }

  private static Change withoutId(Change change) {
    return switch (change) {
      case SendMessage(var message) ->
          new SendMessage(
              OrchestratorMessage.builder(message.instanceId(), message.kind(), message.body())
                  .due(message.due())
                  .start(message.start())
                  .build());
      default -> change;
    };
  }
}
