// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.test;

import dev.holdfast.streams.Aggregate;
import dev.holdfast.streams.event.EncodedEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A test of an aggregate without a store: given events, when a command comes, then these events, or
 * a refusal.
 *
 * <pre>{@code
 * AggregateTest.of(ACCOUNT)
 *     .given(new Opened("Alice"), new Deposited(500))
 *     .when(new Withdraw(200))
 *     .then(new Withdrawn(200))
 *     .thenState(new Account("Alice", 300));
 * }</pre>
 *
 * <p>Every event passes through its stored form, so that one which cannot be stored, or reads as
 * another one, is found here. What does not hold is an {@code AssertionError}. Not thread-safe.
 *
 * @param <S> the state
 * @param <C> the commands
 * @param <E> the events
 */
public final class AggregateTest<S, C, E> {

  private final Aggregate<S, C, E> aggregate;
  private S state;
  private List<E> events = List.of();
  private @Nullable RuntimeException refusal;

  private AggregateTest(Aggregate<S, C, E> aggregate) {
    this.aggregate = aggregate;
    state = aggregate.initial();
  }

  /**
   * Begins a test, without events.
   *
   * @param aggregate the aggregate
   * @param <S> the state
   * @param <C> the commands
   * @param <E> the events
   * @return the test
   */
  public static <S, C, E> AggregateTest<S, C, E> of(Aggregate<S, C, E> aggregate) {
    return new AggregateTest<>(aggregate);
  }

  /**
   * Has events happen.
   *
   * @param given the events
   * @return this
   * @throws AssertionError when one does not survive being stored and read
   */
  @SafeVarargs
  @SuppressWarnings("varargs")
  public final AggregateTest<S, C, E> given(E... given) {
    for (E event : given) {
      state = aggregate.evolve().evolve(state, stored(event));
    }
    return this;
  }

  /**
   * Has a command decided, and its events happen.
   *
   * @param command the command
   * @return this
   * @throws AssertionError when deciding twice gives different events, or an event does not survive
   *     being stored and read
   */
  public AggregateTest<S, C, E> when(C command) {
    refusal = null;
    events = List.of();
    try {
      List<? extends E> decided = aggregate.decide().decide(state, command);
      check(
          decided.equals(aggregate.decide().decide(state, command)),
          "deciding the same command twice gives different events: it is no pure function");
      events = List.copyOf(decided);
    } catch (RuntimeException e) {
      refusal = e;
      return this;
    }
    for (E event : events) {
      state = aggregate.evolve().evolve(state, stored(event));
    }
    return this;
  }

  /**
   * Checks which events the command had.
   *
   * @param expected the events, in order; none for a command without effect
   * @return this
   * @throws AssertionError when there were others, or the command was refused
   */
  @SafeVarargs
  @SuppressWarnings("varargs")
  public final AggregateTest<S, C, E> then(E... expected) {
    if (refusal != null) {
      throw new AssertionError("the command was refused: " + refusal.getMessage(), refusal);
    }
    List<E> wanted = new ArrayList<>(List.of(expected));
    check(events.equals(wanted), "expected the events %s, and there were %s", wanted, events);
    return this;
  }

  /**
   * Checks that the command was refused.
   *
   * @param expected the type of the exception
   * @return this
   * @throws AssertionError when it was not, or by another exception
   */
  public AggregateTest<S, C, E> thenRefused(Class<? extends RuntimeException> expected) {
    RuntimeException found = refusal;
    if (found == null) {
      throw new AssertionError(
          "expected a %s, and there were the events %s".formatted(expected.getName(), events));
    }
    if (!expected.isInstance(found)) {
      throw new AssertionError("expected a %s".formatted(expected.getName()), found);
    }
    return this;
  }

  /**
   * Checks the state.
   *
   * @param expected the state
   * @return this
   * @throws AssertionError when it is another one, or does not survive being stored and read
   */
  public AggregateTest<S, C, E> thenState(S expected) {
    check(Objects.equals(state, expected), "expected the state %s, and it is %s", expected, state);
    S back = aggregate.readState(aggregate.writeState(state));
    check(back.equals(state), "the state %s is stored and reads as %s", state, back);
    return this;
  }

  /**
   * Checks that nothing more is expected to happen.
   *
   * @return this
   * @throws AssertionError when the state is not complete
   */
  public AggregateTest<S, C, E> thenComplete() {
    check(aggregate.isComplete(state), "the state %s is not complete", state);
    return this;
  }

  private E stored(E event) {
    EncodedEvent encoded = aggregate.events().encode(event);
    E back =
        aggregate
            .events()
            .decode(encoded)
            .orElseThrow(
                () -> new AssertionError("the type " + encoded.type() + " cannot be read back"));
    check(back.equals(event), "the event %s is stored and reads as %s", event, back);
    return back;
  }

  private static void check(boolean holds, String message, Object... values) {
    if (!holds) {
      throw new AssertionError(message.formatted(values));
    }
  }
}
