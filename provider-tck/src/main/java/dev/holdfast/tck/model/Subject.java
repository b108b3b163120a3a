// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.model;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.TurnAhead;
import dev.holdfast.tck.model.Course.Basis;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The side of the provider under test. Not thread-safe. */
final class Subject extends Side {

  private final StoreUnderTest store;
  private Handle handle;

  Subject(StoreUnderTest store, Handle handle, Timing timing) {
    super(timing);
    this.store = store;
    this.handle = handle;
  }

  @Override
  Provider provider() {
    return handle.provider();
  }

  @Override
  int mostClaimed() {
    return Integer.MAX_VALUE;
  }

  @Override
  boolean mayGoAhead() {
    return true;
  }

  /** An old token is that of a caller who has missed an event, a made up one of an execution. */
  @Override
  Basis basis(String instanceId, TokenRef seen) {
    long execution = provider().latestExecutionId(instanceId).orElse(1);
    long last = provider().readHistory(instanceId, execution, 0, 1).lastEventId();
    return new Basis(
        seen.invented() ? execution + 1 : execution,
        seen.back() == 0 ? last : Math.max(0, last - 1));
  }

  @Override
  Optional<Line> ahead(String instanceId, TurnAhead turn, @Nullable AckResult answer) {
    return Optional.ofNullable(answer).map(said -> Line.of(AHEAD + text(said).text()));
  }

  @Override
  Optional<Line> passedOver() {
    return Optional.empty();
  }

  @Override
  List<Line> ackTurns(List<OrchestrationAck> acks, boolean asList) {
    if (!asList) {
      return acks.stream()
          .map(ack -> text(ack.changes(), noted(provider().ackOrchestrationItem(ack))))
          .toList();
    }
    List<AckResult> results = provider().ackOrchestrationItems(acks);
    return IntStream.range(0, results.size())
        .mapToObj(i -> text(acks.get(i).changes(), results.get(i)))
        .toList();
  }

  @Override
  List<Line> ackActivities(List<ActivityAck> acks, boolean asList) {
    if (!asList) {
      return acks.stream()
          .map(ack -> text(ack.changes(), noted(provider().ackActivityItem(ack))))
          .toList();
    }
    List<AckResult> results = provider().ackActivityItems(acks);
    return IntStream.range(0, results.size())
        .mapToObj(i -> text(acks.get(i).changes(), results.get(i)))
        .toList();
  }

  @Override
  void reopen() {
    handle = store.reopen();
  }

  @Override
  void otherHandle() {
    handle = handle == store.first() ? store.second() : store.first();
  }

  @Override
  void moveTime(int steps) {
    store.moveTime(timing.steps(steps));
  }
}
