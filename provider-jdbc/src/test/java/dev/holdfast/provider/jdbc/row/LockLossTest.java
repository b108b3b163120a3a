// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.row;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.ProviderError.LockLost;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each reason has its own words, and the error names call and token. */
class LockLossTest {

  private static final LockToken INSTANCE = new LockToken.OfInstance("order-7", 42);
  private static final LockToken ACTIVITY =
      new LockToken.OfActivity(new ActivityIdentity("order-7", 1, 3), 42);

  @ParameterizedTest
  @EnumSource
  void theErrorNamesCallAndToken(LockLoss loss) {
    LockLost error = loss.error("renew", INSTANCE);
    assertThat(error).hasMessageContainingAll("renew", "order-7");
    for (LockLoss other : LockLoss.values()) {
      if (other != loss) {
        assertThat(other.error("renew", INSTANCE).getMessage()).isNotEqualTo(error.getMessage());
      }
    }
  }

  @Test
  void anUnknownActivityIsGoneAndAnUnknownInstanceWasNeverThere() {
    assertThat(LockLoss.UNKNOWN.error("ack", ACTIVITY)).hasMessageContaining("activity is gone");
    assertThat(LockLoss.UNKNOWN.error("ack", INSTANCE)).hasMessageContaining("instance is unknown");
  }
}
