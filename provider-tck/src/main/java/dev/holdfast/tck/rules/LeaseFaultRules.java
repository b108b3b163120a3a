// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.Retryable;
import dev.holdfast.provider.state.LeaseAnswer;
import dev.holdfast.provider.state.LeaseAnswer.Acquired;
import dev.holdfast.provider.state.LeaseAnswer.Held;
import dev.holdfast.provider.state.LeaseInfo;
import dev.holdfast.provider.state.LeaseToken;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.fixture.Fault;
import dev.holdfast.tck.rules.DisturbedCall.Form;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** Leases on their way to the store: what a disturbance leaves. */
@RuleFamily("LEASE")
final class LeaseFaultRules {

  /**
   * After an unknown outcome the store tells the truth.
   *
   * <p><b>Shape:</b> acquire, renew and release, disturbed at and around every statement and
   * commit, then the same call again: the lease is the caller's, or is held under its label until
   * its end; a renewal holds; a release is true or false, and the name is free.
   */
  @Rule("LEASE-14")
  void afterAnUnknownOutcomeTheStoreTellsTheTruth(StoreUnderTest store) {
    Leased.requireDeclared(store);
    for (Function<StoreUnderTest, DisturbedCall> calls :
        List.<Function<StoreUnderTest, DisturbedCall>>of(
            LeaseFaultRules::acquire, LeaseFaultRules::renew, LeaseFaultRules::release)) {
      DisturbedCall.everywhere(store, calls, LeaseFaultRules::expectRetryable);
    }
  }

  private static void expectRetryable(DisturbedCall call, Fault fault, ProviderError error) {
    Expect.is(call + " is not retryable, with " + fault + ".", Retryable.class, error);
  }

  private static DisturbedCall single(
      String operation, Supplier<Object> call, Consumer<Object> audit) {
    return new DisturbedCall(operation, Form.SINGLE, List.of(), call, audit);
  }

  private static DisturbedCall acquire(StoreUnderTest store) {
    Leased a = Leased.first(store);
    Leased b = Leased.second(store);
    String name = "report " + store.nextNumber();
    return single(
        "acquire",
        () -> a.ask(name, "A"),
        answer -> {
          LeaseInfo lease = ((LeaseAnswer) answer).lease();
          Expect.equal("A lease has a holder that did not ask for it.", "A", lease.holder());
          b.refused("A lease is not what its holder was told.", name, "B", lease);
          if (answer instanceof Acquired acquired) {
            b.release(acquired.token());
          } else {
            Expect.is("An acquisition was neither right nor refused.", Held.class, answer);
            store.moveTime(a.lasting());
          }
          b.release(b.acquire("A lost lease does not end.", name, "B", b.lasting()).token());
        });
  }

  private static DisturbedCall renew(StoreUnderTest store) {
    Leased a = Leased.first(store);
    Leased b = Leased.second(store);
    Acquired held = a.acquire("report " + store.nextNumber(), "A");
    String name = held.token().name();
    return single(
        "renew",
        () -> a.calls().renew(held.token(), a.lasting().multipliedBy(2)),
        answer -> {
          Expect.that(
              "A renewal did not prolong a lease.",
              "after " + held.lease().until(),
              answer,
              ((LeaseInfo) answer).until().isAfter(held.lease().until()));
          b.expect("A renewal is not what its holder was told.", name, (LeaseInfo) answer);
          b.release(held.token());
        });
  }

  private static DisturbedCall release(StoreUnderTest store) {
    Leased a = Leased.first(store);
    Leased b = Leased.second(store);
    LeaseToken token = a.acquire("report " + store.nextNumber(), "A").token();
    return single(
        "release",
        () -> a.calls().release(token),
        answer -> {
          b.expect("Something is left of a released lease.", token.name(), null);
          b.release(b.acquire(token.name(), "B").token());
        });
  }
}
