// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.EnqueueResult;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderInfo;
import dev.holdfast.provider.TurnAhead;
import dev.holdfast.provider.TurnContent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Turns ahead that are not applied as an ack would be, or not told of. */
final class AheadMutants {

  private static final int MANY = 1_000;
  private static final Duration LONG = Duration.ofMinutes(10);

  private AheadMutants() {}

  static List<Mutant> all() {
    Family family = new Family("AHEAD");
    honouring(family);
    effects(family);
    claims(family);
    tokens(family);
    repeats(family);
    AheadConditionMutants.addTo(family);
    AheadListMutants.addTo(family);
    return family.mutants();
  }

  // ---- whether it is used, and what is said of it

  private static void honouring(Family family) {
    family.handle(
        "declares-turns-ahead-and-uses-none",
        "Turns ahead are declared and ignored.",
        "AHEAD-01: a wrapper that does not pass turns on",
        inner ->
            new Ahead(inner) {
              @Override
              @Nullable TurnAhead asked(TurnAhead turn) {
                return null;
              }
            });
    answer(
        family,
        "goes-ahead-in-secret",
        "What became of a turn ahead is never told.",
        "AHEAD-01: the answer is mapped without the turn",
        got -> new Ahead.Got(got.claimed(), null));
    family.handle(
        "ignores-turns-ahead-in-lists",
        "Turns ahead are ignored in list forms.",
        "AHEAD-01: the list form has a path of its own",
        inner ->
            new Ahead(inner) {
              @Override
              public List<AckResult> ackActivityItems(List<ActivityAck> acks) {
                return inner.ackActivityItems(acks.stream().map(AheadMutants::plain).toList());
              }
            });
    declaring(
        family,
        "goes-ahead-without-declaring-it",
        "Turns ahead are applied and not declared.",
        "AHEAD-01: the list of features was forgotten",
        Set.of(Feature.EAGER_DISPATCH));
    declaring(
        family,
        "goes-ahead-without-claims",
        "Turns ahead are declared and claims are not.",
        "AHEAD-01: the feature that it needs was forgotten",
        Set.of(Feature.TURNS_AHEAD));
    family.handle(
        "any-message-goes-ahead",
        "A turn ahead of a signal is applied.",
        "AHEAD-01: start is not looked at",
        inner ->
            new AheadByHand(inner) {
              @Override
              boolean counts(OrchestratorMessage message) {
                return true;
              }
            });
    answer(
        family,
        "a-refused-turn-is-not-told",
        "A turn ahead that is refused looks as if it did not fit.",
        "AHEAD-05: the error is caught and forgotten",
        got -> got.turn() instanceof AckResult.Rejected ? new Ahead.Got(got.claimed(), null) : got);
    family.handle(
        "a-refused-turn-refuses-its-call",
        "The call of a turn ahead that is refused fails.",
        "AHEAD-05: the error of the turn is thrown by the call",
        inner ->
            new Ahead(inner) {
              @Override
              public AckResult ackActivityItem(ActivityAck ack) {
                AckResult result = super.ackActivityItem(ack);
                return result instanceof AckResult.Applied applied
                        && applied.turnAhead() instanceof AckResult.Rejected rejected
                    ? rejected
                    : result;
              }
            });
  }

  private static ActivityAck plain(ActivityAck ack) {
    EagerInstance eager = ack.eager();
    return eager == null
        ? ack
        : new ActivityAck(ack.lockToken(), ack.completion(), eager.withTurnAhead(null));
  }

  private static void declaring(
      Family family, String name, String what, String origin, Set<Feature> features) {
    family.handle(
        name,
        what,
        origin,
        inner ->
            new Ahead(inner) {
              @Override
              public ProviderInfo info() {
                ProviderInfo info = inner.info();
                return new ProviderInfo(
                    info.id(),
                    info.version(),
                    info.specVersion(),
                    features,
                    info.limits(),
                    info.wakeUpBound());
              }
            });
  }

  /** A mutant that changes what is told of a turn ahead. */
  private static void answer(
      Family family, String name, String what, String origin, UnaryOperator<Ahead.Got> change) {
    family.handle(
        name,
        what,
        origin,
        inner ->
            new Ahead(inner) {
              @Override
              Got got(TurnAhead turn, Got got) {
                return change.apply(got);
              }
            });
  }

  // ---- what it stores

  /** A mutant that applies something else than was sent ahead. */
  private static void content(
      Family family, String name, String what, String origin, UnaryOperator<TurnContent> change) {
    family.handle(
        name,
        what,
        origin,
        inner ->
            new Ahead(inner) {
              @Override
              TurnAhead asked(TurnAhead turn) {
                return new TurnAhead(
                    turn.onExecutionId(), turn.onLastEventId(), change.apply(turn.content()));
              }
            });
  }

  private static TurnContent.Builder of(TurnContent content, long executionId) {
    return TurnContent.builder(executionId)
        .historyDelta(content.historyDelta())
        .activities(content.activities())
        .messages(content.messages())
        .metadata(content.metadata())
        .cancelledActivities(content.cancelledActivities())
        .eager(content.eager());
  }

