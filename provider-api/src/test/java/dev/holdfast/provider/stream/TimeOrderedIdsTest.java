// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class TimeOrderedIdsTest {

  private static final Instant MOMENT = Instant.parse("2026-01-02T03:04:05.678901Z");

  @Test
  void anIdIsAUuidOfVersion7OfItsMoment() {
    UUID id = TimeOrderedIds.of(MOMENT, UUID.randomUUID());
    assertThat(id.version()).isEqualTo(7);
    assertThat(id.variant()).isEqualTo(2);
    assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(MOMENT.toEpochMilli());
  }

  @Test
  void theOrderOfIdsIsThatOfTheirMicroseconds() {
    List<String> ids =
        LongStream.range(0, 3_000)
            .mapToObj(n -> TimeOrderedIds.of(MOMENT.plusNanos(1_000 * n), UUID.randomUUID()))
            .map(UUID::toString)
            .toList();
    assertThat(ids).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void idsOfOneMomentDiffer() {
    assertThat(TimeOrderedIds.of(MOMENT, UUID.randomUUID()))
        .isNotEqualTo(TimeOrderedIds.of(MOMENT, UUID.randomUUID()));
  }
}
