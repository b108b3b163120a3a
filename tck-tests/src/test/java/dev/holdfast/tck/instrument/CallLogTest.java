// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.instrument;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A log shows what led to a failure, and not the same line again and again. */
class CallLogTest {
  private final CallLog log = new CallLog();

  private void call(String call, String answer) {
    log.record(call, Duration.ZERO, () -> answer, text -> text);
  }

  @Test
  void anEmptyLogIsEmpty() {
    assertThat(log.text()).isEmpty();
  }

  @Test
  void aCallAfterTheEndIsRefused() {
    call("A.fetch()", "[]");
    log.end();

    assertThatThrownBy(() -> call("A.fetch()", "[]"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("A.fetch(): its test is over, and this thread of it should be");
    assertThat(log.text()).isEqualTo("#1 A.fetch() -> []");
  }

  @Test
  void repeatsAreCounted() {
    call("A.enqueue(poke)", "done");
    for (int i = 0; i < 38; i++) {
      call("A.readHistory(order)", "History[]");
    }
    call("A.close()", "done");

    assertThat(log.text())
        .isEqualTo(
            """
            #1 A.enqueue(poke) -> done
            #2 A.readHistory(order) -> History[]
               … 37 more like it
            #40 A.close() -> done\
            """);
  }

  @Test
  void linesThatTakeTurnsAreRepeatsToo() {
    for (int i = 0; i < 5; i++) {
      call("A.fetch()", "[]");
      log.note("time moves by PT1S");
    }

    assertThat(log.text())
        .isEqualTo(
            """
            #1 A.fetch() -> []
            #2 time moves by PT1S
               … these 2 lines 4 times more\
            """);
  }

  @Test
  void whatDiffersIsShown() {
    for (int i = 0; i < 30; i++) {
      call("A.fetch()", "token " + i);
    }

    assertThat(log.text().lines()).hasSize(26).first().isEqualTo("(5 calls before)");
    assertThat(log.text())
        .contains("#6 A.fetch() -> token 5")
        .endsWith("#30 A.fetch() -> token 29");
  }

  @Test
  void longCallsAndAnswersAreCutEachForItself() {
    call("A.enqueueAll(" + "x".repeat(1_000) + ")", "History[" + "y".repeat(1_000) + "]");

    assertThat(log.text())
        .hasSizeLessThan(500)
        .contains("A.enqueueAll(xxx", "-> History[yyy", "characters more)");
  }

  @Test
  void aCutNeverLeavesHalfACharacter() {
    for (int before = 0; before < 2; before++) {
      call("A.enqueue(" + "x".repeat(before) + "🚀".repeat(200) + ")", "🚀".repeat(200));
    }

    assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(log.text())).isTrue();
    assertThat(log.text()).contains("🚀…");
  }
}
