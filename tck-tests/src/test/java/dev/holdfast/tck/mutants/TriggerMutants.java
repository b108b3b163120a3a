// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Fence;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.IdempotencyMismatch;
import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.SendMessage;
import dev.holdfast.provider.state.AppendInbox;
import dev.holdfast.provider.state.DeliverTrigger;
import dev.holdfast.provider.state.NewInboxMessage;
import dev.holdfast.provider.state.RunChange;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.TriggerDelivered;
import dev.holdfast.provider.state.TriggerDelivered.Outcome;
import dev.holdfast.tck.instrument.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Providers that lose inputs and wake-ups, or double them. */
final class TriggerMutants {

  private static final int ALL = 100;
  private static final Duration A_WHILE = Duration.ofMillis(1);
  private static final Duration LOCK = Duration.ofSeconds(1);

  private TriggerMutants() {}

  /** What is written in place of a delivery. */
  private static void writing(
      Family family,
      String name,
      String what,
      String origin,
      BiFunction<Retriggered, DeliverTrigger, List<Change>> instead) {
    family.handle(
        name,
        what,
        origin,
        inner ->
            new Retriggered(inner) {
              @Override
              List<Change> written(DeliverTrigger trigger) {
                return instead.apply(this, trigger);
              }
            });
  }

  private static Change append(DeliverTrigger trigger) {
    return new AppendInbox(trigger.key(), trigger.input());
  }

  private static List<Change> appendAndSend(DeliverTrigger trigger, OrchestratorMessage wakeUp) {
    return List.of(append(trigger), new SendMessage(wakeUp));
  }

  private static DeliverTrigger with(
      DeliverTrigger trigger, NewInboxMessage input, OrchestratorMessage wakeUp) {
    return new DeliverTrigger(trigger.runId(), trigger.stepId(), input, trigger.cursor(), wakeUp);
  }

  static List<Mutant> all() {
    Family family = new Family("TRIGGER");
    commits(family);
    repeats(family);
    wakeUps(family);
    ends(family);
    return family.mutants();
  }

  // ---- one commit

  /** Writes the input first, and the wake-up when the input turned out to be new. */
  private static class InTwoCommits extends Retriggered {
    InTwoCommits(Provider inner) {
      super(inner);
    }

    @Override
    List<ChangeResult> applied(List<Change> list, @Nullable Fence fence) {
      List<ChangeResult> results = new ArrayList<>();
      for (Change change : list) {
        if (change instanceof DeliverTrigger trigger) {
          List<ChangeResult> stored = changes.apply(List.of(append(trigger)), fence);
          TriggerDelivered answer = told(trigger, stored);
          if (answer.outcome() == Outcome.NEW) {
            changes.apply(List.of(new SendMessage(trigger.wakeUp())), fence);
          }
          results.add(answer);
        } else {
          results.addAll(changes.apply(List.of(change), fence));
        }
      }
      return results;
    }
  }

  private static void commits(Family family) {
    family.fixture(
        "wake-up-in-a-second-commit",
        "The input is stored first, and a retry that finds it takes the rest for done.",
        "TRIGGER-01: the origin's deliver_trigger_input",
        () -> new DisturbedFixture(InTwoCommits::new));
    writing(
        family,
        "cursor-is-not-moved",
        "A delivery stores input and wake-up, and leaves the cursor to the caller.",
        "TRIGGER-01: the cursor in a table of its own",
        (handle, trigger) ->
            List.of(
                new DeliverTrigger(
                    trigger.runId(), trigger.stepId(), trigger.input(), null, trigger.wakeUp())));
    writing(
        family,
        "wake-up-of-its-own",
        "The wake-up is not the caller's message.",
        "TRIGGER-01: a fixed message",
        (handle, trigger) ->
            List.of(
                with(
                    trigger,
                    trigger.input(),
                    OrchestratorMessage.of(
                        trigger.runId(), "trigger", Payload.utf8(trigger.stepId())))));
    family.handle(
        "activities-wake-nobody",
        "A delivery in the ack of an activity has no wake-up.",
        "TRIGGER-01: one of the ways is forgotten",
        inner ->
            new Retriggered(inner) {
              @Override
              AckResult acked(ActivityAck ack) {
                return inner.ackActivityItem(
                    ack.withChanges(
                        ack.changes().stream()
                            .map(change ->
                                change instanceof DeliverTrigger trigger ? append(trigger) : change)
                            .toList()));
              }
            });
  }

