// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ProviderError.Retryable;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.fixture.Fault;
import dev.holdfast.tck.fixture.Fault.Kind;
import dev.holdfast.tck.fixture.Fault.Moment;
import dev.holdfast.tck.fixture.Fault.Place;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.StoreUnderTest;
import java.util.function.Function;

/** Lists of acks that are disturbed at every position. */
@RuleFamily("ATOM")
final class ListFaultRules {

  /**
   * A list of acks that is disturbed anywhere can be repeated as a whole.
   *
   * <p><b>Shape:</b> a list of acks, cut or met by contention at each statement and each commit;
   * the whole list again is applied or recognised ack by ack, and every effect is there once.
   */
  @Rule("ATOM-13")
  void aDisturbedListOfAcksCanBeRepeated(StoreUnderTest store) {
    disturbEverywhere(store, DisturbedCalls::ackOrchestrationItems);
  }

  /**
   * A list of activity acks that is disturbed anywhere can be repeated as a whole.
   *
   * <p><b>Shape:</b> as for instances.
   */
  @Rule("ATOM-16")
  void aDisturbedListOfActivityAcksCanBeRepeated(StoreUnderTest store) {
    disturbEverywhere(store, DisturbedCalls::ackActivityItems);
  }

  private static void disturbEverywhere(
      StoreUnderTest store, Function<StoreUnderTest, DisturbedCall> list) {
    for (Place place : Place.values()) {
      disturb(store, list, place, Moment.BEFORE, Kind.CONTENTION);
      disturb(store, list, place, Moment.BEFORE, Kind.CONNECTION_LOST);
      disturb(store, list, place, Moment.AFTER, Kind.CONNECTION_LOST);
    }
  }

  private static void disturb(
      StoreUnderTest store,
      Function<StoreUnderTest, DisturbedCall> list,
      Place place,
      Moment moment,
      Kind kind) {
    DisturbedCall.everywhere(
        store,
        list,
        number -> new Fault(place, number, moment, kind),
        (call, fault, error) ->
            Expect.is(call + " is not retryable, with " + fault + ".", Retryable.class, error));
  }
}
