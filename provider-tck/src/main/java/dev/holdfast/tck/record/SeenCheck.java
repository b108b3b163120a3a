// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.record;

import dev.holdfast.tck.record.Recording.Seen;
import dev.holdfast.tck.words.Expect;
import java.util.List;

/** Judges reads by the acks around them. Stateless. */
final class SeenCheck {

  private SeenCheck() {}

  /**
   * Expects that a read tells of all turns whose acks had returned before it began, and of none
   * whose ack had not begun when it ended.
   *
   * @param read the read
   * @param applied the applied turns of its instance, in order
   */
  static void expectExplained(Seen read, List<Tenure> applied) {
    long least = applied.stream().filter(turn -> acked(turn).ended() < read.span().began()).count();
    long most = applied.stream().filter(turn -> acked(turn).began() < read.span().ended()).count();
    if (read.turns() < least || read.turns() > most) {
      throw Expect.violation(
          "A read of %s, in %s, tells of another number of turns than there were."
              .formatted(read.where(), read.span()),
          "from %d to %d".formatted(least, most),
          read.turns());
    }
  }

  private static Tenure.Span acked(Tenure turn) {
    return turn.release().orElseThrow().span();
  }
}