  private static TurnContent.Builder of(TurnContent content) {
    return of(content, content.executionId());
  }

  private static void effects(Family family) {
    String origin = "AHEAD-02: ack and turn do not share their code";
    content(
        family,
        "goes-ahead-without-messages",
        "The messages of a turn ahead are not sent.",
        origin,
        content -> of(content).messages(List.of()).build());
    content(
        family,
        "goes-ahead-without-cancelling",
        "The cancellations of a turn ahead are left out.",
        origin,
        content -> of(content).cancelledActivities(List.of()).build());
    content(
        family,
        "goes-ahead-without-an-end",
        "The status of a turn ahead is not stored.",
        origin,
        content ->
            of(content)
                .metadata(
                    ExecutionMetadata.builder()
                        .name(content.metadata().name())
                        .version(content.metadata().version())
                        .build())
                .build());
    content(
        family,
        "goes-ahead-without-a-name",
        "The name that a turn ahead states is not stored.",
        origin,
        content ->
            of(content)
                .metadata(
                    ExecutionMetadata.builder()
                        .status(content.metadata().status())
                        .output(content.metadata().output())
                        .build())
                .build());
    family
        .handle(
            "goes-ahead-in-its-execution-only",
            "A turn ahead belongs to the execution that it was computed on.",
            "AHEAD-02: continue-as-new was not thought of",
            inner ->
                new Ahead(inner) {
                  @Override
                  TurnAhead asked(TurnAhead turn) {
                    return new TurnAhead(
                        turn.onExecutionId(),
                        turn.onLastEventId(),
                        of(turn.content(), turn.onExecutionId()).activities(List.of()).build());
                  }
                })
        .handle(
            "goes-ahead-and-keeps-the-message",
            "The message of an applied turn is delivered afterwards.",
            "AHEAD-02: the message is stored and not removed",
            inner ->
                new AheadByHand(inner) {
                  @Override
                  void applied(OrchestratorMessage sent, TurnAhead turn) {
                    inner.enqueue(sent);
                  }
                })
        .handle(
            "goes-ahead-and-forgets-the-id",
            "The id of a message that went ahead is not remembered.",
            "AHEAD-02: what is never queued leaves no id",
            inner ->
                new Ahead(inner) {
                  @Override
                  public EnqueueResult enqueue(OrchestratorMessage message, EagerInstance eager) {
                    return super.enqueue(
                        eager.turnAhead() == null
                            ? message
                            : Change.of(message).messageId(null).build(),
                        eager);
                  }
                })
        .store(
            "goes-ahead-at-the-cost-of-others",
            "Each turn ahead delivers and gives back all that is ready.",
            "AHEAD-12: candidates are locked that are not taken",
            store -> AtTheCostOfOthers::new)
        .fixture(
            "goes-ahead-in-a-commit-of-its-own",
            "A turn ahead is an ack of its own, in a commit of its own.",
            "AHEAD-13: a hidden ack behind the call",
            () ->
                new CountedFixture((right, commits) ->
                    new Ahead(right) {
                      @Override
                      TurnAhead asked(TurnAhead turn) {
                        commits.incrementAndGet();
                        return turn;
                      }
                    }));
  }

  /** Takes everything at each turn ahead, and gives it back. */
  private static final class AtTheCostOfOthers extends Ahead {
    AtTheCostOfOthers(Provider inner) {
      super(inner);
    }

    @Override
    TurnAhead asked(TurnAhead turn) {
      for (OrchestrationItem item :
          inner.fetchOrchestrationItems(OrchestrationFetch.of(MANY, LONG))) {
        inner.abandon(item.lockToken(), AbandonOptions.now());
      }
      return turn;
    }
  }

  // ---- what it claims

