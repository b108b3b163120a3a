// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.model;

import dev.holdfast.tck.RuleViolation;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Compares a provider with the model over random sequences of operations. Stateless. */
public final class ModelTest {

  /** How often a difference is run again to make it shorter. */
  private static final int MOST_RUNS = 400;

  private ModelTest() {}

  /**
   * Runs one random sequence.
   *
   * @param stores makes fresh stores
   * @param seed the seed of the sequence
   * @param operations how many operations
   * @throws RuleViolation when the provider answers what the model does not allow; with the
   *     shortest way there that was found
   */
  public static void expectNoDifference(
      Supplier<StoreUnderTest> stores, long seed, int operations) {
    expectNoDifference(stores, seed, operations, Chance::operations);
  }

  /**
   * Runs one random sequence that is about changes, runs and steps.
   *
   * @param stores makes fresh stores
   * @param seed the seed of the sequence
   * @param operations how many operations
   * @throws RuleViolation when the provider answers what the model does not allow; with the
   *     shortest way there that was found
   */
  public static void expectNoDifferenceOfStates(
      Supplier<StoreUnderTest> stores, long seed, int operations) {
    expectNoDifference(stores, seed, operations, Chance::ofStates);
  }

  /** Makes up a sequence. */
  @FunctionalInterface
  private interface Maker {
    List<Operation> operations(long seed, int count, boolean exact, Features features);
  }

  private static void expectNoDifference(
      Supplier<StoreUnderTest> stores, long seed, int operations, Maker maker) {
    Optional<Difference> found = find(stores, seed, operations, maker);
    if (found.isPresent()) {
      Difference shortest = shrink(stores, found.get());
      // Once more, so that the calls of the report are those of the short way.
      Difference shown = SideBySide.run(stores, shortest.operations()).orElse(shortest);
      throw Expect.violation(
          "The provider answers what the model does not. The shortest way there that was found, %d of %d operations of sequence %d:\n%s"
              .formatted(shown.steps().size(), operations, seed, shown.text()),
          Words.of(Line.text(shown.last().model())),
          Words.of(Line.text(shown.last().actual())));
    }
  }

  private static Optional<Difference> find(
      Supplier<StoreUnderTest> stores, long seed, int operations, Maker maker) {
    boolean exact;
    Features features;
    try (StoreUnderTest store = stores.get()) {
      exact = SideBySide.isExact(store);
      features = Features.of(store);
    }
    List<Operation> sequence = maker.operations(seed, operations, exact, features);
    return SideBySide.run(stores, sequence);
  }

  static Difference shrink(Supplier<StoreUnderTest> stores, Difference found) {
    return Shrinker.shrink(sequence -> SideBySide.run(stores, sequence), found, MOST_RUNS);
  }
}
