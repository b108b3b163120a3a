// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.Retryable;
import dev.holdfast.tck.fixture.Fault;
import dev.holdfast.tck.fixture.Fault.Kind;
import dev.holdfast.tck.fixture.Fault.Moment;
import dev.holdfast.tck.fixture.Fault.Place;
import dev.holdfast.tck.words.Attempt;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Snapshot;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * One call of the SPI on work of its own, which can be made again. Immutable.
 *
 * @param operation the call
 * @param form whether it is one thing or a list of things
 * @param instances what it is about
 * @param call makes it
 * @param audit expects that it happened once, given its answer, and leaves nothing deliverable
 */
record DisturbedCall(
    String operation,
    Form form,
    List<String> instances,
    Supplier<Object> call,
    Consumer<Object> audit) {

  /** More statements than any call makes. */
  private static final int MOST_STATEMENTS = 500;

  /** Whether a call is atomic as a whole. */
  enum Form {
    /** All or nothing. */
    SINGLE,
    /** Each element for itself. */
    LIST
  }

  /** Judges the error of a disturbed call. */
  @FunctionalInterface
  interface Judge {
    void judge(DisturbedCall call, Fault fault, ProviderError error);
  }

  /**
   * Disturbs a call at and around every statement and commit, by contention and by a lost
   * connection, see the other method.
   */
  static void everywhere(
      StoreUnderTest store, Function<StoreUnderTest, DisturbedCall> calls, Judge judge) {
    for (Place place : Place.values()) {
      everywhere(store, calls, at(place, Moment.BEFORE, Kind.CONTENTION), judge);
      everywhere(store, calls, at(place, Moment.BEFORE, Kind.CONNECTION_LOST), judge);
      everywhere(store, calls, at(place, Moment.AFTER, Kind.CONNECTION_LOST), judge);
    }
  }

  private static IntFunction<Fault> at(Place place, Moment moment, Kind kind) {
    return number -> new Fault(place, number, moment, kind);
  }

  /**
   * Makes a call again and again, each time on new work and disturbed one place further on, until a
   * call has no such place any more: nothing half done is left, and the repeated call answers
   * truly.
   */
  static void everywhere(
      StoreUnderTest store,
      Function<StoreUnderTest, DisturbedCall> calls,
      IntFunction<Fault> faults,
      Judge judge) {
    for (int number = 1; number <= MOST_STATEMENTS; number++) {
      DisturbedCall call = calls.apply(store);
      Fault fault = faults.apply(number);
      Attempt<Object> attempt = call.disturb(store, fault, judge);
      call.audit().accept(call.truth(attempt));
      if (!attempt.struck()) {
        if (number == 1 && fault.place() == Place.STATEMENT) {
          atTheOnlyStatement(store, calls, fault, judge);
          return;
        }
        Expect.above(
            "Not one " + fault.place() + " of " + call.operation() + " could be disturbed.",
            1,
            number);
        return;
      }
    }
    throw Expect.violation(
        "A call has too many statements to disturb them all.",
        "at most " + MOST_STATEMENTS,
        "more");
  }

  /**
   * A call may be one statement that commits itself: then what can happen at a statement happens at
   * its commit, and who loses the connection there cannot know the outcome. What is lost behind it
   * is lost behind the commit, which has rules of its own.
   */
  private static void atTheOnlyStatement(
      StoreUnderTest store,
      Function<StoreUnderTest, DisturbedCall> calls,
      Fault fault,
      Judge judge) {
    if (fault.moment() == Moment.AFTER) {
      return;
    }
    DisturbedCall call = calls.apply(store);
    Judge atCommit =
        fault.kind() == Kind.CONNECTION_LOST
            ? (c, f, error) ->
                Expect.that(
                    c + " with " + f + " is not retryable: " + error + ".",
                    error instanceof Retryable)
            : judge;
    Attempt<Object> attempt =
        call.disturb(store, Fault.atCommit(1, fault.moment(), fault.kind()), atCommit);
    call.audit().accept(call.truth(attempt));
    Expect.that(
        "Not one statement of " + call.operation() + " could be disturbed.", attempt.struck());
  }

  private Attempt<Object> disturb(StoreUnderTest store, Fault fault, Judge judge) {
    Snapshot before = store.snapshot(instances.toArray(String[]::new));
    Attempt<Object> attempt = store.faults().during(fault, call);
    attempt
        .error()
        .ifPresent(error -> {
          Expect.that(
              "The error of a call names another one, with " + fault + ".",
              operation,
              error.operation() + ", in " + error,
              operation.startsWith(error.operation()));
          judge.judge(this, fault, error);
          if (form == Form.SINGLE && fault.place() == Place.STATEMENT) {
            store.expectUnchanged(
                "A disturbed " + operation + " left something half done.", before);
          }
        });
    return attempt;
  }

  /** The answer of the first call, or of its repetition when the first one failed. */
  private Object truth(Attempt<Object> attempt) {
    Object answer = attempt.answer();
    if (answer != null && attempt.error().isEmpty()) {
      return answer;
    }
    try {
      return call.get();
    } catch (ProviderError error) {
      throw Expect.violation(
          operation + " failed again although the disturbance is over.", "an answer", error);
    }
  }

  @Override
  public String toString() {
    return operation;
  }
}
