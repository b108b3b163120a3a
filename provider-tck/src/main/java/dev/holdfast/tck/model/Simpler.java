// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.model;

import dev.holdfast.tck.model.Additions.Status;
import dev.holdfast.tck.model.MessageDraft.When;
import dev.holdfast.tck.model.TurnDraft.EventIds;
import dev.holdfast.tck.model.TurnDraft.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;

/** Says which operations are simpler than a given one. Stateless. */
final class Simpler {

  private Simpler() {}

  /** Simpler operations, the simplest first. Each is strictly simpler, so that shrinking ends. */
  static List<Operation> than(Operation operation) {
    Stream<Operation> simpler =
        switch (operation) {
          case Operation.Enqueue(List<MessageDraft> messages, boolean asList) ->
              Stream.concat(
                  lists(messages, Simpler::than).map(less -> new Operation.Enqueue(less, asList)),
                  asList ? Stream.of(new Operation.Enqueue(messages, false)) : Stream.of());
          case Operation.AckTurns(List<TurnDraft> turns, boolean asList) ->
              Stream.concat(
                  asList ? Stream.of(new Operation.AckTurns(turns, false)) : Stream.of(),
                  lists(turns, Simpler::than).map(less -> new Operation.AckTurns(less, asList)));
          case Operation.AckActivities(List<ActivityDraft> acks, boolean asList) ->
              Stream.concat(
                  asList ? Stream.of(new Operation.AckActivities(acks, false)) : Stream.of(),
                  lists(acks, Simpler::than)
                      .map(less -> new Operation.AckActivities(less, asList)));
          case Operation.Claiming claiming -> claiming(claiming);
          case Operation.Renew(Queue queue, List<TokenRef> tokens, int steps, boolean asList) ->
              lists(tokens, Simpler::than)
                  .map(less -> new Operation.Renew(queue, less, steps, asList));
          case Operation.Abandon(Queue queue, TokenRef token, int delay, boolean counted) ->
              Stream.of(
                  new Operation.Abandon(queue, token, 0, true),
                  new Operation.Abandon(queue, token, delay, true),
                  new Operation.Abandon(queue, token, 0, counted));
          case Operation.Fetch(
                  Queue queue,
                  int max,
                  int inlineHistory,
                  int lock,
                  Taken taken,
                  Owner owner) ->
              Stream.of(
                  new Operation.Fetch(queue, max, inlineHistory, lock, Taken.PLAIN, owner),
                  new Operation.Fetch(queue, max, inlineHistory, lock, taken),
                  new Operation.Fetch(
                      queue, max, inlineHistory, lock, taken, owner.withAnyNumber()),
                  new Operation.Fetch(queue, 1, inlineHistory, lock, taken, owner));
          case Operation.RenewSessions(List<Integer> owners, int steps, int idle) ->
              lists(owners, owner -> Stream.of())
                  .map(less -> new Operation.RenewSessions(less, steps, idle));
          case Operation.Apply(List<StateDraft> changes, TokenRef fence, Queue queue) ->
              Stream.concat(
                  Stream.of(new Operation.Apply(changes, null, queue)),
                  fewer(changes).map(less -> new Operation.Apply(less, fence, queue)));
          case Operation.Delete(int instance, boolean force) ->
              Stream.of(new Operation.Delete(instance, true));
          case Operation.MoveTime(int steps) ->
              steps == 1 ? Stream.of() : Stream.of(new Operation.MoveTime(steps / 2));
          default -> Stream.of();
        };
    return simpler.filter(less -> !less.equals(operation)).toList();
  }

