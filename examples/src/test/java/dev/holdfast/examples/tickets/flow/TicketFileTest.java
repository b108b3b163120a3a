// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.tickets.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.examples.BadInputException;
import dev.holdfast.examples.tickets.flow.Undisturbed.Letter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tickets that come with the examples, and files that cannot be read. */
class TicketFileTest {

  @TempDir private Path dir;

  @Test
  void theShippedTicketsHaveAllThatTheDemoIsAbout() throws IOException {
    TicketFile file = TicketFile.shipped();
    assertThat(file.tickets()).hasSize(240);
    assertThat(file.tenants()).containsExactly("acme", "globex", "initech");
    assertThat(file.formerTenants()).containsExactly("initech");
    // two tenants have tickets of one id
    assertThat(file.tickets())
        .contains(new TicketKey("acme", "T-1001"), new TicketKey("globex", "T-1001"));
    Undisturbed right = Undisturbed.of(file);
    assertThat(right.count(Letter.REDRIVEN)).isGreaterThan(10);
    assertThat(right.count(Letter.DROPPED)).isPositive();
    assertThat(right.tickets().values())
        .extracting(history -> history.state().current())
        .contains("new", "open", "waiting", "resolved", "closed", "reopened");
  }

  @Test
  void fewTicketsAreOfAllTenants() throws IOException {
    TicketFile few = TicketFile.shipped().first(4);
    assertThat(few.tickets()).hasSize(4);
    assertThat(few.tenants()).hasSize(3);
    assertThat(few.messages()).allMatch(message -> few.tickets().contains(message.key()));
  }

  @Test
  void aLineThatCannotBeReadIsNamed() throws IOException {
    refused("{", "line 1 of");
    refused("{\"id\":\"1\",\"tenant\":\"a\",\"ticket\":\"T\"}", "line 1 of", "\"event\"");
    refused(
        "\n{\"id\":\"1\",\"tenant\":\"a\",\"ticket\":\"T\",\"event\":\"Burnt\",\"by\":\"x\"}",
        "line 2 of",
        "Burnt");
    String good =
        "{\"id\":\"1\",\"tenant\":\"a\",\"ticket\":\"T\",\"event\":\"Created\",\"by\":\"x\"}";
    refused(good + "\n" + good, "line 2 of", "was there before");
    refused("", "no messages");
  }

  private void refused(String text, String... said) throws IOException {
    Path file = dir.resolve("tickets.jsonl");
    Files.writeString(file, text);
    assertThatThrownBy(() -> TicketFile.of(file))
        .isInstanceOf(BadInputException.class)
        .hasMessageContainingAll(said);
  }
}
