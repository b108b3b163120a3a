// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.tickets.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.examples.tickets.demo.Audit.Found;
import dev.holdfast.examples.tickets.demo.Audit.Letters;
import dev.holdfast.examples.tickets.demo.Finding.Kind;
import dev.holdfast.examples.tickets.flow.StatusRow;
import dev.holdfast.examples.tickets.flow.TicketFile;
import dev.holdfast.examples.tickets.flow.TicketKey;
import dev.holdfast.examples.tickets.flow.Undisturbed;
import dev.holdfast.examples.tickets.flow.Undisturbed.Happened;
import dev.holdfast.examples.tickets.flow.Undisturbed.Letter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A run in which all is well, and then not. */
class AuditTest {

  private final Map<TicketKey, Found> found = new TreeMap<>();
  private final Map<String, Letters> letters = new HashMap<>();
  private Undisturbed right;
  private TicketKey one;

  @BeforeEach
  void allIsWell() throws IOException {
    right = Undisturbed.of(TicketFile.shipped().first(60));
    right
        .tickets()
        .forEach((key, history) -> {
          StatusRow row = history.events().isEmpty() ? null : StatusRow.of(history.state());
          found.put(key, new Found(history.events(), history.state(), row));
        });
    right
        .letters()
        .forEach((message, letter) ->
            letters.put(
                message, letter == Letter.REDRIVEN ? new Letters(1, 1, 0) : new Letters(1, 0, 1)));
    one =
        right.tickets().entrySet().stream()
            .filter(ticket -> ticket.getValue().events().size() > 3)
            .findFirst()
            .orElseThrow()
            .getKey();
  }

  private List<Kind> kinds() {
    return Audit.run(right, found, letters).stream().map(Finding::kind).distinct().toList();
  }

  private void events(UnaryOperator<List<Happened>> change) {
    found.computeIfPresent(
        one,
        (key, was) ->
            new Found(change.apply(new ArrayList<>(was.events())), was.state(), was.row()));
  }

  @Test
  void nothingIsFoundWhereAllIsWell() {
    assertThat(right.letters()).containsValues(Letter.REDRIVEN, Letter.DROPPED);
    assertThat(kinds()).isEmpty();
  }

  @Test
  void aTicketWithoutEventsIsLost() {
    found.remove(one);
    assertThat(kinds()).contains(Kind.LOST);
  }

  @Test
  void anEventThatIsMissingIsLost() {
    events(all -> all.subList(0, all.size() - 1));
    assertThat(kinds()).contains(Kind.LOST);
  }

  @Test
  void aSecondEventOfAMessageIsTwice() {
    events(all -> {
      all.add(all.getLast());
      return all;
    });
    assertThat(kinds()).containsExactly(Kind.TWICE);
  }

  @Test
  void eventsInAnotherOrderAreWrong() {
    events(List::reversed);
    assertThat(kinds()).contains(Kind.WRONG);
  }

  @Test
  void aRowOfAnotherTicketIsFoundOnTheBoard() {
    found.computeIfPresent(
        one,
        (key, was) ->
            new Found(was.events(), was.state(), new StatusRow("lost", null, null, null)));
    assertThat(kinds()).containsExactly(Kind.BOARD);
  }

  @Test
  void aDeadLetterAboutWhichNobodyHasDecidedIsStuck() {
    letters.put(right.letters().keySet().iterator().next(), new Letters(1, 0, 0));
    assertThat(kinds()).containsExactly(Kind.STUCK);
  }

  @Test
  void aDeadLetterThatDiedAgainIsTwice() {
    letters.put(right.letters().keySet().iterator().next(), new Letters(2, 1, 1));
    assertThat(kinds()).containsExactly(Kind.TWICE);
  }

  @Test
  void aDeadLetterThatShouldNotBeIsWrong() {
    letters.put("m-of-nobody", new Letters(1, 1, 0));
    assertThat(kinds()).containsExactly(Kind.WRONG);
  }

  @Test
  void aDeadLetterThatIsMissingIsLost() {
    letters.clear();
    assertThat(kinds()).containsExactly(Kind.LOST);
  }
}
