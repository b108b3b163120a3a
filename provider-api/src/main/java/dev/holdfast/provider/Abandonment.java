// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import dev.holdfast.provider.internal.Checks;
import java.time.Duration;

/**
 * How work is given back.
 *
 * @param delay how long it is kept back, counted by the store's clock; zero for not at all
 *     (EXPIRY-11, EXPIRY-12)
 * @param countAttempt false takes this delivery out of the attempt count again (POISON-04)
 */
public record Abandonment(Duration delay, boolean countAttempt) {

  private static final Abandonment NOW = new Abandonment(Duration.ZERO, true);

  /**
   * Checks the delay.
   *
   * @throws ProviderError.InvalidRequest when it is negative (EXPIRY-09)
   */
  public Abandonment {
    Checks.notNegative("Abandonment", "delay", delay);
  }

  /**
   * Back at once, the delivery counted.
   *
   * @return the abandonment
   */
  public static Abandonment now() {
    return NOW;
  }

  /**
   * Back after a delay, the delivery counted.
   *
   * @param delay how long it is kept back
   * @return the abandonment
   * @throws ProviderError.InvalidRequest when the delay is negative
   */
  public static Abandonment after(Duration delay) {
    return new Abandonment(delay, true);
  }

  /**
   * The same, with the delivery not counted.
   *
   * @return a new abandonment
   */
  public Abandonment uncounted() {
    return new Abandonment(delay, false);
  }
}
