// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.stream.Advance;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.Direction;
import dev.holdfast.provider.stream.Expected;
import dev.holdfast.provider.stream.LogFilter;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.LogRead;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.RowChange;
import dev.holdfast.provider.stream.Snapshot;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.StreamLimits;
import dev.holdfast.provider.stream.UpdateProjection;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values of event streams refuse what cannot be, and compare. */
class StreamValuesTest {

  private static final StreamId STREAM = new StreamId("order", "17");

  @ParameterizedTest
  @ValueSource(strings = {"0.0", "17.0", "17.4", "9223372036854775807.9223372036854775807"})
  void positionsAreTextAndBack(String text) {
    assertThat(LogPosition.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "17", "17.", ".0", "-1.0", "01.0", "9223372036854775808.0", "1.0.0"})
  void otherTextsAreNoPositions(String text) {
    assertThatThrownBy(() -> LogPosition.parse(text)).isInstanceOf(InvalidRequest.class);
  }

  @Test
  void positionsCompareByBothNumbers() {
    assertThat(new LogPosition(2, 0)).isGreaterThan(new LogPosition(1, 9));
    assertThat(new LogPosition(2, 1).isAfter(new LogPosition(2, 0))).isTrue();
    assertThat(LogPosition.START.isBefore(new LogPosition(0, 1))).isTrue();
  }

  @Test
  void expectationsFitWhatTheySay() {
    assertThat(Expected.exactly(0)).isEqualTo(Expected.noStream());
    assertThat(Expected.exactly(3).fits(3)).isTrue();
    assertThat(Expected.exactly(3).fits(4)).isFalse();
    assertThat(Expected.exists().fits(0)).isFalse();
    assertThat(Expected.any().fits(0)).isTrue();
    assertThat(Expected.exists().version()).isEqualTo(1);
    assertThatThrownBy(() -> Expected.exactly(-1)).isInstanceOf(InvalidRequest.class);
  }

  @Test
  void aConflictSaysWhatWasFound() {
    VersionConflict conflict = new VersionConflict("append", STREAM, Expected.exactly(3), 5);

    assertThat(conflict)
        .hasMessageContaining("stream order/17 is at version 5, and version 3 was expected");
    assertThat(conflict.instanceId()).isNull();
    assertThat(conflict.subject()).isEqualTo("stream order/17");
    assertThat(conflict.expectedVersion()).isEqualTo(3);
    assertThat(conflict.foundVersion()).isEqualTo(5);
    assertThat(conflict.foundPosition()).isNull();
  }

  @Test
  void changesOfStreamsNameNoRun() {
    AppendEvents append =
        AppendEvents.of(STREAM, Expected.any(), NewEvent.of("placed", Payload.empty()));

    assertThat(append.runId()).isNull();
    assertThat(append.feature()).isEqualTo(Feature.EVENT_STREAMS);
  }

  @Test
  void whatCannotBeIsRefused() {
    NewEvent event = NewEvent.of("placed", Payload.empty());
    for (Runnable wrong :
        List.<Runnable>of(
            () -> new StreamId("", "17"),
            () -> NewEvent.of("", Payload.empty()),
            () -> NewEvent.builder("placed", Payload.empty()).schemaVersion(0).build(),
            () -> NewEvent.builder("placed", Payload.empty()).tag("k", ""),
            () -> new AppendEvents(STREAM, Expected.any(), List.of(), null),
            () -> AppendEvents.of(STREAM, Expected.any(), event).withKey(""),
            () -> new Snapshot(STREAM, 0, "state", Payload.empty()),
            () -> LogRead.after(LogPosition.START, 0),
            () -> LogRead.before(LogPosition.START, 1).waitingUpTo(Duration.ofSeconds(1)),
            () -> new Advance(0, new LogPosition(2, 0), new LogPosition(1, 0)),
            () -> new Advance(-1, LogPosition.START, LogPosition.START),
            () -> new RowChange.Put("key", Payload.empty(), -1L),
            () -> UpdateProjection.inline("totals", 0, List.of()))) {
      assertThatThrownBy(wrong::run).isInstanceOf(InvalidRequest.class);
    }
  }

  @Test
  void aPairOfATagStandsOnce() {
    NewEvent event =
        NewEvent.builder("placed", Payload.empty())
            .tag("k", "v")
            .tag("k", "v")
            .tag("k", "w")
            .build();

    assertThat(event.tags()).hasSize(2);
    assertThat(NewEvent.of("a", Payload.empty()).eventId())
        .isNotEqualTo(NewEvent.of("a", Payload.empty()).eventId());
  }

  @Test
  void aFilterForAllIsKnown() {
    assertThat(LogFilter.builder().build().isAll()).isTrue();
    assertThat(LogFilter.builder().types("placed").build().isAll()).isFalse();
    assertThat(LogRead.after(LogPosition.START, 1).direction()).isEqualTo(Direction.FORWARDS);
  }

  @Test
  void theFloorIsThatOfTheSpecification() {
    StreamLimits floor = StreamLimits.floor(Limits.floor());

    assertThat(floor.maxEventsPerAppend()).isEqualTo(1_000);
    assertThat(floor.maxAppendBytes()).isEqualTo(4 * Limits.floor().maxPayloadBytes());
    assertThat(StreamLimits.floor(Limits.floor().withMaxPayloadBytes(Integer.MAX_VALUE)))
        .extracting(StreamLimits::maxAppendBytes)
        .isEqualTo(Integer.MAX_VALUE);
  }
}