  private static void claims(Family family) {
    content(
        family,
        "goes-ahead-without-claiming",
        "A turn ahead claims no activities.",
        "AHEAD-08: the claim of the content is not passed on",
        content -> of(content).eager(null).build());
    family
        .handle(
            "claims-ahead-without-a-lock",
            "The activities that a turn ahead claims are not locked.",
            "AHEAD-08: the lock is taken in memory only",
            inner ->
                new Ahead(inner) {
                  @Override
                  Got got(TurnAhead turn, Got got) {
                    if (got.turn() instanceof AckResult.Applied applied) {
                      for (ActivityItem item : applied.eagerActivities()) {
                        inner.abandon(item.lockToken(), AbandonOptions.now().uncounted());
                      }
                    }
                    return got;
                  }
                })
        .handle(
            "claims-ahead-in-secret",
            "The activities that a turn ahead claims are locked and not told.",
            "AHEAD-08: the answer is mapped without the activities",
            inner ->
                new Ahead(inner) {
                  @Override
                  Got got(TurnAhead turn, Got got) {
                    return got.turn() instanceof AckResult.Applied
                        ? new Got(null, AckResult.applied())
                        : got;
                  }
                })
        .handle(
            "an-unused-turn-takes-its-claim-along",
            "Where a turn ahead is not used nothing is claimed.",
            "AHEAD-03: the claim is tried or the turn",
            inner ->
                new Ahead(inner) {
                  @Override
                  Got got(TurnAhead turn, Got got) {
                    return got.turn() == null ? new Got(released(got), null) : got;
                  }

                  private @Nullable OrchestrationItem released(Got got) {
                    if (got.claimed() != null) {
                      inner.abandon(got.claimed().lockToken(), AbandonOptions.now().uncounted());
                    }
                    return null;
                  }
                })
        .handle(
            "a-refused-turn-takes-its-claim-along",
            "Where a turn ahead is refused nothing is claimed.",
            "AHEAD-05: the error ends the call",
            inner ->
                new Ahead(inner) {
                  @Override
                  Got got(TurnAhead turn, Got got) {
                    if (got.turn() instanceof AckResult.Rejected && got.claimed() != null) {
                      inner.abandon(got.claimed().lockToken(), AbandonOptions.now().uncounted());
                      return new Got(null, got.turn());
                    }
                    return got;
                  }
                });
  }

  // ---- tokens and counts

  private static void tokens(Family family) {
    family
        .store(
            "an-ack-before-a-turn-ahead-is-the-last",
            "The repeat of an ack is recognised although the instance went ahead since.",
            "AHEAD-06: the token of the last ack is not replaced",
            store -> {
              Set<LockToken> acked = ConcurrentHashMap.newKeySet();
              return inner -> new RemembersAcks(inner, acked);
            })
        .store(
            "a-turn-ahead-counts-as-a-delivery",
            "The first delivery behind a turn ahead is counted as the second.",
            "AHEAD-06: the count is not ended",
            store -> {
              Set<String> gone = ConcurrentHashMap.newKeySet();
              return inner -> new Counts(inner, gone);
            });
  }

  private static final class RemembersAcks extends Ahead {
    private final Set<LockToken> acked;

    RemembersAcks(Provider inner, Set<LockToken> acked) {
      super(inner);
      this.acked = acked;
    }

    @Override
    public AckResult ackOrchestrationItem(OrchestrationAck ack) {
      AckResult result = super.ackOrchestrationItem(ack);
      if (result instanceof AckResult.Applied) {
        acked.removeIf(token -> token.instanceId().equals(ack.lockToken().instanceId()));
        acked.add(ack.lockToken());
      }
      return result instanceof AckResult.Rejected && acked.contains(ack.lockToken())
          ? AckResult.alreadyApplied()
          : result;
    }
  }

  private static final class Counts extends Ahead {
    private final Set<String> gone;

    Counts(Provider inner, Set<String> gone) {
      super(inner);
      this.gone = gone;
    }

    @Override
    public AckResult ackActivityItem(ActivityAck ack) {
      AckResult result = super.ackActivityItem(ack);
      if (result instanceof AckResult.Applied applied
          && applied.turnAhead() instanceof AckResult.Applied) {
        gone.add(ack.lockToken().instanceId());
      }
      return result;
    }

    @Override
    public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
      List<OrchestrationItem> items = new ArrayList<>();
      for (OrchestrationItem item : super.fetchOrchestrationItems(request)) {
        items.add(
            gone.remove(item.instanceId())
                ? Change.attempts(item, item.deliveryCount() + 1)
                : item);
      }
      return items;
    }
  }

  // ---- repeats

  private static void repeats(Family family) {
    family
        .store(
            "a-repeat-goes-ahead-again",
            "The repeat of an ack is answered like the first call.",
            "AHEAD-07: answers are cached",
            store -> {
              Map<LockToken, AckResult> first = new ConcurrentHashMap<>();
              return inner ->
                  new Ahead(inner) {
                    @Override
                    public AckResult ackActivityItem(ActivityAck ack) {
                      AckResult result = super.ackActivityItem(ack);
                      if (result instanceof AckResult.Applied applied
                          && applied.turnAhead() != null) {
                        first.put(ack.lockToken(), result);
                      }
                      return first.getOrDefault(ack.lockToken(), result);
                    }
                  };
            })
        .store(
            "a-repeated-start-goes-ahead-again",
            "The repeat of a start is answered like the first call.",
            "AHEAD-07: a duplicate reaches the turn",
            store -> {
              Map<String, EnqueueResult> first = new ConcurrentHashMap<>();
              return inner ->
                  new Ahead(inner) {
                    @Override
                    public EnqueueResult enqueue(OrchestratorMessage message, EagerInstance eager) {
                      EnqueueResult result = super.enqueue(message, eager);
                      if (result.turnAhead() != null) {
                        first.put(message.instanceId(), result);
                      }
                      EnqueueResult before = first.get(message.instanceId());
                      return result.stored() || before == null
                          ? result
                          : new EnqueueResult(false, null, before.turnAhead());
                    }
                  };
            });
  }
}