  private static Stream<Operation> claiming(Operation.Claiming claiming) {
    int lockSteps = claiming.lockSteps();
    Taken taken = claiming.taken();
    Owner owner = claiming.owner();
    TurnDraft ahead = claiming.ahead();
    Stream<Operation> calls =
        than(claiming.call()).stream()
            .filter(Operation.Claiming::fits)
            .map(less -> new Operation.Claiming(less, lockSteps, taken, owner, ahead));
    Stream<Operation> turns =
        ahead == null
            ? Stream.of()
            : Stream.concat(
                Stream.of(new Operation.Claiming(claiming.call(), lockSteps, taken, owner, null)),
                than(ahead)
                    .map(less ->
                        new Operation.Claiming(claiming.call(), lockSteps, taken, owner, less)));
    Operation plain = new Operation.Claiming(claiming.call(), lockSteps, Taken.PLAIN, owner, ahead);
    Operation nobodys =
        new Operation.Claiming(claiming.call(), lockSteps, taken, Owner.NONE, ahead);
    return Stream.of(Stream.of(claiming.call(), plain, nobodys), turns, calls).flatMap(one -> one);
  }

  /** Lists with one element less, and with one simpler element. */
  private static <T> Stream<List<T>> lists(List<T> list, Function<T, Stream<T>> than) {
    List<List<T>> simpler = new ArrayList<>();
    for (int i = 0; i < list.size() && list.size() > 1; i++) {
      List<T> less = new ArrayList<>(list);
      less.remove(i);
      simpler.add(less);
    }
    for (int i = 0; i < list.size(); i++) {
      int index = i;
      than.apply(list.get(i))
          .filter(one -> !Objects.equals(one, list.get(index)))
          .forEach(one -> {
            List<T> changed = new ArrayList<>(list);
            changed.set(index, one);
            simpler.add(changed);
          });
    }
    return simpler.stream();
  }

  private static Stream<TokenRef> than(TokenRef token) {
    return token.back() == 0
        ? Stream.of()
        : Stream.of(new TokenRef(token.instance(), 0, token.invented()));
  }

  private static Stream<MessageDraft> than(MessageDraft m) {
    return Stream.of(
        new MessageDraft(
            m.instance(), m.body(), When.NOW, 0, m.start(), m.messageId(), m.discardIfUnknown()),
        new MessageDraft(
            m.instance(), m.body(), m.when(), m.steps(), null, m.messageId(), m.discardIfUnknown()),
        new MessageDraft(
            m.instance(), m.body(), m.when(), m.steps(), m.start(), null, m.discardIfUnknown()),
        new MessageDraft(
            m.instance(), m.body(), m.when(), m.steps(), m.start(), m.messageId(), false));
  }

  private static Stream<ActivityDraft> than(ActivityDraft a) {
    return Stream.of(
            Stream.of(
                new ActivityDraft(a.token(), null, null, false),
                new ActivityDraft(a.token(), null, null, false, a.changes()),
                new ActivityDraft(a.token(), a.body(), null, a.astray(), a.changes()),
                new ActivityDraft(a.token(), a.body(), a.messageId(), false, a.changes()),
                a.with(List.of())),
            fewer(a.changes()).map(a::with))
        .flatMap(one -> one);
  }

  /** One change less, or one simpler change. */
  private static Stream<List<StateDraft>> fewer(List<StateDraft> changes) {
    return lists(changes, draft -> draft.simpler().stream());
  }

  private static Stream<TurnDraft> than(TurnDraft turn) {
    return Stream.of(
            Stream.of(
                TurnDraft.empty(turn.token()),
                turn.withMessages(List.of()),
                turn.withEvents(0, EventIds.NEXT),
                turn.withEvents(Math.min(1, turn.events()), turn.eventIds()),
                turn.withActivities(List.of(), Fault.NONE),
                turn.withCancelled(List.of()),
                turn.withName(null, false),
                turn.withName(turn.name(), false),
                turn.inExecution(0)),
            than(turn.additions()).map(turn::with),
            lists(turn.messages(), Simpler::than).map(turn::withMessages))
        .flatMap(one -> one);
  }

  private static Stream<Additions> than(Additions additions) {
    return Stream.of(
            Stream.of(
                Additions.NONE,
                additions.withValues(List.of()),
                additions.withStatus(Status.KEEP),
                additions.withTags(0),
                additions.withSessions(0),
                additions.withPin(0),
                additions.withChanges(List.of())),
            fewer(additions.changes()).map(additions::withChanges))
        .flatMap(one -> one);
  }
}
