// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.ProviderError.StoreContention;
import dev.holdfast.provider.ProviderError.StoreFailure;
import dev.holdfast.provider.ProviderError.StoreUnavailable;
import dev.holdfast.provider.jdbc.row.SqlStates.Meaning;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** States mean what the tables say, whole states before their classes. */
class SqlStatesTest {

  private static final SqlStates OWN =
      SqlStates.STANDARD
          .with(Meaning.UNAVAILABLE, "53", "57P01")
          .with(Meaning.CONTENTION, "55P03", "53400");

  private static SQLException state(String state) {
    return new SQLException("failed", state);
  }

  @ParameterizedTest
  @CsvSource({
    "40001, CONTENTION",
    "40002, FAILURE",
    "08000, UNAVAILABLE",
    "08006, UNAVAILABLE",
    "08, UNAVAILABLE",
    "25006, UNAVAILABLE",
    "25001, FAILURE",
    "23505, FAILURE",
    "53100, UNAVAILABLE",
    "53400, CONTENTION",
    "57P01, UNAVAILABLE",
    "57014, FAILURE",
    "55P03, CONTENTION"
  })
  void aStateMeansWhatTheTableSays(String state, Meaning meaning) {
    assertThat(OWN.of(state(state))).isEqualTo(meaning);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "0"})
  void withoutAStateItIsAFailure(String state) {
    assertThat(OWN.of(state(state))).isEqualTo(Meaning.FAILURE);
  }

  @Test
  void whatOneTableAddsIsInNoOther() {
    assertThat(SqlStates.STANDARD.of(state("55P03"))).isEqualTo(Meaning.FAILURE);
  }

  @Test
  void everyMeaningIsAnErrorOfTheSpi() {
    SQLException lock = state("40001");
    assertThat(OWN.error("ack", "in the way", lock))
        .isInstanceOf(StoreContention.class)
        .hasMessageContainingAll("ack", "in the way")
        .hasCause(lock);
    assertThat(OWN.error("ack", "x", state("08006"))).isInstanceOf(StoreUnavailable.class);
    assertThat(OWN.error("ack", "x", state("42601"))).isInstanceOf(StoreFailure.class);
  }

  @Test
  void aPoolWithoutConnectionsIsUnavailableAndNoConnectionIsLost() {
    SQLException empty = new SQLTransientConnectionException("none in time", "08001");
    assertThat(OWN.of(empty)).isEqualTo(Meaning.UNAVAILABLE);
    assertThat(SqlStates.isConnectionLost(empty)).isFalse();
    assertThat(SqlStates.isConnectionLost(state("08006"))).isTrue();
    assertThat(SqlStates.isConnectionLost(state("40001"))).isFalse();
    assertThat(SqlStates.isConnectionLost(state(null))).isFalse();
  }

  @Test
  void whatIsNeitherStateNorClassIsRefused() {
    assertThatThrownBy(() -> SqlStates.STANDARD.with(Meaning.CONTENTION, "400"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