  // ---- repeats

  private static void repeats(Family family) {
    family.handle(
        "a-repeat-wakes-again",
        "A delivery that is known wakes the run all the same.",
        "TRIGGER-02: the wake-up is not behind the condition",
        inner ->
            new Retriggered(inner) {
              @Override
              TriggerDelivered told(DeliverTrigger trigger, List<ChangeResult> results) {
                TriggerDelivered answer = super.told(trigger, results);
                if (answer.outcome() == Outcome.DUPLICATE) {
                  inner.enqueue(trigger.wakeUp());
                }
                return answer;
              }
            });
    family.handle(
        "another-content-is-a-repeat",
        "A known input id is a duplicate, whatever its content.",
        "TRIGGER-02: ON CONFLICT DO NOTHING",
        inner ->
            new Retriggered(inner) {
              @Override
              List<ChangeResult> applied(List<Change> list, @Nullable Fence fence) {
                try {
                  return super.applied(list, fence);
                } catch (IdempotencyMismatch mismatch) {
                  return List.of(new TriggerDelivered(Outcome.DUPLICATE, 1));
                }
              }
            });
    family.handle(
        "processed-inputs-are-forgotten",
        "An input that was consumed is new when it comes again.",
        "TRIGGER-02: only open inputs are looked at",
        inner ->
            new Retriggered(inner) {
              @Override
              TriggerDelivered told(DeliverTrigger trigger, List<ChangeResult> results) {
                TriggerDelivered answer = super.told(trigger, results);
                boolean open =
                    triggers.pendingInputs(trigger.runId(), trigger.stepId(), 0, ALL).stream()
                        .anyMatch(input -> input.message().sequence() == answer.sequence());
                return answer.outcome() == Outcome.DUPLICATE && !open
                    ? triggers.deliver(
                        with(
                            trigger,
                            new NewInboxMessage(
                                trigger.input().messageId() + " again",
                                trigger.input().payload(),
                                trigger.input().payloadRef()),
                            trigger.wakeUp()))
                    : answer;
              }
            });
    known(
        family,
        "input-ids-are-global",
        "An input id that one run has had is a duplicate for every other.",
        "TRIGGER-03: the origin's UNIQUE (input_id)",
        trigger -> trigger.input().messageId());
    known(
        family,
        "input-ids-count-within-the-run",
        "An input id that one step has had is a duplicate for the run's other steps.",
        "TRIGGER-03: UNIQUE (run_id, input_id)",
        trigger -> trigger.runId() + "\n" + trigger.input().messageId());
    known(
        family,
        "keys-are-joined",
        "Run and step are joined to one key.",
        "TRIGGER-03: handle = run + '/' + step",
        trigger -> trigger.runId() + "/" + trigger.stepId() + "\n" + trigger.input().messageId());
    family.store(
        "looks-then-stores",
        "Two callers find that an input id is free, and both are told that it is new.",
        "TRIGGER-04: a SELECT before the INSERT",
        store -> {
          Set<List<String>> stored = ConcurrentHashMap.newKeySet();
          return inner ->
              new Retriggered(inner) {
                private boolean isFree;

                @Override
                synchronized List<ChangeResult> applied(List<Change> list, @Nullable Fence fence) {
                  isFree =
                      list.get(0) instanceof DeliverTrigger trigger
                          && !stored.contains(names(trigger));
                  Waiting.realTime(isFree ? A_WHILE : Duration.ZERO);
                  return super.applied(list, fence);
                }

                @Override
                TriggerDelivered told(DeliverTrigger trigger, List<ChangeResult> results) {
                  TriggerDelivered answer = super.told(trigger, results);
                  stored.add(names(trigger));
                  if (answer.outcome() == Outcome.DUPLICATE && isFree) {
                    inner.enqueue(trigger.wakeUp());
                    return new TriggerDelivered(Outcome.NEW, answer.sequence());
                  }
                  return answer;
                }
              };
        });
  }

