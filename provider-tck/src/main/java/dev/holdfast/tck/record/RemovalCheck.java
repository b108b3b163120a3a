// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.record;

import dev.holdfast.tck.record.Recording.Removal;
import dev.holdfast.tck.record.Recording.Sent;
import dev.holdfast.tck.record.Tenure.Outcome;
import dev.holdfast.tck.record.Tenure.Use;
import dev.holdfast.tck.words.Expect;
import java.util.List;
import java.util.Optional;

/** Judges what was delivered and accepted after a deletion by what was before it. Immutable. */
final class RemovalCheck {

  private final Removal removal;
  private final List<Tenure> tenures;
  private final List<Sent> before;

  /**
   * For one deletion.
   *
   * @param removal the deletion
   * @param tenures the tenures of its instance, in order
   * @param sent all messages
   */
  RemovalCheck(Removal removal, List<Tenure> tenures, List<Sent> sent) {
    this.removal = removal;
    this.tenures = tenures;
    before =
        sent.stream()
            .filter(message -> message.instanceId().equals(removal.instanceId()))
            .filter(message -> message.span().ended() < removal.span().began())
            .toList();
  }

  /** Expects that neither messages, nor events, nor tokens of before are good after it. */
  void expectNothingLeft() {
    List<Tenure> after =
        tenures.stream().filter(tenure -> tenure.fetch.began() > removal.span().ended()).toList();
    List<Tenure> former =
        tenures.stream().filter(tenure -> tenure.fetch.ended() < removal.span().began()).toList();
    after.forEach(this::expectNew);
    former.forEach(this::expectLost);
    if (!former.isEmpty()
        && !after.isEmpty()
        && former.getLast().token.epoch() > after.getFirst().token.epoch()) {
      throw contradiction("A token of the new instance is not newer.", after.getFirst());
    }
  }

  private void expectNew(Tenure tenure) {
    Optional<Sent> old =
        before.stream()
            .filter(message -> tenure.delivery.messages().contains(message.body()))
            .findFirst();
    if (old.isPresent()) {
      throw contradiction("A message came through the deletion: " + old.get(), tenure);
    }
    long applied =
        tenures.stream()
            .flatMap(one -> one.uses.stream())
            .filter(use -> use.kind() == Tenure.Kind.ACK && use.outcome() == Outcome.ACCEPTED)
            .filter(use -> use.span().ended() > removal.span().began())
            .count();
    if (tenure.delivery.lastEventId() > applied * Recording.EVENTS) {
      throw contradiction("Events came through the deletion.", tenure);
    }
  }

  private void expectLost(Tenure tenure) {
    for (Use use : tenure.uses) {
      if (use.outcome() != Outcome.LOCK_LOST && use.span().began() > removal.span().ended()) {
        throw contradiction("A token came through the deletion: " + use, tenure);
      }
    }
  }

  private Error contradiction(String what, Tenure tenure) {
    return Expect.violation(
        what + " (deleted in " + removal.span() + ")", "nothing of what was deleted", tenure);
  }
}
