// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.support.RequestChecks;
import dev.holdfast.provider.support.StoreTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Microseconds there and back. */
class StoreTimeTest {

  @Test
  void instantsSurviveTheRoundTrip() {
    for (String text :
        new String[] {
          "0001-01-01T00:00:00Z",
          "1969-12-31T23:59:59.999999Z",
          "1970-01-01T00:00:00Z",
          "2026-11-20T01:02:03.000001Z",
          "9999-12-31T23:59:59.999999Z"
        }) {
      Instant instant = Instant.parse(text);
      assertThat(StoreTime.fromMicros(StoreTime.toMicros(instant))).isEqualTo(instant);
    }
  }

  @Test
  void addingKeepsFractionsAndNeverOverflows() {
    assertThat(StoreTime.plus(1_000, Duration.ofNanos(1_500_000))).isEqualTo(2_500);
    assertThat(StoreTime.plus(0, Duration.ofNanos(1))).isEqualTo(1);
    assertThat(StoreTime.plus(0, Duration.ofSeconds(Long.MAX_VALUE))).isEqualTo(StoreTime.MAX);
    assertThat(StoreTime.plus(StoreTime.MAX, Duration.ofNanos(1))).isEqualTo(StoreTime.MAX);
    assertThat(StoreTime.plus(StoreTime.MAX - 2, Duration.ofNanos(1_000)))
        .isEqualTo(StoreTime.MAX - 1);
  }

  @Test
  void dueTimesAreCountedFromTheStoresNowAndNeverLieInThePast() {
    long now = StoreTime.toMicros(Instant.parse("2026-01-01T00:00:00Z"));
    assertThat(RequestChecks.visibleAt("test", message(Due.now()), now)).isEqualTo(now);
    assertThat(RequestChecks.visibleAt("test", message(Due.at(Instant.EPOCH)), now)).isEqualTo(now);
    assertThat(RequestChecks.visibleAt("test", message(Due.in(Duration.ofMillis(1))), now))
        .isEqualTo(now + 1_000);
    Duration tooFar = Duration.ofDays(365L * 10_000);
    assertThatThrownBy(() -> RequestChecks.visibleAt("test", message(Due.in(tooFar)), now))
        .isInstanceOf(InvalidRequest.class)
        .hasMessageContaining("9999");
  }

  private static OrchestratorMessage message(Due due) {
    return OrchestratorMessage.builder("id", "kind", Payload.empty()).due(due).build();
  }
}