  private static List<String> names(DeliverTrigger trigger) {
    return List.of(trigger.runId(), trigger.stepId(), trigger.input().messageId());
  }

  /** A delivery whose name was used for another step is a duplicate of that. */
  private static void known(
      Family family,
      String name,
      String what,
      String origin,
      Function<DeliverTrigger, String> names) {
    family.store(
        name,
        what,
        origin,
        store -> {
          Map<String, List<String>> first = new ConcurrentHashMap<>();
          return inner ->
              new Retriggered(inner) {
                private boolean isAnothers(DeliverTrigger trigger) {
                  List<String> own = names(trigger);
                  return !first.computeIfAbsent(names.apply(trigger), id -> own).equals(own);
                }

                private List<String> names(DeliverTrigger trigger) {
                  return TriggerMutants.names(trigger);
                }

                @Override
                List<Change> written(DeliverTrigger trigger) {
                  return isAnothers(trigger) ? List.of() : List.of(trigger);
                }

                @Override
                TriggerDelivered told(DeliverTrigger trigger, List<ChangeResult> results) {
                  return results.isEmpty()
                      ? new TriggerDelivered(Outcome.DUPLICATE, 1)
                      : super.told(trigger, results);
                }
              };
        });
  }

  // ---- wake-ups

  private static void wakeUps(Family family) {
    writing(
        family,
        "wakes-only-who-sleeps",
        "A delivery to a run that is not suspended yet wakes nobody.",
        "TRIGGER-05: the origin's if run.status == 'suspended'",
        (handle, trigger) ->
            handle.status(trigger.runId()) == RunStatus.SUSPENDED
                ? List.of(trigger)
                : List.of(append(trigger)));
    family.handle(
        "suspending-clears-the-queue",
        "The ack that suspends a run takes what came since its fetch.",
        "TRIGGER-05: messages are deleted by instance, not by batch",
        inner ->
            new Retriggered(inner) {
              @Override
              AckResult acked(OrchestrationAck ack) {
                AckResult result = inner.ackOrchestrationItem(ack);
                for (Change change : ack.changes()) {
                  if (change instanceof RunChange run && run.status() == RunStatus.SUSPENDED) {
                    clear(inner, run.runId());
                  }
                }
                return result;
              }
            });
    writing(
        family,
        "a-delivery-needs-its-run",
        "A delivery to a run that does not exist is refused.",
        "TRIGGER-07: a foreign key",
        (handle, trigger) -> {
          if (handle.status(trigger.runId()) == null) {
            throw new NotFound("deliver", trigger.runId(), "there is no such run");
          }
          return List.of(trigger);
        });
    writing(
        family,
        "wake-ups-of-orphans-are-dropped",
        "The wake-up of a run whose instance is not known is discarded.",
        "TRIGGER-07: discardIfUnknown",
        (handle, trigger) ->
            trigger.wakeUp().start() != null || handle.status(trigger.runId()) != null
                ? List.of(trigger)
                : appendAndSend(
                    trigger,
                    dev.holdfast.tck.mutants.Change.of(trigger.wakeUp())
                        .discardIfUnknown(true)
                        .build()));
    writing(
        family,
        "a-wake-up-that-is-remembered",
        "All wake-ups of a run have one message id.",
        "TRIGGER-08: wake-up:run",
        (handle, trigger) ->
            appendAndSend(
                trigger,
                OrchestratorMessage.builder(trigger.runId(), "wake", Payload.utf8("wake up"))
                    .messageId("wake-up of " + trigger.runId())
                    .build()));
    writing(
        family,
        "one-wake-up-for-all",
        "An input behind others that are open has no wake-up.",
        "TRIGGER-08: awake already",
        (handle, trigger) ->
            handle.triggers.pendingInputs(trigger.runId(), trigger.stepId(), 0, 1).isEmpty()
                ? List.of(trigger)
                : List.of(append(trigger)));
    family.handle(
        "waiting-runs-are-in-memory",
        "A process wakes the runs only that it has seen.",
        "TRIGGER-09: the origin's dict of waiting triggers",
        inner ->
            new Retriggered(inner) {
              private final Set<String> seen = ConcurrentHashMap.newKeySet();

              @Override
              public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
                List<OrchestrationItem> items = inner.fetchOrchestrationItems(request);
                items.forEach(item -> seen.add(item.instanceId()));
                return items;
              }

              @Override
              List<Change> written(DeliverTrigger trigger) {
                return seen.contains(trigger.runId()) ? List.of(trigger) : List.of(append(trigger));
              }
            });
  }

  /** Takes away what is queued for an instance. */
  private static void clear(Provider inner, String instanceId) {
    for (OrchestrationItem item : inner.fetchOrchestrationItems(OrchestrationFetch.of(ALL, LOCK))) {
      if (item.instanceId().equals(instanceId)) {
        inner.ackOrchestrationItem(
            OrchestrationAck.builder(item.lockToken(), item.executionId()).build());
      } else {
        inner.abandon(item.lockToken(), dev.holdfast.provider.AbandonOptions.now().uncounted());
      }
    }
  }

  // ---- ends

  private static void ends(Family family) {
    ended(
        family,
        "failed-runs-have-ended",
        "A failed run takes no input, although it may restart.",
        "TRIGGER-06: isEnded in place of isFinal",
        RunStatus.FAILED);
    ended(
        family,
        "paused-runs-have-ended",
        "A paused run takes no input.",
        "TRIGGER-06: whatever does not run",
        RunStatus.PAUSED);
    writing(
        family,
        "no-end",
        "A final run takes inputs.",
        "TRIGGER-06: the status is not looked at",
        (handle, trigger) -> takesIf(handle, trigger, RunStatus.COMPLETED, RunStatus.CANCELLED));
    writing(
        family,
        "only-completed-runs-have-ended",
        "A cancelled run takes inputs.",
        "TRIGGER-06: status = 'completed'",
        (handle, trigger) -> takesIf(handle, trigger, RunStatus.CANCELLED));
    ended(
        family,
        "the-end-forgets",
        "What a final run had is answered as if it came behind the end.",
        "TRIGGER-06: the end is looked at before the id",
        RunStatus.COMPLETED,
        RunStatus.CANCELLED);
    family.handle(
        "the-end-is-looked-at-before",
        "A delivery that has read a live run is stored, although the run ends meanwhile.",
        "TRIGGER-06: the status is read before the transaction",
        inner ->
            new Retriggered(inner) {
              @Override
              List<Change> written(DeliverTrigger trigger) {
                RunStatus status = status(trigger.runId());
                Waiting.realTime(A_WHILE);
                return status != null && !status.isFinal() && status(trigger.runId()).isFinal()
                    ? appendAndSend(trigger, trigger.wakeUp())
                    : List.of(trigger);
              }
            });
  }

  private static List<Change> takesIf(
      Retriggered handle, DeliverTrigger trigger, RunStatus... statuses) {
    RunStatus status = handle.status(trigger.runId());
    return status != null && List.of(statuses).contains(status)
        ? appendAndSend(trigger, trigger.wakeUp())
        : List.of(trigger);
  }

  /** Runs that take nothing, whatever it is. */
  private static void ended(
      Family family, String name, String what, String origin, RunStatus... statuses) {
    family.handle(
        name,
        what,
        origin,
        inner ->
            new Retriggered(inner) {
              @Override
              List<Change> written(DeliverTrigger trigger) {
                RunStatus status = status(trigger.runId());
                return status != null && List.of(statuses).contains(status)
                    ? List.of()
                    : List.of(trigger);
              }

              @Override
              TriggerDelivered told(DeliverTrigger trigger, List<ChangeResult> results) {
                return results.isEmpty()
                    ? new TriggerDelivered(Outcome.ENDED, 0)
                    : super.told(trigger, results);
              }
            });
  }
}
