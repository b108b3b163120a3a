// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.model;

import dev.holdfast.provider.ProviderError.StoreContention;
import dev.holdfast.tck.RuleViolation;
import dev.holdfast.tck.model.Linearization.Outcome;
import dev.holdfast.tck.model.Linearization.Result;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Together;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Random operations of a few threads at once, explained by the model afterwards. Stateless. */
public final class Crowd {

  private static final int THREADS = 3;
  private static final int MOST_TRIES = 1000;
  private static final int MOST_REPEATS = 5;
  private static final List<Line> CONTENTION =
      Line.only(Side.threw(new StoreContention("", "", null)));

  private Crowd() {}

  /**
   * Has threads work together on a fresh store, each on a handle of its own, and looks for a
   * sequential explanation.
   *
   * @param stores makes fresh stores
   * @param seed the seed
   * @param operations how many operations each thread makes
   * @return whether an explanation was found; false when the search was given up
   * @throws RuleViolation when there is none
   */
  public static boolean expectExplained(
      Supplier<StoreUnderTest> stores, long seed, int operations) {
    return expectExplained(stores, seed, operations, Chance::singles);
  }

  /**
   * The same with operations about changes, runs and steps.
   *
   * @param stores makes fresh stores
   * @param seed the seed
   * @param operations how many operations each thread makes
   * @return whether an explanation was found; false when the search was given up
   * @throws RuleViolation when there is none
   */
  public static boolean expectStatesExplained(
      Supplier<StoreUnderTest> stores, long seed, int operations) {
    return expectExplained(stores, seed, operations, Chance::singlesOfStates);
  }

  /** Makes up the work of one thread. */
  @FunctionalInterface
  private interface Maker {
    List<Operation> operations(long seed, int count, Features features);
  }

  private static boolean expectExplained(
      Supplier<StoreUnderTest> stores, long seed, int operations, Maker maker) {
    try (StoreUnderTest store = stores.get()) {
      Timing timing = SideBySide.timing(store);
      List<Call> calls = record(store, timing, seed, operations, maker);
      Outcome outcome = Linearization.of(calls, timing, MOST_TRIES);
      if (outcome.result() == Result.VIOLATION) {
        throw violation(calls, outcome.longest(), seed);
      }
      return outcome.result() == Result.OK;
    }
  }

  private static List<Call> record(
      StoreUnderTest store, Timing timing, long seed, int operations, Maker maker) {
    AtomicLong moments = new AtomicLong();
    List<Subject> subjects = new ArrayList<>();
    List<List<Operation>> work = new ArrayList<>();
    Features features = Features.of(store).besideOthers();
    for (Handle handle : store.newHandles(THREADS)) {
      work.add(maker.operations(seed + subjects.size(), operations, features));
      subjects.add(new Subject(store, handle, timing));
    }
    List<Call> calls = new ArrayList<>(perform(0, subjects.get(0), Chance.beginning(), moments));
    List<Callable<List<Call>>> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      int thread = i;
      threads.add(() -> perform(thread, subjects.get(thread), work.get(thread), moments));
    }
    Together.run(threads).forEach(calls::addAll);
    return calls;
  }

  private static List<Call> perform(
      int thread, Subject subject, List<Operation> operations, AtomicLong moments) {
    List<Call> calls = new ArrayList<>();
    for (Operation operation : operations) {
      long began = moments.incrementAndGet();
      List<Line> answer = patiently(subject, operation);
      calls.add(
          new Call(
              thread,
              operation,
              answer,
              subject.course().besideOthers(),
              began,
              moments.incrementAndGet()));
    }
    return calls;
  }

  /** Repeats a call that met others, as its callers would (CONC-04). */
  private static List<Line> patiently(Subject subject, Operation operation) {
    List<Line> answer = subject.perform(operation);
    for (int i = 0; i < MOST_REPEATS && answer.equals(CONTENTION); i++) {
      answer = subject.perform(operation);
    }
    return answer;
  }

  private static RuleViolation violation(List<Call> calls, List<Call> explained, long seed) {
    List<Call> left = new ArrayList<>(calls);
    left.removeAll(explained);
    long firstEnd = left.stream().mapToLong(Call::ended).min().orElse(0);
    List<Call> next = left.stream().filter(call -> call.began() <= firstEnd).toList();
    return Expect.violation(
        "No order of these calls has the answers of the model (threads of seed %d; numbers are when a call began and ended). Explained so far:\n%s\nnone of these can come next:\n%s"
            .formatted(seed, text(explained), text(next)),
        Words.of("an order in which the model gives the same answers"),
        Words.of("none"));
  }

  private static String text(List<Call> calls) {
    return calls.stream().map(Call::text).collect(Collectors.joining("\n"));
  }
}
