// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.model;

import dev.holdfast.tck.instrument.Pace;
import dev.holdfast.tck.reference.ReferenceModel;
import dev.holdfast.tck.words.StoreUnderTest;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Runs operations on a fresh store and on the model, until the answers differ. Stateless. */
final class SideBySide {

  /** How many steps a lock of the kit has. */
  private static final int STEPS_PER_LOCK = 4;

  /** More than there are instances. */
  private static final int ALL = 50;

  private SideBySide() {}

  /**
   * Runs operations until the answers differ.
   *
   * @param stores makes fresh stores
   * @param operations what to do
   * @return the difference, empty when there is none
   */
  static Optional<Difference> run(Supplier<StoreUnderTest> stores, List<Operation> operations) {
    try (StoreUnderTest store = stores.get()) {
      Timing timing = timing(store);
      Subject subject = new Subject(store, store.first(), timing);
      Model model = new Model(new ReferenceModel(modelClock(timing)), timing, !timing.exact());
      List<Step> steps = new ArrayList<>();
      for (Operation operation : operations) {
        Step step = step(subject, model, operation);
        if (step.actual().equals(Line.only(Side.NOTHING_TO_DO)) && step.agrees()) {
          continue;
        }
        steps.add(step);
        if (!step.agrees()) {
          return Optional.of(new Difference(steps));
        }
      }
      return Optional.empty();
    }
  }

  /** Whether moments can be compared on this store. */
  static boolean isExact(StoreUnderTest store) {
    return store.pace().clock() == Pace.Clock.STANDING;
  }

  static Timing timing(StoreUnderTest store) {
    boolean exact = isExact(store);
    InstantSource clock = exact ? store.timeControl()::now : InstantSource.system();
    return new Timing(clock, clock.instant(), store.lockFor().dividedBy(STEPS_PER_LOCK), exact);
  }

  /** The other's clock; where that cannot be read, one that no two calls see alike. */
  static InstantSource modelClock(Timing timing) {
    if (timing.exact()) {
      return timing.clock();
    }
    AtomicLong looks = new AtomicLong();
    Instant zero = timing.zero();
    return () -> zero.plus(looks.incrementAndGet(), ChronoUnit.MICROS);
  }

  private static Step step(Subject subject, Model model, Operation asked) {
    Operation operation =
        asked instanceof Operation.Fetch fetch && model.mayDiscard() ? all(fetch) : asked;
    List<Line> actual = subject.perform(operation);
    model.follow(subject.course());
    return new Step(operation, model.perform(operation), actual);
  }

  private static Operation all(Operation.Fetch fetch) {
    return fetch.queue() == Queue.TURNS
        ? new Operation.Fetch(
            fetch.queue(), ALL, fetch.inlineHistory(), fetch.lockSteps(), Taken.PLAIN)
        : fetch;
  }
}
