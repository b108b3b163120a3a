// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.words;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.tck.FixtureProblem;
import dev.holdfast.tck.Inconclusive;
import dev.holdfast.tck.RuleViolation;
import dev.holdfast.tck.RuleViolation.Finding;
import dev.holdfast.tck.instrument.Show;
import java.time.Instant;
import java.util.Collection;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/**
 * Says what must be. Each expectation takes the sentence that describes the violation, such as "The
 * stale holder's ack was accepted", and throws {@link RuleViolation} with it. Stateless.
 */
public final class Expect {

  private Expect() {}

  /**
   * Ends the test with a violation.
   *
   * @param what what happened, in one sentence
   * @param expected what should have been
   * @param actual what was
   * @return never; lets the caller write {@code throw}
   */
  public static RuleViolation violation(
      String what, @Nullable Object expected, @Nullable Object actual) {
    return new RuleViolation(new Finding(what, Show.of(expected), Show.of(actual)));
  }

  /**
   * Ends the test with a violation because two values that should be equal are not. What differs is
   * shown, also of long collections.
   *
   * @param what what happened, in one sentence
   * @param expected what should have been
   * @param actual what was
   * @return never; lets the caller write {@code throw}
   */
  static RuleViolation unlike(String what, @Nullable Object expected, @Nullable Object actual) {
    Unlike words = Unlike.of(expected, actual);
    return new RuleViolation(new Finding(what, words.expected(), words.actual()));
  }

  /**
   * Expects two values to be equal.
   *
   * @param what what happened when they are not
   * @param expected what should be
   * @param actual what is
   */
  public static void equal(String what, @Nullable Object expected, @Nullable Object actual) {
    if (!Objects.equals(expected, actual)) {
      throw unlike(what, expected, actual);
    }
  }

  /**
   * Expects two values to differ.
   *
   * @param what what happened when they do not
   * @param other what it should not be
   * @param actual what is
   */
  public static void different(String what, @Nullable Object other, @Nullable Object actual) {
    if (Objects.equals(other, actual)) {
      throw violation(what, "anything but " + Show.of(other), actual);
    }
  }

  /**
   * Expects something to hold, where one sentence says everything.
   *
   * @param what what happened when it does not
   * @param holds whether it does
   */
  public static void that(String what, boolean holds) {
    if (!holds) {
      throw new RuleViolation(new Finding(what, "", ""));
    }
  }

  /**
   * Expects something to hold.
   *
   * @param what what happened when it does not
   * @param expected what should have been
   * @param actual what was
   * @param holds whether it does
   */
  public static void that(
      String what, @Nullable Object expected, @Nullable Object actual, boolean holds) {
    if (!holds) {
      throw violation(what, expected, actual);
    }
  }

  /**
   * Expects a value to be of a type, such as an error.
   *
   * @param what what happened when it is not
   * @param type the type
   * @param actual what is
   */
  public static void is(String what, Class<?> type, @Nullable Object actual) {
    that(what, type.getSimpleName(), actual, type.isInstance(actual));
  }

  /**
   * Expects a moment not to be before another one.
   *
   * @param what what happened when it is
   * @param bound the earliest moment
   * @param actual what is
   */
  public static void notBefore(String what, Instant bound, @Nullable Instant actual) {
    that(what, bound + " or later", actual, actual != null && !actual.isBefore(bound));
  }

  /**
   * Expects a moment not to be after another one.
   *
   * @param what what happened when it is
   * @param bound the latest moment
   * @param actual what is
   */
  public static void notAfter(String what, Instant bound, @Nullable Instant actual) {
    that(what, bound + " or earlier", actual, actual != null && !actual.isAfter(bound));
  }

  /**
   * Expects one number not to be above another.
   *
   * @param what what happened when it is
   * @param most the largest number
   * @param actual what is
   */
  public static void atMost(String what, long most, long actual) {
    that(what, "at most " + most, actual, actual <= most);
  }

  /**
   * Expects one number to be above another.
   *
   * @param what what happened when it is not
   * @param bound what it should be above
   * @param actual what is
   */
  public static void above(String what, long bound, long actual) {
    if (actual <= bound) {
      throw violation(what, "above " + bound, actual);
    }
  }

