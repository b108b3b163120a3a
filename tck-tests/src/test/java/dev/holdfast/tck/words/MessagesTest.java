// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.words;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.holdfast.provider.History;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.StoreFailure;
import dev.holdfast.tck.RuleViolation;
import dev.holdfast.tck.instrument.CallLog;
import dev.holdfast.tck.instrument.Show;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Failures show what differs and point at the call that is wrong. */
class MessagesTest {

  private static RuleViolation unequal(Object expected, Object actual) {
    return (RuleViolation) catchThrowable(() -> Expect.equal("It differs.", expected, actual));
  }

  private static List<String> rows(int howMany) {
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < howMany; i++) {
      rows.add("row " + i);
    }
    return rows;
  }

  @Test
  void longListsAppearByWhatDiffers() {
    List<String> actual = rows(614);
    actual.removeAll(List.of("row 300", "row 511"));

    assertThat(unequal(rows(614), actual))
        .hasMessageContainingAll(
            "expected  614 in all",
            "missing: [\"row 300\", \"row 511\"]",
            "actual    612 in all",
            "not expected: nothing");
  }

  @Test
  void listsInAnotherOrderAppearByTheFirstDifference() {
    List<String> actual = rows(20);
    Collections.swap(actual, 12, 17);

    assertThat(unequal(rows(20), actual))
        .hasMessageContainingAll(
            "number 13 of 20 is [\"row 12\"]",
            "the same in another order: number 13 is [\"row 17\"]");
  }

  @Test
  void repeatsCount() {
    List<String> actual = rows(20);
    actual.add("row 3");

    assertThat(unequal(rows(20), actual)).hasMessageContaining("not expected: [\"row 3\"]");
  }

  @Test
  void identifiersStandInQuotes() {
    Set<String> ids = new TreeSet<>(rows(8));
    ids.addAll(List.of("a", "a ", "a\u0301", "\u200ba"));
    Set<String> actual = new TreeSet<>(ids);
    actual.removeAll(List.of("a ", "a\u0301", "\u200ba"));

    assertThat(unequal(ids, actual))
        .hasMessageContaining("missing: [\"a \", \"a\\u0301\", \"\\u200ba\"]");
    assertThat(unequal("a", "a ")).hasMessageContainingAll("\"a\"", "\"a \"");
    assertThat(unequal(List.of("a"), List.of("a "))).hasMessageContainingAll("[\"a\"]", "[\"a \"]");
    assertThat(Show.of(OrchestratorMessage.of("order ", "poke", Payload.empty())))
        .startsWith("poke->\"order \"<");
    assertThat(Show.of(OrchestratorMessage.of("order-1", "poke", Payload.empty())))
        .startsWith("poke->order-1<");
  }

  @Test
  void historiesAppearByTheirEvents() {
    History whole = new History(40, Sample.events(1, 40), true);
    History less = new History(40, Sample.events(1, 39), true);

    assertThat(unequal(whole, less))
        .hasMessageContainingAll("missing: [40:", "39 in all", "History[last=40");
  }

  @Test
  void theMarkIsAtTheLastCallOfTheThreadThatFoundIt() throws InterruptedException {
    CallLog log = new CallLog();
    List<Throwable> found = new ArrayList<>();
    Thread reader =
        new Thread(() -> {
          call(log, "B.readHistory(order)", "part");
          found.add(catchThrowable(() -> Expect.that("A read shows part of an ack.", false)));
        });
    call(log, "A.fetch(order)", "whole");
    reader.start();
    reader.join();
    for (int i = 0; i < 40; i++) {
      call(log, "A.ack(order" + i + ")", "Applied");
    }

    assertThat(log.text(found.get(0)))
        .contains("#2 B.readHistory(order) -> part   <-- here")
        .containsOnlyOnce("<-- here");
  }

  @Test
  void theMarkIsAtTheCallThatThrew() {
    CallLog log = new CallLog();
    StoreFailure failure = new StoreFailure("enqueue", "no column", null);
    assertThatThrownBy(() ->
            log.record(
                "A.enqueue(poke)",
                Duration.ZERO,
                () -> {
                  throw failure;
                },
                String::valueOf))
        .isSameAs(failure);
    call(log, "A.close()", "done");

    assertThat(log.text(failure)).contains("#1 A.enqueue(poke) threw StoreFailure   <-- here");
  }

  private static void call(CallLog log, String call, String answer) {
    log.record(call, Duration.ZERO, () -> answer, text -> text);
  }
}
