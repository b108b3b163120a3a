// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.model;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.IdempotencyMismatch;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.TurnAhead;
import dev.holdfast.tck.model.Course.Basis;
import dev.holdfast.tck.reference.ReferenceModel;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The side of the model, which knows where the contract allows several answers. */
final class Model extends Side {

  private static final String ALREADY_APPLIED = "AlreadyApplied";

  private final ReferenceModel model;
  private final boolean anyOrder;
  private final Set<LockToken> acked = new HashSet<>();
  private Course course = Course.NONE;

  Model(ReferenceModel model, Timing timing, boolean anyOrder) {
    super(timing);
    this.model = model;
    this.anyOrder = anyOrder;
  }

  @Override
  Provider provider() {
    return model.provider();
  }

  /** Has the next operation decide like the provider, where the contract allows it. */
  void follow(Course other) {
    course = other;
    model.follow(other.taken(), anyOrder);
  }

  @Override
  int mostClaimed() {
    return course.claimed();
  }

  /** An answer that says nothing of a turn is always right. */
  @Override
  boolean mayGoAhead() {
    return course.usedAhead() && !course.mayHavePassedOver();
  }

  @Override
  Basis basis(String instanceId, TokenRef seen) {
    return Objects.requireNonNull(course.basis(), "the provider went ahead on something");
  }

  /** Of a turn that neither fits nor could be stored the answer may say either. */
  @Override
  Optional<Line> ahead(String instanceId, TurnAhead turn, @Nullable AckResult answer) {
    if (answer instanceof AckResult.Applied) {
      return Optional.of(Line.of(AHEAD + text(answer).text()));
    }
    Set<String> refusals =
        model.refusals(turn.ack(new LockToken.OfInstance(instanceId, Long.MAX_VALUE))).stream()
            .filter(error -> !error.equals(LockLost.class))
            .map(error -> AHEAD + rejected(error))
            .collect(Collectors.toCollection(HashSet::new));
    return Optional.of(
        new Line(AHEAD + (answer == null ? "not used" : text(answer).text()), refusals));
  }

  @Override
  Optional<Line> passedOver() {
    return course.mayHavePassedOver()
        ? Optional.of(Line.of(AHEAD + rejected(InvalidRequest.class)))
        : Optional.empty();
  }

  /** Whether a fetch that does not look at everything may or may not discard something. */
  boolean mayDiscard() {
    return model.hasOrphansToDiscard();
  }

  /** One after another, which is what the list form means. */
  @Override
  List<Line> ackTurns(List<OrchestrationAck> acks, boolean asList) {
    return acks.stream().map(this::ackTurn).toList();
  }

  private Line ackTurn(OrchestrationAck ack) {
    Set<String> refusals =
        model.refusals(ack).stream().map(Side::rejected).collect(Collectors.toSet());
    String text = text(ack.changes(), noted(provider().ackOrchestrationItem(ack))).text();
    if (text.equals(ALREADY_APPLIED) && !model.hasRow(ack.lockToken().instanceId())) {
      refusals.add(rejected(LockLost.class));
    }
    return new Line(text, refusals);
  }

  @Override
  List<Line> ackActivities(List<ActivityAck> acks, boolean asList) {
    return acks.stream().map(this::ackActivity).toList();
  }

  private Line ackActivity(ActivityAck ack) {
    AckResult result = noted(provider().ackActivityItem(ack));
    if (result instanceof AckResult.Applied) {
      acked.add(ack.lockToken());
    }
    return new Line(text(ack.changes(), result).text(), otherAnswers(ack, result));
  }

  private Set<String> otherAnswers(ActivityAck ack, AckResult result) {
    Set<String> others = new HashSet<>();
    if (result instanceof AckResult.Applied) {
      return others;
    }
    OrchestratorMessage completion = ack.completion();
    if (completion != null && !completion.instanceId().equals(ack.lockToken().instanceId())) {
      others.add(rejected(InvalidRequest.class));
    }
    boolean refused = result instanceof AckResult.Rejected;
    if (refused && completion != null && completion.messageId() != null) {
      others.add(rejected(IdempotencyMismatch.class));
    }
    if (refused && acked.contains(ack.lockToken())) {
      // Its completion was consumed, or there was none (ATOM-15).
      others.add(ALREADY_APPLIED);
    }
    return others;
  }

  /** Their acks are known no more (DELETE-08). */
  @Override
  void deleted(String instanceId) {
    acked.removeIf(token -> token.instanceId().equals(instanceId));
  }

  @Override
  void reopen() {
    // A model has nothing to open.
  }

  @Override
  void otherHandle() {
    // A model has one handle.
  }

  @Override
  void moveTime(int steps) {
    // The model goes by the other's clock.
  }
}
