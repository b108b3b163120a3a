// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.stream.LogFilter;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.StreamId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Labels are stored: those of today find what was stored before. */
class EventLabelsTest {

  private static final StreamId STREAM = new StreamId("category", "id");
  private static final String OF_VERSION_7 = "01935e2c-7d4a-7abc-8def-0123456789ab";
  private static final long ITS_TIME = 0x01935e2c7d4a7abcL;

  private static List<Long> asked(LogFilter filter) {
    return EventLabels.STANDARD.conditions(filter).get(0);
  }

  private static NewEvent event(String eventId, String correlationId, String causationId) {
    return NewEvent.builder("type", Payload.empty())
        .eventId(eventId)
        .correlationId(correlationId)
        .causationId(causationId)
        .build();
  }

  @Test
  void anIdOfVersion7IsLabelledByItsTime() {
    assertThat(asked(LogFilter.builder().eventId(OF_VERSION_7).build()))
        .first()
        .isEqualTo(ITS_TIME);
    assertThat(asked(LogFilter.builder().correlationId(OF_VERSION_7).build()))
        .first()
        .isEqualTo(ITS_TIME + 1);
    assertThat(asked(LogFilter.builder().causationId(OF_VERSION_7).build()))
        .first()
        .isEqualTo(ITS_TIME + 2);
    assertThat(EventLabels.STANDARD.of(STREAM, event(OF_VERSION_7, OF_VERSION_7, OF_VERSION_7)))
        .contains(ITS_TIME, ITS_TIME + 1, ITS_TIME + 2)
        .hasSize(5);
  }

  @Test
  void theHashOfItIsAskedForToo() {
    LogFilter filter = LogFilter.builder().eventId(OF_VERSION_7).build();
    assertThat(asked(filter)).containsExactly(ITS_TIME, -3461120561358853753L);
    assertThat(EventLabels.STANDARD.everOf(STREAM, event(OF_VERSION_7, OF_VERSION_7, OF_VERSION_7)))
        .containsAll(asked(filter))
        .hasSize(8);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "order-7",
        "01935E2C-7D4A-7ABC-8DEF-0123456789AB",
        "01935e2c-7d4a-7abc-cdef-0123456789ab",
        "01935e2c-7d4a-4abc-8def-0123456789ab",
        "01935e2c-7d4a-7abc-8def_0123456789ab",
        "order 0123456-7-of-somebody-in-Paris"
      })
  void anotherIdIsHashed(String id) {
    NewEvent event = event(id, id, id);
    assertThat(asked(LogFilter.builder().eventId(id).build())).hasSize(1);
    assertThat(EventLabels.STANDARD.of(STREAM, event))
        .hasSize(5)
        .isEqualTo(EventLabels.STANDARD.everOf(STREAM, event));
  }

  @Test
  void anIdThatAnEventIsGivenIsLabelledByItsTime() {
    String id = NewEvent.of("type", Payload.empty()).eventId();
    assertThat(asked(LogFilter.builder().eventId(id).build())).hasSize(2);
  }
}
