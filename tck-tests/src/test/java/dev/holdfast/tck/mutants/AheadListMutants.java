// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.TurnAhead;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Turns ahead in lists that are applied too often, too seldom, or too late. */
final class AheadListMutants {

  private AheadListMutants() {}

  static void addTo(Family family) {
    family
        .handle(
            "each-element-goes-ahead",
            "Several elements of a list go ahead for one instance.",
            "AHEAD-09: the list form is the inherited loop",
            inner ->
                new Ahead(inner) {
                  @Override
                  public List<AckResult> ackActivityItems(List<ActivityAck> acks) {
                    return acks.stream().map(this::ackActivityItem).toList();
                  }
                })
        .handle(
            "lists-go-ahead-in-the-end",
            "In a list all calls are made before the first turn.",
            "AHEAD-09: turns are tried where claims are made",
            inner ->
                new Ahead(inner) {
                  @Override
                  public List<AckResult> ackActivityItems(List<ActivityAck> acks) {
                    List<AckResult> results =
                        inner.ackActivityItems(
                            acks.stream().map(AheadListMutants::withoutTurn).toList());
                    return IntStream.range(0, acks.size())
                        .mapToObj(i -> afterwards(acks.get(i), results.get(i)))
                        .toList();
                  }

                  private AckResult afterwards(ActivityAck ack, AckResult result) {
                    TurnAhead turn = turn(ack.eager());
                    if (turn == null || !(result instanceof AckResult.Applied applied)) {
                      return result;
                    }
                    OrchestrationItem item = applied.eagerInstance();
                    if (item == null || !turn.fits(item)) {
                      return result;
                    }
                    AckResult ahead = inner.ackOrchestrationItem(turn.ack(item.lockToken()));
                    return new AckResult.Applied(
                        List.of(), ahead instanceof AckResult.Applied ? null : item, ahead);
                  }
                })
        .handle(
            "lists-go-ahead-to-the-first-that-does-not",
            "In a list no element behind one that does not go ahead has its turn applied.",
            "AHEAD-09: the loop ends at the first error",
            inner ->
                new Ahead(inner) {
                  @Override
                  public List<AckResult> ackActivityItems(List<ActivityAck> acks) {
                    List<AckResult> results = new ArrayList<>();
                    boolean over = false;
                    for (ActivityAck ack : acks) {
                      AckResult result = ackActivityItem(over ? withoutTurn(ack) : ack);
                      over |=
                          !(result instanceof AckResult.Applied applied)
                              || !(applied.turnAhead() instanceof AckResult.Applied);
                      results.add(result);
                    }
                    return results;
                  }
                });
    family.fixture(
        "goes-ahead-in-two-commits",
        "Between a call and its turn there is a moment in which it can be cut off.",
        "AHEAD-10: a transaction for the call and one for the turn",
        () -> new DisturbedFixture(AheadByHand::new));
  }

  private static ActivityAck withoutTurn(ActivityAck ack) {
    EagerInstance eager = ack.eager();
    return eager == null
        ? ack
        : new ActivityAck(ack.lockToken(), ack.completion(), eager.withTurnAhead(null));
  }
}