  /**
   * Expects that enough was done for a judgement. Too little ends the test as not measured, unless
   * calls that failed are to blame: a provider that mostly fails has not been too slow.
   *
   * @param what what there should be more of, such as "applied acks"
   * @param fewest how many are enough
   * @param done how many there were
   * @param failed how many calls ended with a retryable error
   * @throws Inconclusive when there were too few, and no more calls failed than were done
   */
  public static void enough(String what, long fewest, long done, long failed) {
    if (done >= fewest) {
      return;
    }
    if (failed > done) {
      throw violation(
          "More calls failed than there were " + what + ".", "at most " + done + " failed", failed);
    }
    throw new Inconclusive(
        "too little was done to judge: %d %s, and %d are needed".formatted(done, what, fewest));
  }

  /**
   * Expects nothing.
   *
   * @param what what happened when there is something
   * @param actual what is
   */
  public static void none(String what, Collection<?> actual) {
    if (!actual.isEmpty()) {
      throw violation(what, "nothing", actual);
    }
  }

  /**
   * Expects an ack to have been applied.
   *
   * @param result its answer
   * @return the answer
   */
  public static AckResult.Applied applied(AckResult result) {
    if (result instanceof AckResult.Applied applied) {
      return applied;
    }
    throw violation("An ack that is right was not applied.", "Applied", detailed(result))
        .foundOnTheWay();
  }

  /**
   * Expects an ack to have been applied.
   *
   * @param what what happened when it was not
   * @param result its answer
   * @return the answer
   */
  public static AckResult.Applied applied(String what, AckResult result) {
    if (result instanceof AckResult.Applied applied) {
      return applied;
    }
    throw violation(what, "Applied", detailed(result));
  }

  /**
   * Expects an ack to be recognised as a repeat.
   *
   * @param what what happened when it is not
   * @param result its answer
   */
  public static void alreadyApplied(String what, AckResult result) {
    if (!(result instanceof AckResult.AlreadyApplied)) {
      throw violation(what, "AlreadyApplied", detailed(result));
    }
  }

  /**
   * Expects an ack to have been rejected.
   *
   * @param <E> the kind of error
   * @param what what happened when it was not
   * @param type the kind of error
   * @param result its answer
   * @return the error
   */
  public static <E extends ProviderError.Permanent> E rejected(
      String what, Class<E> type, AckResult result) {
    if (result instanceof AckResult.Rejected(var error) && type.isInstance(error)) {
      return type.cast(error);
    }
    throw violation(what, "Rejected(" + type.getSimpleName() + ")", detailed(result));
  }

  /**
   * Expects a call, other than an ack, to be refused.
   *
   * @param <E> the kind of error
   * @param what what happened when it was not
   * @param type the kind of error
   * @param call the call
   * @return the error
   */
  public static <E extends ProviderError> E thrown(String what, Class<E> type, Runnable call) {
    try {
      call.run();
    } catch (TestAbortedException | FixtureProblem noAnswer) {
      throw noAnswer;
    } catch (RuntimeException error) {
      if (type.isInstance(error)) {
        return type.cast(error);
      }
      throw unexpected(what, type.getSimpleName(), error);
    }
    throw violation(what, type.getSimpleName(), "no error");
  }

  /**
   * Expects a renewal or an abandon to be refused because its token does not hold the lock.
   *
   * @param what what happened when it was not
   * @param call the call
   */
  public static void lockLost(String what, Runnable call) {
    thrown(what, LockLost.class, call);
  }

  /**
   * Expects a request that is wrong in itself to be refused, by the value that cannot be built or
   * by the call.
   *
   * @param what what happened when it was not
   * @param request builds the values and makes the call
   */
  public static void invalid(String what, Runnable request) {
    thrown(what, InvalidRequest.class, request);
  }

  /**
   * Expects an ack that is wrong in itself to be refused: a value cannot be built, or the ack is
   * rejected. An ack that throws the error instead of answering it is a violation (ERR-04).
   *
   * @param what what happened when it was not
   * @param request builds the values and makes the ack
   */
  public static void invalidAck(String what, Supplier<AckResult> request) {
    AckResult result;
    try {
      result = request.get();
    } catch (InvalidRequest error) {
      if (error.operation().startsWith("ack")) {
        throw unexpected(what, "Rejected(InvalidRequest)", error);
      }
      return;
    }
    rejected(what, InvalidRequest.class, result);
  }

  private static RuleViolation unexpected(String what, String expected, RuntimeException error) {
    RuleViolation violation = violation(what, expected, "threw " + Show.of(error));
    violation.initCause(error);
    return violation;
  }

  private static String detailed(AckResult result) {
    return result instanceof AckResult.Rejected(var error)
        ? "Rejected(" + Show.of(error) + ")"
        : Show.of(result);
  }
}
