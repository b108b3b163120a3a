// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.postings.flow;

import dev.holdfast.streams.Aggregate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Circuit breakers of the models, a stream for each: after so many failures in a row nobody calls
 * the model for a while. All processes see the same circuit, because it is in the store.
 */
public final class Circuits {

  /** The category of their streams. */
  public static final String CATEGORY = "circuit";

  /** So many failures in a row open it. */
  public static final int FAILURES = 3;

  private static final Duration COOL_DOWN = Duration.ofMillis(250);

  /** What a caller has seen, and when. */
  public sealed interface Command {
    record Fail(Instant at) implements Command {}

    record Succeed() implements Command {}
  }

  /** What has happened. */
  public sealed interface Event {
    record ModelFailed() implements Event {}

    record CircuitOpened(long untilMillis) implements Event {}

    record CircuitClosed() implements Event {}
  }

  /**
   * How a circuit is.
   *
   * @param failures how many failures there were in all
   * @param inRow how many since the last success
   * @param openings how often it was opened
   * @param untilMillis until when it is open, in milliseconds of the epoch; 0 when it is closed
   */
  public record Circuit(long failures, int inRow, int openings, long untilMillis) {

    /** For how long nobody is to call, by a clock; zero when one may. */
    public Duration wait(Instant now) {
      Duration wait = Duration.between(now, Instant.ofEpochMilli(untilMillis));
      // Clocks of two machines may differ; nobody waits for longer than a circuit is ever open.
      return wait.isNegative() ? Duration.ZERO : wait.compareTo(COOL_DOWN) > 0 ? COOL_DOWN : wait;
    }

    private static Circuit evolve(Circuit c, Event event) {
      return switch (event) {
        case Event.ModelFailed e ->
            new Circuit(c.failures + 1, c.inRow + 1, c.openings, c.untilMillis);
        case Event.CircuitOpened(long until) ->
            new Circuit(c.failures, c.inRow, c.openings + 1, until);
        case Event.CircuitClosed e -> new Circuit(c.failures, 0, c.openings, 0);
      };
    }
  }

  /** The aggregate. */
  public static final Aggregate<Circuit, Command, Event> CIRCUIT =
      Aggregate.builder(CATEGORY, Circuit.class, Command.class, Event.class)
          .initial(new Circuit(0, 0, 0, 0))
          .decide(Circuits::decide)
          .evolve(Circuit::evolve)
          .build();

  private Circuits() {}

  private static List<Event> decide(Circuit circuit, Command command) {
    return switch (command) {
      case Command.Fail(Instant at) ->
          circuit.inRow() + 1 < FAILURES || circuit.untilMillis() > at.toEpochMilli()
              ? List.of(new Event.ModelFailed())
              : List.of(
                  new Event.ModelFailed(),
                  new Event.CircuitOpened(at.plus(COOL_DOWN).toEpochMilli()));
      case Command.Succeed c ->
          circuit.inRow() == 0 ? List.of() : List.of(new Event.CircuitClosed());
    };
  }
}
