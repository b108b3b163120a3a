// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.CommitCounts;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.jdbc.batch.CallBatcher;
import dev.holdfast.provider.jdbc.batch.Outcome;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs acks of one queue: each is checked, those that pass go together, and permanent errors become
 * {@link AckResult.Rejected} (ERR-04). Thread-safe.
 */
final class Acks<A> {

  private final Consumer<A> check;
  private final CallBatcher<A, AckResult> batcher;

  Acks(Consumer<A> check, CallBatcher<A, AckResult> batcher) {
    this.check = check;
    this.batcher = batcher;
  }

  /** {@return how many acks commits have carried} */
  CommitCounts.OfCalls sizes() {
    return batcher.sizes();
  }

  /**
   * Returns one result per ack, in order; throws the first retryable error, after which repeating
   * the list is safe (ATOM-13).
   */
  List<AckResult> run(List<A> acks) {
    List<A> good = new ArrayList<>(acks.size());
    List<@Nullable AckResult> refused = new ArrayList<>(acks.size());
    for (A ack : acks) {
      AckResult refusal = refusal(ack);
      refused.add(refusal);
      if (refusal == null) {
        good.add(ack);
      }
    }
    Iterator<Outcome<AckResult>> outcomes = batcher.callAll(good).iterator();
    return refused.stream()
        .map(refusal -> refusal != null ? refusal : result(outcomes.next()))
        .toList();
  }

  private @Nullable AckResult refusal(A ack) {
    try {
      check.accept(ack);
      return null;
    } catch (ProviderError.Permanent refusal) {
      return AckResult.rejected(refusal);
    }
  }

  private static AckResult result(Outcome<AckResult> outcome) {
    return switch (outcome) {
      case Outcome.Done<AckResult>(AckResult result) -> result;
      case Outcome.Failed<AckResult>(ProviderError.Permanent error) -> AckResult.rejected(error);
      case Outcome.Failed<AckResult>(ProviderError error) -> throw error;
    };
  }
}
