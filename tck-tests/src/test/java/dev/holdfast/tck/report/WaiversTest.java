// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.tck.FixtureProblem;
import dev.holdfast.tck.spec.RuleBook;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A waiver is exact, or it is refused with its line. */
class WaiversTest {

  private static final LocalDate TODAY = LocalDate.of(2026, 6, 1);

  @TempDir Path folder;

  @Test
  void readsLinesAndSkipsComments() throws IOException {
    Waivers waivers = read("# why\n\n  LOCK-07 | slow abandon, see 12 | until 2026-06-01  \n");

    assertEquals(List.of(new Waiver("LOCK-07", "slow abandon, see 12", TODAY)), waivers.all());
  }

  @Test
  void refusesWhatIsNotExact() {
    expectProblem("LOCK-07 | until 2026-07-01", ":1: a waiver has the form");
    expectProblem("LOCK-07 |  | until 2026-07-01", ":1: a waiver has the form");
    expectProblem("#\nLOCK-07 | why | until soon", ":2: soon is not a day");
    expectProblem("LOCK-07 | why | until 2026-05-31", "the waiver of LOCK-07 ended on 2026-05-31");
    expectProblem("LOOK-07 | why | until 2026-07-01", "there is no rule LOOK-07");
    expectProblem("LOCK | why | until 2026-07-01", "there is no rule LOCK.");
    expectProblem("FIX-01 | why | until 2026-07-01", "it cannot be waived");
    expectProblem(
        "LOCK-07 | why | until 2026-07-01\nLOCK-07 | why | until 2026-07-01",
        ":2: LOCK-07 is waived twice");
  }

  @Test
  void refusesAFileThatIsNotThere() {
    Path missing = folder.resolve("missing");

    FixtureProblem problem =
        assertThrows(FixtureProblem.class, () -> Waivers.read(missing, RuleBook.standard(), TODAY));

    assertTrue(String.valueOf(problem.getMessage()).contains(missing.toString()));
  }

  private Waivers read(String text) throws IOException {
    Path file = folder.resolve("waivers.txt");
    Files.writeString(file, text);
    return Waivers.read(file, RuleBook.standard(), TODAY);
  }

  private void expectProblem(String text, String words) {
    FixtureProblem problem = assertThrows(FixtureProblem.class, () -> read(text));
    String message = String.valueOf(problem.getMessage());
    assertTrue(message.contains(words), message);
  }
}
