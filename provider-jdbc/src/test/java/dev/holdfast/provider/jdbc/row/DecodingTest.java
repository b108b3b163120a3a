// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.CorruptData;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What no type of the SPI takes is corrupt; what the store or a defect throws stays what it is. */
class DecodingTest {

  private static String decode(Exception problem) throws SQLException {
    return Decoding.decode(
        "fetch",
        "order-7",
        "an event",
        () -> {
          if (problem instanceof SQLException failed) {
            throw failed;
          }
          throw (RuntimeException) problem;
        });
  }

  @Test
  void aValueThatCanBeReadIsReturned() throws SQLException {
    assertThat(Decoding.decode("fetch", "order-7", "an event", () -> "value")).isEqualTo("value");
  }

  @Test
  void whatNoTypeTakesIsCorruptAndNamesItsInstance() {
    assertThat(
            List.of(
                new InvalidRequest("history", "id 0"),
                new NullPointerException("data"),
                new ArithmeticException("long overflow"),
                new DateTimeException("year 10000")))
        .allSatisfy(problem ->
            assertThatThrownBy(() -> decode(problem))
                .isInstanceOf(CorruptData.class)
                .hasMessageContainingAll("order-7", "an event cannot be read", problem.getMessage())
                .hasCause(problem));
  }

  @Test
  void failuresOfTheStoreAndDefectsStayWhatTheyAre() {
    SQLException failed = new SQLException("gone");
    assertThatThrownBy(() -> decode(failed)).isSameAs(failed);
    IllegalStateException defect = new IllegalStateException("defect");
    assertThatThrownBy(() -> decode(defect)).isSameAs(defect);
  }

  @Test
  void aMissingPayloadIsCorrupt() {
    assertThatThrownBy(
            () -> Decoding.decode("fetch", "order-7", "an event", () -> Payload.of((byte[]) null)))
        .isInstanceOf(CorruptData.class);
  }
}
