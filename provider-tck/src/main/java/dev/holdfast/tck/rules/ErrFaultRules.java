// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.OutcomeUnknown;
import dev.holdfast.provider.ProviderError.Retryable;
import dev.holdfast.provider.ProviderError.StoreContention;
import dev.holdfast.provider.ProviderError.StoreFailure;
import dev.holdfast.provider.ProviderError.StoreUnavailable;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.fixture.Fault;
import dev.holdfast.tck.fixture.Fault.Kind;
import dev.holdfast.tck.fixture.Fault.Moment;
import dev.holdfast.tck.fixture.Fault.Place;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.function.Function;

/** How failures of the store are told. */
@RuleFamily("ERR")
final class ErrFaultRules {

  private static final int PLACES = 4;

  /**
   * Whatever the store answers, the caller sees a ProviderError that names the call.
   *
   * <p><b>Shape:</b> every call with every kind of fault at its first statements and commits; each
   * error is a ProviderError, names its call, and agrees with its family about being retryable.
   */
  @Rule("ERR-01")
  void everyFaultIsAProviderError(StoreUnderTest store) {
    for (Function<StoreUnderTest, DisturbedCall> calls : DisturbedCalls.all()) {
      for (Kind kind : Kind.values()) {
        for (int number = 1; number <= PLACES; number++) {
          DisturbedCall call = calls.apply(store);
          Fault fault = Fault.atStatement(number, Moment.BEFORE, kind);
          store
              .faults()
              .during(fault, call.call())
              .error()
              .ifPresent(error -> expectConsistent(call, fault, error));
          store.moveTime(store.lockFor());
          drain(store);
        }
      }
    }
  }

  private static void expectConsistent(DisturbedCall call, Fault fault, ProviderError error) {
    Expect.that(
        "The error of a call names another one, with " + fault + ".",
        call.operation(),
        error.operation() + ", in " + error,
        call.operation().startsWith(error.operation()));
    Expect.equal(
        "An error does not agree with its family: " + error + ".",
        error instanceof Retryable,
        error.isRetryable());
  }

  /** Finishes whatever can be delivered, so that the next call is alone. */
  private static void drain(StoreUnderTest store) {
    store.second().fetchActivities(Handle.ALL).forEach(store.second()::complete);
    store.second().fetch(Handle.ALL).forEach(store.second()::finish);
  }

  /**
   * A lost connection is StoreUnavailable, and at the commit OutcomeUnknown; a busy store is
   * StoreContention.
   *
   * <p><b>Shape:</b> one call of each kind with the store's own codes at each statement, and every
   * ack at each commit.
   */
  @Rule("ERR-02")
  void theStoresCodesHaveTheirTypes(StoreUnderTest store) {
    for (Function<StoreUnderTest, DisturbedCall> calls : DisturbedCalls.some()) {
      expectType(store, calls, Place.STATEMENT, Kind.CONNECTION_LOST, StoreUnavailable.class);
      expectType(store, calls, Place.STATEMENT, Kind.CONTENTION, StoreContention.class);
    }
    for (Function<StoreUnderTest, DisturbedCall> acks : DisturbedCalls.acks()) {
      expectType(store, acks, Place.COMMIT, Kind.CONNECTION_LOST, OutcomeUnknown.class);
      expectType(store, acks, Place.COMMIT, Kind.CONTENTION, StoreContention.class);
    }
  }

  /**
   * A code that nobody knows is StoreFailure, permanent, with its cause.
   *
   * <p><b>Shape:</b> every call with a made-up code at each statement; the error is StoreFailure,
   * is not retryable, and has the store's own error as its cause; the same call again succeeds.
   */
  @Rule("ERR-03")
  void anUnknownCodeIsAPermanentFailureWithItsCause(StoreUnderTest store) {
    for (Function<StoreUnderTest, DisturbedCall> calls : DisturbedCalls.all()) {
      expectType(store, calls, Place.STATEMENT, Kind.UNKNOWN_CODE, StoreFailure.class);
    }
  }

  private static void expectType(
      StoreUnderTest store,
      Function<StoreUnderTest, DisturbedCall> calls,
      Place place,
      Kind kind,
      Class<? extends ProviderError> type) {
    DisturbedCall.everywhere(
        store,
        calls,
        number -> new Fault(place, number, Moment.BEFORE, kind),
        (call, fault, error) -> {
          Expect.is(call + " fails with another error, with " + fault + ".", type, error);
          expectConsistent(call, fault, error);
          Expect.that(
              "The store's own error is not the cause.",
              "the error of the driver as cause",
              error + " without a cause",
              error.getCause() != null);
        });
  }

  /**
   * Retryable means it: a call that met a busy store succeeds when it is made again.
   *
   * <p><b>Shape:</b> every call, busy at each statement; it fails with a retryable error or repeats
   * itself; the same call again on the same handle succeeds, and its effects are there once.
   */
  @Rule("ERR-09")
  void aBusyStoreIsWorthAnotherTry(StoreUnderTest store) {
    for (Function<StoreUnderTest, DisturbedCall> calls : DisturbedCalls.all()) {
      expectType(store, calls, Place.STATEMENT, Kind.CONTENTION, StoreContention.class);
    }
  }
}
