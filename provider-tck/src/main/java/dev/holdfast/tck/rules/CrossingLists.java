// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError.Retryable;
import dev.holdfast.tck.words.Batch;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Together;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/**
 * The same list of acks from two sides at once, in opposite order (ATOM-13, ATOM-16). Stateless.
 */
final class CrossingLists {

  /** A disturbance by another call is over within so many repeats (CONC-04). */
  private static final int REPEATS = 5;

  private CrossingLists() {}

  /** The answers to a list, and whether they came at the first call. */
  private record Answers(List<AckResult> results, boolean atOnce) {}

  /**
   * Makes both calls together, the second one with the list reversed; repeats those that end
   * retryably; expects each ack to be applied once.
   */
  static <A> void expectEachAppliedOnce(
      List<A> acks,
      Function<List<A>, List<AckResult>> one,
      Function<List<A>, List<AckResult>> two) {
    List<A> reversed = reversed(acks);
    List<Answers> both =
        Together.times(2, i -> i == 0 ? untilAnswered(acks, one) : untilAnswered(reversed, two));
    List<AckResult> forward = both.get(0).results();
    List<AckResult> backward = reversed(both.get(1).results());
    boolean atOnce = both.get(0).atOnce() && both.get(1).atOnce();
    for (int i = 0; i < acks.size(); i++) {
      List<String> answers = List.of(AckAnswers.of(forward.get(i)), AckAnswers.of(backward.get(i)));
      int applied = Collections.frequency(answers, AckAnswers.APPLIED);
      int recognised = Collections.frequency(answers, AckAnswers.ALREADY_APPLIED);
      if (applied + recognised != 2 || applied > 1 || (atOnce && applied != 1)) {
        throw Expect.violation(
            "Of two identical acks in crossing lists not exactly one was applied.",
            "Applied and AlreadyApplied",
            answers);
      }
    }
  }

  private static <A> Answers untilAnswered(List<A> acks, Function<List<A>, List<AckResult>> call) {
    for (int repeats = 0; repeats < REPEATS; repeats++) {
      try {
        return new Answers(call.apply(acks), repeats == 0);
      } catch (Retryable disturbed) {
        // The list is repeated as a whole; what was applied is then recognised.
        continue;
      }
    }
    return new Answers(call.apply(acks), false);
  }

  /** Expects a batch to have each of these messages once, in any order. */
  static void expectEachOnce(List<OrchestratorMessage> sent, OrchestrationItem item) {
    Expect.equal(
        "Messages of crossing lists are not there once.", sorted(sent), sorted(item.messages()));
  }

  private static List<OrchestratorMessage> sorted(List<OrchestratorMessage> messages) {
    return Batch.withoutDue(messages).stream()
        .sorted(Comparator.comparing(message -> message.body().asUtf8()))
        .toList();
  }

  private static <T> List<T> reversed(List<T> list) {
    List<T> reversed = new ArrayList<>(list);
    Collections.reverse(reversed);
    return reversed;
  }
}
