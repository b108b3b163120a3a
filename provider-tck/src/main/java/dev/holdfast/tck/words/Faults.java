// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.words;

import dev.holdfast.tck.FixturePart;
import dev.holdfast.tck.NotMeasured;
import dev.holdfast.tck.fixture.CommitHold;
import dev.holdfast.tck.fixture.Fault;
import dev.holdfast.tck.fixture.FaultInjection;
import dev.holdfast.tck.instrument.CallLog;
import java.util.function.Supplier;

/** Disturbs calls of a store under test, and notes it in the log. Thread-safe. */
public final class Faults {

  private final FaultInjection injection;
  private final CallLog log;

  Faults(FaultInjection injection, CallLog log) {
    this.injection = injection;
    this.log = log;
  }

  /**
   * Has a statement stand before the store hears of it.
   *
   * @param statement which one from now on, from 1
   * @return what holds it
   * @throws NotMeasured when the fixture cannot
   */
  public CommitHold.Held standBefore(int statement) {
    log.note("statement " + statement + " is going to stand");
    return injection
        .standBefore(statement)
        .orElseThrow(() -> new NotMeasured(FixturePart.FAULT_INJECTION, "statements that stand"));
  }

  /**
   * Makes a call while a fault is armed. Afterwards none is.
   *
   * @param fault the fault
   * @param call the call
   * @param <T> what it answers
   * @return what came of it
   */
  public <T> Attempt<T> during(Fault fault, Supplier<T> call) {
    log.note("armed: " + fault);
    injection.arm(fault);
    try {
      return Attempt.of(call, injection::struck);
    } finally {
      injection.disarm();
      log.note(injection.struck() ? "it happened" : "it did not happen");
    }
  }
}
