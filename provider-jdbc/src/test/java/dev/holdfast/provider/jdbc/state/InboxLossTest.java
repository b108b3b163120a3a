// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.InboxToken;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Why a token does not hold its message. */
class InboxLossTest {

  private static final InboxToken TOKEN =
      new InboxToken(new InboxKey("order", "review", "in"), 3, 5);

  @Test
  void theLastTokenOfTheMessageTellsWhy() {
    assertThat(InboxLoss.of(TOKEN, 4)).isEqualTo(InboxLoss.UNKNOWN);
    assertThat(InboxLoss.of(TOKEN, 5)).isEqualTo(InboxLoss.ENDED);
    assertThat(InboxLoss.of(TOKEN, 6)).isEqualTo(InboxLoss.HELD_BY_NEWER);
  }

  @ParameterizedTest
  @EnumSource(InboxLoss.class)
  void theErrorNamesTheMessageAndTheRun(InboxLoss loss) {
    assertThat(loss.error("consume", TOKEN))
        .hasMessageContaining("message 3 of order/review/in#5")
        .satisfies(error -> assertThat(error.instanceId()).isEqualTo("order"));
  }
}
