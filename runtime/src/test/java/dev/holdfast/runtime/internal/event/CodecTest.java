// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.Payload;
import dev.holdfast.runtime.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CodecTest {

  private static final Instant NOW = Instant.parse("2026-01-05T10:00:00Z");

  private final Random random = new Random(42);

  private static Event throughStore(Event event) {
    return Codec.decode(Codec.encode(new HistoryEntry(1, NOW, event))).event();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-0.0",
        "1.10",
        "1e5",
        "1E+400000",
        "0",
        "-1",
        "true",
        "false",
        "\"\"",
        "\"\\/\\u00e9é😀\"",
        "[]",
        "{}",
        " [ 1 , 2 ] ",
        "{ \"a\" : { } , \"a\" : [ ] }",
        "[[[[\"]}\"]]]]",
        "\"\\ud83d\""
      })
  void anEmbeddedTextComesOutAsItWentIn(String text) {
    Json json = new Json(text);
    String same = text.strip();
    assertThat(throughStore(new Event.EventRaised("e", json)))
        .isEqualTo(new Event.EventRaised("e", new Json(same)));
    assertThat(
            throughStore(
                new Event.OrchestrationStarted("o", "1", json, new ParentLink("p", 1, 2), null)))
        .isEqualTo(
            new Event.OrchestrationStarted(
                "o", "1", new Json(same), new ParentLink("p", 1, 2), null));
    TaskInput task = new TaskInput(1, 2, json, null, null);
    assertThat(Codec.decode("a task", Codec.encode(task), TaskInput.class))
        .isEqualTo(new TaskInput(1, 2, new Json(same), null, null));
  }

  @Test
  void soDoRandomOnesOfAllSizes() {
    for (int i = 0; i < 500; i++) {
      StringBuilder text = new StringBuilder();
      append(text, i % 10);
      Event event =
          new Event.ActivityScheduled(
              "a", new Json(text.toString()), 1, 7L, null, null, null, null);
      assertThat(throughStore(event)).isEqualTo(event);
      Message.Start start =
          new Message.Start(
              1,
              new Json(text.toString()),
              null,
              List.of(new Carried("e", 1, 2, 3), new Carried("f", 7, 1, 1)));
      assertThat(Codec.decode("a start", Codec.encode(start), Message.Start.class))
          .isEqualTo(start);
    }
  }

  private void append(StringBuilder text, int depth) {
    switch (depth == 0 ? random.nextInt(3) : random.nextInt(5)) {
      case 0 -> text.append(random.nextLong()).append('.').append(random.nextInt(1_000));
      case 1 -> appendText(text);
      case 2 -> text.append(random.nextBoolean() ? "null" : "true");
      case 3 -> {
        text.append('[');
        for (int i = random.nextInt(4); i >= 0; i--) {
          append(text, depth - 1);
          text.append(i == 0 ? "" : " ,\n");
        }
        text.append(']');
      }
      default -> {
        text.append('{');
        for (int i = random.nextInt(4); i >= 0; i--) {
          appendText(text);
          text.append(" : ");
          append(text, depth - 1);
          text.append(i == 0 ? "" : ",");
        }
        text.append('}');
      }
    }
  }

  private void appendText(StringBuilder text) {
    text.append('"');
    // Longer than any buffer of the parser, at times.
    int parts = random.nextInt(50) == 0 ? 10_000 : random.nextInt(4);
    for (int i = 0; i < parts; i++) {
      text.append(
          List.of("a", "\\n", "\\u0041", "é", "😀", "\\\"", "]", "{").get(random.nextInt(8)));
    }
    text.append('"');
  }

  @Test
  void aFailureOfBeforeThereWereStacksCanBeRead() {
    Payload old =
        Payload.utf8(
            "{\"scheduledId\":2,\"failure\":{\"type\":\"a.B\",\"message\":\"m\"},\"retryable\":true}");
    assertThat(Codec.decode(new HistoryEvent(3, "ActivityFailed", old, NOW)).event())
        .isEqualTo(new Event.ActivityFailed(2, new Failure("a.B", "m"), true));
    Payload task = Payload.utf8("{\"attempt\":1,\"firstId\":2,\"input\":null}");
    assertThat(Codec.decode("a task", task, TaskInput.class))
        .isEqualTo(new TaskInput(1, 2, Json.NULL, null, null));
  }

  @Test
  void whatIsNotTracedIsStoredAsItWasBeforeThereWereTraces() {
    Json in = new Json("1");
    assertThat(Codec.encode(new Message.Start(1, in, null, null)).asUtf8())
        .isEqualTo("{\"executionId\":1,\"input\":1}");
    assertThat(Codec.encode(new Message.Restart(1, new Message.Work("o", null, in, null))).asUtf8())
        .isEqualTo("{\"executionId\":1,\"with\":{\"name\":\"o\",\"input\":1}}");
    assertThat(Codec.encode(new TaskInput(1, 2, in, null, null)).asUtf8())
        .isEqualTo("{\"attempt\":1,\"firstId\":2,\"input\":1}");
    Event started = new Event.OrchestrationStarted("o", null, in, null, null);
    assertThat(Codec.encode(new HistoryEntry(1, NOW, started)).data().asUtf8())
        .isEqualTo("{\"name\":\"o\",\"input\":1}");
  }

  @Test
  void whatIsTracedKeepsItsContext() {
    Json in = new Json("1");
    Message.Start start = new Message.Start(1, in, null, null, "t");
    assertThat(Codec.decode("a start", Codec.encode(start), Message.Start.class)).isEqualTo(start);
    Message.Restart restart = new Message.Restart(1, new Message.Work("o", null, in, "t"));
    assertThat(Codec.decode("a restart", Codec.encode(restart), Message.Restart.class))
        .isEqualTo(restart);
    TaskInput task = new TaskInput(1, 2, in, null, Duration.ofSeconds(1), "t");
    assertThat(Codec.decode("a task", Codec.encode(task), TaskInput.class)).isEqualTo(task);
    Event started = new Event.OrchestrationStarted("o", null, in, null, null, "t");
    assertThat(throughStore(started)).isEqualTo(started);
  }

  @Test
  void aFailureKeepsEverything() {
    Failure failure = Failure.of(new IllegalStateException("a", new Error("b")));
    Event event = new Event.OrchestrationFailed(failure, false);
    assertThat(throughStore(event)).isEqualTo(event);
    assertThat(failure.stack()).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "{} {}", "[1,]", "NaN", "'a'", "{a:1}", "1}", "\"\n\""})
  void whatIsNotOneJsonValueIsNotJson(String text) {
    assertThat(Codec.isJson(text)).isFalse();
  }

  @Test
  void bytesThatAreNoTextAreUnreadable() {
    Payload bytes = Payload.of(new byte[] {'{', (byte) 0xFF, '}'});
    assertThatThrownBy(() -> Codec.decode("x", bytes, TaskInput.class))
        .isInstanceOf(UnreadableException.class);
  }

  @Test
  void anAttemptOfBeforeThereWereDeadlinesCanBeRead() {
    Payload old = Payload.utf8("{\"name\":\"a\",\"input\":{\"b\":1},\"attempt\":2,\"firstId\":2}");
    Event read = Codec.decode(new HistoryEvent(5, "ActivityScheduled", old, NOW)).event();
    assertThat(read)
        .isEqualTo(
            new Event.ActivityScheduled("a", new Json("{\"b\":1}"), 2, 2L, null, null, null, null));
    assertThat(Codec.encode(new HistoryEntry(5, NOW, read)).data()).isEqualTo(old);
    Event timed =
        new Event.ActivityScheduled(
            "a", Json.NULL, 1, null, "t", "s", NOW.plusNanos(1_000), Duration.ofSeconds(5));
    assertThat(throughStore(timed)).isEqualTo(timed);
  }

  @Test
  void whatCodeAsksOfOthersComesOutAsItWentIn() {
    for (Event event :
        List.of(
            new Event.VersionChosen("change", 2),
            new Event.EventSent("x", "e", new Json("{\"a\":[1]}")),
            new Event.InstanceStarted("o", "1", "x", Json.NULL),
            new Event.InstanceStarted("o", null, "x", new Json("\"in\"")))) {
      assertThat(throughStore(event)).isEqualTo(event);
    }
    assertThat(
            Codec.decode(
                    new HistoryEvent(
                        3, "VersionChosen", Payload.utf8("{\"change\":\"c\",\"version\":1}"), NOW))
                .event())
        .isEqualTo(new Event.VersionChosen("c", 1));
  }
}
