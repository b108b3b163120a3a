// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import dev.holdfast.runtime.internal.StackFrames;
import dev.holdfast.worker.internal.util.SafeThrowable;
import dev.holdfast.worker.internal.util.Texts;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Why something failed, as it is stored: an exception, or a reason of the runtime. Everything in it
 * is bounded, so that it can always be stored.
 *
 * @param type the name of the exception's class, or one of the constants of this type
 * @param message the exception's message, absent when it had none
 * @param supertypes the names of the exception's superclasses, the nearest first, up to {@code
 *     java.lang.Throwable}; empty when it was no exception, or was stored before there were any
 * @param stack where it was thrown, the innermost frames, as exceptions print them; may be empty
 * @param cause the exception that caused it, absent when there was none
 */
public record Failure(
    String type,
    @Nullable String message,
    List<String> supertypes,
    List<String> stack,
    @Nullable Failure cause) {

  /** The type of a failure after too many deliveries without a result. */
  public static final String POISON = "holdfast.poison";

  /** The type of a failure because something that is stored cannot be read. */
  public static final String UNREADABLE = "holdfast.unreadable";

  /** The type of a failure because no worker knows the name. */
  public static final String UNREGISTERED = "holdfast.unregistered";

  /** The type of a failure because the store refused the result, for instance as too large. */
  public static final String REFUSED = "holdfast.refused";

  /** The type of a child's failure to start because its instance id is taken. */
  public static final String ALREADY_EXISTS = "holdfast.already-exists";

  /**
   * The type of a failure of an attempt that did not end in its time; see {@link ActivityOptions}.
   */
  public static final String TIMEOUT = "holdfast.timeout";

  /** The type of a failure of an instance that was terminated; see {@link HoldfastClient}. */
  public static final String TERMINATED = "holdfast.terminated";

  /** The type of a failure because the history of an execution has become too long. */
  public static final String HISTORY_TOO_LONG = "holdfast.history-too-long";

  /**
   * The type of a failure of an attempt whose code gave no heartbeat for too long; see {@link
   * ActivityOptions}.
   */
  public static final String HEARTBEAT_TIMEOUT = "holdfast.heartbeat-timeout";

  /**
   * The type of a failure of an instance of another engine, such as a run of a graph; see {@link
   * InstanceStatus#ofOtherEngine}.
   */
  public static final String OTHER_ENGINE = "holdfast.other-engine";

  private static final int FRAMES = 40;
  private static final int FRAMES_OF_CAUSES = 12;
  private static final int CAUSES = 8;
  private static final int SUPERTYPES = 20;

  /** Checks the type, copies the lists, and cuts the message off after 4000 characters. */
  public Failure {
    Objects.requireNonNull(type, "type");
    message = message == null ? null : Texts.cut(message);
    // What was stored before there were such lists has none.
    supertypes = supertypes == null ? List.of() : List.copyOf(supertypes);
    stack = stack == null ? List.of() : List.copyOf(stack);
  }

  /**
   * Creates a failure without an exception.
   *
   * @param type one of the constants of this type, or a class name
   * @param message what happened, absent when there is nothing to say
   */
  public Failure(String type, @Nullable String message) {
    this(type, message, List.of(), List.of(), null);
  }

  /**
   * Creates the failure that records an exception. Never throws, whatever the exception's methods
   * do.
   *
   * @param error the exception
   * @return its class name, message, superclasses, stack and causes, within bounds
   */
  public static Failure of(Throwable error) {
    return of(error, 0);
  }

  private static Failure of(Throwable error, int depth) {
    if (error instanceof RecordedException recorded) {
      return recorded.failure().at(depth);
    }
    Throwable cause = depth < CAUSES ? SafeThrowable.cause(error) : null;
    return new Failure(
        error.getClass().getName(),
        SafeThrowable.message(error),
        supertypes(error.getClass()),
        StackFrames.of(SafeThrowable.stack(error), depth == 0 ? FRAMES : FRAMES_OF_CAUSES),
        cause == null ? null : of(cause, depth + 1));
  }

  /**
   * Returns this at a depth of a chain of causes, cut off where the chain is too long: it must not
   * grow with each parent that passes a failure on.
   */
  private Failure at(int depth) {
    if (depth == 0) {
      return this;
    }
    List<String> frames = stack.subList(0, Math.min(stack.size(), FRAMES_OF_CAUSES));
    Failure next = cause == null || depth >= CAUSES ? null : cause.at(depth + 1);
    return new Failure(type, message, supertypes, frames, next);
  }

  private static List<String> supertypes(Class<?> type) {
    List<String> names = new ArrayList<>();
    Class<?> at = type.getSuperclass();
    while (at != null && at != Object.class && names.size() < SUPERTYPES) {
      names.add(at.getName());
      at = at.getSuperclass();
    }
    return names;
  }

  /**
   * Returns the same failure with another message.
   *
   * @param message the message, null for none
   * @return a new failure
   */
  public Failure withMessage(@Nullable String message) {
    return new Failure(type, message, supertypes, stack, cause);
  }

  /**
   * Returns whether the exception was of a class or of one that extends it. The class need not be
   * the one that the exception was made of: names are compared.
   *
   * @param error the class
   * @return true when it was
   */
  public boolean is(Class<? extends Throwable> error) {
    return isOneOf(List.of(error.getName()));
  }

  /**
   * Returns whether the exception was of one of several classes, or of one that extends one of
   * them.
   *
   * @param classNames the names of the classes
   * @return true when it was
   */
  public boolean isOneOf(Collection<String> classNames) {
    return classNames.contains(type) || supertypes.stream().anyMatch(classNames::contains);
  }

  /**
   * Returns whether the exception, or one in its chain of causes, was of a class or of one that
   * extends it; see {@link #is}. Causes beyond the eighth are not recorded.
   *
   * @param error the class
   * @return true when it was
   */
  public boolean hasCause(Class<? extends Throwable> error) {
    return hasCause(failure -> failure.is(error));
  }

  /**
   * Returns whether this failure, or one in its chain of causes, fits a condition.
   *
   * @param condition the condition
   * @return true when one fits
   */
  public boolean hasCause(Predicate<? super Failure> condition) {
    return condition.test(this) || (cause != null && cause.hasCause(condition));
  }

  /**
   * Creates an exception that shows this failure: message, stack and causes.
   *
   * @return the exception; null when this records no exception but a reason of the runtime
   */
  public @Nullable RecordedException toException() {
    return supertypes.isEmpty() && stack.isEmpty() ? null : new RecordedException(this);
  }

  /** {@return type and message, as exceptions print them} */
  @Override
  public String toString() {
    return message == null ? type : type + ": " + message;
  }
}
